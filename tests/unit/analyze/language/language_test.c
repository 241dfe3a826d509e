#include "support/test.h"

#include "analyze/language/language.h"
#include "base/memory.h"

static struct arena arena;
static struct language_table *table;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, &memory_default);
    table = language_table_create(&arena);
    return table == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void languages_are_told_apart(void **state)
{
    static const struct {
        const char *code;
        const char *text;
    } texts[] = {
        {"en", "I live in Porto"},
        {"en", "call me Ana"},
        {"en", "what's the best way to boil an egg"},
        {"de", "Ich wohne in Leipzig"},
        {"de", "im Schwarzwald gibt es keine Bahn"},
        {"es", "Vivo en Sevilla y busco piso"},
        {"es", "¿qué me pongo mañana?"},
        {"fr", "Je m'appelle Solène"},
        {"fr", "J'habite à Nantes."},
        {"pt", "Moro em Recife com o meu marido"},
        {"it", "Mi chiamo Ginevra e lavoro a Torino"},
        {"nl", "Ik woon in Utrecht met mijn vriendin"},
        {"pl", "Mieszkam w Krakowie i jestem lekarzem"},
        {"tr", "Adım Elif, Bursa'da yaşıyorum"},
        {"sv", "Jag bor i Malmö och jobbar som lärare"},
        {"cs", "Bydlím v Brně a mám dvě děti"},
        {"hu", "Győrben lakom és tanár vagyok"},
        {"ru", "Я живу в Казани"},
        {"uk", "Я живу у Львові і маю двох дітей"},
        {"el", "Μένω στη Θεσσαλονίκη"},
        {"ar", "أعيش في عمان وأعمل معلمة"},
        {"he", "אני גר בחיפה"},
        {"hi", "मैं पुणे में रहता हूँ"},
        {"th", "ฉันอยู่เชียงใหม่"},
        {"ja", "札幌に住んでいます"},
        {"ja", "PythonでCSVを読みたい"},
        {"zh", "我住在成都"},
        {"ko", "부산에 살아요"},
        {"tr", "istanbulda yasiyorum ve cok iyi"},
        {"pl", "czesc musze kupic prezent bo jutro sa urodziny"},
        {"es", "tambien necesito saber cuando"},
        {"", ""},
        {"", "Ana"},
        {"", "foo(bar_baz, 12);"},
        {"", "12 34 56"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *code = language_code(language_detect(table, texts[i].text, strlen(texts[i].text)));

        if (strcmp(code, texts[i].code) != 0) {
            fail_msg("\"%s\" is '%s', not '%s'", texts[i].text, code, texts[i].code);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages_are_told_apart)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

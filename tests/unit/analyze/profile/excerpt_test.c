/* Excerpts of single messages, in many languages: what is chosen, where it is cut, what scores more. */
#include "analyze/profile/excerpt.h"

#include "base/arena.h"
#include "base/memory.h"
#include "support/test.h"

#include <time.h>

#define EXCERPTS_MAX 16
#define LONG_BYTES   4000000
#define LONG_S       5 /* of each; a quarter of a second is usual, 18 s if each cut looks at the whole sentence */

struct taken {
    char texts[EXCERPTS_MAX][1024];
    int32_t scores[EXCERPTS_MAX];
    size_t count;
};

static void take(void *user, const char *text, int32_t score, const int32_t counts[EXCERPT_FEATURES])
{
    struct taken *taken = user;

    (void)counts;
    assert_true(score > 0 && score <= EXCERPT_SCORE_MAX);
    assert_true(taken->count < EXCERPTS_MAX);
    snprintf(taken->texts[taken->count], sizeof taken->texts[0], "%s", text);
    taken->scores[taken->count] = score;
    taken->count++;
}

static void read_text(const char *text, enum language language, struct taken *taken)
{
    struct excerpt_message message = {
        .masked = text, .sure = text, .length = strlen(text), .language = language, .weight = 1000};
    struct arena arena;
    struct buffer line;

    taken->count = 0;
    arena_init(&arena, &memory_default);
    buffer_init(&line, &memory_default);
    excerpts_read(disclosure_table_create(&arena), &message, &line, take, taken);
    buffer_free(&line);
    arena_free(&arena);
}

static int32_t best_score(const char *text, enum language language)
{
    struct taken taken;
    int32_t best = 0;

    read_text(text, language, &taken);
    for (size_t i = 0; i < taken.count; i++) {
        best = taken.scores[i] > best ? taken.scores[i] : best;
    }
    return best;
}

static void questions_in_speech_without_marks_are_cut_off(void **state)
{
    struct taken taken;

    (void)state;
    read_text("I sing bass at my church and I have done so for thirty years with my wife what do you say to a director",
              LANGUAGE_EN, &taken);
    assert_true(taken.count > 0);
    assert_non_null(strstr(taken.texts[0], "with my wife\xE2\x80\xA6"));
    assert_null(strstr(taken.texts[0], "what do"));
    read_text("Thanks, I owe you a drink!", LANGUAGE_EN, &taken);
    assert_int_equal(taken.count, 0);
}

static void self_disclosure_is_chosen_in_every_language(void **state)
{
    static const struct {
        enum language language;
        const char *text;
    } told[] = {
        {LANGUAGE_EN, "We moved to Lisbon last spring and I work nights at the port."},
        {LANGUAGE_DE, "Ich wohne seit 2019 in Graz und arbeite als Tischlerin."},
        {LANGUAGE_NL, "Ik woon in Gent met mijn vrouw en twee kinderen."},
        {LANGUAGE_FR, "J'habite à Nantes avec ma femme et je suis allergique aux noix."},
        {LANGUAGE_ES, "Vivo en Bilbao con mi novio y trabajo de enfermera."},
        {LANGUAGE_PT, "Moro em Recife com minha esposa e trabalho num banco."},
        {LANGUAGE_IT, "Abito a Torino con mia moglie e lavoro in ospedale."},
        {LANGUAGE_PL, "Mieszkam w Gdyni z mężem i pracuję w szkole."},
        {LANGUAGE_TR, "Bursa'da oturuyorum, eşim öğretmen, iki kızım var."},
        {LANGUAGE_SV, "Jag bor i Umeå med min sambo och våra barn."},
        {LANGUAGE_RU, "Я живу в Казани с женой и работаю врачом."},
        {LANGUAGE_UK, "Я живу у Львові, моя дружина вчителька."},
        {LANGUAGE_EL, "Εγώ μένω στην Πάτρα και δουλεύω σε σχολείο."},
        {LANGUAGE_AR, "أنا أعيش في عمان مع زوجتي و أعمل مهندسا."},
        {LANGUAGE_FA, "من در شیراز زندگی می‌کنم و همسرم معلم است."},
        {LANGUAGE_HE, "אני גר בחיפה עם אשתי ושני ילדים."},
        {LANGUAGE_HI, "मैं पुणे में रहता हूँ और मेरी बेटी स्कूल जाती है।"},
        {LANGUAGE_ID, "Saya tinggal di Bandung bersama istriku dan dua anak."},
        {LANGUAGE_VI, "Tôi sống ở Huế với vợ và hai con nhỏ."},
        {LANGUAGE_TH, "ผมอยู่เชียงใหม่กับภรรยาและลูกสองคน ทำงานโรงพยาบาล"},
        {LANGUAGE_JA, "私は松本に住んでいて、妻と二人で畑をやっています。"},
        {LANGUAGE_ZH, "我住在成都，老婆是老师，我们养了一只猫。"},
        {LANGUAGE_KO, "저는 부산에 살고 있고 아내는 간호사예요."},
        {LANGUAGE_FI, "Minä asun Oulussa ja olen töissä sairaalassa."},
        {LANGUAGE_CS, "Já bydlím v Brně a mám dvě děti."},
        {LANGUAGE_HU, "Én Szegeden lakom, a férjem orvos."},
        {LANGUAGE_RO, "Eu locuiesc la Cluj cu soțul meu."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        if (best_score(told[i].text, told[i].language) == 0) {
            fail_msg("nothing of \"%s\"", told[i].text);
        }
    }
}

static void requests_and_errors_score_little(void **state)
{
    static const char *const texts[] = {
        "How do I sort a list in Python?",
        "Translate this sentence to French.",
        "Write a function that returns the sum of an array",
        "TypeError: undefined is not a function at index.js:12",
        "What is the capital of Peru?",
        "for (int i = 0; i < n; i++) { sum += a[i]; }",
        "thanks, perfect",
        "If I moved to Oslo, would I earn more?",
        "My friend Tom lives in Oslo and works as a pilot.",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (best_score(texts[i], LANGUAGE_EN) >= 200) {
            fail_msg("\"%s\" scores %d", texts[i], best_score(texts[i], LANGUAGE_EN));
        }
    }
}

static void what_tells_more_scores_more(void **state)
{
    static const char *const texts[] = {
        "My mother Rosa has Parkinson's and lives in Sligo, I call her every Sunday.",
        "I work nights in a bakery.",
        "I get a timeout when I run it.",
    };

    (void)state;
    for (size_t i = 1; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(best_score(texts[i - 1], LANGUAGE_EN) > best_score(texts[i], LANGUAGE_EN));
    }
}

static void short_sentences_are_joined(void **state)
{
    struct taken taken;

    (void)state;
    read_text("I got the job! Starts in May.", LANGUAGE_EN, &taken);
    assert_int_equal(taken.count, 1);
    assert_string_equal(taken.texts[0], "I got the job! Starts in May.");
}

static void long_sentences_are_cut_between_clauses(void **state)
{
    char text[2048] = "I live in Porto";
    struct taken taken;

    (void)state;
    while (strlen(text) < 900) {
        strcat(text, ", and my sister Clara visits us every summer with her children");
    }
    strcat(text, ".");
    read_text(text, LANGUAGE_EN, &taken);
    assert_true(taken.count >= 2);
    for (size_t i = 0; i + 1 < taken.count; i++) {
        size_t length = strlen(taken.texts[i]);

        assert_true(length < 420);
        assert_string_equal(taken.texts[i] + length - 4, ",\xE2\x80\xA6");
    }
}

static void masked_text_becomes_an_ellipsis(void **state)
{
    struct taken taken;

    (void)state;
    read_text("My boss Karin wrote \x01\x01\x01\x01\x01 \x01\x01\x01\x01 and now I work weekends again.", LANGUAGE_EN,
              &taken);
    assert_int_equal(taken.count, 1);
    assert_string_equal(taken.texts[0], "My boss Karin wrote \xE2\x80\xA6 and now I work weekends again.");
    read_text("I said \x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", LANGUAGE_EN,
              &taken);
    assert_int_equal(taken.count, 0);
}

static void drop(void *user, const char *text, int32_t score, const int32_t counts[EXCERPT_FEATURES])
{
    (void)user;
    (void)text;
    (void)score;
    (void)counts;
}

static void a_sentence_of_megabytes_is_read_in_linear_time(void **state)
{
    static const char *const parts[] = {".", "a", "a ", "a, ", ", so ", "-", "I moved to Porto, and "};
    struct excerpt_message message = {.language = LANGUAGE_EN, .weight = 1000};
    char *text = malloc(LONG_BYTES + 1);
    struct arena arena;
    struct buffer line;

    (void)state;
    assert_non_null(text);
    arena_init(&arena, &memory_default);
    buffer_init(&line, &memory_default);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t part = strlen(parts[i]);
        clock_t start;

        for (message.length = 0; message.length + part <= LONG_BYTES; message.length += part) {
            memcpy(text + message.length, parts[i], part);
        }
        text[message.length] = '\0';
        message.masked = message.sure = text;
        start = clock();
        excerpts_read(disclosure_table_create(&arena), &message, &line, drop, NULL);
        if ((clock() - start) / CLOCKS_PER_SEC >= LONG_S) {
            fail_msg("\"%s\" repeated: %d s", parts[i], (int)((clock() - start) / CLOCKS_PER_SEC));
        }
    }
    buffer_free(&line);
    arena_free(&arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_in_speech_without_marks_are_cut_off),
        cmocka_unit_test(self_disclosure_is_chosen_in_every_language),
        cmocka_unit_test(requests_and_errors_score_little),
        cmocka_unit_test(what_tells_more_scores_more),
        cmocka_unit_test(short_sentences_are_joined),
        cmocka_unit_test(long_sentences_are_cut_between_clauses),
        cmocka_unit_test(masked_text_becomes_an_ellipsis),
        cmocka_unit_test(a_sentence_of_megabytes_is_read_in_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

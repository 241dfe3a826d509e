/* Writes a made ChatGPT export of about a given size to standard output: the same bytes for the same size and seed.
 *
 *     make_export 200M [SEED [EVERY]] > export.json
 *
 * With EVERY, each such conversation has one more message: a newer export of the same account.
 *
 * Conversations have log-normal lengths, branches, several languages (escaped as the real exports do), code, tool
 * calls and the metadata that surrounds every message. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MAX      400
#define TEXT_BYTES_MAX 60000

static uint64_t random_state;
static int64_t written_bytes;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545F4914F6CDD1D);
}

static uint32_t random_below(uint32_t limit)
{
    return (uint32_t)((random_next() >> 32) * limit >> 32);
}

static int chance(uint32_t percent)
{
    return random_below(100) < percent;
}

static double random_unit(void)
{
    return ((double)(random_next() >> 11) + 1) / 9007199254740993.0;
}

/* exp(mu + sigma * normal): mu is the logarithm of the median. */
static double log_normal(double median, double sigma)
{
    double normal = sqrt(-2 * log(random_unit())) * cos(6.283185307179586 * random_unit());

    return median * exp(sigma * normal);
}

static void put(const char *text)
{
    size_t length = strlen(text);

    written_bytes += (int64_t)length;
    fwrite(text, 1, length, stdout);
}

static void put_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#include <stdarg.h>

static void put_format(const char *format, ...)
{
    char text[2048];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(text);
}

/* Words as they stand inside a JSON string of an export: ASCII, the rest escaped. */
static const char *const english[] = {
    "the",     "of",      "and",    "to",       "project", "server",  "database", "please",  "explain", "function",
    "returns", "because", "would",  "like",     "better",  "example", "migrate",  "cluster", "with",    "without",
    "error",   "message", "when",   "running",  "tests",   "garden",  "kitchen",  "weekend", "recipe",  "I",
    "my",      "we",      "should", "consider", "however", "first",   "second",   "finally", "don't",   "it's"};
static const char *const german[] = {"und",      "der",          "die",         "das",        "nicht",
                                     "bitte",    "Stra\\u00dfe", "f\\u00fcr",   "\\u00fcber", "Ver\\u00e4nderung",
                                     "schreibe", "einen",        "Brief",       "an",         "meine",
                                     "Kollegin", "morgen",       "sp\\u00e4ter"};
static const char *const spanish[] = {
    "el",  "la",    "que",  "ma\\u00f1ana", "tambi\\u00e9n", "proyecto",          "escribe",
    "una", "carta", "para", "mi",           "hermana",       "\\u00bfc\\u00f3mo", "funciona"};
static const char *const russian[] = {"\\u043f\\u0440\\u0438\\u0432\\u0435\\u0442", "\\u043a\\u0430\\u043a",
                                      "\\u0441\\u0434\\u0435\\u043b\\u0430\\u0442\\u044c",
                                      "\\u043f\\u0440\\u043e\\u0435\\u043a\\u0442", "\\u044d\\u0442\\u043e"};
static const char *const japanese[] = {
    "\\u4eca\\u65e5\\u306f", "\\u5929\\u6c17\\u304c", "\\u826f\\u3044\\u3067\\u3059\\u3002",
    "\\u30d7\\u30ed\\u30b0\\u30e9\\u30e0\\u3092", "\\u66f8\\u3044\\u3066\\u304f\\u3060\\u3055\\u3044\\u3002"};
static const char *const code[] = {
    "```python\\ndef process(items):\\n    return [item for item in items if item]\\n```\\n\\n",
    "```c\\nint main(void)\\n{\\n    printf(\\\"%d\\\\n\\\", 42);\\n    return 0;\\n}\\n```\\n\\n",
    "```json\\n{\\\"name\\\": \\\"value\\\", \\\"list\\\": [1, 2, 3]}\\n```\\n\\n",
    "```sh\\nfind . -name '*.log' -mtime +7 -delete\\n```\\n\\n"};

struct language {
    const char *const *words;
    uint32_t count;
    uint32_t percent;
};

#define WORDS(list, percent)                                                                                           \
    {                                                                                                                  \
        list, sizeof(list) / sizeof(list)[0], percent                                                                  \
    }

static const struct language languages[] = {WORDS(english, 72), WORDS(german, 10), WORDS(spanish, 8), WORDS(russian, 5),
                                            WORDS(japanese, 5)};

static const struct language *pick_language(void)
{
    uint32_t at = random_below(100);
    size_t i = 0;

    while (i + 1 < sizeof languages / sizeof languages[0] && at >= languages[i].percent) {
        at -= languages[i].percent;
        i++;
    }
    return &languages[i];
}

static void put_text(const struct language *language, int64_t bytes, int with_code)
{
    int64_t end = written_bytes + bytes;
    uint32_t words = 0;

    while (written_bytes < end) {
        put(language->words[random_below(language->count)]);
        words++;
        if (words % 90 == 0) {
            put(".\\n\\n");
            if (with_code && chance(30)) {
                put(code[random_below(sizeof code / sizeof code[0])]);
            }
        } else {
            put(words % 14 == 0 ? ", " : " ");
        }
    }
}

static void make_uuid(char uuid[37])
{
    uint64_t high = random_next();
    uint64_t low = random_next();

    snprintf(uuid, 37, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xFFFF),
             (unsigned)(high & 0xFFF), (unsigned)(0x8000 | (low >> 48 & 0x3FFF)), low & UINT64_C(0xFFFFFFFFFFFF));
}

struct node {
    char id[37];
    int parent;
    int role; /* 0 user, 1 assistant, 2 a call to python, 3 its result, 4 hidden system */
};

static struct node nodes[NODES_MAX];

/* A chain with some regenerated answers; now and then a tool call and its result. */
static int make_tree(int turns)
{
    int count = 1;
    int at = 0;

    nodes[0].parent = -1;
    nodes[0].role = -1;
    for (int turn = 0; turn < turns && count + 6 < NODES_MAX; turn++) {
        int user = count++;

        nodes[user].parent = at;
        nodes[user].role = turn == 0 ? 4 : 0;
        at = user;
        if (chance(8)) {
            nodes[count] = (struct node){.parent = at, .role = 2};
            nodes[count + 1] = (struct node){.parent = count, .role = 3};
            at = count + 1;
            count += 2;
        }
        if (chance(12)) {
            nodes[count++] = (struct node){.parent = at, .role = 1};
        }
        nodes[count] = (struct node){.parent = at, .role = 1};
        at = count++;
    }
    for (int i = 0; i < count; i++) {
        make_uuid(nodes[i].id);
    }
    return count;
}

static void put_children(int index, int count)
{
    const char *separator = "";

    put("\"children\": [");
    for (int i = index + 1; i < count && i < index + 8; i++) {
        if (nodes[i].parent == index) {
            put_format("%s\"%s\"", separator, nodes[i].id);
            separator = ", ";
        }
    }
    put("]");
}

static void put_content(const struct node *node, const struct language *language)
{
    double bytes = node->role == 1 ? log_normal(1400, 0.9) : log_normal(140, 1.2);
    int64_t length = bytes < TEXT_BYTES_MAX ? (int64_t)bytes : TEXT_BYTES_MAX;

    switch (node->role) {
    case 2:
        put("\"content\": {\"content_type\": \"code\", \"language\": \"python\", \"response_format_name\": null, "
            "\"text\": \"");
        put("import pandas as pd\\nframe = pd.read_csv('/mnt/data/sales.csv')\\nprint(frame.describe())");
        put("\"}, ");
        break;
    case 3:
        put("\"content\": {\"content_type\": \"execution_output\", \"text\": \"");
        put_text(&languages[0], length, 0);
        put("\"}, ");
        break;
    case 4:
        put("\"content\": {\"content_type\": \"text\", \"parts\": [\"\"]}, ");
        break;
    default:
        put("\"content\": {\"content_type\": \"text\", \"parts\": [\"");
        put_text(language, length, node->role == 1);
        put("\"]}, ");
    }
}

static void put_message(const struct node *node, const struct language *language, double time)
{
    static const char *const roles[] = {"user", "assistant", "assistant", "tool", "system"};

    put_format(
        "{\"id\": \"%s\", \"author\": {\"role\": \"%s\", \"name\": %s, \"metadata\": {}}, \"create_time\": %.6f, "
        "\"update_time\": null, ",
        node->id, roles[node->role], node->role == 3 ? "\"python\"" : "null", time);
    put_content(node, language);
    put_format("\"status\": \"finished_successfully\", \"end_turn\": %s, \"weight\": %s, \"metadata\": {",
               node->role == 1 ? "true" : "null", node->role == 4 ? "0.0" : "1.0");
    if (node->role == 4) {
        put("\"is_visually_hidden_from_conversation\": true");
    } else if (node->role == 0) {
        put_format("\"request_id\": \"%016" PRIx64 "-FRA\", \"timestamp_\": \"absolute\", \"message_type\": null, "
                   "\"selected_sources\": [], \"serialization_metadata\": {\"custom_symbol_offsets\": []}",
                   random_next());
    } else {
        put_format("\"finish_details\": {\"type\": \"stop\", \"stop_tokens\": [200002]}, \"is_complete\": true, "
                   "\"citations\": [], \"content_references\": [], \"message_type\": null, \"model_slug\": \"gpt-4o\", "
                   "\"default_model_slug\": \"gpt-4o\", \"parent_id\": \"%s\", \"request_id\": \"%016" PRIx64
                   "-FRA\", \"timestamp_\": \"absolute\"",
                   nodes[node->parent].id, random_next());
    }
    put_format("}, \"recipient\": \"%s\", \"channel\": null}", node->role == 2 ? "python" : "all");
}

/* One more message of the user at the end of a conversation, without an effect on the random numbers of later ones. */
static void add_newest(int count)
{
    uint64_t state = random_state;

    nodes[count] = (struct node){.parent = count - 1, .role = 0};
    make_uuid(nodes[count].id);
    random_state = state;
}

static void put_newest(int count, const struct language *language, double time)
{
    uint64_t state = random_state;

    put_format(", \"%s\": {\"id\": \"%s\", \"message\": ", nodes[count].id, nodes[count].id);
    put_message(&nodes[count], language, time);
    put_format(", \"parent\": \"%s\", \"children\": []}", nodes[count - 1].id);
    random_state = state;
}

/* Returns the bytes that a newest message takes; 0 without one. */
static int64_t put_conversation(int has_newest)
{
    int64_t newest_bytes = 0;
    const struct language *language = pick_language();
    double turns = log_normal(5, 0.9);
    int count = make_tree(turns < 1 ? 1 : turns > 120 ? 120 : (int)turns);
    double start = 1670000000 + (double)random_below(80000000);
    char id[37];

    make_uuid(id);
    if (has_newest) {
        add_newest(count);
    }
    put("{\"title\": \"");
    put_text(language, 20, 0);
    put_format("\", \"create_time\": %.6f, \"update_time\": %.6f, \"mapping\": {", start, start + 60.5 * count);
    for (int i = 0; i < count; i++) {
        put_format("%s\"%s\": {\"id\": \"%s\", \"message\": ", i > 0 ? ", " : "", nodes[i].id, nodes[i].id);
        if (nodes[i].role < 0) {
            put("null");
        } else {
            put_message(&nodes[i], language, start + 60.25 * i);
        }
        if (nodes[i].parent < 0) {
            put(", \"parent\": null, ");
        } else {
            put_format(", \"parent\": \"%s\", ", nodes[nodes[i].parent].id);
        }
        put_children(i, count + has_newest);
        put("}");
    }
    if (has_newest) {
        newest_bytes = written_bytes;
        put_newest(count, language, start + 60.25 * count);
        newest_bytes = written_bytes - newest_bytes;
    }
    put_format(
        "}, \"moderation_results\": [], \"current_node\": \"%s\", \"plugin_ids\": null, \"conversation_id\": \"%s\", "
        "\"conversation_template_id\": null, \"gizmo_id\": null, \"gizmo_type\": null, \"is_archived\": false, "
        "\"is_starred\": null, \"safe_urls\": [], \"blocked_urls\": [], \"default_model_slug\": \"gpt-4o\", "
        "\"conversation_origin\": null, \"voice\": null, \"async_status\": null, \"disabled_tool_ids\": [], "
        "\"is_do_not_remember\": false, \"memory_scope\": \"global_enabled\", \"id\": \"%s\"}",
        nodes[count - 1 + has_newest].id, id, id);
    return newest_bytes;
}

int main(int argc, char **argv)
{
    char *unit = NULL;
    double size = argc > 1 ? strtod(argv[1], &unit) : 0;
    int64_t every = argc > 3 ? strtoll(argv[3], NULL, 10) : 0;
    int64_t written = 0;

    if (size <= 0) {
        fprintf(stderr, "usage: make_export SIZE[K|M|G] [SEED [EVERY]] > export.json\n");
        return 2;
    }
    size *= *unit == 'G' ? 1e9 : *unit == 'M' ? 1e6 : *unit == 'K' ? 1e3 : 1;
    random_state = argc > 2 ? strtoull(argv[2], NULL, 10) * 2 + 1 : 20240301;
    put("[");
    while ((double)written_bytes < size) {
        put(written_bytes > 1 ? ", " : "");
        written++;
        size += (double)put_conversation(every > 0 && written % every == 0);
    }
    put("]");
    fprintf(stderr, "%lld conversations\n", (long long)written);
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}

/* The cases of JSONTestSuite as the file of every importer, and as values of its chats: nothing crashes, and what is
 * not read is told. CONTEXTPACK_FULL=1 puts every case in place of every value, otherwise some. */
#include "support/test.h"

#include "extract/chatbotui/chatbotui.h"
#include "extract/chatgpt/chatgpt.h"
#include "extract/claude/claude.h"
#include "extract/claude_code/claude_code.h"
#include "extract/codex/codex.h"
#include "extract/copilot/copilot.h"
#include "extract/cursor/cursor.h"
#include "extract/deepseek/deepseek.h"
#include "extract/gemini/gemini.h"
#include "extract/generic/generic.h"
#include "extract/grok/grok.h"
#include "extract/librechat/librechat.h"
#include "extract/mistral/mistral.h"
#include "extract/openai/openai.h"
#include "extract/openwebui/openwebui.h"
#include "extract/perplexity/perplexity.h"
#include "extract/sharegpt/sharegpt.h"
#include "extract/shares/share_gemini.h"
#include "unit/extract/samples.h"

#define CASES_MAX    320
#define LINE_BYTES   4096
#define EMBEDDED_MAX 4096 /* longer cases are only read as files */
#define DEFAULT_STEP 61   /* every 61st case in place of a value, another one each time */

struct json_case {
    char name[96];
    char *data;
    size_t length;
};

static void (*const drivers[])(cpk_extractor_driver *, const struct context *) = {
    chatbotui_driver_init,   chatgpt_driver_init,    chatgpt_page_driver_init, claude_driver_init,
    claude_code_driver_init, codex_driver_init,      copilot_driver_init,      cursor_driver_init,
    deepseek_driver_init,    gemini_driver_init,     gemini_html_driver_init,  generic_driver_init,
    grok_driver_init,        librechat_driver_init,  mistral_driver_init,      openai_driver_init,
    openwebui_driver_init,   perplexity_driver_init, sharegpt_driver_init,     cursor_transcript_driver_init,
    share_gemini_driver_init};

/* Appends bytes in hexadecimal, or "NUMBERxHEX", up to a blank or the end of the line. */
static void append_hex(struct json_case *made, const char *text)
{
    char *digits;
    size_t times = strtoul(text, &digits, 10);
    size_t length;

    if (*digits != 'x') {
        times = 1;
        digits = (char *)(uintptr_t)text - 1;
    }
    text = digits + 1;
    length = strcspn(text, " \n") / 2;
    made->data = realloc(made->data, made->length + times * length + 1);
    assert_non_null(made->data);
    for (size_t i = 0; i < times * length; i++) {
        const char pair[] = {text[2 * (i % length)], text[2 * (i % length) + 1], '\0'};
        char *end;

        made->data[made->length++] = (char)strtoul(pair, &end, 16);
        assert_int_equal(*end, '\0');
    }
}

static size_t load_cases(struct json_case cases[CASES_MAX])
{
    FILE *file = fopen(TEST_DATA_DIR "/json/cases.txt", "r");
    char line[LINE_BYTES];
    size_t count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        struct json_case *made = &cases[count];
        size_t at = strcspn(line, " \n");

        if (line[0] == '#') {
            continue;
        }
        assert_true(count < CASES_MAX && at < sizeof made->name);
        memset(made, 0, sizeof *made);
        memcpy(made->name, line, at);
        made->data = malloc(1);
        for (; line[at] == ' '; at += 1 + strcspn(line + at + 1, " \n")) {
            append_hex(made, line + at + 1);
        }
        count++;
    }
    fclose(file);
    assert_int_equal(count, 318);
    return count;
}

static void free_cases(struct json_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(cases[i].data);
    }
}

static int32_t is_expected(cpk_status status)
{
    return status == CPK_OK || status == CPK_ERROR_NO_CONTENT || status == CPK_ERROR_INVALID_DATA ||
           status == CPK_ERROR_UNSUPPORTED;
}

static void every_importer_reads_every_case(void **state)
{
    struct json_case cases[CASES_MAX];
    size_t count = load_cases(cases);
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < count * (sizeof drivers / sizeof drivers[0]); i++) {
        const struct json_case *read = &cases[i % count];
        struct bytes_source source;
        cpk_reader reader = bytes_reader(&source, read->data, read->length, "conversation_1.txt");
        struct seen seen = {0, 0};
        cpk_sink sink = {sizeof sink, 0, &seen, see_message, see_note, see_progress};
        cpk_extractor_driver driver;
        cpk_error *error = NULL;

        drivers[i / count](&driver, &context);
        if (!is_expected(driver.extract(driver.self, &reader, &sink, &error))) {
            fail_msg("%s: %s: %s", driver.name(driver.self), read->name, cpk_error_message(error));
        }
        assert_int_equal(seen.messages, 0); /* no case is a chat */
        cpk_error_free(error);
    }
    free_cases(cases, count);
}

static void every_case_is_a_file(void **state)
{
    static const char *const names[] = {"conversations.json", "chat.jsonl", "notes.txt"};
    struct json_case cases[CASES_MAX];
    size_t count = load_cases(cases);

    (void)state;
    for (size_t i = 0; i < count * (sizeof names / sizeof names[0]); i++) {
        struct import_report report;
        struct seen seen;

        assert_true(is_expected(
            import_bytes(names[i / count], cases[i % count].data, cases[i % count].length, &report, &seen)));
    }
    free_cases(cases, count);
}

/* The sample with a case in place of a value has its other conversations, or tells what was lost. */
static void check_embedded(const struct sample *sample, const struct span *span, const struct json_case *put,
                           const struct import_report *whole)
{
    size_t length = span->start + put->length + sample->length - span->end;
    char *text = malloc(length + 1);
    struct import_report report;
    struct seen seen;
    cpk_status status;

    assert_non_null(text);
    memcpy(text, sample->data, span->start);
    memcpy(text + span->start, put->data, put->length);
    memcpy(text + span->start + put->length, sample->data + span->end, sample->length - span->end);
    status = import_bytes(sample->name, text, length, &report, &seen);
    assert_true(is_expected(status));
    if (status == CPK_OK && seen.notes == 0 && report.conversations < whole->conversations) {
        fail_msg("%s: %s: %d of %d conversations, and no note: %.*s", sample->name, put->name,
                 (int)report.conversations, (int)whole->conversations, (int)length, text);
    }
    free(text);
}

static size_t embed_cases(const struct sample *sample, const struct json_case *cases, size_t count, size_t step,
                          size_t *next)
{
    static struct span spans[SPANS_MAX];
    size_t value_count = find_values(sample->data, sample->length, spans);
    struct import_report whole;
    struct seen seen;
    size_t embedded = 0;

    assert_int_equal(import_bytes(sample->name, sample->data, sample->length, &whole, &seen), CPK_OK);
    for (size_t i = 0; i < value_count; i++) {
        for (; *next < count; *next += step) {
            if (spans[i].depth > 0 && spans[i].start >= 24 && cases[*next].length <= EMBEDDED_MAX) {
                check_embedded(sample, &spans[i], &cases[*next], &whole);
                embedded++;
            }
        }
        *next -= count;
    }
    return embedded;
}

static void every_case_is_a_value(void **state)
{
    struct json_case cases[CASES_MAX];
    size_t count = load_cases(cases);
    struct sample samples[FILES_MAX];
    size_t sample_count = load_samples(samples);
    size_t step = getenv("CONTEXTPACK_FULL") != NULL ? 1 : DEFAULT_STEP;
    size_t embedded = 0;
    size_t next = 0;

    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        if (strstr(samples[i].name, ".csv") == NULL && strstr(samples[i].name, ".html") == NULL &&
            strstr(samples[i].name, ".vscdb") == NULL) {
            embedded += embed_cases(&samples[i], cases, count, step, &next);
        }
    }
    assert_true(embedded > 3000);
    free_samples(samples, sample_count);
    free_cases(cases, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_importer_reads_every_case),
                                       cmocka_unit_test(every_case_is_a_file), cmocka_unit_test(every_case_is_a_value)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

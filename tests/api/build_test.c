/* cpk_build(): from files to documents, again and again, with bad inputs, limits and cancellation. */
#include "support/person.h"
#include "support/scratch.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE "I live in Porto and work as a nurse. I prefer short answers.\n"

struct fixture {
    struct person person;
    char folder[SCRATCH_SHORT_BYTES];
    char output[80];
    cpk_build_options options;
    cpk_run_options run;
    cpk_build_result *result;
    cpk_error *error;
    char events[1024]; /* what the events told, in short */
};

static int remove_one(const char *path, const struct stat *details, int kind, struct FTW *level)
{
    (void)details;
    (void)kind;
    (void)level;
    return remove(path);
}

static void write_file(const struct fixture *fixture, const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    cpk_engine_options options = person_options();
    char path[160];

    scratch_make_short(fixture->folder);
    snprintf(fixture->output, sizeof fixture->output, "%s/out", fixture->folder);
    if (person_create(&fixture->person, &options, CPK_PLAN_CREDITS, &fixture->error) != CPK_OK) {
        fail_msg("%s", cpk_error_message(fixture->error));
    }
    cpk_build_options_init(&fixture->options, sizeof fixture->options);
    cpk_run_options_init(&fixture->run, sizeof fixture->run);
    fixture->options.output = fixture->output;
    fixture->options.run_options = &fixture->run;
    snprintf(path, sizeof path, "%s/in", fixture->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(fixture, "in/note.md", NOTE);
    write_file(fixture, "in/odd.json", "{\"a\":1}");
    write_file(fixture, "in/picture.png", "\x89PNG\r\n\x1a\n\x01\x02\x03");
    write_file(fixture, "in/.hidden", "I like tea.\n");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    cpk_build_result_free(fixture->result);
    cpk_error_free(fixture->error);
    person_close(&fixture->person);
    nftw(fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(fixture);
    return 0;
}

/* A path in the fixture's folder; of the last four calls. */
static const char *in(const struct fixture *fixture, const char *name)
{
    static char paths[4][160];
    static size_t next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", fixture->folder, name);
    return path;
}

static cpk_status build(struct fixture *fixture, const char *first, const char *second)
{
    const char *const paths[] = {first, second};

    cpk_build_result_free(fixture->result);
    cpk_error_free(fixture->error);
    fixture->error = NULL;
    return cpk_build(fixture->person.session, paths, second != NULL ? 2 : 1, &fixture->options, &fixture->result,
                     &fixture->error);
}

static void expect_input(const struct fixture *fixture, int32_t index, int32_t outcome, const char *name)
{
    const char *path = cpk_build_result_input_path(fixture->result, index);

    assert_int_equal(cpk_build_result_input_outcome(fixture->result, index), outcome);
    assert_string_equal(cpk_build_result_input_outcome_name(fixture->result, index), cpk_input_outcome_name(outcome));
    assert_non_null(strstr(path, name));
}

static void the_same_build_again_does_nothing_new(void **state)
{
    struct fixture *fixture = *state;
    const cpk_build_result *result;
    struct stat details;
    char export_id[40];

    assert_ok(build(fixture, SAMPLE, in(fixture, "in/note.md")), fixture->error);
    result = fixture->result;
    assert_int_equal(cpk_build_result_good_count(result), 2);
    assert_int_equal(cpk_build_result_input_count(result), 2);
    expect_input(fixture, 0, CPK_INPUT_NEW, "conversations.json");
    expect_input(fixture, 1, CPK_INPUT_NEW, "note.md");
    assert_non_null(cpk_build_result_input_source_id(result, 0));
    assert_int_equal(cpk_build_result_input_error_code(result, 0), CPK_OK);
    assert_null(cpk_build_result_input_error_message(result, 0));
    assert_int_equal(cpk_build_result_analyzed_chunks(result), 2);
    assert_non_null(cpk_build_result_pack_id(result));
    assert_string_equal(cpk_build_result_pack_name(result), "sample"); /* conversations.json tells nothing */
    assert_string_equal(cpk_build_result_output(result), fixture->output);
    assert_int_equal(cpk_build_result_document_count(result), 1);
    assert_int_equal(cpk_build_result_document_type(result, 0), CPK_EXPORT_STANDARD);
    assert_string_equal(cpk_build_result_document_type_name(result, 0), "standard");
    assert_int_equal(cpk_build_result_document_is_new(result, 0), 1);
    assert_true(cpk_build_result_document_token_count(result, 0) > 100);
    assert_int_equal(stat(cpk_build_result_document_markdown_path(result, 0), &details), 0);
    assert_int_equal(details.st_mode & 0777, 0600);
    assert_int_equal(stat(cpk_build_result_document_json_path(result, 0), &details), 0);
    snprintf(export_id, sizeof export_id, "%s", cpk_build_result_document_export_id(result, 0));

    assert_ok(build(fixture, SAMPLE, in(fixture, "in/note.md")), fixture->error);
    expect_input(fixture, 0, CPK_INPUT_UNCHANGED, "conversations.json");
    assert_int_equal(cpk_build_result_good_count(fixture->result), 2);
    assert_int_equal(cpk_build_result_analyzed_chunks(fixture->result), 0);
    assert_int_equal(cpk_build_result_document_is_new(fixture->result, 0), 0);
    assert_string_equal(cpk_build_result_document_export_id(fixture->result, 0), export_id);
}

static void files_of_a_folder_that_hold_nothing_are_skipped(void **state)
{
    struct fixture *fixture = *state;

    snprintf(fixture->output, sizeof fixture->output, "%s/in", fixture->folder);
    for (int32_t run = 0; run < 2; run++) {
        assert_ok(build(fixture, in(fixture, "in"), NULL), fixture->error);
        assert_int_equal(cpk_build_result_input_count(fixture->result), run == 0 ? 3 : 5);
        expect_input(fixture, 0, run == 0 ? CPK_INPUT_NEW : CPK_INPUT_UNCHANGED, "note.md");
        expect_input(fixture, 1, CPK_INPUT_SKIPPED, "odd.json");
        expect_input(fixture, 2, CPK_INPUT_SKIPPED, "picture.png");
        if (run == 1) { /* the documents of the first one */
            expect_input(fixture, 3, CPK_INPUT_SKIPPED, "standard.json");
            expect_input(fixture, 4, CPK_INPUT_SKIPPED, "standard.md");
        }
        assert_int_equal(cpk_build_result_skipped_count(fixture->result), run == 0 ? 2 : 4);
        assert_non_null(cpk_build_result_input_error_message(fixture->result, 1));
        assert_null(cpk_build_result_input_source_id(fixture->result, 1));
    }
}

static void a_bad_input_stops_no_other(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(build(fixture, in(fixture, "in/odd.json"), in(fixture, "in/note.md")), fixture->error);
    expect_input(fixture, 0, CPK_INPUT_FAILED, "odd.json");
    expect_input(fixture, 1, CPK_INPUT_NEW, "note.md");
    assert_int_equal(cpk_build_result_failed_count(fixture->result), 1);
    assert_int_equal(cpk_build_result_input_error_code(fixture->result, 0), CPK_ERROR_UNSUPPORTED);
    assert_int_equal(cpk_build_result_document_count(fixture->result), 1);

    assert_int_equal(build(fixture, in(fixture, "in/odd.json"), in(fixture, "missing")), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(fixture->error), "odd.json"));
    assert_non_null(fixture->result); /* also when the call fails */
    expect_input(fixture, 1, CPK_INPUT_FAILED, "missing");
    assert_int_equal(cpk_build_result_input_error_code(fixture->result, 1), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_build_result_document_count(fixture->result), 0);
}

/* An export that was read in part is told as such, also when it is built again. */
static void content_that_was_lost_is_told(void **state)
{
    static const char one[] =
        "{\"title\":\"One\",\"id\":\"one\",\"current_node\":\"a\",\"mapping\":{\"a\":{\"id\":\"a\","
        "\"message\":{\"id\":\"a\",\"author\":{\"role\":\"user\"},\"create_time\":1700000000,"
        "\"content\":{\"content_type\":\"text\",\"parts\":[\"I live in Porto.\"]}},"
        "\"parent\":null,\"children\":[]}}}";
    struct fixture *fixture = *state;
    char text[2048];

    snprintf(text, sizeof text, "[%s,{\"title\":\"No mapping\",\"id\":\"two\"},{\"title\":\"Cut", one);
    write_file(fixture, "in/cut.json", text);
    snprintf(text, sizeof text, "[%s,{\"id\":\"two\",\"mapping\":{}}]", one);
    write_file(fixture, "in/whole.json", text);
    for (int32_t round = 0; round < 2; round++) {
        assert_ok(build(fixture, in(fixture, "in/cut.json"), NULL), fixture->error);
        assert_int_equal(cpk_build_result_good_count(fixture->result), 1);
        assert_int_equal(cpk_build_result_partial_count(fixture->result), 1);
        assert_int_equal(cpk_build_result_input_is_partial(fixture->result, 0), 1);
        assert_string_equal(cpk_build_result_input_loss_summary(fixture->result, 0),
                            "1 of 2 conversations skipped: 1 unreadable; truncated or damaged in 1 place");
    }
    assert_ok(build(fixture, in(fixture, "in/whole.json"), NULL), fixture->error);
    assert_int_equal(cpk_build_result_partial_count(fixture->result), 0);
    assert_int_equal(cpk_build_result_input_is_partial(fixture->result, 0), 0);
    assert_string_equal(cpk_build_result_input_loss_summary(fixture->result, 0),
                        "1 of 2 conversations skipped: 1 without content");
    assert_null(cpk_build_result_input_loss_summary(fixture->result, 7));
    assert_int_equal(cpk_build_result_input_is_partial(NULL, 0), 0);
    assert_int_equal(cpk_build_result_partial_count(NULL), 0);
}

static void nothing_usable_is_an_error(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(mkdir(in(fixture, "empty"), 0700), 0);
    assert_int_equal(build(fixture, in(fixture, "empty"), NULL), CPK_ERROR_NO_CONTENT);
    assert_null(cpk_build_result_pack_id(fixture->result));
    assert_string_equal(cpk_build_result_pack_name(fixture->result), "empty"); /* as it would have been */
    assert_int_equal(access(fixture->output, F_OK), -1);
}

static void credits_that_are_short_stop_before_the_first_chunk(void **state)
{
    struct fixture *fixture = *state;
    cpk_engine_options options = person_options();
    const cpk_setting settings[] = {{"chunk.max_tokens", 50}};

    person_free(&fixture->person);
    options.settings = settings;
    options.setting_count = 1;
    assert_ok(person_create(&fixture->person, &options, CPK_PLAN_CREDITS, &fixture->error), fixture->error);
    assert_int_equal(build(fixture, SAMPLE, in(fixture, "in/note.md")), CPK_ERROR_INSUFFICIENT_CREDITS);
    expect_input(fixture, 0, CPK_INPUT_FAILED, "conversations.json");
    expect_input(fixture, 1, CPK_INPUT_NEW, "note.md");                  /* the next one is built */
    assert_int_equal(cpk_build_result_failed_count(fixture->result), 0); /* nothing is wrong with it */
    assert_int_equal(cpk_build_result_analyzed_chunks(fixture->result), 1);
    assert_int_equal(cpk_build_result_document_count(fixture->result), 1);

    fixture->run.max_chunks = 4;
    assert_ok(build(fixture, SAMPLE, in(fixture, "in/note.md")), fixture->error);
    expect_input(fixture, 0, CPK_INPUT_PARTIAL, "conversations.json");
    assert_int_equal(cpk_build_result_analyzed_chunks(fixture->result), 4); /* of all inputs together */
    fixture->run.max_chunks = 0;
    fixture->run.flags = CPK_RUN_PARTIAL;
    assert_ok(build(fixture, SAMPLE, NULL), fixture->error);
    assert_int_equal(cpk_build_result_analyzed_chunks(fixture->result), 5); /* what was left of ten credits */
}

static int64_t tokens_of(struct fixture *fixture, uint32_t types, int64_t max_tokens)
{
    fixture->options.types = types;
    fixture->options.max_tokens = max_tokens;
    assert_ok(build(fixture, SAMPLE, NULL), fixture->error);
    return cpk_build_result_document_token_count(fixture->result, 0);
}

static void documents_have_the_types_the_forms_and_the_budget_that_are_asked_for(void **state)
{
    struct fixture *fixture = *state;
    int64_t wide = tokens_of(fixture, CPK_BUILD_STANDARD, 0);

    assert_true(wide > 700);
    assert_in_range(tokens_of(fixture, CPK_BUILD_STANDARD, 700), 300, 700);
    assert_int_equal(tokens_of(fixture, CPK_BUILD_STANDARD, 0), wide);
    assert_in_range(tokens_of(fixture, CPK_BUILD_COMPACT, 300), 100, 300);
    fixture->options.formats = CPK_BUILD_JSON;
    fixture->options.file_mode = 0640;
    tokens_of(fixture, CPK_BUILD_COMPACT | CPK_BUILD_COMPLETE, 0);
    assert_int_equal(cpk_build_result_document_count(fixture->result), 2);
    assert_string_equal(cpk_build_result_document_type_name(fixture->result, 1), "complete");
    assert_null(cpk_build_result_document_markdown_path(fixture->result, 1));
    assert_int_equal(access(in(fixture, "out/complete.md"), F_OK), -1);
    {
        struct stat details;

        assert_int_equal(stat(in(fixture, "out/complete.json"), &details), 0);
        assert_int_equal(details.st_mode & 0777, 0640);
    }
}

static void wrong_options_are_refused(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.types = 8;
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_null(fixture->result);
    fixture->options.types = 0;
    fixture->options.formats = 4;
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_INVALID_ARGUMENT);
    fixture->options.formats = 0;
    fixture->options.file_mode = 01777;
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_INVALID_ARGUMENT);
    fixture->options.file_mode = 0;
    fixture->options.output = "";
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_INVALID_ARGUMENT);
    fixture->options.output = fixture->output;
    assert_int_equal(build(fixture, "", NULL), CPK_ERROR_INVALID_ARGUMENT);
    fixture->options.max_tokens = 10; /* found when the document is made */
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_INVALID_ARGUMENT);
    expect_input(fixture, 0, CPK_INPUT_NEW, "conversations.json");
}

static void a_document_that_cannot_be_written_is_an_error(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.output = "/dev/null/out";
    assert_int_equal(build(fixture, SAMPLE, NULL), CPK_ERROR_IO);
    assert_int_equal(cpk_build_result_good_count(fixture->result), 1);
    assert_int_equal(cpk_build_result_document_count(fixture->result), 0);
}

static int32_t cancel_while_analyzing(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)done;
    (void)total;
    return stage == CPK_STAGE_ANALYZE && user != NULL;
}

static void what_was_cancelled_goes_on(void **state)
{
    struct fixture *fixture = *state;

    fixture->run.progress = cancel_while_analyzing;
    fixture->run.progress_user = fixture;
    assert_int_equal(build(fixture, SAMPLE, in(fixture, "in/note.md")), CPK_ERROR_CANCELLED);
    expect_input(fixture, 0, CPK_INPUT_FAILED, "conversations.json");
    assert_int_equal(cpk_build_result_input_count(fixture->result), 1); /* the next one was not begun */
    fixture->run.progress_user = NULL;
    fixture->options.name = "sample";
    assert_ok(build(fixture, in(fixture, "in/note.md"), SAMPLE), fixture->error);
    expect_input(fixture, 0, CPK_INPUT_RESUMED, "conversations.json"); /* first what is unfinished */
    expect_input(fixture, 1, CPK_INPUT_NEW, "note.md");
    expect_input(fixture, 2, CPK_INPUT_UNCHANGED, "conversations.json");
    assert_int_equal(cpk_build_result_good_count(fixture->result), 2);
}

static void take_event(void *user, const cpk_build_event *event)
{
    static const char *const NAMES[] = {"", "start", "end", "input", "pack", "document", "failed"};
    struct fixture *fixture = user;
    cpk_user *own = NULL;
    size_t used = strlen(fixture->events);

    assert_int_equal(event->struct_size, sizeof *event);
    assert_int_equal(cpk_user_get(fixture->person.session, NULL, &own, NULL), CPK_OK); /* the session may be used */
    cpk_user_free(own);
    snprintf(fixture->events + used, sizeof fixture->events - used, "%s %d %s,", NAMES[event->event],
             (int)event->is_done, event->outcome != 0 ? cpk_input_outcome_name(event->outcome) : "-");
}

static void open_note(void *user, const char *path, cpk_input *input)
{
    assert_string_equal(path, "-");
    input->data = user;
    input->length = strlen(user);
    input->name = "typed";
}

static void events_tell_each_step(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.event = take_event;
    fixture->options.event_user = fixture;
    assert_ok(build(fixture, in(fixture, "in/note.md"), NULL), fixture->error);
    assert_string_equal(fixture->events, "start 0 -,end 1 -,start 0 -,end 1 -,input 0 new,pack 1 -,document 1 -,");
    fixture->events[0] = '\0';
    assert_ok(build(fixture, in(fixture, "in/note.md"), NULL), fixture->error);
    assert_string_equal(fixture->events,
                        "start 0 -,end 0 -,start 0 -,end 1 -,input 0 unchanged,pack 1 -,document 0 -,");
    fixture->events[0] = '\0';
    assert_int_equal(build(fixture, in(fixture, "missing"), NULL), CPK_ERROR_NOT_FOUND);
    assert_string_equal(fixture->events, "input 0 failed,pack 1 -,");
}

static void what_can_be_read_once_is_opened_by_the_host(void **state)
{
    struct fixture *fixture = *state;

    fixture->options.open = open_note;
    fixture->options.open_user = (void *)(uintptr_t)NOTE;
    assert_ok(build(fixture, "-", NULL), fixture->error);
    expect_input(fixture, 0, CPK_INPUT_NEW, "-");
    assert_string_equal(cpk_build_result_pack_name(fixture->result), "Context pack");
}

static void without_a_session_it_is_the_machines_own_user(void **state)
{
    struct fixture *fixture = *state;
    const char *const paths[] = {SAMPLE};

    setenv("XDG_DATA_HOME", fixture->folder, 1);
    for (int32_t run = 0; run < 2; run++) {
        cpk_build_result_free(fixture->result);
        assert_ok(cpk_build(NULL, paths, 1, &fixture->options, &fixture->result, &fixture->error), fixture->error);
        expect_input(fixture, 0, run == 0 ? CPK_INPUT_NEW : CPK_INPUT_UNCHANGED, "conversations.json");
    }
    assert_int_equal(access(in(fixture, "contextpack/contextpack.db"), F_OK), 0);
    assert_ok(cpk_build(NULL, paths, 1, &fixture->options, NULL, &fixture->error), fixture->error);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_same_build_again_does_nothing_new),
        TEST(files_of_a_folder_that_hold_nothing_are_skipped),
        TEST(a_bad_input_stops_no_other),
        TEST(content_that_was_lost_is_told),
        TEST(nothing_usable_is_an_error),
        TEST(credits_that_are_short_stop_before_the_first_chunk),
        TEST(documents_have_the_types_the_forms_and_the_budget_that_are_asked_for),
        TEST(wrong_options_are_refused),
        TEST(a_document_that_cannot_be_written_is_an_error),
        TEST(what_was_cancelled_goes_on),
        TEST(events_tell_each_step),
        TEST(what_can_be_read_once_is_opened_by_the_host),
        TEST(without_a_session_it_is_the_machines_own_user),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include "base/error.h"
#include "ingest/input.h"
#include "model/pack_mark.h"
#include "support/scratch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct context context;
    struct op_context op;
    cpk_error *error;
};

static void start(struct fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    context_init(&fixture->context);
    op_context_init(&fixture->op, &fixture->context, NULL);
}

/* Gives `left` bytes in pieces of 7, then `end`. */
struct pieces {
    int64_t left;
    int64_t end; /* 0: the end, -1: a failure */
    cpk_cancel *cancel_at_end;
};

static int64_t next_piece(void *user, void *bytes, size_t capacity)
{
    struct pieces *pieces = user;
    int64_t length = pieces->left < 7 ? pieces->left : 7;

    assert_true(capacity >= 7);
    if (length == 0) {
        cpk_cancel_request(pieces->cancel_at_end);
        return pieces->end;
    }
    memset(bytes, 'x', (size_t)length);
    pieces->left -= length;
    return length;
}

static cpk_status open_pieces(struct fixture *fixture, struct pieces *pieces, struct input *opened)
{
    cpk_input given = CPK_INPUT_INIT;

    given.read = next_piece;
    given.read_user = pieces;
    return input_open(&fixture->op, &given, opened, &fixture->error);
}

static int64_t next_of_endless(void *user, void *bytes, size_t capacity)
{
    memset(bytes, 'x', capacity);
    *(int64_t *)user += (int64_t)capacity;
    return (int64_t)capacity;
}

static cpk_status open_endless(struct fixture *fixture, int64_t *bytes, struct input *opened)
{
    cpk_input given = CPK_INPUT_INIT;

    given.read = next_of_endless;
    given.read_user = bytes;
    return input_open(&fixture->op, &given, opened, &fixture->error);
}

static void check_refused(struct fixture *fixture, cpk_status status, cpk_status expected, const char *text)
{
    assert_int_equal(status, expected);
    assert_non_null(strstr(cpk_error_message(fixture->error), text));
    error_clear(&fixture->error);
}

static void stream_is_seekable(void **state)
{
    struct pieces pieces = {100, 0, NULL};
    char bytes[200];
    struct fixture fixture;
    struct input opened;
    size_t got;

    (void)state;
    start(&fixture);
    assert_ok(open_pieces(&fixture, &pieces, &opened), fixture.error);
    assert_int_equal(opened.reader.size_bytes, 100);
    assert_true(opened.is_paste);
    assert_string_equal(opened.name, "Pasted text");
    assert_ok(opened.reader.read(opened.reader.self, bytes, sizeof bytes, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 100);
    assert_ok(opened.reader.read(opened.reader.self, bytes, sizeof bytes, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 0);
    input_rewind(&opened);
    assert_ok(opened.reader.read_at(opened.reader.self, 98, bytes, sizeof bytes, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 2);
    assert_ok(opened.reader.read(opened.reader.self, bytes, 10, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 10);
    input_close(&opened);
    input_close(&opened);
}

static void stream_failures_are_reported(void **state)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_cancel *cancel;
    struct pieces empty = {0, 0, NULL};
    struct pieces broken = {20, -1, NULL};
    struct pieces large = {2000, 0, NULL};
    struct pieces stopped = {20, -1, NULL};
    int64_t endless_bytes = 0;
    struct fixture fixture;
    struct input opened;

    (void)state;
    start(&fixture);
    check_refused(&fixture, open_pieces(&fixture, &empty, &opened), CPK_ERROR_NO_CONTENT, "empty");
    check_refused(&fixture, open_pieces(&fixture, &broken, &opened), CPK_ERROR_IO, "can't read");
    fixture.context.settings.values[SETTING_IMPORT_MAX_FILE_BYTES] = 1000;
    check_refused(&fixture, open_pieces(&fixture, &large, &opened), CPK_ERROR_LIMIT_EXCEEDED, "import.max_file_bytes");
    assert_true(large.left > 900); /* and not a byte more was read */
    fixture.context.settings.values[SETTING_IMPORT_MAX_FILE_BYTES] = INT64_MAX;
    fixture.context.settings.values[SETTING_STORAGE_MIN_FREE_BYTES] = INT64_MAX;
    check_refused(&fixture, open_endless(&fixture, &endless_bytes, &opened), CPK_ERROR_NO_SPACE,
                  "storage.min_free_bytes");
    assert_true(endless_bytes < 32 << 20);
    assert_ok(cpk_cancel_create(&cancel, &fixture.error), fixture.error);
    options.cancel = cancel;
    op_context_init(&fixture.op, &fixture.context, &options);
    stopped.cancel_at_end = cancel;
    check_refused(&fixture, open_pieces(&fixture, &stopped, &opened), CPK_ERROR_CANCELLED, "cancelled");
    cpk_cancel_free(cancel);
}

static void memory_input_is_read_completely(void **state)
{
    cpk_input given = CPK_INPUT_INIT;
    struct fixture fixture;
    char bytes[16];
    struct input opened;
    size_t got;

    (void)state;
    start(&fixture);
    given.data = "hello";
    given.length = 5;
    given.name = "a/b\xFFnote";
    assert_ok(input_open(&fixture.op, &given, &opened, &fixture.error), fixture.error);
    assert_string_equal(opened.name, "a/b\xEF\xBF\xBDnote"); /* a name, not a path */
    assert_ok(opened.reader.read_at(opened.reader.self, 3, bytes, sizeof bytes, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 2);
    assert_ok(opened.reader.read_at(opened.reader.self, 9, bytes, sizeof bytes, &got, &fixture.error), fixture.error);
    assert_int_equal(got, 0);
    input_close(&opened);
    given.length = 0;
    check_refused(&fixture, input_open(&fixture.op, &given, &opened, &fixture.error), CPK_ERROR_NO_CONTENT, "empty");
    given.length = SIZE_MAX;
    check_refused(&fixture, input_open(&fixture.op, &given, &opened, &fixture.error), CPK_ERROR_INVALID_ARGUMENT,
                  "input.length");
}

static void long_names_are_truncated_at_characters(void **state)
{
    cpk_input given = CPK_INPUT_INIT;
    char name[601];
    struct fixture fixture;
    struct input opened;

    (void)state;
    start(&fixture);
    for (size_t i = 0; i < sizeof name - 1; i += 3) {
        memcpy(name + i, "\xE6\x9D\xB1", 3);
    }
    name[sizeof name - 1] = '\0';
    given.data = "x";
    given.length = 1;
    given.name = name;
    assert_ok(input_open(&fixture.op, &given, &opened, &fixture.error), fixture.error);
    assert_int_equal(strlen(opened.name), 255);
    assert_memory_equal(opened.name, name, 255);
    input_close(&opened);
}

static void paths_of_non_files_are_rejected(void **state)
{
    char folder[SCRATCH_SHORT_BYTES];
    char path[SCRATCH_SHORT_BYTES + 16];
    cpk_input given = CPK_INPUT_INIT;
    struct fixture fixture;
    struct input opened;
    int file;

    (void)state;
    start(&fixture);
    scratch_make_short(folder);
    given.path = folder;
    check_refused(&fixture, input_open(&fixture.op, &given, &opened, &fixture.error), CPK_ERROR_NO_CONTENT, folder);
    snprintf(path, sizeof path, "%s/chats.json", folder);
    given.path = path;
    check_refused(&fixture, input_open(&fixture.op, &given, &opened, &fixture.error), CPK_ERROR_NOT_FOUND, path);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(file >= 0);
    check_refused(&fixture, input_open(&fixture.op, &given, &opened, &fixture.error), CPK_ERROR_NO_CONTENT, "empty");
    assert_int_equal(write(file, "[]", 2), 2);
    assert_ok(input_open(&fixture.op, &given, &opened, &fixture.error), fixture.error);
    assert_string_equal(opened.name, "chats.json");
    assert_false(opened.is_paste);
    input_close(&opened);
    close(file);
    unlink(path);
    rmdir(folder);
}

/* The bytes of an input; free with free(). */
static char *read_all(struct fixture *fixture, struct input *opened, size_t *length)
{
    char *bytes = malloc((size_t)opened->reader.size_bytes + 1);

    assert_non_null(bytes);
    assert_ok(opened->reader.read_at(opened->reader.self, 0, bytes, (size_t)opened->reader.size_bytes, length,
                                     &fixture->error),
              fixture->error);
    return bytes;
}

static void folder_is_an_archive_with_the_same_bytes_each_time(void **state)
{
    static const char *const names[] = {"conversations.json", "standard.md", "notes.txt", "compact.md"};
    static const char *const texts[] = {"[]", PACK_MARK_HEADING "x\n\n" PACK_MARK_ABOUT "1 source).\n",
                                        PACK_MARK_HEADING "x\r\n\r\n" PACK_MARK_NOTHING, PACK_MARK_HEADING "an idea\n"};
    char folder[SCRATCH_SHORT_BYTES];
    char path[SCRATCH_SHORT_BYTES + 32];
    cpk_input given = CPK_INPUT_INIT;
    struct fixture fixture;
    struct input opened;
    char *first = NULL;
    size_t first_length = 0;

    (void)state;
    start(&fixture);
    scratch_make_short(folder);
    for (size_t i = 0; i < 4; i++) {
        FILE *file;

        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        file = fopen(path, "w");
        assert_non_null(file);
        fputs(texts[i], file);
        fclose(file);
    }
    snprintf(path, sizeof path, "%s//", folder);
    given.path = path;
    for (int round = 0; round < 2; round++) {
        size_t length = 0;
        char *bytes;

        assert_ok(input_open(&fixture.op, &given, &opened, &fixture.error), fixture.error);
        assert_string_equal(opened.name, strrchr(folder, '/') + 1);
        bytes = read_all(&fixture, &opened, &length);
        assert_memory_equal(bytes, "PK\3\4", 4);
        assert_non_null(memmem(bytes, length, "compact.md", 10)); /* the name alone makes no document of a pack */
        assert_null(memmem(bytes, length, "standard", 8));
        assert_null(memmem(bytes, length, "notes", 5));
        if (first != NULL) {
            assert_int_equal(length, first_length);
            assert_memory_equal(bytes, first, length);
        }
        free(first);
        first = bytes;
        first_length = length;
        input_close(&opened);
    }
    free(first);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_is_seekable),
        cmocka_unit_test(stream_failures_are_reported),
        cmocka_unit_test(memory_input_is_read_completely),
        cmocka_unit_test(long_names_are_truncated_at_characters),
        cmocka_unit_test(paths_of_non_files_are_rejected),
        cmocka_unit_test(folder_is_an_archive_with_the_same_bytes_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

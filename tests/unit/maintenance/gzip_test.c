/* gzip round trip, line by line; incomplete and damaged files are rejected. */
#include "support/test.h"

#include "base/memory.h"
#include "maintenance/gzip.h"

static void pack(const char *text, size_t length, struct buffer *file)
{
    struct gzip_writer writer;
    cpk_error *error = NULL;

    buffer_init(file, &memory_default);
    assert_ok(gzip_begin(&writer, file, &error), error);
    assert_ok(gzip_add(&writer, text, length, &error), error);
    assert_ok(gzip_finish(&writer, &error), error);
    gzip_discard(&writer);
}

struct seen {
    struct buffer text;
    int64_t lines;
    int64_t stop_after;
};

static cpk_status append_line(void *user, const char *line, size_t length, cpk_error **error)
{
    struct seen *seen = user;

    (void)error;
    assert_int_equal(strlen(line), length);
    buffer_append(&seen->text, line, length);
    buffer_append_byte(&seen->text, '\n');
    return ++seen->lines == seen->stop_after ? CPK_ERROR_CANCELLED : CPK_OK;
}

static cpk_status unpack(const void *bytes, size_t length, struct seen *seen)
{
    return gzip_lines(&memory_default, bytes, length, append_line, seen, NULL);
}

static void seen_start(struct seen *seen)
{
    memset(seen, 0, sizeof *seen);
    buffer_init(&seen->text, &memory_default);
}

static void lines_survive_a_round_trip(void **state)
{
    struct buffer text;
    struct buffer file;
    struct buffer again;
    struct seen seen;

    (void)state;
    buffer_init(&text, &memory_default);
    for (int i = 0; i < 5000; i++) { /* more than one block for reader and writer */
        buffer_append_format(&text, "{\"row\":%d,\"text\":\"%0*d\"}\n", i, i % 97, i);
    }
    buffer_append_text(&text, "\n");
    pack(text.data, text.length, &file);
    pack(text.data, text.length, &again);
    assert_int_equal(file.length, again.length);
    assert_memory_equal(file.data, again.data, file.length); /* the header has no time */
    assert_true(file.length < text.length / 3);
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_OK);
    assert_int_equal(seen.lines, 5001);
    assert_string_equal(seen.text.data, text.data);
    buffer_free(&seen.text);
    seen_start(&seen);
    seen.stop_after = 3;
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_ERROR_CANCELLED);
    assert_int_equal(seen.lines, 3);
    buffer_free(&seen.text);
    buffer_free(&text);
    buffer_free(&file);
    buffer_free(&again);
}

static void incomplete_or_damaged_file_is_rejected(void **state)
{
    static const char text[] = "one\ntwo\n";
    struct buffer file;
    struct seen seen;

    (void)state;
    pack(text, sizeof text - 1, &file);
    for (size_t length = 0; length < file.length; length++) {
        seen_start(&seen);
        assert_int_equal(unpack(file.data, length, &seen), CPK_ERROR_INVALID_DATA);
        buffer_free(&seen.text);
    }
    buffer_append_byte(&file, 'x');
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_ERROR_INVALID_DATA);
    buffer_free(&seen.text);
    file.data[file.length - 3] ^= 1; /* the checksum */
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length - 1, &seen), CPK_ERROR_INVALID_DATA);
    buffer_free(&seen.text);
    buffer_free(&file);
    pack("no end", 6, &file);
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_ERROR_INVALID_DATA);
    buffer_free(&seen.text);
    buffer_free(&file);
}

static void line_longer_than_the_limit_is_rejected(void **state)
{
    char *text = malloc(GZIP_LINE_BYTES_MAX + 2);
    struct buffer file;
    struct seen seen;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', GZIP_LINE_BYTES_MAX + 1);
    text[GZIP_LINE_BYTES_MAX + 1] = '\n';
    pack(text, GZIP_LINE_BYTES_MAX + 2, &file);
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_ERROR_INVALID_DATA);
    buffer_free(&seen.text);
    buffer_free(&file);
    pack(text + 1, GZIP_LINE_BYTES_MAX + 1, &file);
    seen_start(&seen);
    assert_int_equal(unpack(file.data, file.length, &seen), CPK_OK);
    assert_int_equal(seen.lines, 1);
    buffer_free(&seen.text);
    buffer_free(&file);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_survive_a_round_trip),
        cmocka_unit_test(incomplete_or_damaged_file_is_rejected),
        cmocka_unit_test(line_longer_than_the_limit_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

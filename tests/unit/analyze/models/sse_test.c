/* Server-sent events, in one piece and byte by byte. */
#include "support/test.h"

#include "analyze/models/sse.h"
#include "base/memory.h"

#define SEEN_BYTES 4096

struct seen {
    char text[SEEN_BYTES]; /* "[name|data]" of each event */
    int32_t stop_at;       /* the event that stops; 0: none */
    int32_t count;
};

static int32_t see(void *user, const struct sse_event *event)
{
    struct seen *seen = user;
    size_t used = strlen(seen->text);

    assert_int_equal(strlen(event->data), event->length);
    snprintf(seen->text + used, sizeof seen->text - used, "[%s|%s]", event->name, event->data);
    return ++seen->count == seen->stop_at;
}

static cpk_status read_pieces(const char *stream, size_t length, size_t size, size_t max_bytes, struct seen *seen)
{
    cpk_status status = CPK_OK;
    struct sse sse;

    sse_init(&sse, &memory_default, max_bytes, see, seen);
    for (size_t at = 0; at < length && status == CPK_OK; at += size) {
        status = sse_add(&sse, stream + at, length - at < size ? length - at : size);
    }
    if (status == CPK_OK) {
        status = sse_end(&sse);
    }
    sse_free(&sse);
    return status;
}

/* In pieces of every size the events are the same. */
static void expect(const char *stream, const char *events)
{
    for (size_t size = 1; size <= strlen(stream) + 1; size++) {
        struct seen seen = {"", 0, 0};

        assert_int_equal(read_pieces(stream, strlen(stream), size, 1000, &seen), CPK_OK);
        assert_string_equal(seen.text, events);
    }
}

static void events_end_with_an_empty_line(void **state)
{
    (void)state;
    expect("data: {\"foo\":true}\n\n", "[|{\"foo\":true}]");
    expect("event: completion\ndata: {\"foo\":true}\n\n", "[completion|{\"foo\":true}]");
    expect("event: ping\ndata: {\"foo\":true}\n\nevent: completion\ndata: {\"bar\":false}\n\n",
           "[ping|{\"foo\":true}][completion|{\"bar\":false}]");
    expect("event: ping\n\ndata: a\n\n", "[|a]"); /* a name without data is none */
    expect("data: last", "[|last]");
    expect("data: last\n", "[|last]");
    expect("", "");
    expect("\n\n\n", "");
}

static void lines_of_data_are_joined(void **state)
{
    (void)state;
    expect("event: ping\ndata: {\ndata: \"foo\":\ndata: \ndata:\ndata: true}\n\n\n", "[ping|{\n\"foo\":\n\n\ntrue}]");
    expect("data: {\"foo\": \"my long\\n\\ncontent\"}\n\n\n", "[|{\"foo\": \"my long\\n\\ncontent\"}]");
    expect("data\n\n", "[|]");
    expect("data:a\ndata:  b\n\n", "[|a\n b]");
}

static void every_line_end_counts(void **state)
{
    (void)state;
    expect("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "[|a\nb][|c]");
    expect("data: a\rdata: b\r\rdata: c\r\r", "[|a\nb][|c]");
    expect("data: a\r\n\ndata: b\n\r\n", "[|a][|b]");
}

static void comments_and_other_fields_are_skipped(void **state)
{
    (void)state;
    expect(": OPENROUTER PROCESSING\n\ndata: a\n\n", "[|a]");
    expect("id: 7\nretry: 100\nother\ndata: a\n:b\ndata: c\n\n", "[|a\nc]");
    expect("data: [DONE]\n\n", "[|[DONE]]");
    expect("database: x\ndat: y\n\n", "");
}

static void characters_may_be_split(void **state)
{
    (void)state;
    expect("data: \xd0\xb8\xd0\xb7\xd0\xb2 \xe2\x80\xa8 \xf0\x9f\x90\x9d\n\n",
           "[|\xd0\xb8\xd0\xb7\xd0\xb2 \xe2\x80\xa8 \xf0\x9f\x90\x9d]");
    expect("\xef\xbb\xbf"
           "data: a\n\n",
           "[|a]");
    expect("data: a\n\n\xef\xbb\xbf"
           "data: b\n\n",
           "[|a]"); /* only at the start it is a byte order mark */
}

static void long_lines_and_events_are_refused(void **state)
{
    struct seen seen = {"", 0, 0};
    static char line[3000];

    (void)state;
    memset(line, 'x', sizeof line);
    assert_int_equal(read_pieces(line, sizeof line, 7, 1000, &seen), CPK_ERROR_LIMIT_EXCEEDED);
    for (size_t i = 0; i < sizeof line; i += 10) {
        memcpy(line + i, "data: xxx\n", 10);
    }
    assert_int_equal(read_pieces(line, sizeof line, 64, 1000, &seen), CPK_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(read_pieces(line, sizeof line, 64, 10000, &seen), CPK_OK);
    assert_int_equal(seen.count, 1);
}

static void receiver_may_stop(void **state)
{
    struct seen seen = {"", 2, 0};
    const char *stream = "data: a\n\ndata: b\n\ndata: c\n\n";

    (void)state;
    assert_int_equal(read_pieces(stream, strlen(stream), 100, 1000, &seen), CPK_ERROR_CANCELLED);
    assert_string_equal(seen.text, "[|a][|b]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_end_with_an_empty_line),
        cmocka_unit_test(lines_of_data_are_joined),
        cmocka_unit_test(every_line_end_counts),
        cmocka_unit_test(comments_and_other_fields_are_skipped),
        cmocka_unit_test(characters_may_be_split),
        cmocka_unit_test(long_lines_and_events_are_refused),
        cmocka_unit_test(receiver_may_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

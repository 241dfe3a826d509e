#include "pdf/frames.h"

#include "base/memory.h"
#include "support/test.h"
#include "unit/extract/scarce.h"

#include <math.h>

struct received {
    char text[1024];
};

static void note(struct received *received, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct received *received, const char *format, ...)
{
    size_t length = strlen(received->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(received->text + length, sizeof received->text - length, format, arguments);
    va_end(arguments);
}

static cpk_status take_document(void *self, const struct pdf_document_head *head, cpk_error **error)
{
    (void)error;
    note(self, "document %u %u;", head->pages, head->flags);
    return CPK_OK;
}

static cpk_status take_metadata(void *self, const char *key, const char *value, cpk_error **error)
{
    (void)error;
    note(self, "%s=%s;", key, value);
    return CPK_OK;
}

static cpk_status take_outline(void *self, uint32_t depth, uint32_t page, const char *title, cpk_error **error)
{
    (void)error;
    note(self, "outline %u %u %s;", depth, page, title);
    return CPK_OK;
}

static cpk_status take_page(void *self, const struct page *page, cpk_error **error)
{
    (void)error;
    note(self, "page %u", page->index);
    for (size_t i = 0; i < page->word_count; i++) {
        const struct page_word *word = &page->words[i];

        assert_true(isfinite(word->left) && isfinite(word->baseline) && word->left <= word->right &&
                    word->top <= word->bottom && word->size >= 0);
        note(self, " %.*s", (int)word->length, word->text);
    }
    for (size_t i = 0; i < page->link_count; i++) {
        note(self, " -> %s", page->links[i].target);
    }
    for (size_t i = 0; i < page->note_count; i++) {
        note(self, " (%d %s: %s)", page->notes[i].is_field, page->notes[i].name, page->notes[i].text);
    }
    note(self, ";");
    return CPK_OK;
}

static cpk_status take_page_lost(void *self, uint32_t index, cpk_error **error)
{
    (void)error;
    note(self, "lost %u;", index);
    return CPK_OK;
}

static cpk_status take_progress(void *self, uint32_t pages, uint32_t total, cpk_error **error)
{
    (void)self;
    (void)pages;
    (void)total;
    (void)error;
    return CPK_OK;
}

static void append_frame(struct buffer *stream, uint32_t kind, const void *payload, size_t length)
{
    const struct pdf_frame frame = {PDF_MAGIC, kind, (uint32_t)length, 0};

    buffer_append(stream, &frame, sizeof frame);
    buffer_append(stream, payload, length);
}

static void append_page(struct buffer *stream, uint32_t index, uint32_t word_count, const char *text, float left)
{
    struct pdf_page_head head = {index, 0, 600, 800, word_count};
    struct pdf_word word = {left, 90, 10, 100, 98, 10, 0, (uint32_t)strlen(text)};
    struct buffer payload;

    buffer_init(&payload, &memory_default);
    buffer_append(&payload, &head, sizeof head);
    buffer_append(&payload, &word, sizeof word);
    buffer_append_text(&payload, text);
    append_frame(stream, PDF_PAGE, payload.data, payload.length);
    buffer_free(&payload);
}

static void append_document(struct buffer *stream)
{
    static const char link[] = "0123456789abcdefhttps://example.org";
    static const char comment[] = "\0\0\0\0Ann\0Good \xFF point";
    const struct pdf_document_head head = {3, PDF_DOCUMENT_IS_CUT};
    const uint32_t version = PDF_PROTOCOL_VERSION;
    const uint32_t lost = 1;

    append_frame(stream, PDF_HELLO, &version, sizeof version);
    append_frame(stream, PDF_DOCUMENT, &head, sizeof head);
    append_frame(stream, PDF_META, "Title\0My CV", 12);
    append_frame(stream, PDF_OUTLINE, "\1\0\0\0\2\0\0\0Part", 13);
    append_frame(stream, PDF_LINK, link, sizeof link);
    append_frame(stream, PDF_NOTE, comment, sizeof comment);
    append_page(stream, 0, 1, "first\xC3", 50);
    append_frame(stream, PDF_PAGE_LOST, &lost, sizeof lost);
    append_page(stream, 2, 1, "third", NAN);
    append_frame(stream, PDF_DONE, NULL, 0);
}

static cpk_status feed(const struct buffer *stream, size_t step, const cpk_allocator *allocator,
                       struct received *received, int32_t *is_done)
{
    const struct pdf_sink sink = {received,  take_document,  take_metadata, take_outline,
                                  take_page, take_page_lost, take_progress};
    struct pdf_frames frames;
    cpk_status status = CPK_OK;

    memset(received, 0, sizeof *received);
    pdf_frames_init(&frames, allocator, &sink);
    for (size_t at = 0; at < stream->length && status == CPK_OK; at += step) {
        size_t length = stream->length - at < step ? stream->length - at : step;

        status = pdf_frames_take(&frames, stream->data + at, length, NULL);
    }
    *is_done = frames.is_done;
    pdf_frames_free(&frames);
    return status;
}

static const char expected[] =
    "document 3 1;Title=My CV;outline 1 2 Part;"
    "page 0 first\xEF\xBF\xBD -> https://example.org (0 Ann: Good \xEF\xBF\xBD point);lost 1;"
    "page 2 third;";

static void frames_come_in_pieces_of_any_length(void **state)
{
    struct received received;
    struct buffer stream;
    int32_t is_done;

    (void)state;
    buffer_init(&stream, &memory_default);
    append_document(&stream);
    for (size_t step = 1; step < 70; step++) {
        assert_int_equal(feed(&stream, step, &memory_default, &received, &is_done), CPK_OK);
        assert_true(is_done);
        assert_string_equal(received.text, expected);
    }
    buffer_free(&stream);
}

static void a_failed_allocation_is_an_error(void **state)
{
    struct scarce scarce;
    cpk_allocator allocator = scarce_allocator(&scarce);
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    struct received received;
    struct buffer stream;
    int32_t is_done;

    (void)state;
    buffer_init(&stream, &memory_default);
    append_document(&stream);
    for (long calls = 0; status != CPK_OK; calls++) {
        scarce = (struct scarce){calls, 0};
        status = feed(&stream, 64, &allocator, &received, &is_done);
        assert_true(status == CPK_OK || status == CPK_ERROR_OUT_OF_MEMORY);
    }
    assert_string_equal(received.text, expected);
    buffer_free(&stream);
}

static void assert_refused(const struct buffer *stream)
{
    struct received received;
    int32_t is_done;

    assert_int_equal(feed(stream, SIZE_MAX, &memory_default, &received, &is_done), CPK_ERROR_INVALID_DATA);
}

/* Frames that the program never sends: an attacker may have taken it over. */
static void invalid_frames_are_refused(void **state)
{
    const struct pdf_document_head head = {2, 0};
    const struct pdf_frame huge = {PDF_MAGIC, PDF_META, UINT32_MAX, 0};
    struct buffer stream;

    (void)state;
    for (int32_t wrong = 0; wrong < 8; wrong++) {
        buffer_init(&stream, &memory_default);
        append_frame(&stream, PDF_DOCUMENT, &head, sizeof head);
        switch (wrong) {
        case 0: /* more words than bytes */
            append_page(&stream, 0, 1000000, "x", 0);
            break;
        case 1: /* a page twice */
            append_page(&stream, 0, 1, "x", 0);
            append_page(&stream, 0, 1, "x", 0);
            break;
        case 2: /* a page behind the last */
            append_page(&stream, 2, 1, "x", 0);
            break;
        case 3: /* a text without an end */
            append_frame(&stream, PDF_META, "Title", 5);
            break;
        case 4:
            append_frame(&stream, 99, "x", 1);
            break;
        case 5:
            buffer_append(&stream, &huge, sizeof huge);
            break;
        case 6: /* another magic number */
            buffer_append(&stream, "0123456789abcdef", 16);
            break;
        default: /* a page before the document */
            buffer_clear(&stream);
            append_page(&stream, 0, 1, "x", 0);
            break;
        }
        assert_refused(&stream);
        buffer_free(&stream);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_in_pieces_of_any_length),
        cmocka_unit_test(a_failed_allocation_is_an_error),
        cmocka_unit_test(invalid_frames_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

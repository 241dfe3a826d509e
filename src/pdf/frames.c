#include "pdf/frames.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define COORDINATE_MAX 1e6F

/* A cursor in a frame's payload. */
struct payload {
    const char *at;
    size_t left;
};

void pdf_frames_init(struct pdf_frames *frames, const cpk_allocator *allocator, const struct pdf_sink *sink)
{
    memset(frames, 0, sizeof *frames);
    frames->allocator = allocator;
    frames->sink = sink;
    buffer_init(&frames->input, allocator);
    buffer_init(&frames->texts, allocator);
}

void pdf_frames_free(struct pdf_frames *frames)
{
    memory_release_array(frames->allocator, frames->links, frames->link_capacity, sizeof *frames->links);
    memory_release_array(frames->allocator, frames->notes, frames->note_capacity, sizeof *frames->notes);
    memory_release_array(frames->allocator, frames->words, frames->word_capacity, sizeof *frames->words);
    buffer_free(&frames->input);
    buffer_free(&frames->texts);
}

static void forget_page(struct pdf_frames *frames)
{
    frames->link_count = 0;
    frames->note_count = 0;
    buffer_clear(&frames->texts);
}

void pdf_frames_restart(struct pdf_frames *frames)
{
    forget_page(frames);
    buffer_clear(&frames->input);
    frames->hello_version = 0;
    frames->is_done = 0;
    frames->failure = 0;
    frames->detail[0] = '\0';
}

static cpk_status refuse(cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, "pdf", "the program contextpack-pdf sent invalid data");
}

static int32_t take(struct payload *payload, void *target, size_t length)
{
    if (payload->left < length) {
        return 0;
    }
    memcpy(target, payload->at, length);
    payload->at += length;
    payload->left -= length;
    return 1;
}

/* Appends the next NUL-terminated text to frames->texts, repaired; *offset is its place there. */
static int32_t take_text(struct pdf_frames *frames, struct payload *payload, size_t *offset)
{
    const char *end = memchr(payload->at, '\0', payload->left);
    size_t length;

    if (payload->left == 0 || end == NULL) {
        return 0;
    }
    length = (size_t)(end - payload->at);
    *offset = frames->texts.length;
    utf8_append_repaired(&frames->texts, payload->at, length);
    buffer_append_byte(&frames->texts, '\0');
    payload->at += length + 1;
    payload->left -= length + 1;
    return 1;
}

/* The array with space for one more item; NULL if memory is short: then it is unchanged. */
static void *grow(const struct pdf_frames *frames, void *items, size_t count, size_t *capacity, size_t item_bytes)
{
    size_t wanted = *capacity * 2 + 64;
    void *grown;

    if (count < *capacity) {
        return items;
    }
    grown = memory_resize_array(frames->allocator, items, *capacity, wanted, item_bytes);
    *capacity = grown != NULL ? wanted : *capacity;
    return grown;
}

static float clamp(float value)
{
    if (!isfinite(value)) {
        return 0;
    }
    return value > COORDINATE_MAX ? COORDINATE_MAX : value < -COORDINATE_MAX ? -COORDINATE_MAX : value;
}

static void order(float *low, float *high)
{
    float first = clamp(*low);
    float second = clamp(*high);

    *low = first < second ? first : second;
    *high = first < second ? second : first;
}

/* Texts are offsets until the page is complete, because the buffer may move. */
static const char *as_pointer(size_t offset)
{
    return (const char *)(uintptr_t)offset;
}

static const char *as_text(const char *base, const char *offset)
{
    return base + (uintptr_t)offset;
}

static cpk_status take_link(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    struct page_link *grown;
    struct page_link *link;
    float box[4];
    size_t offset;

    if (frames->link_count >= PDF_PAGE_ITEMS_MAX || !take(payload, box, sizeof box) ||
        !take_text(frames, payload, &offset)) {
        return refuse(error);
    }
    grown = grow(frames, frames->links, frames->link_count, &frames->link_capacity, sizeof *grown);
    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    frames->links = grown;
    link = &frames->links[frames->link_count++];
    link->left = box[0];
    link->top = box[1];
    link->right = box[2];
    link->bottom = box[3];
    order(&link->left, &link->right);
    order(&link->top, &link->bottom);
    link->target = as_pointer(offset);
    return CPK_OK;
}

static cpk_status take_note(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    struct page_note *grown;
    struct page_note *note;
    uint32_t is_field;
    size_t name;
    size_t text;

    if (frames->note_count >= PDF_PAGE_ITEMS_MAX || !take(payload, &is_field, sizeof is_field) ||
        !take_text(frames, payload, &name) || !take_text(frames, payload, &text)) {
        return refuse(error);
    }
    grown = grow(frames, frames->notes, frames->note_count, &frames->note_capacity, sizeof *grown);
    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    frames->notes = grown;
    note = &frames->notes[frames->note_count++];
    note->is_field = is_field != 0;
    note->name = as_pointer(name);
    note->text = as_pointer(text);
    return CPK_OK;
}

static int32_t take_word(struct pdf_frames *frames, struct payload *payload, struct page_word *word)
{
    struct pdf_word raw;
    size_t start;

    if (!take(payload, &raw, sizeof raw) || raw.length > payload->left) {
        return 0;
    }
    order(&raw.left, &raw.right);
    order(&raw.top, &raw.bottom);
    word->left = raw.left;
    word->right = raw.right;
    word->top = raw.top;
    word->bottom = raw.bottom;
    word->baseline = clamp(raw.baseline);
    word->size = fabsf(clamp(raw.size));
    word->flags = raw.flags;
    start = frames->texts.length;
    word->text = as_pointer(start);
    utf8_append_repaired(&frames->texts, payload->at, raw.length);
    word->length = (uint32_t)(frames->texts.length - start);
    payload->at += raw.length;
    payload->left -= raw.length;
    return 1;
}

static void resolve(struct pdf_frames *frames, size_t word_count)
{
    const char *base = buffer_text(&frames->texts);

    for (size_t i = 0; i < word_count; i++) {
        frames->words[i].text = as_text(base, frames->words[i].text);
    }
    for (size_t i = 0; i < frames->link_count; i++) {
        frames->links[i].target = as_text(base, frames->links[i].target);
    }
    for (size_t i = 0; i < frames->note_count; i++) {
        frames->notes[i].name = as_text(base, frames->notes[i].name);
        frames->notes[i].text = as_text(base, frames->notes[i].text);
    }
}

static cpk_status take_words(struct pdf_frames *frames, struct payload *payload, size_t count, cpk_error **error)
{
    if (count > payload->left / sizeof(struct pdf_word)) {
        return refuse(error);
    }
    if (count > frames->word_capacity) {
        struct page_word *grown = memory_resize_array(frames->allocator, frames->words, frames->word_capacity,
                                                      count + count / 4, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        frames->words = grown;
        frames->word_capacity = count + count / 4;
    }
    for (size_t i = 0; i < count; i++) {
        if (!take_word(frames, payload, &frames->words[i])) {
            return refuse(error);
        }
    }
    return CPK_OK;
}

static cpk_status take_page(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    struct pdf_page_head head;
    struct page page;
    cpk_status status;

    if (!frames->has_document || !take(payload, &head, sizeof head) || head.index != frames->next_page ||
        head.index >= frames->pages_total) {
        return refuse(error);
    }
    CPK_TRY(take_words(frames, payload, head.word_count, error));
    if (frames->texts.failed) {
        return error_out_of_memory(error);
    }
    resolve(frames, head.word_count);
    memset(&page, 0, sizeof page);
    page.index = head.index;
    page.width = fabsf(clamp(head.width));
    page.height = fabsf(clamp(head.height));
    page.has_images = (head.flags & PDF_PAGE_HAS_IMAGES) != 0;
    page.is_unmapped = (head.flags & PDF_PAGE_IS_UNMAPPED) != 0;
    page.words = frames->words;
    page.word_count = head.word_count;
    page.links = frames->links;
    page.link_count = frames->link_count;
    page.notes = frames->notes;
    page.note_count = frames->note_count;
    frames->next_page = head.index + 1;
    status = frames->sink->page(frames->sink->self, &page, error);
    forget_page(frames);
    return status;
}

static cpk_status take_page_lost(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    uint32_t index;

    if (!frames->has_document || !take(payload, &index, sizeof index) || index != frames->next_page ||
        index >= frames->pages_total) {
        return refuse(error);
    }
    frames->next_page = index + 1;
    forget_page(frames);
    return frames->sink->page_lost(frames->sink->self, index, error);
}

static cpk_status take_document(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    struct pdf_document_head head;

    if (!take(payload, &head, sizeof head)) {
        return refuse(error);
    }
    if (frames->has_document) { /* a second process goes on where the first ended */
        return head.pages == frames->pages_total ? CPK_OK : refuse(error);
    }
    frames->has_document = 1;
    frames->pages_total = head.pages;
    return frames->sink->document(frames->sink->self, &head, error);
}

static cpk_status take_metadata(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    size_t key;
    size_t value;
    cpk_status status;

    if (!take_text(frames, payload, &key) || !take_text(frames, payload, &value)) {
        return refuse(error);
    }
    if (frames->texts.failed) {
        return error_out_of_memory(error);
    }
    status = frames->sink->metadata(frames->sink->self, frames->texts.data + key, frames->texts.data + value, error);
    forget_page(frames);
    return status;
}

static cpk_status take_outline(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    uint32_t place[2];
    size_t title;
    cpk_status status;

    if (!take(payload, place, sizeof place) || !take_text(frames, payload, &title)) {
        return refuse(error);
    }
    if (frames->texts.failed) {
        return error_out_of_memory(error);
    }
    status = frames->sink->outline(frames->sink->self, place[0], place[1], frames->texts.data + title, error);
    forget_page(frames);
    return status;
}

static cpk_status take_failure(struct pdf_frames *frames, struct payload *payload, cpk_error **error)
{
    if (!take(payload, &frames->failure, sizeof frames->failure) || frames->failure == 0) {
        return refuse(error);
    }
    memset(frames->detail, 0, sizeof frames->detail);
    memcpy(frames->detail, payload->at,
           payload->left < sizeof frames->detail - 1 ? payload->left : sizeof frames->detail - 1);
    utf8_clean_line(frames->detail);
    frames->is_done = 1;
    return CPK_OK;
}

static cpk_status take_frame(struct pdf_frames *frames, uint32_t kind, struct payload payload, cpk_error **error)
{
    switch (kind) {
    case PDF_HELLO:
        return take(&payload, &frames->hello_version, sizeof frames->hello_version) && frames->hello_version != 0
                   ? CPK_OK
                   : refuse(error);
    case PDF_DOCUMENT:
        return take_document(frames, &payload, error);
    case PDF_META:
        return take_metadata(frames, &payload, error);
    case PDF_OUTLINE:
        return take_outline(frames, &payload, error);
    case PDF_LINK:
        return take_link(frames, &payload, error);
    case PDF_NOTE:
        return take_note(frames, &payload, error);
    case PDF_PAGE:
        return take_page(frames, &payload, error);
    case PDF_PAGE_LOST:
        return take_page_lost(frames, &payload, error);
    case PDF_FAILED:
        return take_failure(frames, &payload, error);
    case PDF_DONE:
        frames->is_done = 1;
        return CPK_OK;
    default:
        return refuse(error);
    }
}

cpk_status pdf_frames_take(struct pdf_frames *frames, const void *bytes, size_t length, cpk_error **error)
{
    struct buffer *input = &frames->input;
    size_t at = 0;
    cpk_status status = CPK_OK;

    buffer_append(input, bytes, length);
    if (input->failed) {
        return error_out_of_memory(error);
    }
    while (status == CPK_OK && !frames->is_done && input->length - at >= sizeof(struct pdf_frame)) {
        struct pdf_frame frame;

        memcpy(&frame, input->data + at, sizeof frame);
        if (frame.magic != PDF_MAGIC || frame.length > PDF_FRAME_BYTES_MAX) {
            return refuse(error);
        }
        if (input->length - at - sizeof frame < frame.length) {
            break;
        }
        status = take_frame(frames, frame.kind, (struct payload){input->data + at + sizeof frame, frame.length}, error);
        at += sizeof frame + frame.length;
    }
    if (at > 0) {
        memmove(input->data, input->data + at, input->length - at);
        input->length -= at;
    }
    return status;
}

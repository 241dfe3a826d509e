#include "text/personal/personal.h"

#include "base/error.h"
#include "base/memory.h"
#include "text/personal/personal_internal.h"

#include <stdlib.h>
#include <string.h>

static const struct kind_text {
    const char *name;
    const char *label;
} kind_texts[] = {
    {"person", "PERSON"},         {"email", "EMAIL"}, {"phone", "PHONE"},           {"address", "ADDRESS"},
    {"ip_address", "IP_ADDRESS"}, {"url", "URL"},     {"birth_date", "BIRTH_DATE"}, {"card_number", "CARD_NUMBER"},
    {"id_number", "ID_NUMBER"},
};

const char *personal_kind_name(enum personal_kind kind)
{
    return (size_t)kind < PERSONAL_KIND_COUNT ? kind_texts[kind].name : "";
}

const char *personal_kind_label(enum personal_kind kind)
{
    return (size_t)kind < PERSONAL_KIND_COUNT ? kind_texts[kind].label : "";
}

void personal_list_init(struct personal_list *list, const cpk_allocator *allocator)
{
    memset(list, 0, sizeof *list);
    list->allocator = allocator;
}

void personal_list_free(struct personal_list *list)
{
    memory_release_array(list->allocator, list->items, list->capacity, sizeof *list->items);
    list->items = NULL;
    list->count = 0;
    list->capacity = 0;
}

void personal_add(struct personal_scan *scan, enum personal_kind kind, size_t start, size_t end)
{
    struct personal_list *list = scan->list;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 16;
        struct personal_span *items =
            memory_resize_array(list->allocator, list->items, list->capacity, capacity, sizeof *items);

        if (items == NULL) {
            scan->failed = 1;
            return;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct personal_span){kind, start, end};
}

/* Sets the cues that a word is. */
static void note_cues(struct personal_scan *scan, const struct personal_word *word)
{
    const uint32_t flags = word->flags;

    scan->address_cue = (flags & WORD_ADDRESS) != 0 ? word->end : scan->address_cue;
    scan->birth_cue = (flags & WORD_BIRTH) != 0 ? word->end : scan->birth_cue;
    scan->phone_cue = (flags & WORD_PHONE) != 0 ? word->end : scan->phone_cue;
    scan->strong_phone_cue =
        (flags & (WORD_PHONE | WORD_PHONE_WEAK)) == WORD_PHONE ? word->end : scan->strong_phone_cue;
    scan->card_cue = (flags & WORD_CARD) != 0 ? word->end : scan->card_cue;
    scan->zip_cue = (flags & WORD_ZIP) != 0 ? word->end : scan->zip_cue;
    scan->licence_cue = (flags & WORD_LICENCE) != 0 ? word->end : scan->licence_cue;
}

/* Reads the word at an offset; 0 if there is none. */
static int32_t take_word(struct personal_scan *scan, size_t at)
{
    struct personal_word word;

    if (!personal_word_read(scan, at, &word)) {
        return 0;
    }
    scan->next = word.end;
    if (word.flags != 0) {
        note_cues(scan, &word);
        if ((word.flags & (WORD_STREET_SUFFIX | WORD_STREET_BEFORE)) != 0) {
            personal_note_street(scan, &word);
        }
    }
    if (scan->names == NULL || !personal_verify_known(scan, &word)) {
        personal_verify_word(scan, &word);
    }
    return 1;
}

/* Words and signs that are not ASCII, and an ASCII word behind such a sign. */
static void take_high(struct personal_scan *scan, size_t at)
{
    while (at < scan->length && ((unsigned char)scan->text[at] >= 0x80 || personal_is_ascii_letter(scan->text[at]))) {
        at = take_word(scan, at) ? scan->next : at + 1;
    }
    scan->next = at;
}

static void take(struct personal_scan *scan, size_t at)
{
    char c = scan->text[at];

    scan->next = at + 1;
    if (personal_is_ascii_letter(c)) {
        (void)take_word(scan, at);
    } else if (personal_is_digit(c)) {
        scan->next = personal_digits_end(scan, at);
        personal_verify_number(scan, at);
    } else if ((unsigned char)c >= 0x80) {
        take_high(scan, at);
    } else if (c == '@') {
        personal_verify_sign(scan, at);
    } else if (c == ':') {
        personal_verify_ip6(scan, at);
    } else if (personal_is_digit(personal_at(scan, at + 1)) || personal_at(scan, at + 1) == '(') {
        personal_verify_number(scan, at);
    }
}

/* The text is read in blocks: a loop without branches marks where something may begin. */
#define BLOCK_BYTES  1024
#define MARGIN_BYTES 8 /* context bytes before and after a block */
#define MARK_CERTAIN 1
#define MARK_SMALL   2 /* a word of small letters, which the filter must have */

struct block {
    uint8_t bytes[MARGIN_BYTES + BLOCK_BYTES + MARGIN_BYTES]; /* filled with blanks beyond the text */
    uint8_t marks[BLOCK_BYTES];
};

static void block_load(struct block *block, const struct personal_scan *scan, size_t start)
{
    size_t before = start < MARGIN_BYTES ? start : MARGIN_BYTES;
    size_t left = scan->length - start;
    size_t length = left < BLOCK_BYTES + MARGIN_BYTES ? left : BLOCK_BYTES + MARGIN_BYTES;

    memset(block->bytes, ' ', MARGIN_BYTES - before);
    memcpy(block->bytes + MARGIN_BYTES - before, scan->text + start - before, before + length);
    memset(block->bytes + MARGIN_BYTES + length, ' ', BLOCK_BYTES + MARGIN_BYTES - length);
}

/* Sixteen bytes at once; comparisons give 0xFF or 0 for each. Compilers do not vectorise this loop by themselves. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline bytes16 in_range(bytes16 bytes, uint8_t first, uint8_t count)
{
    return (bytes16)((bytes16)(bytes - first) < count);
}

static void block_mark(struct block *block)
{
    for (size_t i = 0; i < BLOCK_BYTES; i += sizeof(bytes16)) {
        bytes16 here;
        bytes16 before;
        bytes16 marks;
        bytes16 letter_before;
        bytes16 word_before;

        memcpy(&here, block->bytes + MARGIN_BYTES + i, sizeof here);
        memcpy(&before, block->bytes + MARGIN_BYTES - 1 + i, sizeof before);
        letter_before = in_range(before | 0x20, 'a', 26);
        word_before = letter_before | (bytes16)(before >= 0x80);
        marks = (in_range(here, '0', 10) & ~in_range(before, '0', 10)) | (in_range(here, 'A', 26) & ~letter_before) |
                ((bytes16)(here >= 0xC3) & ~word_before) | (bytes16)(here == '@') | (bytes16)(here == ':') |
                (bytes16)(here == '+') | (bytes16)(here == '(');
        marks = (marks & MARK_CERTAIN) | (in_range(here, 'a', 26) & ~word_before & MARK_SMALL);
        memcpy(block->marks + i, &marks, sizeof marks);
    }
}

/* One bit of each of 64 marks, as the bits of a number. */
static inline uint64_t gather(const uint8_t *marks, uint32_t mark)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < 8; i++) {
        uint64_t eight;

        memcpy(&eight, marks + i * 8, sizeof eight);
        eight = (eight >> (mark - 1) & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080);
        bits |= (eight >> 56) << (i * 8);
    }
    return bits;
}

static void take_marks(struct personal_scan *scan, const struct block *block, size_t start)
{
    for (size_t i = 0; i < BLOCK_BYTES; i += 64) {
        uint64_t places = gather(block->marks + i, MARK_CERTAIN);

        for (uint64_t small = gather(block->marks + i, MARK_SMALL); small != 0; small &= small - 1) {
            size_t bit = (size_t)__builtin_ctzll(small);
            size_t key = personal_filter_key(block->bytes + MARGIN_BYTES + i + bit);

            places |= (scan->filter[key >> 6] >> (key & 63) & 1) << bit;
        }
        for (; places != 0; places &= places - 1) {
            size_t at = start + i + (size_t)__builtin_ctzll(places);

            if (at >= scan->next && at < scan->length) {
                take(scan, at);
            }
        }
    }
}

static void scan_text(struct personal_scan *scan)
{
    struct block block;

    for (size_t start = 0; start < scan->length; start += BLOCK_BYTES) {
        if (scan->next >= start + BLOCK_BYTES) {
            continue;
        }
        block_load(&block, scan, start);
        block_mark(&block);
        take_marks(scan, &block, start);
    }
}

static int compare_spans(const void *a, const void *b)
{
    const struct personal_span *left = a;
    const struct personal_span *right = b;

    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    return left->end > right->end ? -1 : left->end < right->end;
}

/* Sorts the spans and merges overlapping ones; the merged span has the kind of the longer. */
static void merge_spans(struct personal_list *list)
{
    size_t last_index = 0;

    if (list->count == 0) {
        return;
    }
    qsort(list->items, list->count, sizeof *list->items, compare_spans);
    for (size_t i = 1; i < list->count; i++) {
        struct personal_span *last = &list->items[last_index];
        const struct personal_span *next = &list->items[i];

        if (next->start < last->end) {
            if (next->end - next->start > last->end - last->start) {
                last->kind = next->kind;
            }
            last->end = next->end > last->end ? next->end : last->end;
        } else {
            list->items[++last_index] = *next;
        }
    }
    list->count = last_index + 1;
}

cpk_status personal_scan(const char *text, size_t length, const struct personal_names *names,
                         struct personal_list *list, cpk_error **error)
{
    struct personal_scan scan;

    personal_words_build();
    memset(&scan, 0, sizeof scan);
    scan.text = text;
    scan.length = length;
    scan.names = names;
    scan.filter = names != NULL ? personal_names_filter(names) : personal_word_filter;
    scan.list = list;
    list->count = 0;
    scan_text(&scan);
    merge_spans(list);
    return scan.failed ? error_out_of_memory(error) : CPK_OK;
}

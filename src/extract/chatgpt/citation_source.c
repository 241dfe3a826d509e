#include "extract/chatgpt/citation_source.h"

#include "base/memory.h"
#include "extract/chats/link.h"

#include <string.h>

#define LOOK_AHEAD_MAX   64   /* references compared with one marker; they are in text order */
#define SEARCHES_MAX     256  /* of a message in lists that are read from their start */
#define LINKS_MAX        8    /* of one marker */
#define EXTRA_BYTES      4096 /* that sources may add beyond the length of their JSON */
#define MATCHED_BYTES    4096 /* longer texts are not those of a marker */
#define KIND_BYTES       32   /* of a page's kind, with the NUL */
#define LINK_SYNTAX_MAX  8    /* bytes of a link besides title and address */
#define PAGES_LOOKED_MAX 4096 /* search results that are compared with one marker */

struct citation_reference {
    uint32_t matched; /* offset of its matched_text in the JSON */
    uint32_t start;   /* of the reference */
};

enum source_member {
    SOURCE_TITLE,
    SOURCE_URL,
    SOURCE_NAME,
    SOURCE_ITEMS,
    SOURCE_FALLBACK,
    SOURCE_SOURCES,
    SOURCE_PAGES,
    SOURCE_METADATA,
    SOURCE_COUNT
};
static const struct json_name source_names[SOURCE_COUNT] = {JSON_NAME("title"),
                                                            JSON_NAME("url"),
                                                            JSON_NAME("name"),
                                                            JSON_NAME("items"),
                                                            JSON_NAME("fallback_items"),
                                                            JSON_NAME("sources"),
                                                            JSON_NAME("supporting_websites"),
                                                            JSON_NAME("metadata")};

static const struct json_view none;

static size_t list_bytes(struct json_view list)
{
    return list.type == JSON_VIEW_ARRAY ? list.end - list.start : 0;
}

void citation_finder_init(struct citation_finder *finder, const cpk_allocator *allocator,
                          const struct citation_sources *sources)
{
    memset(finder, 0, sizeof *finder);
    finder->sources = sources;
    finder->allocator = allocator;
    finder->extra_max = list_bytes(sources->references) + list_bytes(sources->citations) + list_bytes(sources->cited) +
                        list_bytes(sources->groups) + EXTRA_BYTES;
    buffer_init(&finder->scratch, allocator);
}

void citation_finder_free(struct citation_finder *finder)
{
    memory_release_array(finder->allocator, finder->references, finder->reference_capacity, sizeof *finder->references);
    buffer_free(&finder->scratch);
}

static int32_t add_reference(struct citation_finder *finder, const struct citation_reference *added)
{
    if (finder->reference_count == finder->reference_capacity) {
        size_t capacity = finder->reference_capacity + finder->reference_capacity / 4 + 16;
        struct citation_reference *references = memory_resize_array(
            finder->allocator, finder->references, finder->reference_capacity, capacity, sizeof *references);

        if (references == NULL) {
            finder->out_of_memory = 1;
            return 0;
        }
        finder->references = references;
        finder->reference_capacity = capacity;
    }
    finder->references[finder->reference_count++] = *added;
    return 1;
}

static void read_references(struct citation_finder *finder)
{
    struct json_iter iter;

    finder->is_read = 1;
    if (finder->sources->references.type != JSON_VIEW_ARRAY) {
        return;
    }
    json_iter_init(&iter, finder->sources->references);
    while (json_iter_next(&iter)) {
        struct json_view matched = json_get(iter.value, "matched_text");
        struct citation_reference reference = {matched.start, iter.value.start};

        if (!json_is_empty_text(matched) && json_text_bound(matched) <= (size_t)6 * MATCHED_BYTES &&
            !add_reference(finder, &reference)) {
            return;
        }
    }
}

static struct json_view view_at(const struct citation_finder *finder, uint32_t start)
{
    uint32_t hint = 0;

    return json_doc_at(finder->sources->references.doc, start, &hint);
}

/* Reads the text of a view into `scratch` without its private-use characters U+E200 to U+E23F. */
static void read_without_brackets(struct citation_finder *finder, struct json_view text)
{
    struct buffer *scratch = &finder->scratch;
    size_t to = 0;

    buffer_clear(scratch);
    json_append_text(scratch, text);
    finder->out_of_memory |= scratch->failed;
    for (size_t from = 0; !scratch->failed && from < scratch->length; from++) {
        if (scratch->length - from >= 3 && memcmp(scratch->data + from, "\xEE\x88", 2) == 0) {
            from += 2;
        } else {
            scratch->data[to++] = scratch->data[from];
        }
    }
    scratch->length = scratch->failed ? 0 : to;
}

static int32_t is_matched(struct citation_finder *finder, uint32_t matched, const char *marker, size_t length,
                          int32_t without_brackets)
{
    if (json_is_bytes(view_at(finder, matched), marker, length)) {
        return 1;
    }
    if (!without_brackets || finder->searches >= SEARCHES_MAX) {
        return 0;
    }
    finder->searches++;
    read_without_brackets(finder, view_at(finder, matched));
    return finder->scratch.length == length && memcmp(finder->scratch.data, marker, length) == 0;
}

struct json_view citation_find_reference(struct citation_finder *finder, const char *marker, size_t length,
                                         int32_t without_brackets)
{
    if (!finder->is_read) {
        read_references(finder);
    }
    for (size_t i = 0; i < finder->reference_count && i < LOOK_AHEAD_MAX; i++) {
        size_t index = (finder->next_reference + i) % finder->reference_count;
        const struct citation_reference *reference = &finder->references[index];

        if (is_matched(finder, reference->matched, marker, length, without_brackets)) {
            finder->next_reference = index + 1;
            return view_at(finder, reference->start);
        }
    }
    return none;
}

/* Reads digits; saturates. */
static const char *read_number(const char *at, const char *end, int64_t *number)
{
    for (*number = 0; at < end && *at >= '0' && *at <= '9'; at++) {
        *number = *number < INT32_MAX ? *number * 10 + (*at - '0') : *number;
    }
    return at;
}

/* Splits "turn2search5" into 2, "search" and 5; 0 if it is none. */
static int32_t split_turn(const char *turn, size_t length, int64_t *number, char kind[KIND_BYTES], int64_t *index)
{
    const char *end = turn + length;
    const char *from = length > 4 ? read_number(turn + 4, end, number) : end;
    const char *to = from;

    while (to < end && ((*to >= 'a' && *to <= 'z') || *to == '_')) {
        to++;
    }
    if (from == to || to == end || to - from >= KIND_BYTES) {
        return 0;
    }
    memcpy(kind, from, (size_t)(to - from));
    kind[to - from] = '\0';
    return read_number(to, end, index) == end;
}

struct json_view citation_find_turn(struct citation_finder *finder, const char *turn, size_t length)
{
    static const struct json_name names[] = {JSON_NAME("turn_index"), JSON_NAME("ref_type"), JSON_NAME("ref_index")};
    int64_t number;
    int64_t index;
    char kind[KIND_BYTES];
    struct json_iter groups;
    size_t looked = 0;

    if (finder->sources->groups.type != JSON_VIEW_ARRAY || finder->searches >= SEARCHES_MAX ||
        !split_turn(turn, length, &number, kind, &index)) {
        return none;
    }
    finder->searches++;
    json_iter_init(&groups, finder->sources->groups);
    while (json_iter_next(&groups)) {
        struct json_iter entries;

        json_iter_init(&entries, json_get(groups.value, "entries"));
        while (!entries.is_object && looked++ < PAGES_LOOKED_MAX && json_iter_next(&entries)) {
            struct json_view id[3];

            json_select(json_get(entries.value, "ref_id"), names, 3, id);
            if (json_int64(id[0], -1) == number && json_is_text(id[1], kind) && json_int64(id[2], -1) == index) {
                return entries.value;
            }
        }
    }
    return none;
}

/* The citation that names the numbers of its marker, or else the one at the marker's place in the list. */
static struct json_view find_citation(struct citation_finder *finder, int64_t first, int64_t second, size_t place)
{
    static const struct json_name names[] = {JSON_NAME("cited_message_idx"), JSON_NAME("search_result_idx")};
    struct json_view list = finder->sources->citations;
    struct json_view at_place = none;
    struct json_iter iter;

    json_iter_init(&iter, list.type == JSON_VIEW_ARRAY && finder->searches < SEARCHES_MAX ? list : none);
    finder->searches++;
    for (size_t i = 0; json_iter_next(&iter) && i < PAGES_LOOKED_MAX; i++) {
        struct json_view metadata = json_get(iter.value, "metadata");
        struct json_view numbers[2];

        json_select(json_get(metadata, "extra"), names, 2, numbers);
        at_place = i == place ? metadata : at_place;
        if (numbers[0].type == JSON_VIEW_NUMBER && json_int64(numbers[0], -1) == first &&
            (second < 0 || numbers[1].type != JSON_VIEW_NUMBER || json_int64(numbers[1], -1) == second)) {
            return metadata;
        }
    }
    return at_place;
}

struct json_view citation_find_numbered(struct citation_finder *finder, int64_t first, int64_t second)
{
    struct json_view cited = finder->sources->cited;
    struct json_view found = find_citation(finder, first, second, finder->next_citation++);

    if (found.type == JSON_VIEW_NONE && cited.type == JSON_VIEW_ARRAY && finder->searches < SEARCHES_MAX &&
        first < PAGES_LOOKED_MAX) {
        found = json_item(cited, (size_t)first);
    }
    return found;
}

/* Appends a link if its address is safe and not yet in the target after `from`. */
static int32_t append_link(struct citation_finder *finder, struct buffer *target, size_t from, struct json_view title,
                           struct json_view url)
{
    struct buffer *scratch = &finder->scratch;
    size_t bound = json_text_bound(title) + 6 * json_text_bound(url) + LINK_SYNTAX_MAX;
    size_t before = target->length;
    size_t title_length;

    if (json_is_empty_text(url) || json_text_bound(url) > MATCHED_BYTES || bound > finder->extra_max + EXTRA_BYTES) {
        return 0;
    }
    buffer_clear(scratch);
    json_append_text(scratch, title);
    title_length = scratch->length;
    json_append_text(scratch, url);
    finder->out_of_memory |= scratch->failed;
    if (scratch->failed || !link_is_safe(scratch->data + title_length, scratch->length - title_length)) {
        return 0;
    }
    buffer_append_text(target, before > from ? ", " : "");
    link_append(target, scratch->data, title_length, scratch->data + title_length, scratch->length - title_length);
    if (before > from && !target->failed) {
        const char *link = target->data + before;
        const char *opened = title_length > 0 ? memmem(link, target->length - before, "](", 2) : NULL;
        const char *address = opened != NULL ? opened + 2 : link + 2;
        size_t length = (size_t)(target->data + target->length - address) - (opened != NULL);

        if (memmem(target->data + from, before - from, address, length) != NULL) {
            target->length = before; /* the same page again */
            target->data[before] = '\0';
        }
    }
    if (target->length - before > finder->extra_max) {
        target->length = before;
        target->data[before] = '\0';
    }
    finder->extra_max -= target->length - before;
    return target->length > before;
}

/* Links of a list of pages, each with the pages that support it. */
static size_t append_pages(struct citation_finder *finder, struct buffer *target, size_t from, struct json_view list,
                           size_t links_max)
{
    struct json_iter iter;
    size_t count = 0;

    json_iter_init(&iter, list.type == JSON_VIEW_ARRAY ? list : none);
    while (count < links_max && json_iter_next(&iter)) {
        struct json_view page[SOURCE_COUNT];
        struct json_iter others;

        json_select(iter.value, source_names, SOURCE_COUNT, page);
        count += (size_t)append_link(finder, target, from, page[SOURCE_TITLE], page[SOURCE_URL]);
        json_iter_init(&others, page[SOURCE_PAGES].type == JSON_VIEW_ARRAY ? page[SOURCE_PAGES] : none);
        while (count < links_max && json_iter_next(&others)) {
            struct json_view other[SOURCE_COUNT];

            json_select(others.value, source_names, SOURCE_COUNT, other);
            count += (size_t)append_link(finder, target, from, other[SOURCE_TITLE], other[SOURCE_URL]);
        }
    }
    return count;
}

int32_t citation_append_links(struct citation_finder *finder, struct buffer *target, size_t from,
                              struct json_view source)
{
    static const enum source_member lists[] = {SOURCE_ITEMS, SOURCE_FALLBACK, SOURCE_SOURCES};
    struct json_view members[SOURCE_COUNT];
    size_t before = target->length;
    size_t count = 0;

    if (source.type != JSON_VIEW_OBJECT) {
        return 0;
    }
    json_select(source, source_names, SOURCE_COUNT, members);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && count == 0; i++) {
        count = append_pages(finder, target, from, members[lists[i]], LINKS_MAX);
    }
    if (count == 0) {
        append_link(finder, target, from, members[SOURCE_TITLE], members[SOURCE_URL]);
    }
    if (target->length == before && !json_is_empty_text(members[SOURCE_NAME]) &&
        json_text_bound(members[SOURCE_NAME]) < finder->extra_max) {
        buffer_append_text(target, before > from ? ", " : "");
        json_append_text(target, members[SOURCE_NAME]); /* an uploaded file */
        finder->extra_max -= target->length - before < finder->extra_max ? target->length - before : finder->extra_max;
    }
    return target->length > before;
}

int32_t citation_append_alternative(struct citation_finder *finder, struct buffer *target, struct json_view source)
{
    struct json_view text = json_get(source, "alt");
    struct buffer *scratch = &finder->scratch;
    const char *at;
    const char *end;

    if (json_is_empty_text(text) || json_text_bound(text) > finder->extra_max) {
        return 0;
    }
    buffer_clear(scratch);
    json_append_text(scratch, text);
    finder->out_of_memory |= scratch->failed;
    if (scratch->failed) {
        return 0;
    }
    end = scratch->data + scratch->length;
    for (at = memmem(scratch->data, scratch->length, "](", 2); at != NULL;
         at = memmem(at, (size_t)(end - at), "](", 2)) {
        const char *url = at + 2;
        const char *close = memchr(url, ')', (size_t)(end - url));

        if (close == NULL || !link_is_safe(url, (size_t)(close - url))) {
            return 0;
        }
        at = url;
    }
    finder->extra_max -= scratch->length;
    buffer_append(target, scratch->data, scratch->length);
    return 1;
}

#include "processing/withhold.h"

#include "base/error.h"
#include "store/chunk.h"

#include <stdio.h>
#include <string.h>

#define SHARED_MAX   32 /* most secrets of one finding that are searched for in its other texts */
#define SHARED_LEAST 4  /* shortest secret searched for */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void withhold_extent(const struct chunk_messages *messages, int64_t offset, int64_t length, int64_t *from, int64_t *to)
{
    *from = offset;
    *to = offset + length;
    for (size_t i = 0; i < messages->count; i++) {
        const struct message_record_place *place = &messages->places[i];
        int64_t start = place->offset + place->body_offset;
        int64_t end = start + place->body_length;

        if (start < offset && end > offset) {
            *from = most(start, offset - WITHHOLD_MARGIN_BYTES);
        }
        if (start < offset + length && end > offset + length) {
            *to = least(end, offset + length + WITHHOLD_MARGIN_BYTES);
        }
    }
}

static void append_label(struct buffer *target, enum secret_kind kind)
{
    buffer_append_byte(target, '[');
    buffer_append_text(target, secret_kind_label(kind));
    buffer_append_text(target, " withheld]");
}

/* A part of a text to copy, [from, to), and the range to search, [start, end), which contains it. Offsets are relative
 * to the text. */
struct masked_part {
    size_t start, end;
    size_t from, to;
};

struct mask {
    struct buffer *text;          /* the text with its secrets masked is appended here */
    struct secret_counts *counts; /* of what was masked */
    struct arena *arena;          /* receives the texts of messages; NULL for append_masked() */
};

/* Searches more than it copies, so that secrets that cross the borders are found; their inner part is masked. */
static cpk_status append_masked(const struct mask *mask, const char *text, const struct masked_part *part,
                                cpk_error **error)
{
    struct buffer *masked = mask->text;
    struct secret_list list;
    size_t copied = part->from;
    cpk_status status;

    secret_list_init(&list, masked->allocator);
    status = secrets_scan(text + part->start, part->end - part->start, &list, error);
    for (size_t i = 0; status == CPK_OK && i < list.count; i++) {
        size_t first = part->start + list.items[i].start;
        size_t last = part->start + list.items[i].end;

        if (last <= copied || first >= part->to) {
            continue;
        }
        mask->counts->of_kind[list.items[i].kind] += first >= part->from;
        if (first > copied) {
            buffer_append(masked, text + copied, first - copied);
        }
        append_label(masked, list.items[i].kind);
        copied = last < part->to ? last : part->to;
    }
    if (status == CPK_OK) {
        buffer_append(masked, text + copied, part->to - copied);
    }
    secret_list_free(&list);
    return status != CPK_OK ? status : masked->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status clean_names(cpk_message *message, struct arena *arena, cpk_error **error)
{
    cpk_attachment *attachments;

    CPK_TRY(withhold_from_text(arena, &message->conversation_title, NULL, error));
    if (message->attachment_count == 0) {
        return CPK_OK;
    }
    attachments = arena_allocate_zeroed(arena, message->attachment_count, sizeof *attachments);
    if (attachments == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(attachments, message->attachments, message->attachment_count * sizeof *attachments);
    for (size_t i = 0; i < message->attachment_count; i++) {
        CPK_TRY(withhold_from_text(arena, &attachments[i].name, NULL, error));
    }
    message->attachments = attachments;
    return CPK_OK;
}

/* Masks one message's part of the chunk, from *cursor on. Offsets are relative to the extracted text. */
static cpk_status clean_message(const struct withhold_chunk *chunk, const struct message_record_place *place,
                                cpk_message *message, int64_t *cursor, const struct mask *mask, cpk_error **error)
{
    int64_t text_end = chunk->text_offset + (int64_t)chunk->text_length;
    int64_t chunk_end = chunk->offset + chunk->length;
    int64_t start = place->offset + place->body_offset;
    int64_t end = start + place->body_length;
    int64_t from = most(start, *cursor);
    int64_t to = most(least(end, chunk_end), from);
    struct masked_part part;
    size_t written;

    if (from > *cursor) { /* text before the message: headings */
        size_t first = (size_t)(*cursor - chunk->text_offset);
        size_t last = (size_t)(least(from, chunk_end) - chunk->text_offset);

        CPK_TRY(append_masked(mask, chunk->text, &(struct masked_part){first, last, first, last}, error));
        *cursor = least(from, chunk_end);
    }
    if (from >= chunk_end) {
        return CPK_OK;
    }
    part.start = (size_t)(most(start, chunk->text_offset) - chunk->text_offset);
    part.end = (size_t)(most(least(end, text_end), to) - chunk->text_offset);
    part.from = (size_t)(from - chunk->text_offset);
    part.to = (size_t)(to - chunk->text_offset);
    written = mask->text->length;
    CPK_TRY(append_masked(mask, chunk->text, &part, error));
    *cursor = to;
    message->text_length = mask->text->length - written;
    message->text = arena_copy_bytes(mask->arena, mask->text->data + written, message->text_length);
    return message->text == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status withhold_from_chunk(const struct withhold_chunk *chunk, struct chunk_messages *messages, struct arena *arena,
                               struct buffer *masked, struct secret_counts *counts, cpk_error **error)
{
    const struct mask mask = {masked, counts, arena};
    int64_t cursor = chunk->offset;
    size_t first;
    size_t last;

    for (size_t i = 0; i < messages->count; i++) {
        CPK_TRY(clean_names(&messages->items[i], arena, error));
        CPK_TRY(clean_message(chunk, &messages->places[i], &messages->items[i], &cursor, &mask, error));
    }
    first = (size_t)(cursor - chunk->text_offset);
    last = (size_t)(chunk->offset + chunk->length - chunk->text_offset);
    return append_masked(&mask, chunk->text, &(struct masked_part){first, last, first, last}, error);
}

cpk_status withhold_from_text(struct arena *arena, const char **text, struct secret_counts *counts, cpk_error **error)
{
    struct buffer masked;
    size_t found;
    cpk_status status;

    if (*text == NULL || (*text)[0] == '\0') {
        return CPK_OK;
    }
    buffer_init(&masked, arena->allocator);
    status = secrets_mask(*text, strlen(*text), &masked, counts, &found, error);
    if (status == CPK_OK && found > 0) {
        *text = arena_copy_text(arena, buffer_text(&masked));
        status = *text == NULL ? error_out_of_memory(error) : CPK_OK;
    }
    buffer_free(&masked);
    return status;
}

#define WORD_BYTES_MAX 12 /* of a short identifier such as "chatgpt" */

/* Nothing to search: a short word, or hexadecimal digits and hyphens, as in UUIDs and numbers. A number of 16 digits is
 * not a card's here. */
static int32_t is_plain_id(const char *id)
{
    size_t digits = strspn(id, "0123456789abcdefABCDEF-");
    size_t word = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return id[digits] == '\0' || (id[word] == '\0' && word <= WORD_BYTES_MAX);
}

cpk_status withhold_from_id(struct arena *arena, const char **id, cpk_error **error)
{
    return *id == NULL || is_plain_id(*id) ? CPK_OK : withhold_from_text(arena, id, NULL, error);
}

/* --- findings ------------------------------------------------------------------------------------------------------
 */

/* Secrets of one finding. They may be repeated in its other texts without the context that identifies them. */
struct shared {
    struct secret_list list;
    struct buffer line;
    const char *texts[SHARED_MAX];
    size_t lengths[SHARED_MAX];
    enum secret_kind kinds[SHARED_MAX];
    size_t count;
    int32_t found; /* number of secrets found, including those not in the list */
};

static cpk_status collect(struct shared *shared, const char *text, cpk_error **error)
{
    CPK_TRY(secrets_scan(text, strlen(text), &shared->list, error));
    shared->found |= shared->list.count > 0;
    for (size_t i = 0; i < shared->list.count && shared->count < SHARED_MAX; i++) {
        const struct secret_span *span = &shared->list.items[i];

        if (span->end - span->start >= SHARED_LEAST) {
            shared->texts[shared->count] = text + span->start;
            shared->lengths[shared->count] = span->end - span->start;
            shared->kinds[shared->count] = span->kind;
            shared->count++;
        }
    }
    return CPK_OK;
}

static size_t shared_at(const struct shared *shared, const char *text, size_t left, size_t *which)
{
    for (size_t i = 0; i < shared->count; i++) {
        if (shared->lengths[i] <= left && memcmp(text, shared->texts[i], shared->lengths[i]) == 0) {
            *which = i;
            return shared->lengths[i];
        }
    }
    return 0;
}

/* Masks secrets recognised in the text itself and those found elsewhere in the finding. */
static cpk_status clean_text(const struct shared *shared, struct arena *arena, const char **text,
                             struct secret_counts *counts, cpk_error **error)
{
    size_t length;
    size_t which = 0;
    int32_t found = 0;
    struct buffer masked;
    cpk_status status = CPK_OK;

    CPK_TRY(withhold_from_text(arena, text, counts, error));
    length = strlen(*text);
    buffer_init(&masked, arena->allocator);
    for (size_t at = 0; at < length;) {
        size_t size = shared_at(shared, *text + at, length - at, &which);

        if (size == 0) {
            buffer_append_byte(&masked, (*text)[at++]);
            continue;
        }
        append_label(&masked, shared->kinds[which]);
        found = 1;
        at += size;
    }
    if (masked.failed) {
        status = error_out_of_memory(error);
    } else if (found) {
        *text = arena_copy_text(arena, buffer_text(&masked));
        status = *text == NULL ? error_out_of_memory(error) : CPK_OK;
    }
    buffer_free(&masked);
    return status;
}

/* Collects secrets such as "password: hunter2" that a finding splits into subject and value. */
static cpk_status collect_value(struct shared *shared, const struct finding *item, cpk_error **error)
{
    buffer_clear(&shared->line);
    buffer_append_text(&shared->line, item->subject);
    buffer_append_text(&shared->line, ": ");
    buffer_append_text(&shared->line, item->value);
    return shared->line.failed ? error_out_of_memory(error) : collect(shared, buffer_text(&shared->line), error);
}

static int32_t has_plain_ids(const struct finding *item)
{
    for (size_t i = 0; i < item->evidence_count; i++) {
        const struct finding_evidence *evidence = &item->evidence[i];

        if (!is_plain_id(evidence->provider) || !is_plain_id(evidence->conversation_id) ||
            !is_plain_id(evidence->message_id)) {
            return 0;
        }
    }
    return 1;
}

static cpk_status clean_evidence(const struct shared *shared, struct arena *arena, struct finding_evidence *evidence,
                                 struct secret_counts *counts, cpk_error **error)
{
    CPK_TRY(withhold_from_id(arena, &evidence->provider, error));
    CPK_TRY(withhold_from_id(arena, &evidence->conversation_id, error));
    CPK_TRY(withhold_from_id(arena, &evidence->message_id, error));
    if (!shared->found) {
        return CPK_OK;
    }
    CPK_TRY(clean_text(shared, arena, &evidence->quote, counts, error));
    return clean_text(shared, arena, &evidence->conversation_title, counts, error);
}

static cpk_status clean_finding(struct finding *item, struct arena *arena, struct shared *shared,
                                struct secret_counts *counts, cpk_error **error)
{
    struct finding_evidence *evidence;

    shared->count = 0;
    shared->found = 0;
    CPK_TRY(collect(shared, item->text, error));
    CPK_TRY(collect_value(shared, item, error));
    for (size_t i = 0; i < item->evidence_count; i++) {
        CPK_TRY(collect(shared, item->evidence[i].quote, error));
        CPK_TRY(collect(shared, item->evidence[i].conversation_title, error));
    }
    if (shared->found) {
        CPK_TRY(clean_text(shared, arena, &item->subject, counts, error));
        CPK_TRY(clean_text(shared, arena, &item->value, counts, error));
        CPK_TRY(clean_text(shared, arena, &item->text, counts, error));
    } else if (has_plain_ids(item)) {
        return CPK_OK;
    }
    evidence = arena_allocate_zeroed(arena, item->evidence_count + 1, sizeof *evidence);
    if (evidence == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < item->evidence_count; i++) {
        evidence[i] = item->evidence[i];
        CPK_TRY(clean_evidence(shared, arena, &evidence[i], counts, error));
    }
    item->evidence = evidence;
    return CPK_OK;
}

/* Returns 1 if a text contains "[password withheld]" or a truncated form of it: sentences and topics may be
 * cut. */
static int32_t holds_label(const struct finding *item)
{
    char label[48];

    if (item->category == FINDING_TOPIC) {
        return strstr(item->text, "withheld") != NULL || strstr(item->text, "Withheld") != NULL;
    }
    for (size_t i = 0; i < SECRET_KIND_COUNT; i++) {
        snprintf(label, sizeof label, "[%s withheld", secret_kind_label((enum secret_kind)i));
        if (strstr(item->text, label) != NULL) {
            return item->category != FINDING_NOTE;
        }
    }
    return 0;
}

/* Drops statements about a secret that have no content left. */
static void drop_empty(struct finding_set *set)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++) {
        if (!holds_label(&set->items[i])) {
            set->items[kept++] = set->items[i];
        }
    }
    set->count = kept;
}

cpk_status withhold_from_findings(struct finding_set *set, struct secret_counts *counts, cpk_error **error)
{
    struct shared shared;
    cpk_status status = CPK_OK;

    memset(&shared, 0, sizeof shared);
    secret_list_init(&shared.list, set->arena.allocator);
    buffer_init(&shared.line, set->arena.allocator);
    for (size_t i = 0; status == CPK_OK && i < set->count; i++) {
        status = clean_finding(&set->items[i], &set->arena, &shared, counts, error);
    }
    if (status == CPK_OK) {
        drop_empty(set);
    }
    buffer_free(&shared.line);
    secret_list_free(&shared.list);
    return status;
}

cpk_status withhold_count(cpk_session *session, const cpk_source *source, struct secret_counts *counts,
                          cpk_error **error)
{
    struct record_list *chunks = NULL;

    CPK_TRY(store_chunk_list(session->work, &(struct work_key){source->user_id, OWNER_SOURCE, source->source_id, NULL},
                             &chunks, error));
    for (size_t i = 0; i < chunks->count; i++) {
        secret_counts_read(counts, ((const struct store_chunk *)chunks->items[i])->withheld);
    }
    record_list_free(chunks);
    return CPK_OK;
}

#include "ingest/extraction.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "chunk/chunk.h"
#include "engine/blob_key.h"
#include "engine/blob_reader.h"
#include "ingest/conversations.h"
#include "ingest/input_records.h"
#include "ingest/known_messages.h"
#include "store/chunk.h"
#include "store/conversation.h"
#include "store/work.h"

#include <stdio.h>
#include <string.h>

#define NOTES_MAX  200
#define COPY_BYTES ((int64_t)256 * 1024)

/* What an element gave until now. */
struct element_state {
    struct conversation_entry *entry; /* of its messages; NULL: none yet */
    int32_t is_mixed;                 /* it gave messages of several conversations */
    int64_t messages;
    int64_t notes_before;
};

struct extraction {
    cpk_session *session;
    const struct job_target *target;
    struct lease *lease;
    struct op_context op; /* the caller's options with notes redirected to this extraction */
    const struct op_context *caller;
    char text_key[KEY_BYTES];
    char index_key[KEY_BYTES];
    struct storage_writer *text;
    struct storage_writer *index;
    struct message_renderer renderer;
    struct chunker *chunker;
    struct known_messages known; /* messages the pack already has; when restoring, those that this source added */
    struct conversations conversations;
    struct import_known import_known;
    struct element_state element; /* of the input, which is being read */
    int64_t elements_read;
    int64_t elements_known;
    char content_hash[CONTENT_HASH_BYTES]; /* used while rows are written */
    struct buffer line;
    int64_t *line_offsets; /* offset of each record's line in the index, plus the end offset */
    size_t record_count;
    size_t record_capacity;
    struct chunk_range *chunks;
    size_t chunk_count;
    size_t chunk_capacity;
    struct buffer notes; /* unfinished JSON array */
    int64_t note_count;
    struct buffer losses;       /* JSON object */
    struct buffer loss_summary; /* "" if all was read */
    int64_t index_bytes;
    int64_t known_messages;
    int64_t text_tokens;
    int64_t first_us;
    int64_t last_us;
    struct import_report report;
    size_t next_conversation; /* used while rows are written */
    size_t next_chunk;
    char (*hashes)[HASH_SHA256_HEX_BYTES]; /* hashes of each chunk's bytes in both blobs */
    int32_t is_restoring;                  /* rows stay unchanged, only blobs are written */
    int32_t is_addition;                   /* messages are added to the text and the index that the source has */
    int64_t old_text_bytes;                /* before an addition */
    int64_t old_index_bytes;
};

static void collect_note(void *user, int32_t note, const char *where, const char *text)
{
    struct extraction *extraction = user;
    struct json_writer writer;

    if (extraction->caller->options.note != NULL) {
        extraction->caller->options.note(extraction->caller->options.note_user, note, where, text);
    }
    if (extraction->note_count++ >= NOTES_MAX) {
        return;
    }
    buffer_append_text(&extraction->notes, extraction->note_count == 1 ? "[" : ",");
    json_writer_init(&writer, &extraction->notes);
    json_write_begin_object(&writer);
    json_write_key(&writer, "note");
    json_write_int64(&writer, note);
    json_write_key(&writer, "where");
    json_write_string(&writer, where);
    json_write_key(&writer, "text");
    json_write_string(&writer, text);
    json_write_end_object(&writer);
}

static int32_t collect_progress(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct extraction *extraction = user;
    const cpk_run_options *options = &extraction->caller->options;

    return options->progress != NULL ? options->progress(options->progress_user, stage, done, total) : 0;
}

static cpk_status load_known(void *user, const char *provider, const char *conversation_id, struct hash_list *known,
                             cpk_error **error)
{
    struct extraction *extraction = user;

    if (extraction->target->source == NULL) {
        return CPK_OK; /* a V1 job has no earlier messages */
    }
    return known_messages_find(&extraction->known, provider, conversation_id, known, error);
}

static cpk_status add_chunk(void *user, const struct chunk_range *range, cpk_error **error)
{
    struct extraction *extraction = user;

    if (extraction->is_restoring) {
        return CPK_OK; /* already stored in the rows */
    }
    if (extraction->chunk_count == extraction->chunk_capacity) {
        size_t capacity = extraction->chunk_capacity * 2 + 16;
        struct chunk_range *chunks =
            memory_resize_array(&extraction->session->engine->context.allocator, extraction->chunks,
                                extraction->chunk_capacity, capacity, sizeof *chunks);

        if (chunks == NULL) {
            return error_out_of_memory(error);
        }
        extraction->chunks = chunks;
        extraction->chunk_capacity = capacity;
    }
    extraction->chunks[extraction->chunk_count] = *range;
    extraction->chunks[extraction->chunk_count++].offset += extraction->old_text_bytes;
    return CPK_OK;
}

static cpk_status add_line_offset(struct extraction *extraction, cpk_error **error)
{
    if (extraction->record_count == extraction->record_capacity) {
        size_t capacity = extraction->record_capacity + extraction->record_capacity / 2 + 1024;
        int64_t *offsets =
            memory_resize_array(&extraction->session->engine->context.allocator, extraction->line_offsets,
                                extraction->record_capacity, capacity, sizeof *offsets);

        if (offsets == NULL) {
            return error_out_of_memory(error);
        }
        extraction->line_offsets = offsets;
        extraction->record_capacity = capacity;
    }
    extraction->line_offsets[extraction->record_count++] = extraction->index_bytes;
    return CPK_OK;
}

static void widen_time(struct extraction *extraction, int64_t time_us)
{
    if (time_us == CPK_TIME_UNKNOWN) {
        return;
    }
    if (extraction->first_us == CPK_TIME_UNKNOWN || time_us < extraction->first_us) {
        extraction->first_us = time_us;
    }
    if (extraction->last_us == CPK_TIME_UNKNOWN || time_us > extraction->last_us) {
        extraction->last_us = time_us;
    }
}

static cpk_status copy_blob(const struct extraction *extraction, const char *key, int64_t bytes,
                            struct storage_writer **writer, cpk_error **error);

/* Opens the blobs of an addition, with what they have. */
static cpk_status open_addition(struct extraction *extraction, cpk_error **error)
{
    CPK_TRY(copy_blob(extraction, extraction->text_key, extraction->old_text_bytes, &extraction->text, error));
    return copy_blob(extraction, extraction->index_key, extraction->old_index_bytes, &extraction->index, error);
}

/* Appends one new message to the text, the chunker, the index and its conversation's totals. */
static cpk_status write_record(struct extraction *extraction, const cpk_message *message,
                               struct conversation_entry *entry, cpk_error **error)
{
    const struct buffer *text = &extraction->renderer.text;
    struct message_record_place place;
    int32_t starts;

    if (extraction->is_addition && extraction->record_count == 0) {
        CPK_TRY(open_addition(extraction, error));
    }
    CPK_TRY(message_renderer_next(&extraction->renderer, message, &place, &starts, error));
    if (extraction->text != NULL) {
        CPK_TRY(storage_write_data(extraction->text, text->data, text->length, error));
    }
    CPK_TRY(chunker_add(extraction->chunker, text->data, text->length, starts, &place.tokens, error));
    buffer_clear(&extraction->line);
    message_record_write_index(&extraction->line, message, &place);
    if (extraction->line.failed) {
        return error_out_of_memory(error);
    }
    CPK_TRY(add_line_offset(extraction, error));
    if (extraction->index != NULL) {
        CPK_TRY(storage_write_data(extraction->index, extraction->line.data, extraction->line.length, error));
    }
    extraction->index_bytes += (int64_t)extraction->line.length;
    extraction->text_tokens += place.tokens;
    conversation_entry_count(entry, message, place.tokens);
    widen_time(extraction, message->time_us);
    return CPK_OK;
}

static void count_of_element(struct element_state *element, struct conversation_entry *entry)
{
    element->is_mixed = element->is_mixed || (element->entry != NULL && element->entry != entry);
    element->entry = entry;
    element->messages++;
}

static cpk_status take_message(void *user, const cpk_message *message, cpk_error **error)
{
    struct extraction *extraction = user;
    struct conversation_entry *entry;
    enum message_state state;

    CPK_TRY(lease_keep(extraction->lease, error));
    CPK_TRY(conversations_add(&extraction->conversations, message, &entry, &state, error));
    count_of_element(&extraction->element, entry);
    extraction->known_messages += state == MESSAGE_KNOWN;
    if (state != MESSAGE_NEW) {
        return CPK_OK;
    }
    return write_record(extraction, message, entry, error);
}

static cpk_status prepare_elements(void *self, int32_t *has_any, cpk_error **error)
{
    struct extraction *extraction = self;

    return known_messages_has_elements(&extraction->known, has_any, error);
}

static int64_t find_length(void *self, uint64_t head, size_t index)
{
    struct extraction *extraction = self;

    return known_messages_find_length(&extraction->known, head, index);
}

static cpk_status find_element(void *self, const struct import_element *element, int64_t *messages,
                               uint64_t *conversation, cpk_error **error)
{
    struct extraction *extraction = self;

    CPK_TRY(lease_keep(extraction->lease, error));
    known_messages_find_element(&extraction->known, element, messages, conversation);
    if (*messages >= 0) {
        extraction->known_messages += *messages;
        extraction->elements_known++;
    }
    return CPK_OK;
}

static void begin_element(void *self)
{
    struct extraction *extraction = self;

    extraction->element = (struct element_state){NULL, 0, 0, extraction->note_count};
    extraction->elements_read++;
}

/* An element that gave notes is read again, so that they are given again. */
static void end_element(void *self, const struct import_element *read)
{
    struct extraction *extraction = self;
    const struct element_state *element = &extraction->element;

    if (element->entry != NULL && !element->is_mixed && element->notes_before == extraction->note_count) {
        element->entry->element = *read;
        element->entry->element_messages = element->messages;
    }
}

static const char *raw_check_of(const struct extraction *extraction)
{
    const cpk_source *source = extraction->target->source;

    return source != NULL ? source->raw_check : NULL;
}

/* Checks that the stored bytes match the hash from source_add: storage may have truncated or changed them. */
static cpk_status check_raw(const struct extraction *extraction, cpk_error **error)
{
    const struct job_target *target = extraction->target;
    const char *sha256 = target->source != NULL ? target->source->sha256 : target->job->sha256;
    int32_t has = 1;

    if (sha256 != NULL) {
        CPK_TRY(blob_has_hash(extraction->session->storage, target->raw_key, sha256, &has,
                              &extraction->session->engine->context.allocator, error));
    }
    return has ? CPK_OK
               : error_set(error, CPK_ERROR_STORAGE, "import",
                           "the stored bytes of %s are damaged: add the same file again", target->name);
}

/* 1 if what was read decides about an error, so that damage may be its reason. */
static int32_t is_of_content(cpk_status status)
{
    return status == CPK_OK || status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NO_CONTENT ||
           status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_LIMIT_EXCEEDED;
}

/* Reads the messages of the stored bytes, which are checked as they are read, or before if they have no fast hash. The
 * SHA-256 has the last word: the fast hash differs on machines of another byte order. */
static cpk_status read_records(struct extraction *extraction, const struct records_reader *reader, struct input *opened,
                               struct blob_reader *blob, cpk_error **error)
{
    const cpk_allocator *allocator = &extraction->session->engine->context.allocator;
    const char *check = raw_check_of(extraction);
    cpk_error *damage = NULL;
    int32_t is_same = 1;
    cpk_status status;

    if (check == NULL) {
        CPK_TRY(check_raw(extraction, error));
    }
    status = records_read(reader, opened, take_message, extraction, &extraction->report, error);
    if (check == NULL || !is_of_content(status)) {
        return status;
    }
    if (blob_reader_check(blob, check, &is_same, allocator, &damage) == CPK_OK &&
        (is_same || check_raw(extraction, &damage) == CPK_OK)) {
        return status;
    }
    error_clear(error);
    return damage != NULL ? error_give(error, damage) : error_out_of_memory(error);
}

static cpk_status read_source(struct extraction *extraction, cpk_error **error)
{
    struct records_reader reader;
    struct blob_reader blob;
    struct input opened;
    cpk_status status;

    memset(&opened, 0, sizeof opened);
    if (extraction->target->source != NULL && strcmp(extraction->target->source->type, "url") == 0) {
        opened.source_type = CPK_SOURCE_URL;
    }
    status = blob_reader_open(extraction->session->storage, extraction->target->raw_key, extraction->target->name,
                              &blob, &opened.reader, error);
    if (status == CPK_ERROR_NOT_FOUND && extraction->is_restoring) {
        return error_set(
            error, CPK_ERROR_STORAGE, "storage",
            "the storage has lost the blob \"%s\" of %s, and what was extracted from it: add the same file "
            "again",
            extraction->target->raw_key, extraction->target->name);
    }
    if (status == CPK_ERROR_NOT_FOUND) {
        return error_set(error, CPK_ERROR_NOT_FOUND, "import",
                         "%s was never stored whole, or the storage has lost it: add the same file again",
                         extraction->target->name);
    }
    CPK_TRY(status);
    records_reader_init(&reader, extraction->session->engine, &extraction->op);
    if (extraction->target->source != NULL && !extraction->is_restoring) {
        extraction->import_known =
            (struct import_known){extraction, prepare_elements, find_length, find_element, begin_element, end_element};
        reader.known = &extraction->import_known;
    }
    status = read_records(extraction, &reader, &opened, &blob, error);
    blob_reader_close(&blob);
    if (extraction->elements_known > 0) {
        context_log(&extraction->session->engine->context, CPK_LOG_DEBUG, "import",
                    "%lld conversations are unchanged since an earlier import and were not read, %lld were read",
                    (long long)extraction->elements_known, (long long)extraction->elements_read);
    }
    if (status == CPK_OK) {
        status = chunker_finish(extraction->chunker, error);
    }
    return status;
}

/* The row's content_hash, or NULL if the conversation's bytes are not known by one hash. */
static const char *content_hash_of(struct extraction *extraction, const struct conversation_entry *entry)
{
    struct content_hash hash = {entry->element, 0, 0, entry->element_messages};

    if (entry->element_messages == 0) {
        return NULL;
    }
    hash.known_sum = content_hash_sum(0, entry->known.items, entry->known.count);
    hash.known_sum = content_hash_sum(hash.known_sum, entry->added.items, entry->added.count);
    hash.known_count = (int64_t)(entry->known.count + entry->added.count);
    content_hash_write(&hash, extraction->content_hash);
    return extraction->content_hash;
}

/* Sets the row's message_hashes, which are borrowed until the next call. */
static cpk_status set_hashes(struct extraction *extraction, const struct conversation_entry *entry,
                             struct store_conversation *row, cpk_error **error)
{
    row->message_hashes = entry->added.items;
    row->message_hashes_length = entry->added.count * sizeof *entry->added.items;
    if (extraction->is_addition) {
        const uint64_t start[CONVERSATION_ADDITION_HASHES] = {0, (uint64_t)extraction->target->source->additions + 1};

        buffer_clear(&extraction->line);
        buffer_append(&extraction->line, start, sizeof start);
        buffer_append(&extraction->line, row->message_hashes, row->message_hashes_length);
        if (extraction->line.failed) {
            return error_out_of_memory(error);
        }
        row->message_hashes = extraction->line.data;
        row->message_hashes_length = extraction->line.length;
    }
    return CPK_OK;
}

static cpk_status give_conversation(void *user, struct store_conversation *row, int32_t *has_next, cpk_error **error)
{
    struct extraction *extraction = user;
    const struct conversations *all = &extraction->conversations;

    while (extraction->next_conversation < all->count &&
           all->entries[extraction->next_conversation]->added.count == 0) {
        extraction->next_conversation++; /* no new message in it */
    }
    *has_next = extraction->next_conversation < all->count;
    if (*has_next) {
        const struct conversation_entry *entry = all->entries[extraction->next_conversation++];

        memset(row, 0, sizeof *row);
        row->provider = entry->provider;
        row->conversation_id = entry->conversation_id;
        row->title = entry->title;
        row->content_hash = content_hash_of(extraction, entry);
        CPK_TRY(set_hashes(extraction, entry, row, error));
        row->messages = entry->messages;
        row->tokens = entry->tokens;
        row->first_us = entry->first_us;
        row->last_us = entry->last_us;
    }
    return CPK_OK;
}

static cpk_status give_chunk(void *user, struct chunk_params *row, int32_t *has_next, cpk_error **error)
{
    struct extraction *extraction = user;

    (void)error;
    *has_next = extraction->next_chunk < extraction->chunk_count;
    if (*has_next) {
        const struct chunk_range *range = &extraction->chunks[extraction->next_chunk++];
        size_t behind = (size_t)range->last_record + 1;

        row->text_offset = range->offset;
        row->text_length = range->length;
        row->tokens = range->tokens;
        row->index_offset = extraction->line_offsets[range->first_record];
        row->index_length =
            (behind < extraction->record_count ? extraction->line_offsets[behind] : extraction->index_bytes) -
            row->index_offset;
        row->content_sha256 = extraction->hashes[extraction->next_chunk - 1];
    }
    return CPK_OK;
}

/* Hashes a chunk's bytes in both blobs by reading them back. */
static cpk_status hash_content(const struct extraction *extraction, const struct store_chunk *chunk,
                               char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    const cpk_allocator *allocator = &extraction->session->engine->context.allocator;
    struct storage *storage = extraction->session->storage;
    const struct blob_range text = {extraction->text_key, chunk->text_offset, chunk->text_length};
    const struct blob_range index = {extraction->index_key, chunk->index_offset, chunk->index_length};
    struct hash_sha256 hash;
    cpk_status status;

    CPK_TRY(hash_sha256_start(&hash, error));
    status = blob_hash_range(storage, &text, &hash, allocator, error);
    if (status == CPK_OK) {
        status = blob_hash_range(storage, &index, &hash, allocator, error);
    }
    return hash_sha256_finish_hex(&hash, status, hex, error);
}

static cpk_status hash_chunks(struct extraction *extraction, cpk_error **error)
{
    const cpk_allocator *allocator = &extraction->session->engine->context.allocator;

    extraction->hashes = memory_allocate_array(allocator, extraction->chunk_count + 1, sizeof *extraction->hashes);
    if (extraction->hashes == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < extraction->chunk_count; i++) {
        struct chunk_params range = {0, 0, 0, 0, 0, NULL};
        struct store_chunk chunk;
        int32_t has_next;

        CPK_TRY(give_chunk(extraction, &range, &has_next, error));
        chunk.text_offset = range.text_offset;
        chunk.text_length = range.text_length;
        chunk.index_offset = range.index_offset;
        chunk.index_length = range.index_length;
        CPK_TRY(lease_keep(extraction->lease, error));
        CPK_TRY(hash_content(extraction, &chunk, extraction->hashes[i], error));
    }
    extraction->next_chunk = 0;
    return CPK_OK;
}

static int64_t changed_conversations(const struct conversations *all)
{
    int64_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        count += all->entries[i]->added.count > 0;
    }
    return count;
}

/* 0: unchanged. */
static int32_t type_of(const struct extraction *extraction)
{
    const int32_t given = extraction->target->source != NULL ? extraction->target->source->type_code : 0;
    struct input opened;

    /* Corrects a source type that was guessed when the source was added. "url" was set by the caller and stays. */
    if (given == CPK_SOURCE_URL) {
        return 0;
    }
    memset(&opened, 0, sizeof opened);
    opened.is_paste = given == CPK_SOURCE_TEXT;
    return records_source_type(&opened, extraction->report.format);
}

/* Writes the JSON and the words of what was not read. */
static cpk_status write_losses(struct extraction *extraction, cpk_error **error)
{
    loss_write_json(&extraction->report.loss, &extraction->losses);
    loss_append_summary(&extraction->report.loss, 0, &extraction->loss_summary);
    return extraction->losses.failed || extraction->loss_summary.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status record_rows(struct extraction *extraction, cpk_error **error)
{
    const struct context *context = &extraction->session->engine->context;
    const struct job_target *target = extraction->target;
    const struct work_key key = job_target_key(target, extraction->lease->owner);
    struct work_extraction rows;
    char fingerprint[96];

    snprintf(fingerprint, sizeof fingerprint, "chunk %lld overlap %lld",
             (long long)context_setting(context, SETTING_CHUNK_MAX_TOKENS),
             (long long)context_setting(context, SETTING_CHUNK_OVERLAP_TOKENS));
    if (extraction->note_count > 0) {
        buffer_append_text(&extraction->notes, "]");
        if (extraction->notes.failed) {
            return error_out_of_memory(error);
        }
    }
    CPK_TRY(write_losses(extraction, error));
    memset(&rows, 0, sizeof rows);
    rows.type = type_of(extraction);
    rows.format = extraction->report.format;
    rows.extractor = extraction->report.extractor;
    rows.conversations = changed_conversations(&extraction->conversations);
    rows.messages = extraction->report.messages;
    rows.skipped = extraction->report.skipped;
    rows.new_messages = (int64_t)extraction->record_count;
    rows.known_messages = extraction->known_messages;
    rows.text_bytes = extraction->renderer.offset;
    rows.text_tokens = extraction->text_tokens;
    rows.first_us = extraction->first_us;
    rows.last_us = extraction->last_us;
    rows.text_key = extraction->text_key;
    rows.index_key = extraction->index_key;
    rows.settings_fingerprint = fingerprint;
    rows.losses = buffer_text(&extraction->losses);
    rows.loss_summary = extraction->loss_summary.length > 0 ? buffer_text(&extraction->loss_summary) : NULL;
    rows.is_partial = loss_is_partial(&extraction->report.loss);
    rows.notes = extraction->note_count > 0 ? extraction->notes.data : NULL;
    rows.deletions_seen = target->source != NULL ? target->source->deletions : 0;
    rows.progress = PROGRESS_EXTRACTED;
    rows.next_conversation = give_conversation;
    rows.conversation_user = extraction;
    rows.next_chunk = give_chunk;
    rows.chunk_user = extraction;
    return store_work_record_extraction(target->session->work, &key, &rows, error);
}

static cpk_status commit_blobs(struct extraction *extraction, cpk_error **error)
{
    struct storage_writer *text = extraction->text;
    struct storage_writer *index = extraction->index;

    /* Another process that took the lease may have written its own blobs. */
    CPK_TRY(lease_confirm(extraction->lease, error));
    extraction->text = NULL;
    CPK_TRY(storage_write_commit(text, error));
    extraction->index = NULL;
    return storage_write_commit(index, error);
}

static cpk_status open_blobs(struct extraction *extraction, cpk_error **error)
{
    struct storage *storage = extraction->session->storage;
    const struct job_target *target = extraction->target;

    CPK_TRY(blob_key_of_source(extraction->text_key, target->directory, target->id, KEY_TEXT, error));
    CPK_TRY(blob_key_of_source(extraction->index_key, target->directory, target->id, KEY_INDEX, error));
    CPK_TRY(storage_write_open(storage, extraction->text_key, -1, &extraction->text, error));
    return storage_write_open(storage, extraction->index_key, -1, &extraction->index, error);
}

static cpk_status create_chunker(struct extraction *extraction, cpk_error **error)
{
    const struct context *context = &extraction->session->engine->context;
    struct chunker_options options = {0, context_setting(context, SETTING_CHUNK_MAX_TOKENS),
                                      context_setting(context, SETTING_CHUNK_OVERLAP_TOKENS)};

    if (options.overlap_tokens > options.max_tokens / 2) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings",
                         "chunk.overlap_tokens must be at most half of chunk.max_tokens");
    }
    return chunker_create(&context->allocator, &options, add_chunk, extraction, &extraction->chunker, error);
}

static cpk_status prepare(struct extraction *extraction, cpk_error **error)
{
    const struct job_target *target = extraction->target;
    const struct work_key key = job_target_key(target, extraction->lease->owner);

    CPK_TRY(create_chunker(extraction, error));
    CPK_TRY(store_work_set_status(target->session->work, &key, CPK_SOURCE_PROCESSING, 1, error));
    return open_blobs(extraction, error);
}

static void init(struct extraction *extraction, const struct job_target *target, int32_t is_restoring,
                 struct lease *lease, const struct op_context *op)
{
    const cpk_allocator *allocator = &target->session->engine->context.allocator;

    memset(extraction, 0, sizeof *extraction);
    extraction->session = target->session;
    extraction->target = target;
    extraction->is_restoring = is_restoring;
    extraction->lease = lease;
    extraction->caller = op;
    extraction->op = *op;
    extraction->op.options.note = collect_note;
    extraction->op.options.note_user = extraction;
    extraction->op.options.progress = collect_progress;
    extraction->op.options.progress_user = extraction;
    extraction->first_us = CPK_TIME_UNKNOWN;
    extraction->last_us = CPK_TIME_UNKNOWN;
    message_renderer_init(&extraction->renderer, allocator);
    conversations_init(&extraction->conversations, allocator, load_known, extraction);
    if (target->source != NULL) {
        known_messages_init(&extraction->known, target->session, target->source,
                            is_restoring ? PARTS_OF_SOURCE : PARTS_OF_OTHERS);
    }
    buffer_init(&extraction->line, allocator);
    buffer_init(&extraction->notes, allocator);
    buffer_init(&extraction->losses, allocator);
    buffer_init(&extraction->loss_summary, allocator);
}

static void free_parts(struct extraction *extraction)
{
    const cpk_allocator *allocator = &extraction->session->engine->context.allocator;

    storage_write_discard(extraction->text);
    storage_write_discard(extraction->index);
    chunker_free(extraction->chunker);
    message_renderer_free(&extraction->renderer);
    conversations_free(&extraction->conversations);
    known_messages_free(&extraction->known);
    buffer_free(&extraction->line);
    buffer_free(&extraction->notes);
    buffer_free(&extraction->losses);
    buffer_free(&extraction->loss_summary);
    if (extraction->hashes != NULL) {
        memory_release_array(allocator, extraction->hashes, extraction->chunk_count + 1, sizeof *extraction->hashes);
    }
    memory_release_array(allocator, extraction->line_offsets, extraction->record_capacity,
                         sizeof *extraction->line_offsets);
    memory_release_array(allocator, extraction->chunks, extraction->chunk_capacity, sizeof *extraction->chunks);
}

cpk_status extraction_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error)
{
    struct extraction extraction;
    cpk_status status;

    init(&extraction, target, 0, lease, op);
    CPK_TRY_CLEANUP(prepare(&extraction, error));
    CPK_TRY_CLEANUP(read_source(&extraction, error));
    CPK_TRY_CLEANUP(commit_blobs(&extraction, error));
    CPK_TRY_CLEANUP(hash_chunks(&extraction, error));
    CPK_TRY_CLEANUP(record_rows(&extraction, error));
cleanup:
    free_parts(&extraction);
    return status;
}

/* --- restoring lost blobs --- */

void extraction_sizes(const struct record_list *chunks, int64_t *text_bytes, int64_t *index_bytes)
{
    *text_bytes = 0;
    *index_bytes = 0;
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];
        int64_t text_end = chunk->text_offset + chunk->text_length;
        int64_t index_end = chunk->index_offset + chunk->index_length;

        *text_bytes = text_end > *text_bytes ? text_end : *text_bytes;
        *index_bytes = index_end > *index_bytes ? index_end : *index_bytes;
    }
}

static void use_keys_of_rows(struct extraction *extraction)
{
    snprintf(extraction->text_key, sizeof extraction->text_key, "%s", extraction->target->text_key);
    snprintf(extraction->index_key, sizeof extraction->index_key, "%s", extraction->target->index_key);
}

static cpk_status holds(const struct extraction *extraction, const struct store_chunk *chunk, int32_t *result,
                        cpk_error **error)
{
    char hex[HASH_SHA256_HEX_BYTES];
    cpk_status status;

    *result = 1;
    if (chunk->content_sha256 == NULL) {
        return CPK_OK;
    }
    status = hash_content(extraction, chunk, hex, error);
    *result = status == CPK_OK && strcmp(hex, chunk->content_sha256) == 0;
    if (status == CPK_ERROR_NOT_FOUND || status == CPK_ERROR_STORAGE) {
        error_clear(error);
        return CPK_OK;
    }
    return status;
}

cpk_status extraction_holds(const struct job_target *target, const struct store_chunk *chunk, int32_t *result,
                            cpk_error **error)
{
    struct extraction extraction;

    memset(&extraction, 0, sizeof extraction);
    extraction.session = target->session;
    extraction.target = target;
    use_keys_of_rows(&extraction);
    return holds(&extraction, chunk, result, error);
}

/* Additions follow what the source had before, so each is read by itself. */
static cpk_status read_parts(struct extraction *extraction, cpk_error **error)
{
    const struct job_target *target = extraction->target;
    const int64_t additions = target->source != NULL ? target->source->additions : 0;

    extraction->known.addition = 0;
    CPK_TRY(read_source(extraction, error));
    for (int64_t i = 1; i <= additions; i++) {
        conversations_free(&extraction->conversations);
        known_messages_free(&extraction->known);
        conversations_init(&extraction->conversations, &target->session->engine->context.allocator, load_known,
                           extraction);
        extraction->conversations.is_restoring = 1;
        known_messages_init(&extraction->known, target->session, target->source, PARTS_OF_SOURCE);
        extraction->known.addition = i;
        buffer_clear(&extraction->renderer.conversation);
        CPK_TRY(read_source(extraction, error));
    }
    return CPK_OK;
}

static cpk_status prepare_restoring(struct extraction *extraction, uint32_t parts, cpk_error **error)
{
    const struct context *context = &extraction->session->engine->context;
    struct chunker_options options = {0, settings_info(SETTING_CHUNK_MAX_TOKENS)->default_value, 0};
    struct storage *storage = extraction->session->storage;

    extraction->conversations.is_restoring = extraction->target->source != NULL;
    use_keys_of_rows(extraction);
    CPK_TRY(chunker_create(&context->allocator, &options, add_chunk, extraction, &extraction->chunker, error));
    if ((parts & EXTRACTED_TEXT) != 0) {
        CPK_TRY(storage_write_open(storage, extraction->text_key, -1, &extraction->text, error));
    }
    return (parts & EXTRACTED_INDEX) != 0
               ? storage_write_open(storage, extraction->index_key, -1, &extraction->index, error)
               : CPK_OK;
}

static cpk_status refuse_other_text(const struct extraction *extraction, cpk_error **error)
{
    return error_set(
        error, CPK_ERROR_STORAGE, "import",
        "the extracted text of %s is lost or damaged, and what its file gives now is not the same (another "
        "version or other import settings made it): delete it and add the file again",
        extraction->target->name);
}

static cpk_status check_sizes(const struct extraction *extraction, const struct record_list *chunks, cpk_error **error)
{
    int64_t text_bytes;
    int64_t index_bytes;

    extraction_sizes(chunks, &text_bytes, &index_bytes);
    return extraction->renderer.offset == text_bytes && extraction->index_bytes == index_bytes
               ? CPK_OK
               : refuse_other_text(extraction, error);
}

static cpk_status commit_restored(struct extraction *extraction, cpk_error **error)
{
    struct storage_writer *text = extraction->text;
    struct storage_writer *index = extraction->index;

    CPK_TRY(lease_confirm(extraction->lease, error));
    extraction->text = NULL;
    if (text != NULL) {
        CPK_TRY(storage_write_commit(text, error));
    }
    extraction->index = NULL;
    return index != NULL ? storage_write_commit(index, error) : CPK_OK;
}

/* Removes restored blobs that differ, so that they are not taken for the analysed text. */
static cpk_status check_restored(const struct extraction *extraction, const struct record_list *chunks, uint32_t parts,
                                 cpk_error **error)
{
    struct storage *storage = extraction->session->storage;
    int32_t is_same = 1;

    for (size_t i = 0; i < chunks->count && is_same; i++) {
        CPK_TRY(lease_keep(extraction->lease, error));
        CPK_TRY(holds(extraction, chunks->items[i], &is_same, error));
    }
    if (is_same) {
        return CPK_OK;
    }
    if ((parts & EXTRACTED_TEXT) != 0) {
        CPK_TRY(storage_remove(storage, extraction->text_key, error));
    }
    if ((parts & EXTRACTED_INDEX) != 0) {
        CPK_TRY(storage_remove(storage, extraction->index_key, error));
    }
    return refuse_other_text(extraction, error);
}

cpk_status extraction_restore(const struct job_target *target, const struct record_list *chunks, uint32_t parts,
                              struct lease *lease, const struct op_context *op, cpk_error **error)
{
    struct extraction extraction;
    cpk_status status;

    init(&extraction, target, 1, lease, op);
    CPK_TRY_CLEANUP(prepare_restoring(&extraction, parts, error));
    CPK_TRY_CLEANUP(read_parts(&extraction, error));
    CPK_TRY_CLEANUP(check_sizes(&extraction, chunks, error));
    CPK_TRY_CLEANUP(commit_restored(&extraction, error));
    CPK_TRY_CLEANUP(check_restored(&extraction, chunks, parts, error));
cleanup:
    free_parts(&extraction);
    return status;
}

/* --- adding what a deleted source had brought --- */

static cpk_status copy_bytes(const struct extraction *extraction, struct storage_reader *reader, int64_t bytes,
                             char *block, struct storage_writer *writer, cpk_error **error)
{
    for (int64_t left = bytes; left > 0;) {
        size_t got;

        CPK_TRY(lease_keep(extraction->lease, error));
        CPK_TRY(storage_read_data(reader, block, left < COPY_BYTES ? (size_t)left : (size_t)COPY_BYTES, &got, error));
        if (got == 0) {
            return error_set(error, CPK_ERROR_STORAGE, "storage", "a blob of %s is shorter than it was",
                             extraction->target->name);
        }
        CPK_TRY(storage_write_data(writer, block, got, error));
        left -= (int64_t)got;
    }
    return CPK_OK;
}

/* Opens a writer that replaces a blob, and writes the first `bytes` bytes of the blob to it. */
static cpk_status copy_blob(const struct extraction *extraction, const char *key, int64_t bytes,
                            struct storage_writer **writer, cpk_error **error)
{
    const cpk_allocator *allocator = &extraction->session->engine->context.allocator;
    struct storage *storage = extraction->session->storage;
    struct storage_reader *reader = NULL;
    char *block = memory_allocate(allocator, COPY_BYTES);
    cpk_status status;

    if (block == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(storage_write_open(storage, key, -1, writer, error));
    if (bytes > 0) {
        CPK_TRY_CLEANUP(storage_read_open(storage, key, 0, bytes, &reader, error));
        CPK_TRY_CLEANUP(copy_bytes(extraction, reader, bytes, block, *writer, error));
    }
    status = CPK_OK;
cleanup:
    storage_read_close(reader);
    memory_release(allocator, block, COPY_BYTES);
    return status;
}

static cpk_status prepare_addition(struct extraction *extraction, cpk_error **error)
{
    const struct job_target *target = extraction->target;
    const struct work_key key = job_target_key(target, NULL);
    struct record_list *chunks;

    extraction->is_addition = 1;
    extraction->known.scope = PARTS_OF_ALL;
    use_keys_of_rows(extraction);
    CPK_TRY(store_chunk_list(target->session->work, &key, &chunks, error));
    extraction_sizes(chunks, &extraction->old_text_bytes, &extraction->old_index_bytes);
    record_list_free(chunks);
    extraction->renderer.offset = extraction->old_text_bytes;
    extraction->index_bytes = extraction->old_index_bytes;
    return create_chunker(extraction, error);
}

static cpk_status record_addition(struct extraction *extraction, cpk_error **error)
{
    const struct job_target *target = extraction->target;
    const struct work_key key = job_target_key(target, extraction->lease->owner);
    const struct work_addition rows = {.deletions_seen = target->source->deletions,
                                       .new_messages = (int64_t)extraction->record_count,
                                       .text_bytes = extraction->renderer.offset - extraction->old_text_bytes,
                                       .text_tokens = extraction->text_tokens,
                                       .first_us = extraction->first_us,
                                       .last_us = extraction->last_us,
                                       .next_conversation = give_conversation,
                                       .conversation_user = extraction,
                                       .next_chunk = give_chunk,
                                       .chunk_user = extraction};

    return store_work_record_addition(target->session->work, &key, &rows, error);
}

cpk_status extraction_add(const struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error)
{
    struct extraction extraction;
    cpk_status status;

    init(&extraction, target, 0, lease, op);
    CPK_TRY_CLEANUP(prepare_addition(&extraction, error));
    CPK_TRY_CLEANUP(read_source(&extraction, error));
    if (extraction.record_count > 0) {
        CPK_TRY_CLEANUP(commit_blobs(&extraction, error));
        CPK_TRY_CLEANUP(hash_chunks(&extraction, error));
    }
    CPK_TRY_CLEANUP(record_addition(&extraction, error));
cleanup:
    free_parts(&extraction);
    return status;
}

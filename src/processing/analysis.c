#include "processing/analysis.h"

#include "analyze/prompt.h"
#include "base/driver.h"
#include "base/error.h"
#include "engine/blob_key.h"
#include "engine/blob_reader.h"
#include "ingest/extraction.h"
#include "processing/chunk_messages.h"
#include "processing/job_pack.h"
#include "processing/withhold.h"
#include "store/hold.h"

#include <stdio.h>
#include <string.h>

#define PROGRESS_ANALYZED 99
#define CHUNKS_OF_PAGE    64
#define HOLD_LIFETIME_US  (INT64_C(24) * 3600 * 1000000)

struct analysis {
    cpk_session *session;
    const struct job_target *target;
    struct lease *lease;
    const struct op_context *op;
    struct buffer prompt;
    struct buffer text;
    struct buffer index;
    struct buffer whole;  /* the chunk plus the rest of messages that it cuts */
    struct buffer masked; /* the text with secrets masked, as sent to the analyzer */
    struct buffer answer;
    struct buffer withheld; /* JSON counts of the secrets that were masked */
    cpk_status refused;     /* error from checking the answer, kept in case the analyzer ignores it */
    cpk_error *refusal;
    struct arena messages;
    char answers_prefix[KEY_BYTES];
    int64_t chunks;
    int64_t done;          /* chunks done, including earlier runs */
    int64_t done_here;     /* chunks done by this run */
    int64_t failed;        /* chunks failed in this run */
    int64_t reserved;      /* chunks that this run has reserved credits for */
    int32_t is_broken_off; /* stopped early (credits used up, or limit reached) with chunks left */
};

/* Renews the lease while a long answer arrives. */
static int32_t append_answer(void *user, const void *data, size_t length_bytes)
{
    struct analysis *analysis = user;

    buffer_append(&analysis->answer, data, length_bytes);
    if (analysis->answer.failed) {
        analysis->refused = error_out_of_memory(&analysis->refusal);
    } else if (analysis->refused == CPK_OK) {
        analysis->refused = lease_keep(analysis->lease, &analysis->refusal);
    }
    return analysis->refused == CPK_OK ? 0 : -1;
}

/* Checks that the bytes match what extraction wrote: storage may have changed them. */
static cpk_status check_content(const struct analysis *analysis, const struct store_chunk *chunk, cpk_error **error)
{
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;

    if (chunk->content_sha256 == NULL) {
        return CPK_OK;
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, analysis->text.data, analysis->text.length);
    hash_sha256_add(&hash, analysis->index.data, analysis->index.length);
    CPK_TRY(hash_sha256_finish_hex(&hash, CPK_OK, hex, error));
    return strcmp(hex, chunk->content_sha256) == 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_STORAGE, "storage",
                           "the stored text of %s is damaged: add the same file again, then run its source",
                           analysis->target->name);
}

/* Appends the range [from, to) of the extracted text to a buffer. */
static cpk_status read_text(struct analysis *analysis, int64_t from, int64_t to, struct buffer *target,
                            cpk_error **error)
{
    const char *key = analysis->target->text_key;

    return to > from
               ? blob_is_needed(storage_get_range(analysis->session->storage, key, from, to - from, target, error), key,
                                error)
               : CPK_OK;
}

/* Masks secrets in the chunk and its messages before the analyzer gets them. */
static cpk_status withhold(struct analysis *analysis, const struct store_chunk *chunk, struct chunk_messages *messages,
                           cpk_error **error)
{
    struct withhold_chunk part = {NULL, 0, 0, chunk->text_offset, (int64_t)analysis->text.length};
    struct secret_counts counts;
    int64_t to;

    memset(&counts, 0, sizeof counts);
    buffer_clear(&analysis->whole);
    buffer_clear(&analysis->masked);
    buffer_clear(&analysis->withheld);
    withhold_extent(messages, part.offset, part.length, &part.text_offset, &to);
    CPK_TRY(read_text(analysis, part.text_offset, part.offset, &analysis->whole, error));
    buffer_append(&analysis->whole, analysis->text.data, analysis->text.length);
    CPK_TRY(read_text(analysis, part.offset + part.length, to, &analysis->whole, error));
    if (analysis->whole.failed) {
        return error_out_of_memory(error);
    }
    part.text = buffer_text(&analysis->whole);
    part.text_length = analysis->whole.length;
    CPK_TRY(withhold_from_chunk(&part, messages, &analysis->messages, &analysis->masked, &counts, error));
    secret_counts_write(&counts, &analysis->withheld);
    return analysis->withheld.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status load_chunk(struct analysis *analysis, const struct store_chunk *chunk,
                             struct chunk_messages *messages, cpk_error **error)
{
    struct storage *storage = analysis->session->storage;
    const char *text_key = analysis->target->text_key;
    const char *index_key = analysis->target->index_key;
    struct chunk_bytes bytes = {.text_offset = chunk->text_offset};

    buffer_clear(&analysis->text);
    buffer_clear(&analysis->index);
    arena_reset(&analysis->messages);
    CPK_TRY(blob_is_needed(
        storage_get_range(storage, text_key, chunk->text_offset, chunk->text_length, &analysis->text, error), text_key,
        error));
    CPK_TRY(blob_is_needed(
        storage_get_range(storage, index_key, chunk->index_offset, chunk->index_length, &analysis->index, error),
        index_key, error));
    CPK_TRY(check_content(analysis, chunk, error));
    bytes.text = analysis->text.data;
    bytes.text_length = analysis->text.length;
    bytes.index = buffer_text(&analysis->index);
    bytes.index_length = analysis->index.length;
    CPK_TRY(chunk_messages_read(&analysis->messages, &bytes, messages, error));
    return withhold(analysis, chunk, messages, error);
}

/* Above any real usage of one chunk, and low enough that sums over chunks cannot overflow. */
#define USAGE_TOKENS_MAX      INT64_C(1000000000)
#define USAGE_COST_MICROS_MAX INT64_C(1000000000)

static cpk_status check_usage(const cpk_analyzer_usage *usage, cpk_error **error)
{
    const struct {
        const char *name;
        int64_t value, maximum;
    } fields[] = {
        {"input_tokens", usage->input_tokens, USAGE_TOKENS_MAX},
        {"output_tokens", usage->output_tokens, USAGE_TOKENS_MAX},
        {"cached_input_tokens", usage->cached_input_tokens, USAGE_TOKENS_MAX},
        {"cost_micros", usage->cost_micros, USAGE_COST_MICROS_MAX},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].value < 0 || fields[i].value > fields[i].maximum) {
            return error_set(error, CPK_ERROR_ANALYZER, "analyze",
                             "the analyzer says that it used %s = %lld for a chunk: 0 to %lld is possible",
                             fields[i].name, (long long)fields[i].value, (long long)fields[i].maximum);
        }
    }
    return CPK_OK;
}

/* error must not be NULL. */
static cpk_status ask(struct analysis *analysis, const struct store_chunk *chunk, cpk_analyzer_usage *usage,
                      cpk_error **error)
{
    const cpk_analyzer_driver *driver = &analysis->session->engine->analyzer;
    cpk_analyzer_request request;
    struct chunk_messages messages;
    cpk_status status;

    CPK_TRY(load_chunk(analysis, chunk, &messages, error));
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.system_prompt = buffer_text(&analysis->prompt);
    request.text = buffer_text(&analysis->masked);
    request.text_length = analysis->masked.length;
    request.text_tokens = chunk->tokens;
    request.messages = messages.items;
    request.message_count = messages.count;
    request.cancel = analysis->op->options.cancel;
    buffer_clear(&analysis->answer);
    status = driver_result(driver->analyze(driver->self, &request, append_answer, analysis, usage, error),
                           CPK_ERROR_ANALYZER, "analyze", "the analyzer", error);
    if (analysis->refused != CPK_OK) {
        (void)error_give(error, analysis->refusal);
        analysis->refusal = NULL;
        return analysis->refused;
    }
    if (status == CPK_OK && analysis->answer.length == 0) {
        return error_set(error, CPK_ERROR_ANALYZER, "analyze", "the analyzer gave no answer");
    }
    return status == CPK_OK ? check_usage(usage, error) : status;
}

/* Stores the answer blob first, then updates all rows that refer to it in one transaction. */
static cpk_status keep_answer(struct analysis *analysis, const struct store_chunk *chunk,
                              const cpk_analyzer_usage *usage, cpk_error **error)
{
    const struct work_key row = job_target_key(analysis->target, analysis->lease->owner);
    cpk_session *session = analysis->session;
    struct chunk_result result;
    char key[KEY_BYTES];
    char sha256[HASH_SHA256_HEX_BYTES];

    CPK_TRY(blob_hash_bytes(analysis->answer.data, analysis->answer.length, sha256, error));
    CPK_TRY(blob_key_of_answer(key, analysis->answers_prefix, chunk->index, error));
    CPK_TRY(storage_put(session->storage, key, analysis->answer.data, analysis->answer.length, error));
    memset(&result, 0, sizeof result);
    result.index = chunk->index;
    result.analyzer = session->engine->analyzer.identity(session->engine->analyzer.self);
    result.result_key = key;
    result.result_sha256 = sha256;
    result.input_tokens = usage->input_tokens;
    result.output_tokens = usage->output_tokens;
    result.cost_micro = usage->cost_micros;
    result.withheld = buffer_text(&analysis->withheld);
    result.progress_from = PROGRESS_EXTRACTED;
    result.progress_to = PROGRESS_ANALYZED;
    return store_chunk_done(session->work, &row, &result, error);
}

/* Returns 1 for analyzer errors that fail only this chunk and not the run. */
static int32_t is_chunks_own(cpk_status status)
{
    return status == CPK_ERROR_ANALYZER || status == CPK_ERROR_NETWORK || status == CPK_ERROR_TIMEOUT ||
           status == CPK_ERROR_LIMIT_EXCEEDED || status == CPK_ERROR_INVALID_DATA;
}

static cpk_status analyze_chunk(struct analysis *analysis, const struct store_chunk *chunk, cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, analysis->lease->owner);
    cpk_analyzer_usage usage = {sizeof usage, 0, 0, 0, 0, 0};
    cpk_error *problem = NULL;
    cpk_status status = ask(analysis, chunk, &usage, &problem);

    if (status == CPK_OK) {
        CPK_TRY(keep_answer(analysis, chunk, &usage, error));
        analysis->done++;
        analysis->done_here++;
        return CPK_OK;
    }
    if (!is_chunks_own(status)) {
        (void)error_give(error, problem);
        return status;
    }
    context_log(&analysis->session->engine->context, CPK_LOG_WARNING, "analyze", "chunk %lld of %s: %s",
                (long long)chunk->index, analysis->target->name, cpk_error_message(problem));
    analysis->failed++;
    status = store_chunk_failed(analysis->session->work, &key, chunk->index, cpk_error_message(problem), error);
    cpk_error_free(problem);
    return status;
}

/* Returns 1 if the requested chunks were tried or the reserved credits are used up. */
static int32_t is_enough(const struct analysis *analysis)
{
    int64_t asked_for = analysis->op->options.max_chunks;

    return analysis->done_here >= analysis->reserved ||
           (asked_for > 0 && analysis->done_here + analysis->failed >= asked_for);
}

/* Analyses one page of chunks; sets *index to the last one tried, *goes_on to 0 when finished. */
static cpk_status analyze_page(struct analysis *analysis, const struct record_list *chunks, int64_t *index,
                               int32_t *goes_on, cpk_error **error)
{
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];

        CPK_TRY(
            op_progress(analysis->op, CPK_STAGE_ANALYZE, analysis->done + analysis->failed, analysis->chunks, error));
        CPK_TRY(lease_keep(analysis->lease, error));
        if (is_enough(analysis)) {
            analysis->is_broken_off = 1;
            *goes_on = 0;
            return CPK_OK;
        }
        *index = chunk->index;
        CPK_TRY(analyze_chunk(analysis, chunk, error));
    }
    *goes_on = chunks->count == CHUNKS_OF_PAGE;
    return op_progress(analysis->op, CPK_STAGE_ANALYZE, analysis->done + analysis->failed, analysis->chunks, error);
}

static cpk_status analyze_chunks(struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;
    const struct work_key key = job_target_key(target, NULL);
    int64_t index = -1;
    int32_t goes_on = 1;

    while (goes_on) {
        struct record_list *chunks;
        cpk_status status;

        CPK_TRY(lease_keep(analysis->lease, error));
        CPK_TRY(store_chunk_list_open(analysis->session->work, &key, index, CHUNKS_OF_PAGE, &chunks, error));
        status = analyze_page(analysis, chunks, &index, &goes_on, error);
        record_list_free(chunks);
        CPK_TRY(status);
    }
    return CPK_OK;
}

static cpk_status hold_credits(struct analysis *analysis, int64_t left, int32_t is_first, cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, NULL);
    const cpk_session *session = analysis->session;
    const cpk_run_options *options = &analysis->op->options;
    int64_t expires_us = context_now(&session->engine->context) + HOLD_LIFETIME_US;

    analysis->reserved = options->max_chunks > 0 && options->max_chunks < left ? options->max_chunks : left;
    if (is_first) {
        return store_hold_reserve_first(session->work, &key, (options->flags & CPK_RUN_PARTIAL) != 0,
                                        &analysis->reserved, expires_us, error);
    }
    if ((options->flags & CPK_RUN_PARTIAL) != 0) {
        return store_hold_reserve_part(session->work, &key, &analysis->reserved, expires_us, error);
    }
    return store_hold_reserve(session->work, &key, analysis->reserved, expires_us, NULL, error);
}

/* Reserves credits and sets the status in one transaction under the lease, so that no credits are held for a
 * run that did not start. */
static cpk_status reserve(struct analysis *analysis, int32_t is_first, cpk_error **error)
{
    cpk_session *session = analysis->session;
    const struct job_target *target = analysis->target;
    const struct work_key key = job_target_key(target, analysis->lease->owner);
    struct chunk_counts counts;

    CPK_TRY(store_work_set_status(session->work, &key, "analyzing", PROGRESS_EXTRACTED, error));
    CPK_TRY(store_work_set_analyzer(session->work, &key,
                                    session->engine->analyzer.identity(session->engine->analyzer.self), error));
    if (is_first) {
        CPK_TRY(store_hold_need_none(session->work, &key, error));
    }
    CPK_TRY(store_chunk_count(session->work, &key, &counts, error));
    analysis->chunks = counts.chunks;
    analysis->done = counts.done;
    if (counts.chunks == counts.done) {
        return CPK_OK;
    }
    return hold_credits(analysis, counts.chunks - counts.done, is_first, error);
}

static cpk_status start(struct analysis *analysis, cpk_error **error)
{
    struct store *store = analysis->session->work;

    cpk_status status;

    CPK_TRY(store_begin(store, error));
    status = store_end(store, reserve(analysis, 1, error), error);
    if (status == CPK_ERROR_ALREADY_EXISTS) { /* an earlier run could not release its hold */
        error_clear(error);
        CPK_TRY(store_begin(store, error));
        status = store_end(store, reserve(analysis, 0, error), error);
    }
    return status;
}

/* Releases the held credits, unless another process has taken the source over and now owns the hold. If this
 * fails, the next run releases it. `ends` 1: also releases the lease. */
static cpk_status give_back(const struct analysis *analysis, int32_t ends, cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, analysis->lease->owner);
    struct store *store = analysis->session->work;
    struct lease *lease = analysis->lease;
    cpk_status status;

    CPK_TRY(store_begin(store, error));
    status = lease_confirm(lease, error);
    if (status == CPK_OK) {
        status = store_hold_release(store, &key, error);
    }
    if (status == CPK_OK && ends) {
        status = store_lease_release(store, &key, error);
    }
    CPK_TRY(store_end(store, status, error));
    lease->is_over = ends;
    return CPK_OK;
}

static cpk_status finish(struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;
    const struct work_key key = job_target_key(target, analysis->lease->owner);
    char message[128];

    if (analysis->is_broken_off && (analysis->failed == 0 || (target->kind == OWNER_JOB && analysis->done > 0))) {
        return give_back(analysis, 1, error); /* the status stays, so that the next run continues */
    }
    /* Failed chunks are listed in the job. */
    if (target->kind == OWNER_JOB && (analysis->done > 0 || analysis->chunks == 0)) {
        return job_pack_make(target, analysis->lease->owner, analysis->op, error);
    }
    if (analysis->failed == 0) {
        CPK_TRY(store_source_complete(analysis->session->work, NULL, target->id, analysis->lease->owner,
                                      analysis->answers_prefix, error));
        analysis->lease->is_over = 1;
        return CPK_OK;
    }
    snprintf(message, sizeof message, "%lld of %lld chunks could not be analysed; run it again to retry them",
             (long long)analysis->failed, (long long)analysis->chunks);
    CPK_TRY(store_work_set_failed(analysis->session->work, &key, message, error));
    return error_set(error, CPK_ERROR_ANALYZER, "analyze", "%s: %s", target->name, message);
}

static cpk_status prepare(struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;
    const char *custom = target->pack != NULL ? target->pack->custom_system_prompt : NULL;

    CPK_TRY(withhold_from_text(&analysis->messages, &custom, NULL, error));
    prompt_append(&analysis->prompt, custom);
    if (analysis->prompt.failed) {
        return error_out_of_memory(error);
    }
    return blob_key_of_source(analysis->answers_prefix, target->directory, target->id, KEY_ANALYZED, error);
}

static void init(struct analysis *analysis, const struct job_target *target, struct lease *lease,
                 const struct op_context *op)
{
    const cpk_allocator *allocator = &target->session->engine->context.allocator;

    memset(analysis, 0, sizeof *analysis);
    analysis->session = target->session;
    analysis->target = target;
    analysis->lease = lease;
    analysis->op = op;
    buffer_init(&analysis->prompt, allocator);
    buffer_init(&analysis->text, allocator);
    buffer_init(&analysis->index, allocator);
    buffer_init(&analysis->whole, allocator);
    buffer_init(&analysis->masked, allocator);
    buffer_init(&analysis->withheld, allocator);
    buffer_init(&analysis->answer, allocator);
    arena_init(&analysis->messages, allocator);
}

static void free_parts(struct analysis *analysis)
{
    cpk_error_free(analysis->refusal);
    buffer_free(&analysis->prompt);
    buffer_free(&analysis->text);
    buffer_free(&analysis->index);
    buffer_free(&analysis->whole);
    buffer_free(&analysis->masked);
    buffer_free(&analysis->withheld);
    buffer_free(&analysis->answer);
    arena_free(&analysis->messages);
}

cpk_status analysis_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error)
{
    struct analysis analysis;
    cpk_status status;

    init(&analysis, target, lease, op);
    CPK_TRY_CLEANUP(prepare(&analysis, error));
    CPK_TRY_CLEANUP(start(&analysis, error));
    CPK_TRY_CLEANUP(analyze_chunks(&analysis, error));
    CPK_TRY_CLEANUP(finish(&analysis, error));
cleanup:
    if (status != CPK_OK) {
        (void)give_back(&analysis, 0, NULL);
    }
    free_parts(&analysis);
    return status;
}

/* --- restoring lost answers --- */

static cpk_status restore_answer(struct analysis *analysis, const struct store_chunk *chunk, cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, analysis->lease->owner);
    cpk_session *session = analysis->session;
    cpk_analyzer_usage usage = {sizeof usage, 0, 0, 0, 0, 0};
    char sha256[HASH_SHA256_HEX_BYTES];
    struct chunk_result result;
    cpk_error *problem = NULL;
    cpk_status status = ask(analysis, chunk, &usage, &problem);

    if (status != CPK_OK) {
        return error_give(error, problem);
    }
    CPK_TRY(blob_hash_bytes(analysis->answer.data, analysis->answer.length, sha256, error));
    CPK_TRY(lease_confirm(analysis->lease, error));
    CPK_TRY(storage_put(session->storage, chunk->result_key, analysis->answer.data, analysis->answer.length, error));
    memset(&result, 0, sizeof result);
    result.index = chunk->index;
    result.analyzer = session->engine->analyzer.identity(session->engine->analyzer.self);
    result.result_sha256 = sha256;
    return store_chunk_restored(session->work, &key, &result, error);
}

static cpk_status restore_answers(struct analysis *analysis, const struct record_list *chunks, int64_t *restored,
                                  cpk_error **error)
{
    struct storage *storage = analysis->session->storage;

    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];
        int32_t has = 1;

        if (chunk->status_code == CHUNK_DONE && chunk->result_key != NULL) {
            CPK_TRY(op_progress(analysis->op, CPK_STAGE_ANALYZE, (int64_t)i, (int64_t)chunks->count, error));
            CPK_TRY(lease_keep(analysis->lease, error));
            CPK_TRY(blob_has_hash(storage, chunk->result_key, NULL, &has, &analysis->session->engine->context.allocator,
                                  error));
        }
        if (!has) {
            CPK_TRY(restore_answer(analysis, chunk, error));
            (*restored)++;
        }
    }
    return CPK_OK;
}

cpk_status analysis_restore(const struct job_target *target, const struct record_list *chunks, struct lease *lease,
                            const struct op_context *op, int64_t *restored, cpk_error **error)
{
    struct analysis analysis;
    cpk_status status;

    *restored = 0;
    init(&analysis, target, lease, op);
    status = prepare(&analysis, error);
    if (status == CPK_OK) {
        status = restore_answers(&analysis, chunks, restored, error);
    }
    free_parts(&analysis);
    return status;
}

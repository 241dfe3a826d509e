#include "processing/analysis.h"

#include "analyze/prompt.h"
#include "base/error.h"
#include "base/utf8.h"
#include "engine/blob_key.h"
#include "engine/blob_reader.h"
#include "ingest/extraction.h"
#include "processing/chunk_run.h"
#include "processing/chunk_workers.h"
#include "processing/job_pack.h"
#include "processing/withhold.h"
#include "store/chunk.h"
#include "store/hold.h"
#include "store/lease.h"
#include "store/work.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_ANALYZED 99
#define CHUNKS_OF_PAGE    64
#define OWN_THREADS_MAX   8   /* of the offline analyzer */
#define THREADS_MAX       256 /* of a driver */
#define FAILURE_BYTES     1024
#define HOLD_LIFETIME_US  (INT64_C(24) * 3600 * 1000000)

struct analysis {
    cpk_session *session;
    const struct job_target *target;
    struct lease *lease;
    const struct op_context *op;
    struct buffer prompt;
    struct buffer schema; /* of a language model's answers */
    struct redaction redaction;
    struct arena arena;         /* of the pack's prompt */
    struct chunk_context chunk; /* what its chunks share */
    struct chunk_workers *workers;
    char answers_prefix[KEY_BYTES];
    int64_t replaced[PERSONAL_KIND_COUNT]; /* by placeholders, in all requests of this run */
    int64_t chunks;
    int64_t done;          /* chunks done, including earlier runs */
    int64_t done_here;     /* chunks done by this run */
    int64_t failed;        /* chunks failed in this run */
    cpk_error *failure;    /* why the first of them failed; owned */
    int64_t reserved;      /* chunks that this run has reserved credits for */
    int32_t is_broken_off; /* stopped early (credits used up, or limit reached) with chunks left */
};

static cpk_status keep_lease(void *user, cpk_error **error)
{
    return lease_keep(user, error);
}

/* Stores the answer blob first, then updates all rows that refer to it in one transaction. */
static cpk_status keep_answer(struct analysis *analysis, const struct chunk_task *task, cpk_error **error)
{
    const struct work_key row = job_target_key(analysis->target, analysis->lease->owner);
    cpk_session *session = analysis->session;
    struct chunk_result result;
    char key[KEY_BYTES];
    char sha256[HASH_SHA256_HEX_BYTES];

    CPK_TRY(blob_hash_bytes(task->answer.data, task->answer.length, sha256, error));
    CPK_TRY(blob_key_of_answer(key, analysis->answers_prefix, task->index,
                               task->answer_name[0] != '\0' ? task->answer_name : NULL, error));
    if (!task->is_kept) {
        CPK_TRY(storage_put(session->storage, key, task->answer.data, task->answer.length, error));
    }
    memset(&result, 0, sizeof result);
    result.index = task->index;
    result.analyzer = session->engine->analyzer.identity(session->engine->analyzer.self);
    result.result_key = key;
    result.result_sha256 = sha256;
    result.input_tokens = task->usage.input_tokens;
    result.output_tokens = task->usage.output_tokens;
    result.cost_micro = task->usage.cost_micros;
    result.withheld = buffer_text(&task->withheld);
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

/* Tells what was kept of a language model's answer, and why the rest was not. */
static void log_answer(const struct analysis *analysis, const struct chunk_task *task)
{
    const struct context *context = &analysis->session->engine->context;
    struct buffer dropped;

    if (task->context->schema == NULL || task->is_kept) {
        return;
    }
    buffer_init(&dropped, &context->allocator);
    for (size_t i = 0; i < FINDING_DROP_COUNT; i++) {
        if (task->dropped[i] > 0) {
            buffer_append_format(&dropped, "%s %s %lld",
                                 dropped.length > 0 ? "," : "; not kept:", finding_drop_name((enum finding_drop)i),
                                 (long long)task->dropped[i]);
        }
    }
    context_log(context, CPK_LOG_INFO, "analyze", "chunk %lld of %s: %zu findings of the model kept%s",
                (long long)task->index, analysis->target->name, task->findings, buffer_text(&dropped));
    buffer_free(&dropped);
}

/* Tells what the analyzer of another machine did not get. */
static void log_redaction(struct analysis *analysis, const struct chunk_task *task)
{
    const struct context *context = &analysis->session->engine->context;
    struct buffer report;

    if (!analysis->redaction.is_on || task->is_kept) {
        return;
    }
    for (size_t kind = 0; kind < PERSONAL_KIND_COUNT; kind++) {
        analysis->replaced[kind] += task->replaced[kind];
    }
    buffer_init(&report, &context->allocator);
    redaction_report(task->replaced, &report);
    context_log(context, CPK_LOG_INFO, "analyze", "chunk %lld of %s: replaced by placeholders: %s",
                (long long)task->index, analysis->target->name, report.length > 0 ? buffer_text(&report) : "nothing");
    buffer_free(&report);
}

/* The sum of all chunks of this run, for the caller. */
static void note_redaction(const struct analysis *analysis)
{
    struct buffer text;
    size_t start;

    buffer_init(&text, &analysis->session->engine->context.allocator);
    buffer_append_text(&text, "replaced by placeholders: ");
    start = text.length;
    redaction_report(analysis->replaced, &text);
    if (text.length > start && !text.failed) {
        op_note(analysis->op, CPK_NOTE_REDACTED, analysis->target->name, buffer_text(&text));
    }
    buffer_free(&text);
}

/* Keeps the answer of a chunk, or why it has none. */
static cpk_status finish_chunk(struct analysis *analysis, struct chunk_task *task, cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, analysis->lease->owner);

    log_redaction(analysis, task);
    if (task->status == CPK_OK) {
        CPK_TRY(keep_answer(analysis, task, error));
        log_answer(analysis, task);
        analysis->done++;
        analysis->done_here++;
        return CPK_OK;
    }
    if (!is_chunks_own(task->status)) {
        cpk_error *problem = task->error;

        task->error = NULL;
        (void)error_give(error, problem);
        return task->status;
    }
    context_log(&analysis->session->engine->context, CPK_LOG_WARNING, "analyze", "chunk %lld of %s: %s",
                (long long)task->index, analysis->target->name, cpk_error_message(task->error));
    analysis->failed++;
    CPK_TRY(store_chunk_failed(analysis->session->work, &key, task->index, cpk_error_message(task->error), error));
    if (analysis->failure == NULL) {
        analysis->failure = task->error;
        task->error = NULL;
    }
    return CPK_OK;
}

/* Returns 1 if the requested chunks are tried or the reserved credits used up, if all `pending` chunks succeed. */
static int32_t is_enough(const struct analysis *analysis, int64_t pending)
{
    int64_t asked_for = analysis->op->options.max_chunks;

    return analysis->done_here + pending >= analysis->reserved ||
           (asked_for > 0 && analysis->done_here + analysis->failed + pending >= asked_for);
}

static cpk_status tell_progress(void *user, cpk_error **error)
{
    struct analysis *analysis = user;

    CPK_TRY(op_progress(analysis->op, CPK_STAGE_ANALYZE, analysis->done + analysis->failed, analysis->chunks, error));
    return lease_keep(analysis->lease, error);
}

/* Loads and submits chunks of a page from *next on, as many as may run. */
static cpk_status submit_chunks(struct analysis *analysis, const struct record_list *chunks, size_t *next,
                                cpk_error **error)
{
    struct chunk_workers *workers = analysis->workers;
    struct chunk_task *task = chunk_workers_free_task(workers);

    while (*next < chunks->count && task != NULL && !is_enough(analysis, (int64_t)chunk_workers_pending(workers))) {
        CPK_TRY(tell_progress(analysis, error));
        chunk_task_load(task, chunks->items[*next]);
        chunk_workers_submit(workers);
        (*next)++;
        task = chunk_workers_free_task(workers);
    }
    return CPK_OK;
}

/* Analyses one page of chunks; sets *index to the last one tried, *goes_on to 0 when finished. */
static cpk_status analyze_page(struct analysis *analysis, const struct record_list *chunks, int64_t *index,
                               int32_t *goes_on, cpk_error **error)
{
    struct chunk_workers *workers = analysis->workers;
    size_t next = 0;

    for (;;) {
        struct chunk_task *task;

        CPK_TRY(submit_chunks(analysis, chunks, &next, error));
        if (chunk_workers_pending(workers) == 0) {
            break;
        }
        CPK_TRY(chunk_workers_wait(workers, tell_progress, analysis, &task, error));
        *index = task->index;
        CPK_TRY(finish_chunk(analysis, task, error));
    }
    if (next < chunks->count) { /* enough for this run */
        CPK_TRY(tell_progress(analysis, error));
        analysis->is_broken_off = 1;
        *goes_on = 0;
        return CPK_OK;
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

    CPK_TRY(store_work_set_status(session->work, &key, CPK_SOURCE_ANALYZING, PROGRESS_EXTRACTED, error));
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

/* Sets the source or job to failed, with what the analyzer said of the first chunk that failed. */
static cpk_status fail(const struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;
    const struct work_key key = job_target_key(target, analysis->lease->owner);
    const cpk_error *failure = analysis->failure;
    char message[FAILURE_BYTES];

    snprintf(message, sizeof message, "%lld of %lld chunks could not be analysed; run it again to retry them: %s",
             (long long)analysis->failed, (long long)analysis->chunks, cpk_error_message(failure));
    message[utf8_valid_prefix(message, strlen(message))] = '\0';
    CPK_TRY(store_work_set_failed(analysis->session->work, &key, message, error));
    return error_set_native(error, CPK_ERROR_ANALYZER, "analyze", cpk_error_native(failure),
                            cpk_error_retryable(failure), "%s: %s", target->name, message);
}

static cpk_status finish(struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;

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
    return fail(analysis, error);
}

static cpk_status prepare(struct analysis *analysis, cpk_error **error)
{
    const struct job_target *target = analysis->target;
    const char *custom = target->pack != NULL ? target->pack->custom_system_prompt : NULL;
    const cpk_allocator *allocator = analysis->arena.allocator;

    CPK_TRY(redaction_init(&analysis->redaction, target, error));
    CPK_TRY(withhold_from_text(&analysis->arena, &custom, NULL, error));
    if (custom != NULL && analysis->redaction.is_on) {
        struct buffer masked;
        cpk_status status;

        buffer_init(&masked, allocator);
        status = redaction_mask_prompt(&analysis->redaction, allocator, custom, &masked, error);
        prompt_append(&analysis->prompt, buffer_text(&masked));
        buffer_free(&masked);
        CPK_TRY(status);
    } else {
        prompt_append(&analysis->prompt, custom);
    }
    if ((analysis->session->engine->analyzer.capabilities & CPK_ANALYZER_IS_MODEL) != 0) {
        prompt_append_schema(&analysis->schema);
        analysis->chunk.schema = buffer_text(&analysis->schema);
    }
    if (analysis->prompt.failed || analysis->schema.failed) {
        return error_out_of_memory(error);
    }
    analysis->chunk.prompt = buffer_text(&analysis->prompt);
    analysis->chunk.answers_prefix = analysis->answers_prefix;
    return blob_key_of_source(analysis->answers_prefix, target->directory, target->id, KEY_ANALYZED, error);
}

static void init(struct analysis *analysis, const struct job_target *target, struct lease *lease,
                 const struct op_context *op)
{
    memset(analysis, 0, sizeof *analysis);
    analysis->session = target->session;
    analysis->target = target;
    analysis->lease = lease;
    analysis->op = op;
    analysis->chunk.session = target->session;
    analysis->chunk.target = target;
    analysis->chunk.cancel = op->options.cancel;
    analysis->chunk.keep = keep_lease; /* a long answer renews the lease */
    analysis->chunk.keep_user = lease;
    buffer_init(&analysis->prompt, &target->session->engine->context.allocator);
    buffer_init(&analysis->schema, &target->session->engine->context.allocator);
    arena_init(&analysis->arena, &target->session->engine->context.allocator);
    analysis->chunk.redaction = &analysis->redaction;
}

/* Calls of the analyzer at the same time that are of use: the driver says it, or the offline analyzer has a processor
 * for each; a host's analyzer is otherwise called on the calling thread. */
static int64_t useful_threads(const cpk_engine *engine)
{
    const cpk_analyzer_driver *driver = &engine->analyzer;
    int64_t processors;

    if (driver->concurrency != NULL) {
        int64_t calls = driver->concurrency(driver->self);

        return calls < THREADS_MAX ? calls : THREADS_MAX;
    }
    processors = engine->has_own_analyzer ? (int64_t)sysconf(_SC_NPROCESSORS_ONLN) : 1;
    return processors < OWN_THREADS_MAX ? processors : OWN_THREADS_MAX;
}

/* Number of chunks that are analysed at the same time. */
static size_t choose_threads(const struct analysis *analysis)
{
    const cpk_engine *engine = analysis->session->engine;
    int64_t threads = context_setting(&engine->context, SETTING_ANALYZE_THREADS);

    if (threads == 0) {
        threads = useful_threads(engine);
    }
    threads = threads < analysis->reserved ? threads : analysis->reserved;
    return threads > 1 ? (size_t)threads : 1;
}

cpk_status analysis_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error)
{
    struct analysis analysis;
    cpk_status status;

    init(&analysis, target, lease, op);
    CPK_TRY_CLEANUP(prepare(&analysis, error));
    CPK_TRY_CLEANUP(start(&analysis, error));
    CPK_TRY_CLEANUP(chunk_workers_start(&analysis.chunk, choose_threads(&analysis), &analysis.workers, error));
    CPK_TRY_CLEANUP(analyze_chunks(&analysis, error));
    CPK_TRY_CLEANUP(finish(&analysis, error));
cleanup:
    chunk_workers_stop(analysis.workers);
    note_redaction(&analysis);
    cpk_error_free(analysis.failure);
    if (status != CPK_OK) {
        (void)give_back(&analysis, 0, NULL);
    }
    buffer_free(&analysis.prompt);
    redaction_free(&analysis.redaction);
    arena_free(&analysis.arena);
    buffer_free(&analysis.schema);
    return status;
}

/* --- restoring lost answers --- */

static cpk_status restore_answer(struct analysis *analysis, struct chunk_task *task, const struct store_chunk *chunk,
                                 cpk_error **error)
{
    const struct work_key key = job_target_key(analysis->target, analysis->lease->owner);
    cpk_session *session = analysis->session;
    char sha256[HASH_SHA256_HEX_BYTES];
    struct chunk_result result;

    chunk_task_load(task, chunk);
    chunk_run(task);
    if (task->status != CPK_OK) {
        cpk_error *problem = task->error;

        task->error = NULL;
        (void)error_give(error, problem);
        return task->status;
    }
    CPK_TRY(blob_hash_bytes(task->answer.data, task->answer.length, sha256, error));
    CPK_TRY(lease_confirm(analysis->lease, error));
    CPK_TRY(storage_put(session->storage, chunk->result_key, task->answer.data, task->answer.length, error));
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
    struct chunk_task task;
    cpk_status status = CPK_OK;

    chunk_task_init(&task, &analysis->chunk);
    for (size_t i = 0; i < chunks->count && status == CPK_OK; i++) {
        const struct store_chunk *chunk = chunks->items[i];
        int32_t has = 1;

        if (chunk->status_code == CHUNK_DONE && chunk->result_key != NULL) {
            CPK_TRY_CLEANUP(op_progress(analysis->op, CPK_STAGE_ANALYZE, (int64_t)i, (int64_t)chunks->count, error));
            CPK_TRY_CLEANUP(lease_keep(analysis->lease, error));
            CPK_TRY_CLEANUP(blob_has_hash(storage, chunk->result_key, NULL, &has,
                                          &analysis->session->engine->context.allocator, error));
        }
        if (!has) {
            CPK_TRY_CLEANUP(restore_answer(analysis, &task, chunk, error));
            (*restored)++;
        }
    }
cleanup:
    chunk_task_free(&task);
    return status;
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
    buffer_free(&analysis.prompt);
    redaction_free(&analysis.redaction);
    arena_free(&analysis.arena);
    buffer_free(&analysis.schema);
    return status;
}

#include "processing/worker.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/thread.h"
#include "base/time.h"
#include "engine/lease.h"
#include "engine/lease_owner.h"
#include "processing/work_outcome.h"
#include "processing/worker_slot.h"

#include <stdio.h>
#include <string.h>

#define TICK_US     INT64_C(100000) /* between looks at the cancel token */
#define SECOND_US   INT64_C(1000000)
#define SETTLE_MAX  64 /* claims that are ended in one transaction */
#define RENEW_PARTS 3  /* of the lease's time */
#define RESCUE_US   INT64_C(2000000)

struct worker {
    const struct op_context *op;
    cpk_session *session;
    const struct context *context;
    cpk_worker_options options;
    cpk_worker_report *report;
    struct slot_room room;
    struct worker_slot *slots;
    size_t count;
    char owner[LEASE_OWNER_BYTES];
    char last_user[UUID_TEXT_BYTES];
    int32_t is_single; /* runs one claim that it was given, and claims nothing */
    int32_t wants_end; /* the progress callback wants it to stop */
    int32_t is_stopping;
    int32_t found_nothing; /* the last claim: nothing was ready */
    /* Steady times. */
    int64_t claim_us;
    int64_t renew_us;
    int64_t cancel_us;
    int64_t rescue_us;
    int64_t promote_us;
    int64_t watch_us;
    int64_t failing_us; /* when the database began to fail; 0: it works */
};

static int64_t setting_us(const struct worker *worker, enum setting setting)
{
    return context_setting(worker->context, setting) * 1000;
}

static int64_t expiry(const struct worker *worker)
{
    return context_now(worker->context) + setting_us(worker, SETTING_LEASE_TIMEOUT_MS);
}

/* --- telling --- */

static void tell(const struct worker *worker, const cpk_work *work, const char *what, const char *message)
{
    char text[700];

    snprintf(text, sizeof text, "%s%s%s", what, message != NULL ? ": " : "", message != NULL ? message : "");
    context_log(worker->context, CPK_LOG_INFO, "worker", "%s: %s", work->owner_id, text);
    if (worker->op->options.note != NULL) {
        worker->op->options.note(worker->op->options.note_user, CPK_NOTE_WORK, work->owner_id, text);
    }
}

static size_t count_in(const struct worker *worker, enum slot_state from, enum slot_state to)
{
    size_t count = 0;

    for (size_t i = 0; i < worker->count; i++) {
        count += worker->slots[i].state >= from && worker->slots[i].state <= to;
    }
    return count;
}

static void watch(struct worker *worker)
{
    worker->report->running = (int64_t)count_in(worker, SLOT_READY, SLOT_RUNNING);
    if (worker->options.watch != NULL) {
        worker->options.watch(worker->options.watch_user, worker->report);
    }
    if (worker->op->options.progress != NULL &&
        worker->op->options.progress(worker->op->options.progress_user, CPK_STAGE_ANALYZE, worker->report->done, -1) !=
            0) {
        worker->wants_end = 1;
    }
}

/* --- ending claims --- */

static void count_outcome(struct worker *worker, const struct worker_slot *slot, const struct queue_outcome *outcome)
{
    cpk_worker_report *report = worker->report;
    char text[160];

    report->chunks += slot->chunks;
    report->input_tokens += slot->input_tokens;
    report->output_tokens += slot->output_tokens;
    report->cost_micros += slot->cost_micros;
    report->busy_us += slot->busy_us;
    if (outcome->is_done) {
        report->done++;
        snprintf(text, sizeof text, "done in %lld ms, %lld chunks", (long long)(slot->busy_us / 1000),
                 (long long)slot->chunks);
        tell(worker, slot->work, text, NULL);
    } else if (slot->is_cancelled) {
        report->cancelled++;
        tell(worker, slot->work, "cancelled", NULL);
    } else if (outcome->reason == NULL) {
        report->released++;
        tell(worker, slot->work, "given back", NULL);
    } else if (outcome->max_attempts == 0 || (slot->work->attempts >= outcome->max_attempts && slot->chunks == 0)) {
        report->dead++;
        tell(worker, slot->work, "dead", outcome->message);
    } else if (strcmp(outcome->reason, QUEUE_ERROR) == 0) {
        report->failed++;
        tell(worker, slot->work, "failed, to be tried again", outcome->message);
    } else {
        report->deferred++;
        snprintf(text, sizeof text, "waits (%s)", outcome->reason);
        tell(worker, slot->work, text, outcome->message);
    }
}

/* Ends the claims of the slots that have finished, in one transaction. */
static cpk_status settle(struct worker *worker, cpk_error **error)
{
    struct queue_outcome outcomes[SETTLE_MAX];
    struct worker_slot *finished[SETTLE_MAX];
    size_t count = 0;

    pthread_mutex_lock(&worker->room.mutex);
    for (size_t i = 0; i < worker->count && count < SETTLE_MAX; i++) {
        if (worker->slots[i].state == SLOT_FINISHED) {
            finished[count++] = &worker->slots[i];
        }
    }
    pthread_mutex_unlock(&worker->room.mutex);
    for (size_t i = 0; i < count; i++) {
        work_outcome_of(worker->context, finished[i]->work, &finished[i]->result, &outcomes[i]);
    }
    CPK_TRY(store_queue_settle(worker->session->work, outcomes, count, error));
    for (size_t i = 0; i < count; i++) {
        count_outcome(worker, finished[i], &outcomes[i]);
        record_free(finished[i]->work);
        finished[i]->work = NULL;
        finished[i]->state = SLOT_FREE;
    }
    if (count > 0) {
        worker->claim_us = 0; /* there is room: look at once */
    }
    return CPK_OK;
}

/* --- keeping claims --- */

static int32_t may_go_on(const struct worker_slot *slot, const struct record_list *claims)
{
    for (size_t i = 0; i < claims->count; i++) {
        const cpk_work *claim = claims->items[i];

        if (slot->work->claims == claim->claims && strcmp(slot->work->owner_id, claim->owner_id) == 0 &&
            strcmp(slot->work->user_id, claim->user_id) == 0) {
            return !claim->is_cancelled;
        }
    }
    return 0; /* the source was deleted, or another worker has it */
}

static cpk_status look_for_cancelled(struct worker *worker, cpk_error **error)
{
    struct record_list *claims = NULL;

    CPK_TRY(store_queue_list_claims(worker->session->work, worker->owner, &claims, error));
    for (size_t i = 0; i < worker->count; i++) {
        struct worker_slot *slot = &worker->slots[i];

        if (slot->state != SLOT_FREE && !may_go_on(slot, claims)) {
            slot->is_cancelled = 1;
            cpk_cancel_request(slot->cancel);
        }
    }
    record_list_free(claims);
    return CPK_OK;
}

static cpk_status keep_claims(struct worker *worker, int64_t now_us, cpk_error **error)
{
    const int64_t renewal_us = setting_us(worker, SETTING_LEASE_TIMEOUT_MS) / RENEW_PARTS;

    if (count_in(worker, SLOT_READY, SLOT_FINISHED) == 0) {
        worker->renew_us = now_us + renewal_us;
        return CPK_OK;
    }
    if (now_us >= worker->renew_us) {
        CPK_TRY(store_queue_renew(worker->session->work, worker->owner, expiry(worker), error));
        worker->renew_us = now_us + renewal_us;
    }
    if (now_us >= worker->cancel_us) {
        CPK_TRY(look_for_cancelled(worker, error));
        worker->cancel_us = now_us + SECOND_US;
    }
    return CPK_OK;
}

/* --- what dead workers left --- */

/* Makes the lost rows of a page ready again. */
static cpk_status rescue_page(struct worker *worker, const struct record_list *items, cpk_error **error)
{
    struct queue_outcome outcomes[QUEUE_PAGE_LIMIT];
    const int64_t now_us = context_now(worker->context);
    size_t count = 0;

    for (size_t i = 0; i < items->count && count < QUEUE_PAGE_LIMIT; i++) {
        const cpk_work *work = items->items[i];
        const int32_t is_expired = work->lease_expires_us == CPK_TIME_UNKNOWN || work->lease_expires_us <= now_us;

        if (work->lease_owner != NULL && strcmp(work->lease_owner, worker->owner) != 0 &&
            (is_expired || lease_owner_is_gone(work->lease_owner))) {
            work_outcome_of_lost(worker->context, work, is_expired, &outcomes[count++]);
        }
    }
    CPK_TRY(store_queue_settle(worker->session->work, outcomes, count, error));
    for (size_t i = 0; i < count; i++) {
        tell(worker, outcomes[i].work, "left by a worker that has ended", NULL);
    }
    worker->report->rescued += (int64_t)count;
    return CPK_OK;
}

static cpk_status rescue(struct worker *worker, cpk_error **error)
{
    struct record_list *page = NULL;
    struct record_list *before = NULL;
    cpk_status status;

    do {
        record_list_free(before);
        before = page;
        page = NULL;
        status = store_queue_list_running(worker->session->work,
                                          before != NULL ? before->items[before->count - 1] : NULL, &page, error);
        if (status == CPK_OK) {
            status = rescue_page(worker, page, error);
        }
    } while (status == CPK_OK && page->count == QUEUE_PAGE_LIMIT);
    record_list_free(before);
    record_list_free(page);
    return status;
}

/* --- claiming --- */

static void hand_out(struct worker *worker, struct record_list *items)
{
    size_t next = 0;

    for (size_t i = 0; i < worker->count && next < items->count; i++) {
        if (worker->slots[i].state == SLOT_FREE) {
            cpk_work *work = items->items[next];

            items->items[next++] = NULL;
            worker->report->claimed++;
            tell(worker, work, "claimed", NULL);
            slot_give(&worker->slots[i], work);
        }
    }
}

static cpk_status claim(struct worker *worker, int64_t now_us, cpk_error **error)
{
    const struct queue_claim wanted = {worker->owner, expiry(worker), (int64_t)count_in(worker, SLOT_FREE, SLOT_FREE),
                                       context_setting(worker->context, SETTING_WORKER_MAX_PER_USER),
                                       worker->last_user};
    struct record_list *items = NULL;
    int64_t promoted;

    if (worker->is_single || worker->is_stopping || wanted.limit == 0 || now_us < worker->claim_us) {
        return CPK_OK;
    }
    if (now_us >= worker->rescue_us) {
        CPK_TRY(rescue(worker, error));
        worker->rescue_us = now_us + RESCUE_US;
    }
    if (now_us >= worker->promote_us || worker->found_nothing) {
        CPK_TRY(store_queue_promote(worker->session->work, &promoted, error));
        worker->promote_us = now_us + TICK_US;
    }
    CPK_TRY(store_queue_claim(worker->session->work, &wanted, &items, error));
    worker->found_nothing = items->count == 0;
    worker->claim_us = now_us + (worker->found_nothing ? setting_us(worker, SETTING_WORKER_POLL_MS) : 0);
    hand_out(worker, items);
    record_list_free(items);
    return CPK_OK;
}

/* --- the loop --- */

static void stop_if_wanted(struct worker *worker)
{
    if (worker->is_stopping || (!worker->wants_end && !cpk_cancel_requested(worker->op->options.cancel))) {
        return;
    }
    worker->is_stopping = 1;
    for (size_t i = 0; i < worker->count; i++) {
        cpk_cancel_request(worker->slots[i].cancel);
    }
}

static cpk_status is_over(struct worker *worker, int32_t *over, cpk_error **error)
{
    struct queue_depth depths[QUEUE_STATES];

    *over = 0;
    if (count_in(worker, SLOT_READY, SLOT_FINISHED) > 0) {
        return CPK_OK;
    }
    *over = worker->is_stopping || worker->is_single;
    if (*over || !(worker->options.flags & CPK_WORKER_UNTIL_EMPTY) || !worker->found_nothing) {
        return CPK_OK;
    }
    worker->found_nothing = 0; /* look again after the next claim */
    CPK_TRY(store_queue_measure(worker->session->work, depths, error));
    *over = depths[CPK_WORK_READY - 1].count == 0 && depths[CPK_WORK_RUNNING - 1].count == 0 &&
            depths[CPK_WORK_WAITING - 1].retried == 0;
    return CPK_OK;
}

static cpk_status tick(struct worker *worker, int32_t *over, cpk_error **error)
{
    const int64_t now_us = time_monotonic_us();

    CPK_TRY(settle(worker, error));
    CPK_TRY(keep_claims(worker, now_us, error));
    CPK_TRY(claim(worker, now_us, error));
    if (now_us >= worker->watch_us) {
        watch(worker);
        worker->watch_us = now_us + SECOND_US;
    }
    return is_over(worker, over, error);
}

/* A database that fails for a while is waited for: after the lease's time all claims are lost anyway. */
static cpk_status bear_failure(struct worker *worker, cpk_status status, cpk_error **error)
{
    const int64_t now_us = time_monotonic_us();

    if (status == CPK_OK) {
        worker->failing_us = 0;
        return CPK_OK;
    }
    if (status == CPK_ERROR_PERMISSION_DENIED || status == CPK_ERROR_INVALID_ARGUMENT ||
        status == CPK_ERROR_OUT_OF_MEMORY) {
        return status;
    }
    worker->failing_us = worker->failing_us != 0 ? worker->failing_us : now_us;
    if (now_us - worker->failing_us > setting_us(worker, SETTING_LEASE_TIMEOUT_MS)) {
        return status;
    }
    context_log(worker->context, CPK_LOG_WARNING, "worker", "the queue can't be reached, to be tried again: %s",
                error != NULL && *error != NULL ? cpk_error_message(*error) : cpk_status_name(status));
    error_clear(error);
    worker->claim_us = now_us + SECOND_US;
    return CPK_OK;
}

static void wait(struct worker *worker)
{
    const int64_t now_us = time_monotonic_us();
    const int32_t has_room = count_in(worker, SLOT_FREE, SLOT_FREE) > 0 && !worker->is_single && !worker->is_stopping;
    int64_t until_us = now_us + TICK_US;

    if (has_room && worker->claim_us < until_us) {
        until_us = worker->claim_us;
    }
    pthread_mutex_lock(&worker->room.mutex);
    if (count_in(worker, SLOT_FINISHED, SLOT_FINISHED) == 0 && until_us > now_us) {
        (void)thread_wait(&worker->room.changed, &worker->room.mutex, until_us);
    }
    pthread_mutex_unlock(&worker->room.mutex);
}

static cpk_status loop(struct worker *worker, cpk_error **error)
{
    int32_t over = 0;

    while (!over) {
        stop_if_wanted(worker);
        CPK_TRY(bear_failure(worker, tick(worker, &over, error), error));
        if (!over) {
            wait(worker);
        }
    }
    return CPK_OK;
}

/* --- starting and ending --- */

static cpk_status start(struct worker *worker, const struct op_context *op, const cpk_worker_options *options,
                        cpk_worker_report *report, cpk_error **error)
{
    memset(worker, 0, sizeof *worker);
    worker->op = op;
    worker->session = op->session;
    worker->context = op->context;
    worker->options = *options;
    worker->report = report;
    worker->count = options->concurrency > 0 ? (size_t)options->concurrency : 1;
    worker->slots = memory_allocate_array(&worker->context->allocator, worker->count, sizeof *worker->slots);
    if (worker->slots == NULL) {
        return error_out_of_memory(error);
    }
    memset(worker->slots, 0, worker->count * sizeof *worker->slots);
    return slot_room_init(&worker->room, op->session->engine, error);
}

static cpk_status start_threads(struct worker *worker, cpk_error **error)
{
    for (size_t i = 0; i < worker->count; i++) {
        CPK_TRY(slot_start(&worker->slots[i], &worker->room, error));
    }
    return CPK_OK;
}

/* After an error sources may still run: they are stopped, and their claims end by their leases. */
static void end(struct worker *worker)
{
    for (size_t i = 0; i < worker->count; i++) {
        cpk_cancel_request(worker->slots[i].cancel);
    }
    pthread_mutex_lock(&worker->room.mutex);
    worker->room.is_ending = 1;
    pthread_mutex_unlock(&worker->room.mutex);
    for (size_t i = 0; i < worker->count; i++) {
        slot_end(&worker->slots[i]);
    }
    slot_room_free(&worker->room);
    memory_release_array(&worker->context->allocator, worker->slots, worker->count, sizeof *worker->slots);
}

static cpk_status begin(struct worker *worker, const struct op_context *op, const cpk_worker_options *options,
                        cpk_worker_report *report, cpk_error **error)
{
    cpk_status status = start(worker, op, options, report, error);

    if (status != CPK_OK) {
        memory_release_array(&worker->context->allocator, worker->slots, worker->count, sizeof *worker->slots);
    }
    return status;
}

cpk_status worker_run(const struct op_context *op, const cpk_worker_options *options, cpk_worker_report *report,
                      cpk_error **error)
{
    struct worker worker;
    cpk_status status;

    CPK_TRY(session_need_storage(op->session, error));
    CPK_TRY(begin(&worker, op, options, report, error));
    CPK_TRY_CLEANUP(lease_owner_create(worker.context, &worker, worker.owner, error));
    CPK_TRY_CLEANUP(start_threads(&worker, error));
    CPK_TRY_CLEANUP(loop(&worker, error));
cleanup:
    watch(&worker);
    end(&worker);
    lease_owner_forget_group(&worker);
    return status;
}

/* --- claims of a host --- */

cpk_status worker_claim(cpk_session *session, int64_t limit, struct record_list **items, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    char owner[LEASE_OWNER_BYTES];
    const struct queue_claim wanted = {
        owner, context_now(context) + context_setting(context, SETTING_LEASE_TIMEOUT_MS) * 1000, limit,
        context_setting(context, SETTING_WORKER_MAX_PER_USER), session->last_claim_user};
    int64_t promoted;
    cpk_status status;

    CPK_TRY(lease_owner_create(context, session, owner, error));
    status = store_queue_promote(session->work, &promoted, error);
    if (status == CPK_OK) {
        status = store_queue_claim(session->work, &wanted, items, error);
    }
    if (status != CPK_OK || (*items)->count == 0) {
        lease_owner_forget(owner);
    }
    return status;
}

static cpk_status get_claim(cpk_session *session, const char *source_id, int64_t claim_number, cpk_work **work,
                            cpk_error **error)
{
    char user_id[UUID_TEXT_BYTES];

    CPK_TRY(store_queue_user(session->work, source_id, user_id, error));
    CPK_TRY(store_queue_get(session->work, user_id, source_id, work, error));
    if ((*work)->state_code == CPK_WORK_RUNNING && (*work)->claims == claim_number && (*work)->lease_owner != NULL) {
        return CPK_OK;
    }
    record_free(*work);
    *work = NULL;
    return error_set(error, CPK_ERROR_CONFLICT, "worker", "the claim was lost: its lease ended, or it was ended");
}

/* Where the work is after its claim. */
static cpk_status read_state(cpk_session *session, const char *user_id, const char *source_id, int32_t *state,
                             cpk_error **error)
{
    cpk_work *work = NULL;
    cpk_status status = store_queue_get(session->work, user_id, source_id, &work, error);

    *state = 0;
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    *state = work->state_code;
    record_free(work);
    return CPK_OK;
}

static cpk_status run_given(const struct op_context *op, cpk_work *work, cpk_error **error)
{
    cpk_worker_options options = CPK_WORKER_OPTIONS_INIT;
    cpk_worker_report report = CPK_WORKER_REPORT_INIT;
    struct worker worker;
    cpk_status status = begin(&worker, op, &options, &report, error);

    if (status != CPK_OK) {
        record_free(work);
        return status;
    }
    worker.is_single = 1;
    snprintf(worker.owner, sizeof worker.owner, "%s", work->lease_owner);
    status = start_threads(&worker, error);
    if (status == CPK_OK) {
        slot_give(&worker.slots[0], work);
        status = loop(&worker, error);
    } else {
        record_free(work);
    }
    end(&worker);
    CPK_TRY(status);
    return cancel_check(op->options.cancel, error);
}

cpk_status worker_run_claim(const struct op_context *op, const char *source_id, int64_t claim_number, int32_t *state,
                            cpk_error **error)
{
    char user_id[UUID_TEXT_BYTES];
    cpk_work *work = NULL;

    CPK_TRY(session_need_storage(op->session, error));
    CPK_TRY(get_claim(op->session, source_id, claim_number, &work, error));
    snprintf(user_id, sizeof user_id, "%s", work->user_id);
    CPK_TRY(run_given(op, work, error));
    return read_state(op->session, user_id, source_id, state, error);
}

cpk_status worker_release(cpk_session *session, const char *source_id, int64_t claim_number, cpk_error **error)
{
    const struct work_result result = {.status = CPK_ERROR_CANCELLED};
    struct queue_outcome outcome;
    cpk_work *work = NULL;
    cpk_status status;

    CPK_TRY(get_claim(session, source_id, claim_number, &work, error));
    work_outcome_of(&session->engine->context, work, &result, &outcome);
    status = store_queue_settle(session->work, &outcome, 1, error);
    record_free(work);
    return status;
}

#include "payments/reconcile.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "payments/stripe/client.h"
#include "payments/stripe/event.h"
#include "payments/stripe/form.h"
#include "payments/webhook.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN          "stripe"
#define EVENTS_PATH     "/v1/events"
#define PAGE_EVENTS_MAX 100 /* Stripe's largest page size */
#define CURSOR_BYTES    256
#define SECOND_US       INT64_C(1000000)
#define HOUR_US         (3600 * SECOND_US)
#define DEFAULT_US      (72 * HOUR_US)
#define KEPT_US         (30 * 24 * HOUR_US)
#define GRACE_US        (60 * SECOND_US) /* tolerance between the caller's clock and this one */

/* State of one reconciliation. Stripe lists events newest first. The list is paged to its end to find the
 * oldest event, keeping only the last page, then processed from there page by page to the newest. */
struct work {
    cpk_session *session;
    const struct context *context;
    const struct op_context *op;
    struct http *http;
    int32_t page_events; /* page size of requests */
    struct buffer body;  /* of the current event */
    cpk_reconcile_report *report;
};

static void write_query(const struct work *work, const char *direction, const char *cursor, struct buffer *query)
{
    const char *type;

    form_add_int64(query, "limit", work->page_events);
    form_add_int64(query, "created[gte]", work->report->since_us / SECOND_US);
    for (size_t i = 0; (type = event_type_at(i)) != NULL; i++) {
        char key[32];

        snprintf(key, sizeof key, "types[%zu]", i);
        form_add(query, key, type);
    }
    form_add(query, direction, cursor[0] != '\0' ? cursor : NULL);
}

static cpk_status ask_once(const struct work *work, const char *direction, const char *cursor, struct answer_list *page,
                           cpk_error **error)
{
    struct buffer query;
    struct arena arena;
    const struct client_request request = {
        .context = work->context,
        .http = work->http,
        .path = EVENTS_PATH,
        .form = &query,
        .cancel = work->op->options.cancel,
        .arena = &arena,
    };
    cpk_status status;

    arena_init(&arena, &work->context->allocator);
    buffer_init(&query, &work->context->allocator);
    write_query(work, direction, cursor, &query);
    status = client_list(&request, page, error);
    buffer_free(&query);
    arena_free(&arena);
    return status;
}

/* Event size is unlimited: if a page exceeds net.max_response_bytes, requests half as many. */
static cpk_status ask(struct work *work, const char *direction, const char *cursor, struct answer_list *page,
                      cpk_error **error)
{
    for (;;) {
        cpk_error *problem = NULL;
        cpk_status status;

        CPK_TRY(op_progress(work->op, CPK_STAGE_STORE, work->report->seen, -1, error));
        status = ask_once(work, direction, cursor, page, &problem);
        if (status != CPK_ERROR_LIMIT_EXCEEDED || work->page_events == 1) {
            return status == CPK_OK ? CPK_OK : error_give(error, problem);
        }
        error_clear(&problem);
        work->page_events /= 2;
    }
}

static struct json_object *event_at(const struct answer_list *page, size_t index)
{
    return json_object_array_get_idx(page->data, index);
}

/* Sets the id from which paging continues. The same id as before is an error: paging would not end. */
static cpk_status move(char cursor[CURSOR_BYTES], struct json_object *event, cpk_error **error)
{
    size_t length;
    const char *id = json_member_text_length(event, "id", &length);

    if (id == NULL || length == 0 || length >= CURSOR_BYTES || strlen(id) != length || strcmp(id, cursor) == 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "Stripe's list of events can't be followed");
    }
    memcpy(cursor, id, length + 1);
    return CPK_OK;
}

static int64_t *count_of(cpk_reconcile_report *report, int32_t outcome)
{
    switch (outcome) {
    case CPK_WEBHOOK_PROCESSED:
        return &report->processed;
    case CPK_WEBHOOK_REPEATED:
        return &report->known;
    case CPK_WEBHOOK_UNCLAIMED:
        return &report->unclaimed;
    case CPK_WEBHOOK_REFUSED:
        return &report->refused;
    default:
        return &report->ignored;
    }
}

/* Keeps the message of the first failure. */
static cpk_status note_failure(struct work *work, struct json_object *event, const cpk_error *problem,
                               cpk_error **error)
{
    cpk_reconcile_report *report = work->report;
    const char *id = json_member_text(event, "id");
    const char *why = cpk_error_message(problem);
    struct buffer text;

    report->failed++;
    if (report->first_failure != NULL) {
        return CPK_OK;
    }
    buffer_init(&text, &work->context->allocator);
    if (id == NULL || strlen(id) >= CURSOR_BYTES) {
        buffer_append_format(&text, "an event without an id: %s", why);
    } else if (strstr(why, id) == NULL) {
        buffer_append_format(&text, "the event %s: %s", id, why);
    } else {
        buffer_append_text(&text, why);
    }
    report->first_failure = text.failed ? NULL : arena_copy_text(&report->arena, buffer_text(&text));
    buffer_free(&text);
    return report->first_failure != NULL ? CPK_OK : error_out_of_memory(error);
}

static cpk_status write_body(struct work *work, struct json_object *event, cpk_error **error)
{
    int64_t limit = context_setting(work->context, SETTING_STRIPE_MAX_EVENT_BYTES);
    struct json_writer writer;

    buffer_clear(&work->body);
    json_writer_init(&writer, &work->body);
    json_write_value(&writer, event);
    if (work->body.failed) {
        return error_out_of_memory(error);
    }
    return work->body.length <= (size_t)limit ? CPK_OK
                                              : error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                                                          "the event has %zu bytes, stripe.max_event_bytes allows %lld",
                                                          work->body.length, (long long)limit);
}

static cpk_status take(struct work *work, struct json_object *event, cpk_error **error)
{
    cpk_webhook_result *result = NULL;

    CPK_TRY(write_body(work, event, error));
    CPK_TRY(webhook_process(work->session, buffer_text(&work->body), work->body.length, &result, error));
    (*count_of(work->report, result->outcome))++;
    webhook_result_free(result);
    return CPK_OK;
}

/* Processes one event. A failure does not stop the others, unless it would affect them too. */
static cpk_status take_event(struct work *work, struct json_object *event, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;

    CPK_TRY(op_progress(work->op, CPK_STAGE_STORE, work->report->seen, -1, error));
    status = take(work, event, &problem);
    if (status != CPK_OK && !error_is_of_one_row(status)) {
        return error_give(error, problem);
    }
    work->report->seen++;
    if (status == CPK_OK) {
        return CPK_OK;
    }
    status = note_failure(work, event, problem, error);
    error_clear(&problem);
    return status;
}

static cpk_status take_page(struct work *work, const struct answer_list *page, cpk_error **error)
{
    for (size_t i = json_object_array_length(page->data); i > 0; i--) {
        CPK_TRY(take_event(work, event_at(page, i - 1), error));
    }
    return CPK_OK;
}

/* Pages from newest to oldest. *page is the last page, freed by the caller; *is_whole is 1 if it is the only
 * one. */
static cpk_status find_oldest(struct work *work, struct answer_list *page, int32_t *is_whole, cpk_error **error)
{
    char cursor[CURSOR_BYTES] = "";

    CPK_TRY(ask(work, "starting_after", cursor, page, error));
    *is_whole = !page->has_more;
    while (page->has_more) {
        size_t count = json_object_array_length(page->data);
        struct answer_list next;

        CPK_TRY(move(cursor, count > 0 ? event_at(page, count - 1) : NULL, error));
        CPK_TRY(ask(work, "starting_after", cursor, &next, error));
        /* Later events have passed Stripe's retention period meanwhile. */
        if (json_object_array_length(next.data) == 0) {
            answer_list_free(&next);
            return CPK_OK;
        }
        answer_list_free(page);
        *page = next;
    }
    return CPK_OK;
}

/* Processes from oldest to newest, including events that arrive meanwhile. */
static cpk_status take_all(struct work *work, struct answer_list *page, int32_t is_whole, cpk_error **error)
{
    char cursor[CURSOR_BYTES] = "";
    int32_t has_more = !is_whole;

    CPK_TRY(take_page(work, page, error));
    while (has_more) {
        CPK_TRY(move(cursor, event_at(page, 0), error));
        answer_list_free(page);
        CPK_TRY(ask(work, "ending_before", cursor, page, error));
        CPK_TRY(take_page(work, page, error));
        has_more = page->has_more && json_object_array_length(page->data) > 0;
    }
    return CPK_OK;
}

static cpk_status run_work(struct work *work, cpk_error **error)
{
    struct answer_list page;
    int32_t is_whole = 1;
    cpk_status status;

    CPK_TRY(engine_http(work->session->engine, &work->http, error));
    memset(&page, 0, sizeof page);
    status = find_oldest(work, &page, &is_whole, error);
    if (status == CPK_OK) {
        status = take_all(work, &page, is_whole, error);
    }
    answer_list_free(&page);
    return status;
}

static cpk_status read_since(const struct context *context, int64_t *since_us, cpk_error **error)
{
    int64_t now_us = context_now(context);

    if (*since_us == 0) {
        *since_us = now_us - DEFAULT_US;
    }
    if (*since_us > now_us) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "since must not be in the future");
    }
    if (*since_us < now_us - KEPT_US - GRACE_US) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "Stripe keeps events for 30 days: since must not be longer ago");
    }
    return CPK_OK;
}

static cpk_reconcile_report *report_create(const struct context *context)
{
    cpk_reconcile_report *report = memory_allocate_zeroed(&context->allocator, sizeof *report);

    if (report != NULL) {
        report->allocator = context->allocator;
        arena_init(&report->arena, &report->allocator);
    }
    return report;
}

cpk_status reconcile(cpk_session *session, int64_t since_us, const struct op_context *op, cpk_reconcile_report **report,
                     cpk_error **error)
{
    const struct context *context = &session->engine->context;
    struct work work = {.session = session, .context = context, .op = op, .page_events = PAGE_EVENTS_MAX};
    cpk_status status;

    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                         "Stripe's events are for the service, not for users");
    }
    CPK_TRY(read_since(context, &since_us, error));
    work.report = report_create(context);
    if (work.report == NULL) {
        return error_out_of_memory(error);
    }
    work.report->since_us = since_us;
    buffer_init(&work.body, &context->allocator);
    status = run_work(&work, error);
    buffer_free(&work.body);
    if (status == CPK_OK && report != NULL) {
        *report = work.report;
    } else {
        reconcile_report_free(work.report);
    }
    return status;
}

void reconcile_report_free(cpk_reconcile_report *report)
{
    if (report != NULL) {
        cpk_allocator allocator = report->allocator;

        arena_free(&report->arena);
        memory_release(&allocator, report, sizeof *report);
    }
}

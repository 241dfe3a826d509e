#ifndef CONTEXTPACK_WORK_H
#define CONTEXTPACK_WORK_H

/**
 * Work: sources that were submitted to workers, and the workers that run them.
 *
 * A host that answers requests submits sources; worker processes, on any number of machines, claim and run them. An
 * example of both:
 *
 *     const char *source_id = "8c0d1b9e-6f0a-4f57-9d53-1f2a7c3e5b64";
 *
 *     if (cpk_work_submit(session, source_id, NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *
 *     cpk_worker_options worker = CPK_WORKER_OPTIONS_INIT;
 *
 *     worker.concurrency = 2;
 *     if (cpk_worker_run(service, &worker, NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *
 * A claim is a lease that its worker renews: work of a worker that died is claimed again when the lease has ended
 * (pipeline.lease_timeout_ms), or at once by a worker on the same machine. Users have turns: a claim takes work of the
 * user after the one whose turn it was last. docs/guide/work.md says what happens after each kind of error.
 *
 * In this header: submitting, reading, claiming, workers, metrics.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A source that was submitted to workers. There is none any more when its work is done.
 * An immutable record: any thread may read it. Its texts are valid until cpk_work_free().
 */
typedef struct cpk_work cpk_work;

/** The state of work. */
#define CPK_WORK_READY     1 /* may be claimed */
#define CPK_WORK_WAITING   2 /* may be claimed from cpk_work_run_at() on; cpk_work_reason() says why it waits */
#define CPK_WORK_RUNNING   3 /* a worker has it, until cpk_work_lease_until() */
#define CPK_WORK_DEAD      4 /* its last attempt failed; see cpk_work_redrive() */
#define CPK_WORK_CANCELLED 5 /* see cpk_source_request_cancel() */

/* ---- Submitting ---- */

/** What to do with a source. Start from CPK_WORK_OPTIONS_INIT. Later versions add fields at the end. */
typedef struct cpk_work_options {
    uint32_t struct_size; /* sizeof(cpk_work_options) as the caller was compiled */
    int32_t until;        /* CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED; 0: CPK_SOURCE_COMPLETED */
    int64_t priority;     /* work of a higher priority is claimed before other work of the same user */
} cpk_work_options;

#define CPK_WORK_OPTIONS_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(cpk_work_options), 0, 0                                                                                 \
    }

/** Sets *options to CPK_WORK_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_work_options_init(cpk_work_options *options, size_t struct_size);

/**
 * Submits a source to workers: one of them runs it as cpk_source_run() does, in the name of its user. Submitting again
 * changes priority and goal; work that waits, is dead or was cancelled is ready again.
 *
 * @param session    a user's session
 * @param source_id  the source's id
 * @param options    may be NULL
 * @param work       out, may be NULL: free it with cpk_work_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such source, or it belongs to another user
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, or the session is not a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_submit(cpk_session *session, const char *source_id, const cpk_work_options *options,
                                   cpk_work **work, cpk_error **error);

/**
 * Makes dead work ready again, with all its attempts.
 *
 * @param session    a user's session: that user's work; otherwise that of all users
 * @param source_id  of one source; NULL: all
 * @param count      out, may be NULL: how much is ready again
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  source_id is not an id
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_redrive(cpk_session *session, const char *source_id, int64_t *count, cpk_error **error);

/* ---- Reading ---- */

/**
 * Reads the work of a source.
 *
 * @param session    the owner's session, or one that may see every user
 * @param source_id  the source's id
 * @param work       out: free it with cpk_work_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or its work is done or was never submitted
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_get(cpk_session *session, const char *source_id, cpk_work **work, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_work_id(const cpk_work *work); /* the identifier of the source */
CPK_API const char *cpk_work_user_id(const cpk_work *work);
CPK_API const char *cpk_work_kind(const cpk_work *work);       /* "analyze", "extract"; other words: newer versions' */
CPK_API int32_t cpk_work_state(const cpk_work *work);          /* CPK_WORK_* */
CPK_API const char *cpk_work_state_name(const cpk_work *work); /* "ready", ... */
CPK_API int64_t cpk_work_priority(const cpk_work *work);
CPK_API int64_t cpk_work_attempts(const cpk_work *work);     /* claims since the last progress */
CPK_API const char *cpk_work_reason(const cpk_work *work);   /* "error", "credits", "suspended", "lease", "kind" ... */
CPK_API const char *cpk_work_message(const cpk_work *work);  /* the last error's; NULL without one */
CPK_API int64_t cpk_work_submitted_at(const cpk_work *work); /* microseconds since 1970 UTC */
CPK_API int64_t cpk_work_run_at(const cpk_work *work);       /* when it may be claimed again */
CPK_API int64_t cpk_work_lease_until(const cpk_work *work);  /* CPK_TIME_UNKNOWN unless running */
CPK_API int32_t cpk_work_is_cancelled(const cpk_work *work); /* 1: it was asked to stop */
CPK_API int64_t cpk_work_claim_number(const cpk_work *work); /* the number of its claim, for cpk_work_run() */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_work_free(cpk_work *work);

/** A page of work, oldest first. Immutable. */
typedef struct cpk_work_list cpk_work_list;

/**
 * Reads a page of the work that is not done, oldest first.
 *
 * @param session  a user's session: that user's work; otherwise that of all users
 * @param state    CPK_WORK_*; 0: in any state
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_work_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_list_get(cpk_session *session, int32_t state, const cpk_page *page, cpk_work_list **list,
                                     cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_work_list_count(const cpk_work_list *list);
CPK_API const cpk_work *cpk_work_list_at(const cpk_work_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_work_list_next(const cpk_work_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_work_list_copy(const cpk_work_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_work_list_free(cpk_work_list *list);

/* ---- Claiming, for hosts with a loop of their own ---- */

/**
 * Claims ready work, users in turn, for a host that decides itself when to run it. Each item must be handed to
 * cpk_work_run() or cpk_work_release() before its lease ends: cpk_work_lease_until().
 *
 * @param session  the service's or an administrator's; the claims end with it
 * @param limit    at most this many, 1 to 1,000
 * @param list     out: free it with cpk_work_list_free(); empty if nothing is ready; NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_claim(cpk_session *session, int32_t limit, cpk_work_list **list, cpk_error **error);

/**
 * Runs claimed work in the name of its user, renews the claim meanwhile, and ends it: done, waiting for another
 * attempt, dead or cancelled. A failure of the work is not one of the call: *state says how it ended.
 *
 * @param session       the service's or an administrator's
 * @param source_id     cpk_work_id()
 * @param claim_number  cpk_work_claim_number()
 * @param options       may be NULL; a cancelled call makes the work ready again and costs it no attempt
 * @param state         out, may be NULL: CPK_WORK_* after the call; 0: it is done
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT           the claim was lost: its lease ended
 *         CPK_ERROR_NOT_FOUND          there is no such source
 *         CPK_ERROR_CANCELLED          the call was stopped
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_run(cpk_session *session, const char *source_id, int64_t claim_number,
                                const cpk_run_options *options, int32_t *state, cpk_error **error);

/**
 * Gives claimed work back: it is ready, and the attempt does not count.
 *
 * @param session       the service's or an administrator's
 * @param source_id     cpk_work_id()
 * @param claim_number  cpk_work_claim_number()
 * @return CPK_OK
 *         CPK_ERROR_CONFLICT           the claim was lost: its lease ended
 *         CPK_ERROR_NOT_FOUND          there is no such source
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_release(cpk_session *session, const char *source_id, int64_t claim_number,
                                    cpk_error **error);

/* ---- Workers ---- */

#define CPK_WORKER_UNTIL_EMPTY                                                                                         \
    (UINT32_C(1) << 0) /* ends when nothing is ready, running or waiting for another attempt; since 0.2 */

/** What a worker did since it started. Start from CPK_WORKER_REPORT_INIT. Later versions add fields at the end. */
typedef struct cpk_worker_report {
    uint32_t struct_size;  /* sizeof(cpk_worker_report) as the caller was compiled */
    uint32_t reserved;     /* 0 */
    int64_t claimed;       /* claims of work */
    int64_t done;          /* work that was done */
    int64_t failed;        /* attempts that failed and are repeated later */
    int64_t dead;          /* work whose last attempt failed */
    int64_t deferred;      /* waits for credits, a suspension, another process or a newer version */
    int64_t cancelled;     /* stopped by cpk_source_request_cancel() */
    int64_t released;      /* given back when the worker was stopped */
    int64_t rescued;       /* work of dead workers that was made ready again */
    int64_t running;       /* running now */
    int64_t chunks;        /* chunks analysed */
    int64_t input_tokens;  /* tokens that the analyzer read */
    int64_t output_tokens; /* tokens that the analyzer wrote */
    int64_t cost_micros;   /* millionths of a US dollar */
    int64_t busy_us;       /* microseconds of running work, summed over all of it */
} cpk_worker_report;

#define CPK_WORKER_REPORT_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_worker_report), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                         \
    }

/** Sets *report to CPK_WORKER_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_worker_report_init(cpk_worker_report *report, size_t struct_size);

/** Receives a worker's counters, about once a second and at the end, on the thread that runs the worker. `report` is
 * valid until the callback returns. */
typedef void (*cpk_worker_watch_fn)(void *user, const cpk_worker_report *report);

/** How a worker works. Start from CPK_WORKER_OPTIONS_INIT. Later versions add fields at the end. */
typedef struct cpk_worker_options {
    uint32_t struct_size;      /* sizeof(cpk_worker_options) as the caller was compiled */
    uint32_t flags;            /* CPK_WORKER_UNTIL_EMPTY or 0 */
    int32_t concurrency;       /* sources at the same time, 1 to 256; 0: one */
    int32_t reserved;          /* 0 */
    cpk_worker_watch_fn watch; /* receives the counters; may be NULL */
    void *watch_user;          /* passed to `watch` */
} cpk_worker_options;

#define CPK_WORKER_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_worker_options), 0, 0, 0, NULL, NULL                                                                \
    }

/** Sets *options to CPK_WORKER_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_worker_options_init(cpk_worker_options *options, size_t struct_size);

/**
 * Runs a worker until it is stopped: it claims work of all users, runs it on threads of its own, repeats what failed
 * after worker.retry_ms (doubled each time) and gives up after worker.max_attempts without progress. It also makes
 * ready again what dead workers left.
 *
 * It succeeds when it was stopped, or the queue is empty. When options->cancel is requested, running sources stop at
 * the next safe point, keep what they committed, and are given back; that costs them no attempt. Notes (CPK_NOTE_WORK)
 * tell each change of state, with the source's id.
 *
 * @param session  the service's or an administrator's; not used for anything else meanwhile
 * @param worker   may be NULL
 * @param options  may be NULL; cancel stops the worker, and so does a progress callback (CPK_STAGE_ANALYZE; called
 * about once a second with what is done) that returns non-zero; notes as said above
 * @param report   out, may be NULL; start from CPK_WORKER_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_DATABASE           the database could not be reached for pipeline.lease_timeout_ms
 * Since 0.2.
 */
CPK_API cpk_status cpk_worker_run(cpk_session *session, const cpk_worker_options *worker,
                                  const cpk_run_options *options, cpk_worker_report *report, cpk_error **error);

/* ---- Metrics ---- */

/**
 * Writes the metrics of the queue, and of a worker, in Prometheus' text format (version 0.0.4).
 *
 * @param session     the service's or an administrator's
 * @param report      a worker's counters; NULL: the queue alone
 * @param write       receives the text
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_CANCELLED          `write` returned non-zero
 * Since 0.2.
 */
CPK_API cpk_status cpk_work_metrics(cpk_session *session, const cpk_worker_report *report, cpk_write_fn write,
                                    void *write_user, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

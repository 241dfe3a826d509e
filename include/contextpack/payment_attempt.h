#ifndef CONTEXTPACK_PAYMENT_ATTEMPT_H
#define CONTEXTPACK_PAYMENT_ATTEMPT_H

/**
 * Payment attempts: what became of each checkout, and who tries too often.
 *
 * An example that lists a user's own attempts:
 *
 *     cpk_payment_attempt_list *list = NULL;
 *
 *     if (cpk_payment_attempt_list_get(session, NULL, NULL, NULL, &list, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     for (size_t i = 0; i < cpk_payment_attempt_list_count(list); i++) {
 *         printf("%s\n", cpk_payment_attempt_status_name(cpk_payment_attempt_list_at(list, i)));
 *     }
 *     cpk_payment_attempt_list_free(list);
 *
 * In this header: attempts and their lists, then the frequency of attempts by user and by address (velocity).
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Attempts ---- */

/**
 * One attempt to pay: a checkout with its outcome, or a failed renewal of a subscription. Checkouts that this library
 * rejected, because of a limit or a suspended account, are recorded too.
 * An immutable record: any thread may read it. Its texts are valid until cpk_payment_attempt_free().
 */
typedef struct cpk_payment_attempt cpk_payment_attempt;

/** The status of an attempt. Webhooks only move it forward, in whatever order they arrive. */
#define CPK_ATTEMPT_INITIATED  1 /* the checkout was created; the buyer has not finished */
#define CPK_ATTEMPT_PROCESSING 2 /* the buyer has finished; the payment is pending */
#define CPK_ATTEMPT_SUCCEEDED  3 /* paid */
#define CPK_ATTEMPT_FAILED                                                                                             \
    4 /* declined by Stripe or the bank, or rejected by this library; may still succeed later                          \
       */
#define CPK_ATTEMPT_CANCELLED     5 /* the checkout expired, or its creation was cancelled */

#define CPK_USER_AGENT_BYTES_KEPT 512 /* bytes of a user agent that are stored */

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_payment_attempt_id(const cpk_payment_attempt *attempt); /* a UUID in lower case */
CPK_API const char *cpk_payment_attempt_user_id(const cpk_payment_attempt *attempt);
CPK_API const char *
cpk_payment_attempt_type(const cpk_payment_attempt *attempt); /* "credits", "unlimited", "subscription", "renewal";
                                                                 other programs may write other texts */
CPK_API int32_t cpk_payment_attempt_status(const cpk_payment_attempt *attempt);            /* CPK_ATTEMPT_* */
CPK_API const char *cpk_payment_attempt_status_name(const cpk_payment_attempt *attempt);   /* "succeeded", ... */
CPK_API int64_t cpk_payment_attempt_credits_requested(const cpk_payment_attempt *attempt); /* 0 if none */
CPK_API int64_t cpk_payment_attempt_amount_micros(
    const cpk_payment_attempt *attempt); /* millionths of the currency's unit; 0 if not known */
CPK_API const char *cpk_payment_attempt_ip_address(const cpk_payment_attempt *attempt); /* NULL: not told, or erased */
CPK_API const char *cpk_payment_attempt_user_agent(const cpk_payment_attempt *attempt); /* NULL: not told, or erased */
CPK_API const char *cpk_payment_attempt_error_message(const cpk_payment_attempt *attempt); /* NULL if none */
CPK_API const char *cpk_payment_attempt_stripe_id(
    const cpk_payment_attempt *attempt); /* the checkout session ("cs_...") or the renewal's invoice; NULL if none */
CPK_API int64_t cpk_payment_attempt_created_at(const cpk_payment_attempt *attempt); /* microseconds since 1970 UTC */

/** Frees the record; the stored attempt is unchanged. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_attempt_free(cpk_payment_attempt *attempt);

/**
 * Reads one attempt.
 *
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user
 * @param attempt_id  the attempt's id
 * @param attempt     out: free it with cpk_payment_attempt_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          the user has no such attempt
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_attempt_get(cpk_session *session, const char *user_id, const char *attempt_id,
                                           cpk_payment_attempt **attempt, cpk_error **error);

/** A page of attempts, newest first. Immutable. */
typedef struct cpk_payment_attempt_list cpk_payment_attempt_list;

/**
 * Reads a page of attempts, newest first.
 *
 * @param session     any session; a user's may only read its own user
 * @param user_id     NULL: the session's own user; in a session of the service or an administrator: all users
 * @param ip_address  only attempts from this IPv4 or IPv6 address; NULL: from any
 * @param page        may be NULL: the first page with the default limit
 * @param list        out: free it with cpk_payment_attempt_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   `ip_address` is not an address, or the page is not valid
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_attempt_list_get(cpk_session *session, const char *user_id, const char *ip_address,
                                                const cpk_page *page, cpk_payment_attempt_list **list,
                                                cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_payment_attempt_list_count(const cpk_payment_attempt_list *list);
CPK_API const cpk_payment_attempt *cpk_payment_attempt_list_at(const cpk_payment_attempt_list *list,
                                                               size_t index); /* borrowed */
CPK_API const char *cpk_payment_attempt_list_next(const cpk_payment_attempt_list *list);

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_attempt_list_copy(const cpk_payment_attempt_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_attempt_list_free(cpk_payment_attempt_list *list);

/* ---- Frequency of attempts ---- */

/**
 * How often a user, or the users of an IP address, tried to pay in a period, for fraud review.
 * An immutable record, borrowed from its list: any thread may read it.
 */
typedef struct cpk_payment_velocity cpk_payment_velocity;

/** How attempts are grouped. */
#define CPK_VELOCITY_BY_USER 1
#define CPK_VELOCITY_BY_IP   2

/** Grouping, period and limits. Start from CPK_PAYMENT_VELOCITY_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_payment_velocity_params {
    uint32_t struct_size;     /* sizeof(cpk_payment_velocity_params) as the caller was compiled */
    int32_t by;               /* CPK_VELOCITY_*; 0: by user */
    int64_t since_us;         /* start of the period, microseconds since 1970 UTC; 0: 24 hours ago */
    int64_t minimum_attempts; /* omit users or addresses with fewer attempts; 0: omit none */
    int32_t limit;            /* number of rows, 1 to 1,000; 0: 100 */
} cpk_payment_velocity_params;

#define CPK_PAYMENT_VELOCITY_PARAMS_INIT                                                                               \
    {                                                                                                                  \
        sizeof(cpk_payment_velocity_params), 0, 0, 0, 0                                                                \
    }

/** Sets *params to CPK_PAYMENT_VELOCITY_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_payment_velocity_params_init(cpk_payment_velocity_params *params, size_t struct_size);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *
cpk_payment_velocity_subject(const cpk_payment_velocity *velocity); /* a user's id, or an IP address */
CPK_API int64_t cpk_payment_velocity_attempts(const cpk_payment_velocity *velocity);
CPK_API int64_t cpk_payment_velocity_succeeded(const cpk_payment_velocity *velocity);
CPK_API int64_t
cpk_payment_velocity_failed(const cpk_payment_velocity *velocity); /* including those that were refused */
CPK_API int64_t cpk_payment_velocity_refused(const cpk_payment_velocity *velocity); /* rejected by this library */
CPK_API int64_t cpk_payment_velocity_others(
    const cpk_payment_velocity *velocity); /* number of addresses of the user, or of users of the address */
CPK_API int64_t cpk_payment_velocity_credits_requested(const cpk_payment_velocity *velocity); /* of all attempts */
CPK_API int64_t
cpk_payment_velocity_amount_micros(const cpk_payment_velocity *velocity); /* of all attempts, whatever the currency */
CPK_API int64_t cpk_payment_velocity_first_at(const cpk_payment_velocity *velocity); /* microseconds since 1970 UTC */
CPK_API int64_t cpk_payment_velocity_last_at(const cpk_payment_velocity *velocity);  /* microseconds since 1970 UTC */

/** Frees a record that is not part of a list. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_velocity_free(cpk_payment_velocity *velocity);

/** The users or addresses with the most attempts. Immutable. */
typedef struct cpk_payment_velocity_list cpk_payment_velocity_list;

/**
 * Reads the users or addresses with the most attempts, most first, in one page.
 *
 * @param session  the service's or an administrator's
 * @param params   may be NULL: users, of the last 24 hours
 * @param list     out: free it with cpk_payment_velocity_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a parameter is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_velocity_list_get(cpk_session *session, const cpk_payment_velocity_params *params,
                                                 cpk_payment_velocity_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_payment_velocity_list_count(const cpk_payment_velocity_list *list);
CPK_API const cpk_payment_velocity *cpk_payment_velocity_list_at(const cpk_payment_velocity_list *list,
                                                                 size_t index); /* borrowed */
CPK_API const char *
cpk_payment_velocity_list_next(const cpk_payment_velocity_list *list); /* always NULL: there is one page */

/** Copies the list to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_velocity_list_copy(const cpk_payment_velocity_list *list, void *buffer, size_t capacity);

/** Frees the list with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_velocity_list_free(cpk_payment_velocity_list *list);

#ifdef __cplusplus
}
#endif
#endif

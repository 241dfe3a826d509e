#ifndef CONTEXTPACK_PAYMENT_ATTEMPT_H
#define CONTEXTPACK_PAYMENT_ATTEMPT_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One attempt to pay: a checkout, whatever came of it, or the renewal of a subscription that failed. Checkouts that
 * were refused (a limit was met, the account is suspended) are attempts, too.
 * An immutable snapshot: any thread may read it; its texts live until cpk_payment_attempt_free().
 */
typedef struct cpk_payment_attempt cpk_payment_attempt;

/** How far it is. A later webhook only moves it on, whatever the order in which they come. */
#define CPK_ATTEMPT_INITIATED     1 /* begun: the buyer is at Stripe, or never went on */
#define CPK_ATTEMPT_PROCESSING    2 /* the buyer is done, the money is on its way */
#define CPK_ATTEMPT_SUCCEEDED     3 /* paid */
#define CPK_ATTEMPT_FAILED        4 /* refused, by Stripe, the bank or this library; paying may still succeed later */
#define CPK_ATTEMPT_CANCELLED     5 /* the checkout ran out, or its making was cancelled */

#define CPK_USER_AGENT_BYTES_KEPT 512

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_payment_attempt_id(const cpk_payment_attempt *attempt); /* a UUID in lower case */
CPK_API const char *cpk_payment_attempt_user_id(const cpk_payment_attempt *attempt);
CPK_API const char *
cpk_payment_attempt_type(const cpk_payment_attempt *attempt); /* "credits", "unlimited", "subscription", "renewal";
                                                                 other programs may write others */
CPK_API int64_t cpk_payment_attempt_credits_requested(const cpk_payment_attempt *attempt); /* 0 if none */
CPK_API int64_t cpk_payment_attempt_amount_micros(
    const cpk_payment_attempt *attempt); /* millionths of the currency's unit; 0 if not known */
CPK_API const char *cpk_payment_attempt_ip_address(const cpk_payment_attempt *attempt);  /* NULL: not told, or erased */
CPK_API const char *cpk_payment_attempt_user_agent(const cpk_payment_attempt *attempt);  /* NULL: not told, or erased */
CPK_API int32_t cpk_payment_attempt_status(const cpk_payment_attempt *attempt);          /* CPK_ATTEMPT_* */
CPK_API const char *cpk_payment_attempt_status_name(const cpk_payment_attempt *attempt); /* "succeeded", ... */
CPK_API const char *cpk_payment_attempt_error_message(const cpk_payment_attempt *attempt); /* NULL if none */
CPK_API int64_t cpk_payment_attempt_created_at(const cpk_payment_attempt *attempt); /* microseconds since 1970 UTC */
CPK_API const char *cpk_payment_attempt_stripe_id(
    const cpk_payment_attempt *attempt); /* the checkout session ("cs_...") or the renewal's invoice; NULL if none */

/** Releases the snapshot; the attempt stays. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_attempt_free(cpk_payment_attempt *attempt);

/** One attempt. NULL user_id: the session's own user. CPK_ERROR_NOT_FOUND. Since 0.2. */
CPK_API cpk_status cpk_payment_attempt_get(cpk_session *session, const char *user_id, const char *attempt_id,
                                           cpk_payment_attempt **attempt, cpk_error **error);

/** A page of attempts, newest first. Immutable. */
typedef struct cpk_payment_attempt_list cpk_payment_attempt_list;

/**
 * A page of attempts. Users see their own. For the service and admins, NULL user_id means everybody's.
 *
 * @param ip_address  only those from this address, IPv4 or IPv6; NULL: from any
 * @param page        may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT (no address), CPK_ERROR_PERMISSION_DENIED (somebody else's)
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_attempt_list_get(cpk_session *session, const char *user_id, const char *ip_address,
                                                const cpk_page *page, cpk_payment_attempt_list **list,
                                                cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_payment_attempt_list_count(const cpk_payment_attempt_list *list);
CPK_API const cpk_payment_attempt *cpk_payment_attempt_list_at(const cpk_payment_attempt_list *list,
                                                               size_t index); /* borrowed */
CPK_API const char *cpk_payment_attempt_list_next(const cpk_payment_attempt_list *list);

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_attempt_list_copy(const cpk_payment_attempt_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_attempt_list_free(cpk_payment_attempt_list *list);

/**
 * How often somebody tried to pay in a span of time, for the review of fraud: a user, or an address.
 * An immutable snapshot, borrowed from its list.
 */
typedef struct cpk_payment_velocity cpk_payment_velocity;

#define CPK_VELOCITY_BY_USER 1
#define CPK_VELOCITY_BY_IP   2

/** Which to tell. Start from CPK_PAYMENT_VELOCITY_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_payment_velocity_params {
    uint32_t struct_size;     /* sizeof(cpk_payment_velocity_params) as the caller was compiled */
    int32_t by;               /* CPK_VELOCITY_*; 0: by user */
    int64_t since_us;         /* microseconds since 1970 UTC; 0: the last 24 hours */
    int64_t minimum_attempts; /* those with fewer are left out; 0: none */
    int32_t limit;            /* rows, 1 to 1,000; 0: 100 */
} cpk_payment_velocity_params;

#define CPK_PAYMENT_VELOCITY_PARAMS_INIT                                                                               \
    {                                                                                                                  \
        sizeof(cpk_payment_velocity_params), 0, 0, 0, 0                                                                \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_payment_velocity_params_init(cpk_payment_velocity_params *params, size_t struct_size);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_payment_velocity_subject(const cpk_payment_velocity *velocity); /* a user's id, or an address */
CPK_API int64_t
cpk_payment_velocity_others(const cpk_payment_velocity *velocity); /* addresses of the user, or users of the address */
CPK_API int64_t cpk_payment_velocity_attempts(const cpk_payment_velocity *velocity);
CPK_API int64_t cpk_payment_velocity_succeeded(const cpk_payment_velocity *velocity);
CPK_API int64_t cpk_payment_velocity_failed(const cpk_payment_velocity *velocity);  /* with those that were refused */
CPK_API int64_t cpk_payment_velocity_refused(const cpk_payment_velocity *velocity); /* by this library */
CPK_API int64_t cpk_payment_velocity_credits_requested(const cpk_payment_velocity *velocity); /* of all attempts */
CPK_API int64_t
cpk_payment_velocity_amount_micros(const cpk_payment_velocity *velocity); /* of all attempts, whatever the currency */
CPK_API int64_t cpk_payment_velocity_first_at(const cpk_payment_velocity *velocity); /* microseconds since 1970 UTC */
CPK_API int64_t cpk_payment_velocity_last_at(const cpk_payment_velocity *velocity);  /* microseconds since 1970 UTC */

/** Releases a snapshot that is no list's. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_velocity_free(cpk_payment_velocity *velocity);

/** Who tried most, or from where. Immutable. */
typedef struct cpk_payment_velocity_list cpk_payment_velocity_list;

/**
 * Who tried to pay most often, or from which addresses, the most first: one page, for the service and admins.
 *
 * @param params  may be NULL
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_PERMISSION_DENIED (a user's session)
 * Since 0.2.
 */
CPK_API cpk_status cpk_payment_velocity_list_get(cpk_session *session, const cpk_payment_velocity_params *params,
                                                 cpk_payment_velocity_list **list, cpk_error **error);

/** What the list holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_payment_velocity_list_count(const cpk_payment_velocity_list *list);
CPK_API const cpk_payment_velocity *cpk_payment_velocity_list_at(const cpk_payment_velocity_list *list,
                                                                 size_t index);            /* borrowed */
CPK_API const char *cpk_payment_velocity_list_next(const cpk_payment_velocity_list *list); /* NULL: one page is all */

/** Writes the whole list into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_payment_velocity_list_copy(const cpk_payment_velocity_list *list, void *buffer, size_t capacity);

/** Releases the list with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_payment_velocity_list_free(cpk_payment_velocity_list *list);

#ifdef __cplusplus
}
#endif
#endif

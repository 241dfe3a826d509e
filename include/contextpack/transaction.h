#ifndef CONTEXTPACK_TRANSACTION_H
#define CONTEXTPACK_TRANSACTION_H

/**
 * The credit ledger as users read it: balances and transactions.
 *
 * For changing balances see credits.h. An example:
 *
 *     cpk_transaction_list *latest = NULL;
 *     int64_t balance = 0, held = 0;
 *
 *     if (cpk_credits_overview(session, NULL, 10, &balance, &held, &latest, &error) == CPK_OK) {
 *         printf("%d credits, %d held\n", (int)balance, (int)held);
 *     }
 *     for (size_t i = 0; i < cpk_transaction_list_count(latest); i++) {
 *         const cpk_transaction *transaction = cpk_transaction_list_at(latest, i);
 *
 *         printf("%s %d\n", cpk_transaction_type_name(transaction), (int)cpk_transaction_credits(transaction));
 *     }
 *     cpk_transaction_list_free(latest);
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One entry of the credit ledger. Entries are never changed. A user's balance is always the sum of the entries (without
 * unlimited_usage) minus the credits that are held for running work.
 * An immutable record: any thread may read it. Its texts are valid until cpk_transaction_free().
 */
typedef struct cpk_transaction cpk_transaction;

/** Types of transactions. */
#define CPK_TRANSACTION_PURCHASE        1 /* bought */
#define CPK_TRANSACTION_USAGE           2 /* spent on analysed chunks */
#define CPK_TRANSACTION_REFUND          3 /* undoes a purchase or a usage */
#define CPK_TRANSACTION_BONUS           4 /* given: the credits of a new user, and what an administrator adds */
#define CPK_TRANSACTION_UNLIMITED_USAGE 5 /* recorded, not charged */

/**
 * Reads a user's balance.
 *
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that are held for running work
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_balance(cpk_session *session, const char *user_id, int64_t *balance, int64_t *held,
                                       cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_transaction_id(const cpk_transaction *transaction); /* a UUID in lower case */
CPK_API const char *cpk_transaction_user_id(const cpk_transaction *transaction);
CPK_API int32_t cpk_transaction_type(const cpk_transaction *transaction);          /* CPK_TRANSACTION_PURCHASE ... */
CPK_API const char *cpk_transaction_type_name(const cpk_transaction *transaction); /* "usage", ... */
CPK_API int64_t cpk_transaction_credits(const cpk_transaction *transaction);       /* negative: taken */
CPK_API int64_t
cpk_transaction_amount_micros(const cpk_transaction *transaction); /* US dollars / 1,000,000; 0 if none */
CPK_API const char *cpk_transaction_package_id(const cpk_transaction *transaction); /* NULL if none */
CPK_API const char *cpk_transaction_job_id(const cpk_transaction *transaction); /* the source or job; NULL if none */
CPK_API const char *cpk_transaction_description(const cpk_transaction *transaction); /* NULL if none */
CPK_API int64_t cpk_transaction_created_at(const cpk_transaction *transaction);      /* microseconds since 1970 UTC */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_transaction_free(cpk_transaction *transaction);

/** A page of a user's transactions, newest first. Immutable. */
typedef struct cpk_transaction_list cpk_transaction_list;

/**
 * Reads a page of a user's transactions, newest first.
 *
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_transaction_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_INVALID_ARGUMENT   page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_transaction_list_get(cpk_session *session, const char *user_id, const cpk_page *page,
                                            cpk_transaction_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_transaction_list_count(const cpk_transaction_list *list);
CPK_API const cpk_transaction *cpk_transaction_list_at(const cpk_transaction_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_transaction_list_next(const cpk_transaction_list *list);

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_transaction_list_copy(const cpk_transaction_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_transaction_list_free(cpk_transaction_list *list);

/**
 * Reads a user's balance and latest transactions in one query, as of one moment.
 *
 * @param session  any session; a user's may only read its own user
 * @param user_id  NULL: the session's own user
 * @param limit    the number of transactions, 1 to 1,000; 0: 10
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that are held for running work
 * @param latest   out: newest first; free it with cpk_transaction_list_free(). For more, pass
 *                 cpk_transaction_list_next() to cpk_transaction_list_get()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such user
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_overview(cpk_session *session, const char *user_id, int32_t limit, int64_t *balance,
                                        int64_t *held, cpk_transaction_list **latest, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

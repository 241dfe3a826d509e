#ifndef CONTEXTPACK_TRANSACTION_H
#define CONTEXTPACK_TRANSACTION_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One entry of the credit ledger. Entries are never changed. At every moment a user's credits_balance is the sum of
 * the entries (without unlimited_usage) less what running work holds.
 * An immutable snapshot: any thread may read it; its texts live until cpk_transaction_free().
 */
typedef struct cpk_transaction cpk_transaction;

/** Why credits came or went. */
#define CPK_TRANSACTION_PURCHASE        1 /* bought */
#define CPK_TRANSACTION_USAGE           2 /* spent on analysed chunks */
#define CPK_TRANSACTION_REFUND          3 /* undoes a purchase or a usage */
#define CPK_TRANSACTION_BONUS           4 /* a gift: the credits of a new user, and what an admin adds */
#define CPK_TRANSACTION_UNLIMITED_USAGE 5 /* recorded, not charged */

/** A user's free credits and what running work holds of the rest. NULL user_id: the session's own user. Since 0.1. */
CPK_API cpk_status cpk_credits_balance(cpk_session *session, const char *user_id, int64_t *balance, int64_t *held,
                                       cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.1. */
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

/** Releases the snapshot. NULL is allowed. Since 0.1. */
CPK_API void cpk_transaction_free(cpk_transaction *transaction);

/** A page of a user's entries, newest first. Immutable. */
typedef struct cpk_transaction_list cpk_transaction_list;

/** A page of a user's entries. NULL user_id: the session's own user. `page` may be NULL. Since 0.1. */
CPK_API cpk_status cpk_transaction_list_get(cpk_session *session, const char *user_id, const cpk_page *page,
                                            cpk_transaction_list **list, cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.1. */
CPK_API size_t cpk_transaction_list_count(const cpk_transaction_list *list);
CPK_API const cpk_transaction *cpk_transaction_list_at(const cpk_transaction_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_transaction_list_next(const cpk_transaction_list *list);

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_transaction_list_copy(const cpk_transaction_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_transaction_list_free(cpk_transaction_list *list);

/**
 * A user's balance together with the latest entries of the ledger, as of one moment: one query.
 *
 * @param user_id  NULL: the session's own user
 * @param limit    entries, 1 to 1,000; 0: 10
 * @param balance  out, may be NULL: credits that are free to use
 * @param held     out, may be NULL: credits that running work holds
 * @param latest   out: newest first; cpk_transaction_list_next() goes on in cpk_transaction_list_get()
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_overview(cpk_session *session, const char *user_id, int32_t limit, int64_t *balance,
                                        int64_t *held, cpk_transaction_list **latest, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

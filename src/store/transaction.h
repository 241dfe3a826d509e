/* The ledger: rows of credit_transactions, and the rule that
 * balance = opening entry + transactions (without unlimited_usage) - open holds. */
#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/transaction.h>

#define TRANSACTION_NO_AMOUNT FIELD_NONE

struct cpk_transaction {
    struct record record;
#define RECORD_TABLE "records/transaction.def"
#include "records/members.def"
};

struct transaction_params {
    const char *id; /* a UUID; NULL: a new one */
    const char *type;
    int64_t credits;
    int64_t amount_micro;
    const char *package_id;
    const char *job_id;
    const char *stripe_payment_id;
    const char *description;
    const char *metadata; /* JSON, or NULL */
};

/* Inserts the row only: the caller changes the balance or a hold in the same transaction. */
cpk_status store_transaction_add(struct store *store, const char *user_id, const struct transaction_params *params,
                                 cpk_error **error);
/* Changes the balance only; call in a transaction. credits may be negative. CPK_ERROR_LIMIT_EXCEEDED: overflow. */
cpk_status store_balance_add(struct store *store, const char *user_id, int64_t credits, cpk_error **error);
/* Adds or removes credits: row and balance in one transaction. */
cpk_status store_credits_add(struct store *store, const char *user_id, const struct transaction_params *params,
                             cpk_error **error);
cpk_status store_transaction_get(struct store *store, const char *user_id, const char *transaction_id,
                                 cpk_transaction **transaction, cpk_error **error);
cpk_status store_transaction_list(struct store *store, const char *user_id, const struct store_page *page,
                                  struct record_list **transactions, cpk_error **error);

/* *balance: credits that can be spent; *holds: credits in open holds. */
cpk_status store_credits_balance(struct store *store, const char *user_id, int64_t *balance, int64_t *holds,
                                 cpk_error **error);

/* The balance and its parts; reads all transactions of the user. */
struct ledger_balance {
    int64_t balance; /* credits that can be spent */
    int64_t opening;
    int64_t transactions; /* sum, without unlimited_usage */
    int64_t holds;        /* credits in open holds */
};

cpk_status store_ledger_balance(struct store *store, const char *user_id, struct ledger_balance *balance,
                                cpk_error **error);

struct ledger_overview {
    int64_t balance;
    int64_t holds;
    struct record_list *latest; /* cpk_transaction, newest first; owned by the caller */
};

/* Reads balance, holds and the latest `limit` transactions in one statement. */
cpk_status store_ledger_overview(struct store *store, const char *user_id, int64_t limit,
                                 struct ledger_overview *overview, cpk_error **error);

/* Called for each user whose balance differs from the ledger. Must not call the store. */
typedef void (*ledger_drift_fn)(void *user, const char *user_id, const struct ledger_balance *balance);

/* Checks all users. Service and admins only. *drifted: number of users reported. */
cpk_status store_ledger_check(struct store *store, ledger_drift_fn each, void *user, int64_t *drifted,
                              cpk_error **error);

#endif

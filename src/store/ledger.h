/* Idempotent ledger requests: each key has one effect. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/transaction.h"

#define LEDGER_FINGERPRINT_BYTES 65 /* hex of a SHA-256, with the NUL */
#define LEDGER_RESULT_BYTES      256
#define LEDGER_NO_SUCH_HOLD      "no hold has that key"

struct ledger_request {
    const char *key;
    const char *operation; /* "grant", "clawback", "reserve", "commit" */
    const char *hold_id;   /* the hold that the request is about, or NULL; set after ledger_request_init() */
    char fingerprint[LEDGER_FINGERPRINT_BYTES];
};

/* Initializes a request. The fingerprint identifies its parameters: parts in order, distinguishing NULL and "". */
cpk_status ledger_request_init(struct ledger_request *request, const char *key, const char *operation,
                               const char *const *parts, size_t part_count, cpk_error **error);
/* Call in a transaction. Records the key with the id of the transaction or hold to create. If the same request was made
 * before, sets *is_known to 1 and result_id to the id that was created then. CPK_ERROR_CONFLICT: the key was used for
 * another request; CPK_ERROR_NOT_FOUND: neither the request's hold nor the key exists. */
cpk_status ledger_request_claim(struct store *store, const char *user_id, const struct ledger_request *request,
                                char result_id[LEDGER_RESULT_BYTES], int32_t *is_known, cpk_error **error);

/* Changes a balance: transaction, balance and key in one database transaction. credits may be negative and make the
 * balance negative. *transaction (may be NULL) is the one that the first request created. Service and admins only. */
cpk_status store_ledger_enter(struct store *store, const char *user_id, const char *key,
                              const struct transaction_params *params, cpk_transaction **transaction,
                              cpk_error **error);

#endif

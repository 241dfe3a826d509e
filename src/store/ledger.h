/* Requests to the ledger by key: each key has one effect. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/transaction.h"

#define LEDGER_FINGERPRINT_BYTES 65 /* hex of a SHA-256, with the NUL */
#define LEDGER_RESULT_BYTES      256
#define LEDGER_NO_SUCH_HOLD      "no hold has that key"

struct ledger_request {
    const char *key;
    const char *operation; /* "grant", "clawback", "reserve", "commit" */
    char fingerprint[LEDGER_FINGERPRINT_BYTES];
};

/* Names a request by its key and by all that it asks for: parts in order, NULLs kept apart from "". */
cpk_status ledger_request_init(struct ledger_request *request, const char *key, const char *operation,
                               const char *const *parts, size_t part_count, cpk_error **error);
/* Inside a transaction. Enters the request with the id of what it will make, or finds that it was entered before: then
 * *is_known is 1 and `result_id` gets what it made then. CPK_ERROR_CONFLICT when that was another request. */
cpk_status ledger_request_claim(struct store *store, const char *user_id, const struct ledger_request *request,
                                char result_id[LEDGER_RESULT_BYTES], int32_t *is_known, cpk_error **error);
/* The same for a request about a hold. CPK_ERROR_NOT_FOUND when neither the hold nor the key is there. */
cpk_status ledger_request_claim_for_hold(struct store *store, const char *user_id, const char *hold_id,
                                         const struct ledger_request *request, char result_id[LEDGER_RESULT_BYTES],
                                         int32_t *is_known, cpk_error **error);

/* A change of a balance by key: the row, the balance and the key in one transaction. credits may be negative, the
 * balance too by that. *transaction (may be NULL) is the one that the key made first. Service and admins only. */
cpk_status store_ledger_enter(struct store *store, const char *user_id, const char *key,
                              const struct transaction_params *params, cpk_transaction **transaction,
                              cpk_error **error);

#endif

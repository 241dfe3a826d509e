#include "store/ledger.h"

#include "base/hash.h"
#include "store/internal.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

cpk_status ledger_request_init(struct ledger_request *request, const char *key, const char *operation,
                               const char *const *parts, size_t part_count, cpk_error **error)
{
    struct hash_sha256 hash;

    request->key = key;
    request->operation = operation;
    request->hold_id = NULL;
    CPK_TRY(hash_sha256_start(&hash, error));
    for (size_t i = 0; i < part_count; i++) {
        char length[32];

        snprintf(length, sizeof length, "%zu:", parts[i] != NULL ? strlen(parts[i]) + 1 : 0);
        hash_sha256_add(&hash, length, strlen(length));
        hash_sha256_add(&hash, parts[i] != NULL ? parts[i] : "", parts[i] != NULL ? strlen(parts[i]) : 0);
    }
    return hash_sha256_finish_hex(&hash, CPK_OK, request->fingerprint, error);
}

/* Compares a request with the recorded one of the same key. */
static cpk_status compare_request(struct statement *row, const struct ledger_request *request,
                                  char result_id[LEDGER_RESULT_BYTES], cpk_error **error)
{
    const char *operation = statement_take_text(row, NULL);
    const char *fingerprint = statement_take_text(row, NULL);
    const char *created_id = statement_take_text(row, NULL);
    int32_t is_same = operation != NULL && fingerprint != NULL && strcmp(operation, request->operation) == 0 &&
                      strcmp(fingerprint, request->fingerprint) == 0;

    if (is_same) {
        snprintf(result_id, LEDGER_RESULT_BYTES, "%s", created_id != NULL ? created_id : "");
    }
    CPK_TRY(statement_check(row, error));
    return is_same ? CPK_OK
                   : error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN,
                               "the key \"%s\" was used for a different request: use a new key", request->key);
}

/* Reads the request that the key was recorded for. */
static cpk_status find_request(struct store *store, const char *user_id, const struct ledger_request *request,
                               char result_id[LEDGER_RESULT_BYTES], cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    cpk_status status;

    statement_start(&query, store->session, STATEMENT_LEDGER_KEY_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, request->key);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (has_row) {
        status = compare_request(&query, request, result_id, error);
    } else if (request->hold_id != NULL) {
        status = error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, LEDGER_NO_SUCH_HOLD);
    } else {
        status = error_set_native(error, CPK_ERROR_BUSY, STORE_DOMAIN, "", 1, "the key \"%s\" is in use: try again",
                                  request->key);
    }
    statement_finish(&query);
    return status;
}

cpk_status ledger_request_claim(struct store *store, const char *user_id, const struct ledger_request *request,
                                char result_id[LEDGER_RESULT_BYTES], int32_t *is_known, cpk_error **error)
{
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session,
                    request->hold_id != NULL ? STATEMENT_LEDGER_KEY_INSERT_FOR_HOLD : STATEMENT_LEDGER_KEY_INSERT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, request->key);
    statement_bind_text(&change, 3, request->operation);
    statement_bind_text(&change, 4, request->fingerprint);
    statement_bind_text(&change, 5, result_id);
    statement_bind_int64(&change, 6, context_now(store->context));
    if (request->hold_id != NULL) {
        statement_bind_text(&change, 7, request->hold_id);
    }
    CPK_TRY(statement_run(&change, &rows, error));
    *is_known = rows == 0;
    return *is_known ? find_request(store, user_id, request, result_id, error) : CPK_OK;
}

static cpk_status request_init(struct ledger_request *request, const char *key, const struct transaction_params *params,
                               cpk_error **error)
{
    char credits[24];
    char amount[24];
    const char *const parts[] = {params->type,        credits,         amount,
                                 params->package_id,  params->job_id,  params->stripe_payment_id,
                                 params->description, params->metadata};

    snprintf(credits, sizeof credits, "%lld", (long long)params->credits);
    snprintf(amount, sizeof amount, "%lld", (long long)params->amount_micro);
    return ledger_request_init(request, key, params->credits < 0 ? "clawback" : "grant", parts,
                               sizeof parts / sizeof parts[0], error);
}

static cpk_status add_entry(struct store *store, const char *user_id, const struct ledger_request *request,
                            const struct transaction_params *params, cpk_transaction **transaction, cpk_error **error)
{
    char id[LEDGER_RESULT_BYTES];
    int32_t is_known;

    CPK_TRY(store_user_exists(store, user_id, error)); /* the key's row references the user */
    CPK_TRY(uuid_create(store->context, id, error));
    CPK_TRY(ledger_request_claim(store, user_id, request, id, &is_known, error));
    if (!is_known) {
        struct transaction_params named = *params;

        named.id = id;
        CPK_TRY(store_credits_add(store, user_id, &named, error));
    }
    return transaction != NULL ? store_transaction_get(store, user_id, id, transaction, error) : CPK_OK;
}

cpk_status store_ledger_enter(struct store *store, const char *user_id, const char *key,
                              const struct transaction_params *params, cpk_transaction **transaction, cpk_error **error)
{
    struct ledger_request request;
    struct store_scope scope;
    cpk_status status;

    CPK_TRY(store_require_service(store, "change credits", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(request_init(&request, key, params, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, add_entry(store, user_id, &request, params, transaction, error), error);
    if (status != CPK_OK && transaction != NULL) {
        record_free(*transaction);
        *transaction = NULL;
    }
    return status;
}

#include "store/prior.h"

#include "store/internal.h"

#include <string.h>
#include <strings.h>

#define WORD_BYTES 64

/* Converts to lower case and trims white space. "" if the text is longer than any known word. */
static void normalize(const char *text, char word[WORD_BYTES])
{
    size_t length;

    text = text != NULL ? text : "";
    text += strspn(text, " \t\r\n");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    length = length < WORD_BYTES ? length : 0;
    for (size_t i = 0; i < length; i++) {
        word[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    }
    word[length] = '\0';
}

static int32_t has_any(const char *word, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(word, parts[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static int32_t begins_with_any(const char *word, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(word, parts[i], strlen(parts[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Returns 1 for a status that means success, in the words of various services. 0 for failures and unknown words. */
static int32_t is_finished(const char *status)
{
    static const char *const ends[] = {"complet",   "succe", "processed", "done",    "finish",  "ok",       "handled",
                                       "fulfilled", "paid",  "credited",  "appli",   "deliver", "acknowle", "ack",
                                       "ignored",   "skip",  "duplicate", "already", "200",     "resolved", "closed"};
    static const char *const failures[] = {"error", "fail", "unsuccess", "not_", "not ", "partial", "pending", "retry"};
    char word[WORD_BYTES];

    normalize(status, word);
    return begins_with_any(word, ends, COUNT(ends)) && !has_any(word, failures, COUNT(failures));
}

cpk_status store_prior_event_is_done(struct store *store, const char *event_id, int32_t *is_done, cpk_error **error)
{
    struct statement query;
    int32_t has_row = 1;

    *is_done = 0;
    CPK_TRY(store_require_service(store, "read webhook logs", error));
    statement_start(&query, store->session, STATEMENT_WEBHOOK_LOG_STATUSES);
    statement_bind_text(&query, 1, event_id);
    while (!*is_done) {
        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        *is_done = is_finished(statement_take_text(&query, NULL));
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return CPK_OK;
}

static int64_t clamp_add(int64_t sum, int64_t value)
{
    return value > 0 && sum > INT64_MAX - value ? INT64_MAX : sum + value;
}

/* Classifies an entry by the words in its type, or else by the sign of its credits. */
static void add_entry(struct prior_entries *entries, const char *type, int64_t credits, int64_t amount_micro)
{
    static const char *const disputes[] = {"dispute", "chargeback"};
    static const char *const refunds[] = {"refund", "reversal", "revers", "clawback"};
    char word[WORD_BYTES];

    normalize(type, word);
    if (has_any(word, disputes, COUNT(disputes))) {
        entries->dispute -= credits;
    } else if (credits < 0 || has_any(word, refunds, COUNT(refunds))) {
        entries->refund -= credits;
    } else {
        entries->purchase = clamp_add(entries->purchase, credits);
        entries->amount_micro = clamp_add(entries->amount_micro, amount_micro);
    }
}

static cpk_status read_entry(struct statement *row, struct arena *arena, struct prior_entries *entries,
                             cpk_error **error)
{
    const char *user_id = statement_take_text(row, NULL);
    const char *type = statement_take_text(row, NULL);
    int64_t credits = statement_take_int64_or(row, 0);
    int64_t amount_micro = statement_take_int64_or(row, 0);
    const char *package_id = statement_take_text(row, NULL);

    CPK_TRY(statement_check(row, error));
    if (user_id == NULL || (entries->user_id != NULL && strcasecmp(entries->user_id, user_id) != 0)) {
        return CPK_OK;
    }
    entries->rows++;
    add_entry(entries, type, credits, amount_micro);
    if (entries->user_id == NULL && (entries->user_id = arena_copy_text(arena, user_id)) == NULL) {
        return error_out_of_memory(error);
    }
    if (entries->package_id == NULL && package_id != NULL &&
        (entries->package_id = arena_copy_text(arena, package_id)) == NULL) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

cpk_status store_prior_read(struct store *store, const char *stripe_id, struct arena *arena,
                            struct prior_entries *entries, cpk_error **error)
{
    struct statement query;
    cpk_status status;

    memset(entries, 0, sizeof *entries);
    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&query, store->session, STATEMENT_TRANSACTION_LIST_BY_STRIPE_ID);
    statement_bind_text(&query, 1, stripe_id);
    for (;;) {
        int32_t has_row;

        CPK_TRY_CLEANUP(statement_step(&query, &has_row, error));
        if (!has_row) {
            break;
        }
        CPK_TRY_CLEANUP(read_entry(&query, arena, entries, error));
    }
cleanup:
    statement_finish(&query);
    entries->refund = entries->refund > 0 ? entries->refund : 0;
    entries->dispute = entries->dispute > 0 ? entries->dispute : 0;
    return status;
}

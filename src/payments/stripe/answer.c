#include "payments/stripe/answer.h"

#include "base/error.h"
#include "base/utf8.h"
#include "payments/stripe/reader.h"

#include <string.h>

#define DOMAIN            "stripe"
#define ANSWER_JSON_DEPTH 64

static cpk_status read_answer(struct json_object *root, struct arena *arena, struct answer *answer, cpk_error **error)
{
    struct reader reader = {arena, 0};

    answer->id = reader_text(&reader, root, "id");
    answer->object = reader_text(&reader, root, "object");
    answer->url = reader_text(&reader, root, "url");
    answer->status = reader_text(&reader, root, "status");
    answer->currency = reader_text(&reader, root, "currency");
    answer->amount = json_member_int64(root, "amount_total", json_member_int64(root, "amount", ANSWER_UNKNOWN));
    answer->expires_us = reader_time(root, "expires_at");
    answer->customer_id = reader_id(&reader, root, "customer");
    answer->payment_intent_id = reader_id(&reader, root, "payment_intent");
    answer->is_live = json_member_true(root, "livemode");
    if (reader.out_of_memory) {
        return error_out_of_memory(error);
    }
    return answer->id != NULL ? CPK_OK : error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "Stripe's answer has no id");
}

cpk_status answer_parse(const char *body, size_t length, struct arena *arena, struct answer *answer, cpk_error **error)
{
    struct json_object *root = NULL;
    cpk_status status;

    memset(answer, 0, sizeof *answer);
    answer->amount = ANSWER_UNKNOWN;
    answer->expires_us = ANSWER_UNKNOWN;
    status = json_parse(body, length, ANSWER_JSON_DEPTH, &root, error);
    if (status != CPK_OK) {
        return error_prefix(error, status, "Stripe's answer");
    }
    status = read_answer(root, arena, answer, error);
    json_object_put(root);
    return status;
}

/* Returns 1 if the text may contain an API key. Stripe shortens keys in messages, but their prefix remains. */
static int32_t names_a_key(const char *text)
{
    static const char *const marks[] = {"sk_", "rk_", "pk_", "whsec_", "_secret_"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strstr(text, marks[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static const char *read_message(struct reader *reader, struct json_object *object)
{
    const char *text = json_member_text(object, "message");
    char line[PROBLEM_MESSAGE_BYTES + 1];
    size_t length;

    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    if (names_a_key(text)) {
        return "(its message names a key and is left out)";
    }
    if (strchr(text, '@') != NULL) { /* the buyer's e-mail address: attempts outlive accounts */
        return "(its message names an e-mail address and is left out)";
    }
    length = strlen(text);
    length = length > PROBLEM_MESSAGE_BYTES ? PROBLEM_MESSAGE_BYTES : length;
    memcpy(line, text, length);
    line[length] = '\0';
    utf8_clean_line(line);
    return reader_copy(reader, line);
}

/* Reads an API identifier. Any other text is dropped, so that it does not reach messages. */
static const char *read_word(struct reader *reader, struct json_object *object, const char *key)
{
    const char *text = json_member_text(object, key);

    if (text == NULL || strlen(text) > 100 ||
        text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_[].")] != '\0' ||
        names_a_key(text)) {
        return NULL;
    }
    return reader_copy(reader, text);
}

cpk_status problem_parse(const char *body, size_t length, struct arena *arena, struct problem *problem,
                         cpk_error **error)
{
    struct reader reader = {arena, 0};
    struct json_object *root = NULL;
    struct json_object *object;
    cpk_status status;

    memset(problem, 0, sizeof *problem);
    status = json_parse(body, length, ANSWER_JSON_DEPTH, &root, NULL);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (status != CPK_OK) {
        return CPK_OK;
    }
    object = json_member_object(root, "error");
    problem->type = read_word(&reader, object, "type");
    problem->code = read_word(&reader, object, "code");
    problem->decline_code = read_word(&reader, object, "decline_code");
    problem->param = read_word(&reader, object, "param");
    problem->message = read_message(&reader, object);
    json_object_put(root);
    return reader.out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status answer_list_parse(const char *body, size_t length, struct answer_list *list, cpk_error **error)
{
    const char *object;
    cpk_status status;

    memset(list, 0, sizeof *list);
    status = json_parse(body, length, ANSWER_JSON_DEPTH, &list->root, error);
    if (status != CPK_OK) {
        return error_prefix(error, status, "Stripe's answer");
    }
    list->data = json_member_array(list->root, "data");
    list->has_more = json_member_true(list->root, "has_more");
    object = json_member_text(list->root, "object");
    if (list->data == NULL || object == NULL || strcmp(object, "list") != 0) {
        answer_list_free(list);
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "Stripe's answer is no list");
    }
    return CPK_OK;
}

void answer_list_free(struct answer_list *list)
{
    json_object_put(list->root);
    memset(list, 0, sizeof *list);
}

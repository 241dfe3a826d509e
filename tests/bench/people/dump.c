/* Findings of a ChatGPT export, best first within a token budget (about four bytes each), straight from the analyzer
 * and the merge: what to look at while working on them. Usage: dump CONVERSATIONS.JSON MAX_TOKENS [--evidence] */
#include "analyze/extractive.h"
#include "analyze/profile/finding_merge.h"
#include "base/arena.h"
#include "base/json/json.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONVERSATIONS_PER_CHUNK 20
#define MESSAGES_MAX            20000

struct messages {
    cpk_message *items;
    size_t count;
};

static int32_t take_answer(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static void fail(const char *what, cpk_error *error)
{
    fprintf(stderr, "dump: %s: %s\n", what, cpk_error_message(error));
    exit(1);
}

static void add_message(struct messages *messages, struct json_object *conversation, struct json_object *node)
{
    struct json_object *message = json_member_object(node, "message");
    struct json_object *parts = json_member_array(json_member_object(message, "content"), "parts");
    const char *role = json_member_text(json_member_object(message, "author"), "role");
    struct json_object *part = parts == NULL ? NULL : json_object_array_get_idx(parts, 0);
    cpk_message *added = &messages->items[messages->count];

    if (part == NULL || role == NULL || !json_object_is_type(part, json_type_string) ||
        messages->count == MESSAGES_MAX) {
        return;
    }
    memset(added, 0, sizeof *added);
    added->struct_size = sizeof *added;
    added->flags = CPK_MESSAGE_ACTIVE_BRANCH;
    added->role = strcmp(role, "user") == 0 ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT;
    added->kind = CPK_KIND_TEXT;
    added->time_us = json_member_time(message, "create_time");
    added->provider = "chatgpt";
    added->conversation_id = json_member_text(conversation, "conversation_id");
    added->conversation_title = json_member_text(conversation, "title");
    added->message_id = json_member_text(message, "id");
    added->text = json_object_get_string(part);
    added->text_length = strlen(added->text);
    messages->count++;
}

static void analyze(const cpk_analyzer_driver *driver, const struct messages *messages, struct finding_merge *merge)
{
    cpk_analyzer_request request = {.struct_size = sizeof request, .system_prompt = "", .text = ""};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    cpk_error *error = NULL;
    struct finding_set set;
    struct buffer answer;

    request.messages = messages->items;
    request.message_count = messages->count;
    buffer_init(&answer, &memory_default);
    finding_set_init(&set, &memory_default);
    if (driver->analyze(driver->self, &request, take_answer, &answer, &usage, &error) != CPK_OK ||
        finding_set_read_answer(&set, buffer_text(&answer), answer.length, &error) != CPK_OK ||
        finding_merge_add(merge, &set, &error) != CPK_OK) {
        fail("analysis", error);
    }
    finding_set_free(&set);
    buffer_free(&answer);
}

static int compare_score(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;

    return a->score < b->score ? 1 : a->score > b->score ? -1 : strcmp(a->text, b->text);
}

static void print_findings(const struct finding_set *set, size_t budget_bytes, int32_t with_evidence)
{
    const struct finding **order = calloc(set->count + 1, sizeof *order);
    size_t used = 0;

    for (size_t i = 0; order != NULL && i < set->count; i++) {
        order[i] = &set->items[i];
    }
    qsort(order, set->count, sizeof *order, compare_score);
    for (size_t i = 0; i < set->count; i++) {
        const struct finding *item = order[i];
        const char *quote = with_evidence && item->evidence_count > 0 ? item->evidence[0].quote : "";

        used += strlen(item->text) + strlen(quote) + 8;
        if (used > budget_bytes) {
            break;
        }
        if (item->category == FINDING_EXCERPT) {
            printf("- \xe2\x80\x9c%s\xe2\x80\x9d", item->text);
        } else {
            printf("- %s%s", item->superseded ? "Formerly: " : "", item->text);
        }
        if (getenv("DUMP_DETAILS") != NULL) {
            printf("   [%s %s %lld c%d x%lld/%lld%s]", finding_category_name(item->category), item->subject,
                   (long long)item->score, item->confidence, (long long)item->mentions, (long long)item->conversations,
                   item->superseded ? " old" : "");
        }
        printf("\n");
        if (quote[0] != '\0') {
            printf("  > %s\n", quote);
        }
    }
    free(order);
}

int main(int argc, char **argv)
{
    struct context context;
    cpk_analyzer_driver driver;
    struct json_object *export;
    cpk_error *error = NULL;
    struct finding_merge *merge;
    struct finding_set result;
    struct messages messages = {calloc(MESSAGES_MAX, sizeof(cpk_message)), 0};

    if (argc < 3 || messages.items == NULL || (export = json_object_from_file(argv[1])) == NULL) {
        fprintf(stderr, "usage: dump CONVERSATIONS.JSON MAX_TOKENS [--evidence]\n");
        return 2;
    }
    context_init(&context);
    if (extractive_driver_create(&driver, &context, &error) != CPK_OK) {
        fail("analyzer", error);
    }
    finding_set_init(&result, &memory_default);
    if (finding_merge_create(&memory_default, &merge, &error) != CPK_OK) {
        fail("merge", error);
    }
    for (size_t i = 0; i < json_object_array_length(export); i++) {
        struct json_object *conversation = json_object_array_get_idx(export, i);

        json_object_object_foreach(json_member_object(conversation, "mapping"), key, node)
        {
            (void)key;
            add_message(&messages, conversation, node);
        }
        if ((i + 1) % CONVERSATIONS_PER_CHUNK == 0 || i + 1 == json_object_array_length(export)) {
            analyze(&driver, &messages, merge);
            messages.count = 0;
        }
    }
    if (finding_merge_finish(merge, &result, &error) != CPK_OK) {
        fail("merge", error);
    }
    print_findings(&result, strtoul(argv[2], NULL, 10) * 4, argc > 3);
    finding_set_free(&result);
    finding_merge_free(merge);
    driver.destroy(driver.self);
    json_object_put(export);
    free(messages.items);
    return 0;
}

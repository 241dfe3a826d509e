/* Any answer of an analyzer, through the merge to the documents: every type, within its budget, valid UTF-8 and JSON.
 */
#include "analyze/profile/finding_merge.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "export/document.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET_TOKENS 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static void check_type(const struct context *context, int32_t type, struct document_input *input)
{
    struct json_object *document = NULL;
    struct buffer markdown;
    struct buffer json;
    int64_t tokens = 0;
    cpk_status status;

    buffer_init(&markdown, &memory_default);
    buffer_init(&json, &memory_default);
    input->max_tokens = type == DOCUMENT_COMPLETE ? 0 : BUDGET_TOKENS;
    status = document_render_markdown(context, type, input, &markdown, &tokens, NULL);
    require(status == CPK_OK || status == CPK_ERROR_LIMIT_EXCEEDED);
    require(status != CPK_OK || input->max_tokens == 0 || tokens <= input->max_tokens);
    require(utf8_valid_prefix(markdown.data, markdown.length) == markdown.length);
    status = document_render_json(context, type, input, &json, NULL);
    require(status == CPK_OK || status == CPK_ERROR_LIMIT_EXCEEDED);
    if (status == CPK_OK) {
        require(json_parse_strict(json.data, json.length, 32, &document, NULL) == CPK_OK);
        json_object_put(document);
    }
    buffer_free(&json);
    buffer_free(&markdown);
}

/* The input also names the pack, its source and a conversation, as files and chats may be called anything. */
static void check_documents(const struct finding_set *findings, const char *name)
{
    static const int32_t types[] = {DOCUMENT_COMPACT, DOCUMENT_STANDARD, DOCUMENT_COMPLETE};
    struct document_source source = {.name = name, .type = "chat_export", .format = "chatgpt", .sha256 = ""};
    struct document_conversation conversation = {.provider = "chatgpt", .conversation_id = "c", .title = name};
    struct document_input input = {.pack_name = name,
                                   .description = name,
                                   .sources = &source,
                                   .source_count = 1,
                                   .conversations = &conversation,
                                   .conversation_count = 1,
                                   .findings = findings};
    struct context context;

    context_init(&context);
    source.first_us = findings->first_us;
    source.last_us = INT64_MAX;
    conversation.first_us = CPK_TIME_UNKNOWN;
    conversation.last_us = INT64_MIN + 1;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        check_type(&context, types[i], &input);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct finding_merge *merge;
    struct finding_set set;
    struct finding_set merged;
    struct buffer name;

    finding_set_init(&set, &memory_default);
    finding_set_init(&merged, &memory_default);
    buffer_init(&name, &memory_default);
    utf8_append_repaired(&name, (const char *)data, size < 256 ? size : 256);
    require(finding_set_read_answer(&set, (const char *)data, size, NULL) == CPK_OK);
    require(finding_merge_create(&memory_default, &merge, NULL) == CPK_OK);
    require(finding_merge_add(merge, &set, NULL) == CPK_OK);
    require(finding_merge_finish(merge, &merged, NULL) == CPK_OK);
    check_documents(&merged, buffer_text(&name));
    finding_merge_free(merge);
    buffer_free(&name);
    finding_set_free(&merged);
    finding_set_free(&set);
    return 0;
}

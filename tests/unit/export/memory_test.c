/* Each allocation on the way from messages to documents is refused, alone: analysis, merging and rendering report
 * CPK_ERROR_OUT_OF_MEMORY or give what they give with enough memory. */
#include "support/test.h"

#include "analyze/extractive.h"
#include "analyze/profile/finding_merge.h"
#include "base/memory.h"
#include "export/document.h"
#include "unit/extract/scarce.h"

#include <limits.h>

#define MESSAGES_MAX 64
#define DAY_US       INT64_C(86400000000)

struct chat {
    cpk_message messages[MESSAGES_MAX];
    char ids[MESSAGES_MAX][16];
    size_t count;
};

struct pack {
    cpk_status status;
    struct buffer documents;
    long left;
};

static const char *const lines[] = {
    "hi, I'm Ines. As a paediatric nurse I stand all day; we just moved from Leeds to Porto.",
    "My daughter Mia (6) hates it, and my husband Tom works as a carpenter.",
    "since I'm coeliac, what can I bake? My budget's 40 euros - no more.",
    "I'm working on a website for our choir. It uses Python and Postgres.",
    "Please keep your answers short, and never use emojis.",
    "I prefer tables to long paragraphs.",
    "We decided to use SQLite instead of Postgres for the choir's website.",
    "My goal is to speak Portuguese by the summer; I learn 20 minutes a day.",
    "I live in Porto now, close to the river.",
    "Rewrite this: \"I live in Oslo and I'm a pilot\".",
    "Ich wohne in Leipzig. J'habite \xC3\xA0 Nantes.",
    "I no longer work nights. I work as a school nurse since May.",
    "I have two cats, Olive and Bean, and I'm allergic to nuts.",
    "Can you explain how tides work? I like sailing and photography.",
    "My favourite band is Madredeus; I love fado.",
    "The choir's website should be ready by 2024-06-01.",
};

static void chat_read(struct chat *chat)
{
    memset(chat, 0, sizeof *chat);
    for (chat->count = 0; chat->count < sizeof lines / sizeof lines[0]; chat->count++) {
        snprintf(chat->ids[chat->count], sizeof chat->ids[0], "m%zu", chat->count);
        chat->messages[chat->count] =
            (cpk_message){.struct_size = sizeof chat->messages[0],
                          .flags = CPK_MESSAGE_ACTIVE_BRANCH,
                          .role = CPK_ROLE_USER,
                          .kind = CPK_KIND_TEXT,
                          .time_us = INT64_C(1700000000000000) + (int64_t)chat->count * DAY_US,
                          .provider = "test",
                          .conversation_id = chat->ids[chat->count / 8 * 8],
                          .conversation_title = "Talk",
                          .message_id = chat->ids[chat->count],
                          .text = lines[chat->count],
                          .text_length = strlen(lines[chat->count])};
    }
}

static int32_t take_answer(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static cpk_status analyze(const struct context *context, const struct chat *chat, struct finding_set *set)
{
    cpk_analyzer_driver driver;
    cpk_analyzer_request request = {.struct_size = sizeof request,
                                    .system_prompt = "",
                                    .text = "",
                                    .messages = chat->messages,
                                    .message_count = chat->count};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    struct buffer answer;
    cpk_status status;

    status = extractive_driver_create(&driver, context, NULL);
    if (status != CPK_OK) {
        return status;
    }
    buffer_init(&answer, &memory_default);
    status = driver.analyze(driver.self, &request, take_answer, &answer, &usage, NULL);
    driver.destroy(driver.self);
    if (status == CPK_OK) {
        status = finding_set_read_answer(set, answer.data, answer.length, NULL);
    }
    buffer_free(&answer);
    return status;
}

static cpk_status merge(const struct context *context, const struct finding_set *set, struct finding_set *merged)
{
    struct finding_merge *merge;
    cpk_status status = finding_merge_create(&context->allocator, &merge, NULL);

    if (status != CPK_OK) {
        return status;
    }
    status = finding_merge_add(merge, set, NULL);
    if (status == CPK_OK) {
        status = finding_merge_add(merge, set, NULL);
    }
    if (status == CPK_OK) {
        status = finding_merge_finish(merge, merged, NULL);
    }
    finding_merge_free(merge);
    return status;
}

static cpk_status render(const struct context *context, const struct finding_set *merged, struct buffer *documents)
{
    static const struct document_source source = {.name = "chat.txt", .type = "text", .format = "text", .sha256 = "00"};
    struct document_input input = {.pack_name = "Ada", .sources = &source, .source_count = 1, .findings = merged};
    cpk_status status = CPK_OK;

    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE && status == CPK_OK; type++) {
        int64_t tokens;
        struct buffer target;

        buffer_init(&target, &context->allocator);
        input.max_tokens = type == DOCUMENT_COMPACT ? 300 : 0;
        status = document_render_markdown(context, type, &input, &target, &tokens, NULL);
        if (status == CPK_OK) {
            status = document_render_json(context, type, &input, &target, NULL);
        }
        if (status == CPK_OK) {
            buffer_append(documents, buffer_text(&target), target.length);
        }
        buffer_free(&target);
    }
    return status;
}

static void make_pack(struct pack *pack, const struct chat *chat, long refused)
{
    struct scarce scarce = {refused, 1};
    struct finding_set set;
    struct finding_set merged;
    struct context context;

    context_init(&context);
    context.allocator = scarce_allocator(&scarce);
    buffer_init(&pack->documents, &memory_default);
    finding_set_init(&set, &context.allocator);
    finding_set_init(&merged, &context.allocator);
    pack->status = analyze(&context, chat, &set);
    if (pack->status == CPK_OK) {
        pack->status = merge(&context, &set, &merged);
    }
    if (pack->status == CPK_OK) {
        pack->status = render(&context, &merged, &pack->documents);
    }
    pack->left = scarce.left;
    finding_set_free(&merged);
    finding_set_free(&set);
}

static void failed_allocation_gives_no_partial_pack(void **state)
{
    struct chat chat;
    struct pack expected;
    long refused;
    int32_t reached = 1;

    (void)state;
    chat_read(&chat);
    make_pack(&expected, &chat, LONG_MAX);
    assert_int_equal(expected.status, CPK_OK);
    assert_true(expected.documents.length > 1000);
    for (refused = 0; reached; refused++) {
        struct pack pack;

        make_pack(&pack, &chat, refused);
        if (pack.status != CPK_ERROR_OUT_OF_MEMORY &&
            (pack.status != CPK_OK || pack.documents.length != expected.documents.length ||
             memcmp(pack.documents.data, expected.documents.data, expected.documents.length) != 0)) {
            fail_msg("allocation %ld: %s with %zu bytes of documents, expected %zu", refused,
                     cpk_status_name(pack.status), pack.documents.length, expected.documents.length);
        }
        reached = pack.left < 0;
        buffer_free(&pack.documents);
    }
    assert_true(refused > 50);
    buffer_free(&expected.documents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(failed_allocation_gives_no_partial_pack)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

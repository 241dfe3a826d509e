#include "extract/shares/share_page.h"

#include "base/error.h"
#include "base/hash.h"
#include "extract/chatgpt/chatgpt.h"
#include "extract/chats/chat.h"
#include "extract/html/html_content.h"
#include "extract/html/html_node.h"
#include "extract/html/html_text.h"
#include "extract/memory_reader.h"
#include "extract/shares/script_text.h"
#include "extract/shares/share_chatgpt.h"

#include <string.h>
#include <strings.h>

static const char NEXT_DATA[] = "__NEXT_DATA__";

/* A page while it is searched. */
struct share_page {
    const struct context *context;
    struct html_tree *tree;
    const char *text;
    size_t length;
    const char *name;
    const cpk_sink *sink;
    struct buffer title;
    const char *address; /* that the page tells, or "" */
    struct json_doc next_data;
    int32_t has_next_data;
};

/* --- Titles and addresses --- */

/* "ChatGPT - A title" is what the service makes of "A title". */
static void shorten_title(struct buffer *title)
{
    static const char PREFIX[] = "ChatGPT - ";

    if (title->length >= sizeof PREFIX - 1 && strncmp(title->data, PREFIX, sizeof PREFIX - 1) == 0) {
        title->length -= sizeof PREFIX - 1;
        memmove(title->data, title->data + sizeof PREFIX - 1, title->length);
        title->data[title->length] = '\0';
    }
}

/* The length of the JSON object at `text`, up to the bracket that ends it; 0 if none does. */
static size_t object_length(const char *text, size_t length)
{
    size_t depth = 0;
    int32_t in_string = 0;

    for (size_t i = 0; i < length; i++) {
        if (in_string) {
            if (text[i] == '\\') {
                i++;
            } else {
                in_string = text[i] != '"';
            }
        } else if (text[i] == '"') {
            in_string = 1;
        } else if (text[i] == '{' || text[i] == '[') {
            depth++;
        } else if (text[i] == '}' || text[i] == ']') {
            if (--depth == 0) {
                return i + 1;
            }
        }
    }
    return 0;
}

/* Reads the JSON of the script with the id __NEXT_DATA__. Its end is that of the JSON: some servers leave "</script>"
 * in its texts. */
static cpk_status read_next_data(struct share_page *page, cpk_error **error)
{
    const struct context *context = page->context;
    const char *end = page->text + page->length;
    const char *at = memmem(page->text, page->length, NEXT_DATA, sizeof NEXT_DATA - 1);
    size_t length;
    cpk_status status;

    at = at != NULL ? memchr(at, '>', (size_t)(end - at)) : NULL;
    at = at != NULL ? memchr(at, '{', (size_t)(end - at)) : NULL;
    length = at != NULL ? object_length(at, (size_t)(end - at)) : 0;
    if (length == 0) {
        return CPK_OK;
    }
    status =
        json_doc_read(&page->next_data, at, length, (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                      (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    page->has_next_data = status == CPK_OK;
    return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
}

static struct json_view page_props(const struct share_page *page)
{
    return json_get(json_get(json_doc_root(&page->next_data), "props"), "pageProps");
}

/* --- Data of ChatGPT --- */

static cpk_status append_stream_conversation(struct share_page *page, struct buffer *json, cpk_error **error)
{
    struct turbo_stream stream;
    struct buffer lines;
    cpk_status status = CPK_OK;

    turbo_stream_init(&stream, page->context, page->sink);
    buffer_init(&lines, &page->context->allocator);
    script_append_stream(&lines, page->text, page->length);
    if (lines.failed) {
        status = error_out_of_memory(error);
    }
    if (status == CPK_OK && lines.length > 0) {
        status = turbo_stream_read(&stream, lines.data, lines.length, error);
    }
    if (status == CPK_OK) {
        status = share_chatgpt_append_stream(&stream, buffer_text(&page->title), json, error);
    }
    turbo_stream_free(&stream);
    buffer_free(&lines);
    return status;
}

static cpk_status read_chatgpt_data(struct share_page *page, int32_t *found, cpk_error **error)
{
    cpk_extractor_driver driver;
    struct memory_source source;
    struct buffer json;
    cpk_reader reader;
    cpk_status status;

    buffer_init(&json, &page->context->allocator);
    CPK_TRY_CLEANUP(append_stream_conversation(page, &json, error));
    if (json.length == 0 && page->has_next_data) {
        CPK_TRY_CLEANUP(
            share_chatgpt_append_next(page->context, page_props(page), buffer_text(&page->title), &json, error));
    }
    if (json.length > 0) {
        *found = 1;
        html_tree_free(page->tree);
        reader = memory_reader(&source, json.data, json.length, page->name);
        chatgpt_driver_init(&driver, page->context);
        status = driver.extract(driver.self, &reader, page->sink, error);
    }
cleanup:
    buffer_free(&json);
    return status;
}

/* --- Data of Poe --- */

static cpk_status write_poe(struct chat *chat, struct json_view share, const char *title, cpk_error **error)
{
    struct json_view bot = json_get(share, "chatBot");
    struct json_view edges = json_get(json_get(share, "messagesConnection"), "edges");
    struct json_view code = json_get(share, "shareCode");
    struct json_iter iter;

    chat_begin(chat, CHAT_LINEAR, chat_line(chat, json_is_empty_text(code) ? json_get(share, "id") : code), title,
               json_hash_text(0, json_get(share, "id")));
    json_iter_init(&iter, edges);
    while (json_iter_next(&iter)) {
        struct json_view node = json_get(iter.value, "node");
        int32_t is_user = json_is_text(json_get(node, "author"), "human");

        chat_begin_message(chat, chat_line(chat, json_get(node, "messageCode")), NULL,
                           is_user ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT);
        chat->message.model = is_user ? NULL : chat_line(chat, json_get(bot, "displayName"));
        chat->message.time_us = json_time(json_get(node, "creationTime"));
        chat_speak(chat, json_get(node, "text"));
        chat_flush(chat, CPK_KIND_TEXT);
        CPK_TRY(chat_end_message(chat, 0, error));
    }
    return chat_end(chat, error);
}

static cpk_status read_poe(struct share_page *page, int32_t *found, cpk_error **error)
{
    struct json_view data = json_get(page_props(page), "data");
    struct json_view share = json_get(json_get(data, "mainQuery"), "chatShare");
    struct chat chat;
    cpk_status status;

    if (share.type != JSON_VIEW_OBJECT) {
        share = json_get(data, "chatShare");
    }
    if (json_get(json_get(share, "messagesConnection"), "edges").type != JSON_VIEW_ARRAY) {
        return CPK_OK;
    }
    *found = 1;
    status = chat_init(&chat, page->context, page->sink, "poe", error);
    if (status == CPK_OK) {
        status = write_poe(&chat, share, buffer_text(&page->title), error);
    }
    chat_free(&chat);
    return status;
}

/* --- A page as a browser saved it, without its data --- */

/* One message of such a page. */
struct turn {
    const char *provider;
    const char *id;
    const char *model;
    int32_t role;
    int32_t kind;
    uint32_t flags;
};

/* Elements that are messages, by a word of their class. */
static const struct {
    const char *word;
    const char *provider;
    int32_t role;
    int32_t kind;
} TURN_CLASSES[] = {
    {"group/user-message", "copilot", CPK_ROLE_USER, CPK_KIND_TEXT},
    {"group/ai-message", "copilot", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT},
    {"group/query", "perplexity", CPK_ROLE_USER, CPK_KIND_TEXT},
    {"ds-message", "deepseek", CPK_ROLE_USER, CPK_KIND_TEXT},
    {"ds-thinking-content", "deepseek", CPK_ROLE_ASSISTANT, CPK_KIND_THINKING},
    {"ds-assistant-message-main-content", "deepseek", CPK_ROLE_ASSISTANT, CPK_KIND_TEXT},
};

/* Texts of pages that have such messages. */
static const char *const TURN_MARKS[] = {"data-message-author-role", "group/user-message", "group/query", "ds-message"};

static int32_t has_turns(const struct share_page *page)
{
    for (size_t i = 0; i < sizeof TURN_MARKS / sizeof TURN_MARKS[0]; i++) {
        if (memmem(page->text, page->length, TURN_MARKS[i], strlen(TURN_MARKS[i])) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* DeepSeek's answers are elements inside of messages; a message without one is a question. */
static int32_t contains_answer(struct share_page *page, const GumboNode *node, int32_t *failed)
{
    struct html_walk walk;
    const GumboNode *at;
    enum html_event event;
    int32_t found = 0;

    html_walk_start(&walk, &page->context->allocator, node);
    while (!found && (event = html_walk_next(&walk, &at)) != HTML_END_OF_WALK) {
        found = event == HTML_BEGIN && (html_has_word(at, "class", "ds-assistant-message-main-content") ||
                                        html_has_word(at, "class", "ds-thinking-content"));
    }
    *failed |= walk.failed;
    html_walk_free(&walk);
    return found;
}

/* 1 if the element is a message. */
static int32_t read_turn(struct share_page *page, const GumboNode *node, struct turn *turn, int32_t *failed)
{
    const char *role = html_attribute(node, "data-message-author-role");

    memset(turn, 0, sizeof *turn);
    turn->kind = CPK_KIND_TEXT;
    turn->id = html_attribute(node, "id");
    turn->model = html_attribute(node, "data-message-model-slug");
    if (role[0] != '\0') {
        turn->provider = "chatgpt";
        turn->id = html_attribute(node, "data-message-id");
        turn->role = chat_role_of_bytes(role, strlen(role));
        return 1;
    }
    for (size_t i = 0; i < sizeof TURN_CLASSES / sizeof TURN_CLASSES[0]; i++) {
        if (html_has_word(node, "class", TURN_CLASSES[i].word)) {
            turn->provider = TURN_CLASSES[i].provider;
            turn->role = TURN_CLASSES[i].role;
            turn->kind = TURN_CLASSES[i].kind;
            turn->flags = turn->kind == CPK_KIND_THINKING ? CPK_MESSAGE_HIDDEN : 0;
            return strcmp(TURN_CLASSES[i].word, "ds-message") != 0 || !contains_answer(page, node, failed);
        }
    }
    if (strncmp(turn->id, "markdown-content-", 17) == 0) {
        turn->provider = "perplexity";
        turn->role = CPK_ROLE_ASSISTANT;
        return 1;
    }
    return 0;
}

/* Ends the address of the page with the id of the share; NULL if there is none. */
static const char *share_id(const char *address)
{
    const char *slash = strrchr(address, '/');

    return slash != NULL && slash[1] != '\0' && strstr(address, "/s") != NULL ? slash + 1 : NULL;
}

/* Begins the conversation at its first turn. Its id is that of the share, if the page tells its address; else it comes
 * from the title, which may be the site's on every page, and the first text. */
static void begin_turns(struct share_page *page, struct chat *chat, const struct turn *turn, const struct buffer *text)
{
    const char *title = buffer_text(&page->title);
    uint64_t identity = hash_bytes(0, title, page->title.length);

    chat_set_provider(chat, turn->provider);
    chat_begin(chat, CHAT_LINEAR, share_id(page->address), title,
               hash_bytes(identity, buffer_text(text), text->length));
}

static cpk_status write_turn(struct share_page *page, struct chat *chat, const GumboNode *node, const struct turn *turn,
                             int32_t is_first, cpk_error **error)
{
    struct buffer text;
    cpk_status status;

    buffer_init(&text, &chat->context->allocator);
    status = html_text_append(&text, node, HTML_MARK_BOILERPLATE, error);
    if (status == CPK_OK) {
        if (is_first) {
            begin_turns(page, chat, turn, &text);
        }
        chat_begin_message(chat, turn->id[0] != '\0' ? chat_clean_line(chat, turn->id, strlen(turn->id)) : NULL, NULL,
                           turn->role);
        chat->message.model = turn->model[0] != '\0' ? chat_clean_line(chat, turn->model, strlen(turn->model)) : NULL;
        chat_speak_bytes(chat, buffer_text(&text), text.length);
        chat_flush_as(chat, turn->role, turn->kind, turn->flags);
        status = chat_end_message(chat, 0, error);
    }
    buffer_free(&text);
    return status;
}

static cpk_status write_turns(struct share_page *page, struct chat *chat, struct html_walk *walk, int32_t *found,
                              cpk_error **error)
{
    const GumboNode *node;
    enum html_event event;
    int32_t failed = 0;
    struct turn turn;

    while ((event = html_walk_next(walk, &node)) != HTML_END_OF_WALK && !failed) {
        if (event != HTML_BEGIN) {
            continue;
        }
        if (html_is(node, GUMBO_TAG_LINK) && html_has_word(node, "rel", "canonical")) {
            page->address = html_attribute(node, "href");
        } else if (html_is_invisible(node) && !html_is(node, GUMBO_TAG_HEAD)) {
            html_walk_skip(walk); /* such as the copy of an answer that is only measured */
        } else if (read_turn(page, node, &turn, &failed)) {
            CPK_TRY(write_turn(page, chat, node, &turn, !*found, error));
            *found = 1;
            html_walk_skip(walk);
        }
    }
    if (walk->failed || failed) {
        return error_out_of_memory(error);
    }
    return *found ? chat_end(chat, error) : CPK_OK;
}

static cpk_status read_turns(struct share_page *page, int32_t *found, cpk_error **error)
{
    const GumboNode *unused;
    struct html_walk walk;
    struct chat chat;
    cpk_status status;

    if (!has_turns(page)) {
        return CPK_OK;
    }
    CPK_TRY(html_content_mark(page->tree, &unused, error));
    html_walk_start(&walk, &page->context->allocator, page->tree->root);
    status = chat_init(&chat, page->context, page->sink, "", error);
    if (status == CPK_OK) {
        status = write_turns(page, &chat, &walk, found, error);
    }
    chat_free(&chat);
    html_walk_free(&walk);
    return status;
}

cpk_status share_page_read(struct html_tree *tree, const char *text, size_t length, const char *name,
                           const cpk_sink *sink, int32_t *found, cpk_error **error)
{
    struct share_page page = {.context = tree->context,
                              .tree = tree,
                              .text = text,
                              .length = length,
                              .name = name,
                              .sink = sink,
                              .address = ""};
    cpk_status status;

    *found = 0;
    buffer_init(&page.title, &tree->context->allocator);
    json_doc_init(&page.next_data, &tree->context->allocator);
    CPK_TRY_CLEANUP(html_append_title(&page.title, tree, error));
    shorten_title(&page.title);
    CPK_TRY_CLEANUP(read_next_data(&page, error));
    CPK_TRY_CLEANUP(read_chatgpt_data(&page, found, error));
    if (!*found && page.has_next_data) {
        CPK_TRY_CLEANUP(read_poe(&page, found, error));
    }
    if (!*found) {
        CPK_TRY_CLEANUP(read_turns(&page, found, error));
    }
cleanup:
    json_doc_free(&page.next_data);
    buffer_free(&page.title);
    return status;
}

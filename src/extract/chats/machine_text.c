#include "extract/chats/machine_text.h"

#include "extract/chats/references.h"

#include <string.h>
#include <strings.h>

#define NAME_BYTES_MAX ((size_t)64)   /* longer names are not those of elements */
#define TAG_BYTES_MAX  ((size_t)4096) /* longer tags are none */
#define UNCLOSED_MAX   16             /* elements without a closing tag; the search for others ends then */

enum author { AUTHOR_PERSON, AUTHOR_PROGRAM };

/* A text that is split, and where in it. */
struct split {
    struct chat *chat;
    const char *end;
    const char *at;   /* what precedes it was added */
    int32_t is_begun; /* the person's words were met */
    int32_t unclosed; /* elements without a closing tag */
};

/* An element "<name ...>body</name>"; without a closing tag, close is NULL. */
struct element {
    const char *name;
    size_t name_length;
    const char *body;
    const char *close;
    const char *end;
};

/* Beginnings of texts that a program wrote: up to the end marker and with it, or all of the text. */
static const struct {
    const char *start;
    const char *end;
} beginnings[] = {{"Caveat: The messages below were", NULL},
                  {"[Request interrupted", NULL},
                  {"[SYSTEM NOTIFICATION", NULL},
                  {"Another Claude session sent a message", NULL},
                  {"This session is being continued from a previous conversation", NULL},
                  {"Stop hook feedback", NULL},
                  {"Base directory for this skill:", NULL},
                  {"Implement the following plan:", NULL},
                  {"Background agent \"", NULL},
                  {"Warning: apply_patch was requested via", NULL},
                  {"Warning: The maximum number of unified exec processes", NULL},
                  {"Warning: Your account was flagged", NULL},
                  {"# AGENTS.md instructions", "</INSTRUCTIONS>"},
                  {"# Context from my IDE setup", "## My request for Codex:"},
                  {"# Files mentioned by the user", "## My request for Codex:"},
                  {"## My request for Codex:", "## My request for Codex:"}};

/* Elements of programs whose names have none of the words below. */
static const char *const program_names[] = {"wake",
                                            "relay",
                                            "channel",
                                            "instructions",
                                            "environment_details",
                                            "user_instructions",
                                            "user_action",
                                            "user_info",
                                            "turn_context",
                                            "goal_context",
                                            "loaded_context",
                                            "external_context",
                                            "additional-context",
                                            "additional_data",
                                            "task_model_guidance",
                                            "external_browser_info",
                                            "collaboration_mode",
                                            "function_calls",
                                            "function_results",
                                            "fast_mode_info",
                                            "output-style",
                                            "file-content",
                                            "plan-mode",
                                            "timestamp",
                                            "git_status",
                                            "project_layout",
                                            "attached_files",
                                            "attached-files",
                                            "current_file",
                                            "image_files",
                                            "external_links",
                                            "open_and_recently_viewed_files",
                                            "fetched-web-content",
                                            "slack-tag-message",
                                            "cross-session-message"};

/* Words in the names of elements that programs write: "task-notification", "subagent_notification". */
static const char *const program_words[] = {
    "system", "reminder",    "notification", "notifications", "agent",   "agents", "subagent", "subagents",  "teammate",
    "hook",   "tool",        "command",      "bash",          "shell",   "stdout", "stderr",   "caveat",     "ide",
    "codex",  "claude",      "cursor",       "environment",   "aborted", "mcp",    "plugin",   "plugins",    "skill",
    "skills", "permissions", "persisted",    "internal",      "sandbox", "antml",  "budget",   "diagnostics"};

/* Elements around what the person wrote. */
static const char *const person_names[] = {"command-args", "user_query",  "user_message",
                                           "user-message", "user_prompt", "user-prompt",
                                           "user_request", "user_input",  "user-input"};

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static int32_t is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int32_t is_name_byte(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == ':';
}

static int32_t is_one_of(const char *text, size_t length, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) == length && strncasecmp(text, names[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_program_name(const char *name, size_t length)
{
    if (is_one_of(name, length, program_names, sizeof program_names / sizeof program_names[0])) {
        return 1;
    }
    for (size_t at = 0; at < length;) {
        size_t word = 0;

        while (at + word < length && strchr("-_:", name[at + word]) == NULL) {
            word++;
        }
        if (is_one_of(name + at, word, program_words, sizeof program_words / sizeof program_words[0])) {
            return 1;
        }
        at += word + 1;
    }
    return 0;
}

static int32_t starts_with(const char *text, const char *end, const char *prefix)
{
    size_t length = strlen(prefix);

    return (size_t)(end - text) >= length && strncasecmp(text, prefix, length) == 0;
}

/* Length of the tag "<name" or "</name" without what follows the name; 0 if it is another. */
static size_t tag_length(const char *at, const char *end, const char *prefix, const struct element *element)
{
    size_t length = strlen(prefix);

    if (!starts_with(at, end, prefix) || (size_t)(end - at) <= length + element->name_length ||
        strncasecmp(at + length, element->name, element->name_length) != 0 ||
        is_name_byte(at[length + element->name_length])) {
        return 0;
    }
    return length + element->name_length;
}

/* The end of the tag that goes on at `at`, or NULL. */
static const char *tag_end(const char *at, const char *end)
{
    size_t left = (size_t)(end - at);

    return memchr(at, '>', left < TAG_BYTES_MAX ? left : TAG_BYTES_MAX);
}

/* Finds the closing tag, past elements of the same name inside. */
static void find_close(struct element *element, const char *end)
{
    size_t depth = 1;

    for (const char *at = element->body; at < end && element->close == NULL; at++) {
        const char *next = memchr(at, '<', (size_t)(end - at));

        if (next == NULL) {
            return;
        }
        at = next;
        if (tag_length(at, end, "</", element) > 0) {
            const char *last = tag_end(at, end);

            depth--;
            if (depth == 0) {
                element->close = at;
                element->end = last != NULL ? last + 1 : end;
            }
        } else if (tag_length(at, end, "<", element) > 0) {
            depth++;
        }
    }
}

/* Reads the opening tag at `at`; 0 if there is none. */
static int32_t read_element(const char *at, const char *end, struct element *element)
{
    const char *name = at + 1;
    const char *close;

    memset(element, 0, sizeof *element);
    while (name < end && (size_t)(name - at) <= NAME_BYTES_MAX && is_name_byte(*name)) {
        name++;
    }
    close = name > at + 1 && is_letter(at[1]) ? tag_end(name, end) : NULL;
    if (close == NULL || !(name == close || is_space(*name) || *name == '/')) {
        return 0;
    }
    element->name = at + 1;
    element->name_length = (size_t)(name - element->name);
    element->body = close + 1;
    element->end = end;
    if (close[-1] == '/') { /* an empty one */
        element->close = element->body;
        element->end = element->body;
    }
    return 1;
}

/* Adds what precedes `to` as a part. */
static void add_part(struct split *split, const char *to, enum author author)
{
    struct chat *chat = split->chat;

    if (to > split->at) {
        chat_speak_bytes(chat, split->at, (size_t)(to - split->at));
    }
    split->at = to;
    if (author == AUTHOR_PROGRAM) {
        chat_flush_as(chat, CPK_ROLE_SYSTEM, CPK_KIND_TEXT, CPK_MESSAGE_HIDDEN);
    } else {
        chat_flush(chat, CPK_KIND_TEXT);
    }
}

/* Adds the person's messages in an envelope, which are escaped: <message from="human">...</message>. */
static void add_enclosed(struct split *split, const struct element *envelope)
{
    static const char open[] = "<message";
    static const char author[] = "from=\"human\"";
    const char *end = envelope->close != NULL ? envelope->close : envelope->end;
    const char *at = envelope->body;

    while (at < end && (at = memmem(at, (size_t)(end - at), open, sizeof open - 1)) != NULL) {
        struct element message;

        if (!read_element(at, end, &message)) {
            at += sizeof open - 1;
            continue;
        }
        find_close(&message, end);
        if (message.close == NULL) {
            return;
        }
        if (memmem(at, (size_t)(message.body - at), author, sizeof author - 1) != NULL) {
            references_append_decoded(&split->chat->speech, message.body, (size_t)(message.close - message.body));
            split->chat->out_of_memory = split->chat->out_of_memory || split->chat->speech.failed;
            chat_flush(split->chat, CPK_KIND_TEXT);
        }
        at = message.end;
    }
}

/* 1 if only white space precedes on the line, or what precedes was added as the program's. */
static int32_t begins_block(const struct split *split, const char *at)
{
    while (at > split->at && (at[-1] == ' ' || at[-1] == '\t')) {
        at--;
    }
    return at == split->at || at[-1] == '\n';
}

static int32_t has_words(const char *from, const char *to)
{
    while (from < to && is_space(*from)) {
        from++;
    }
    return from < to;
}

/* The program's element at `at`, if there is one; without a closing tag it goes on to the end, if nothing that the
 * person wrote precedes it. Returns the place after it, or NULL. */
static const char *take_program_element(struct split *split, const char *at)
{
    struct element element;
    int32_t is_reminder;

    if (!read_element(at, split->end, &element) || !is_program_name(element.name, element.name_length)) {
        return NULL;
    }
    is_reminder = element.name_length == strlen("system-reminder") && strncasecmp(element.name, "system", 6) == 0;
    if (!is_reminder && !begins_block(split, at)) {
        return NULL;
    }
    find_close(&element, split->end);
    if (element.close == NULL && (split->is_begun || has_words(split->at, at))) {
        split->unclosed++;
        return NULL;
    }
    split->is_begun = split->is_begun || has_words(split->at, at);
    add_part(split, at, AUTHOR_PERSON);
    add_part(split, element.end, AUTHOR_PROGRAM);
    if (element.name_length == 4 && strncasecmp(element.name, "wake", 4) == 0) {
        add_enclosed(split, &element);
    }
    return split->at;
}

/* Skips the tags around what the person wrote; the body is split as the rest. Returns the place after the tag. */
static const char *take_person_tag(struct split *split, const char *at)
{
    static const size_t count = sizeof person_names / sizeof person_names[0];
    struct element element;

    if (at + 1 < split->end && at[1] == '/') {
        const char *close = tag_end(at, split->end);

        if (close == NULL || !is_one_of(at + 2, (size_t)(close - at) - 2, person_names, count)) {
            return NULL;
        }
        add_part(split, at, AUTHOR_PERSON);
        split->at = close + 1;
        return split->at;
    }
    if (!read_element(at, split->end, &element) || !is_one_of(element.name, element.name_length, person_names, count) ||
        !begins_block(split, at)) {
        return NULL;
    }
    find_close(&element, split->end);
    if (element.close == NULL) {
        split->unclosed++;
        return NULL;
    }
    add_part(split, at, AUTHOR_PERSON);
    split->at = element.body;
    return split->at;
}

/* What a program put at the start. */
static void take_beginning(struct split *split)
{
    const char *at = split->at;

    while (at < split->end && is_space(*at)) {
        at++;
    }
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        const char *marker = beginnings[i].end;
        const char *end;

        if (!starts_with(at, split->end, beginnings[i].start)) {
            continue;
        }
        end = marker != NULL ? memmem(at, (size_t)(split->end - at), marker, strlen(marker)) : NULL;
        add_part(split, end != NULL ? end + strlen(marker) : split->end, AUTHOR_PROGRAM);
        return;
    }
}

static void split_text(struct split *split)
{
    const char *at;

    take_beginning(split);
    at = split->at;
    while (at < split->end && split->unclosed < UNCLOSED_MAX &&
           (at = memchr(at, '<', (size_t)(split->end - at))) != NULL) {
        const char *next = take_person_tag(split, at);

        next = next != NULL ? next : take_program_element(split, at);
        if (next != NULL && !split->is_begun) {
            take_beginning(split);
            next = split->at;
        }
        at = next != NULL ? next : at + 1;
    }
    add_part(split, split->end, AUTHOR_PERSON);
}

void machine_text_add(struct chat *chat, struct json_view text)
{
    struct split split = {.chat = chat};
    struct buffer decoded;

    chat_flush(chat, CPK_KIND_TEXT);
    if (text.type != JSON_VIEW_STRING) {
        return;
    }
    buffer_init(&decoded, &chat->context->allocator);
    json_append_text(&decoded, text);
    chat->out_of_memory = chat->out_of_memory || decoded.failed;
    split.at = buffer_text(&decoded);
    split.end = split.at + (decoded.failed ? 0 : decoded.length);
    split_text(&split);
    buffer_free(&decoded);
}

cpk_status machine_text_add_content(struct chat *chat, struct json_view content, cpk_error **error)
{
    struct json_iter iter;

    if (content.type == JSON_VIEW_STRING) {
        machine_text_add(chat, content);
        return CPK_OK;
    }
    if (content.type != JSON_VIEW_ARRAY) {
        return chat_add_content(chat, content, error);
    }
    json_iter_init(&iter, content);
    while (json_iter_next(&iter)) {
        struct json_view type = json_get(iter.value, "type");

        if (iter.value.type == JSON_VIEW_STRING || json_is_text(type, "text") || json_is_text(type, "input_text")) {
            machine_text_add(chat, iter.value.type == JSON_VIEW_STRING ? iter.value : json_get(iter.value, "text"));
        } else {
            CPK_TRY(chat_add_content(chat, iter.value, error));
        }
    }
    return CPK_OK;
}

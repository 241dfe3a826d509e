#include "base/hash.h"
#include "base/time.h"
#include "extract/gemini/gemini_internal.h"
#include "extract/html/html_text.h"
#include "extract/html/html_tree.h"

#include <stdio.h>
#include <string.h>

enum record_member {
    RECORD_HEADER,
    RECORD_TITLE,
    RECORD_TIME,
    RECORD_PRODUCTS,
    RECORD_ANSWERS,
    RECORD_FILES,
    RECORD_COUNT
};
static const struct json_name record_names[RECORD_COUNT] = {JSON_NAME("header"),       JSON_NAME("title"),
                                                            JSON_NAME("time"),         JSON_NAME("products"),
                                                            JSON_NAME("safeHtmlItem"), JSON_NAME("attachedFiles")};

/* What a title says before the prompt. Takeout translates it; other languages are kept as they are. */
static const char *const prompt_verbs[] = {"Prompted ", "Asked ", "Said "};
/* Activities that are no prompts. */
static const char *const other_verbs[] = {"Used ",   "Created ", "Gave ",   "Viewed ",  "Selected ",
                                          "Opened ", "Visited ", "Shared ", "Deleted ", "Generated "};

int32_t gemini_is_product(const char *name)
{
    return strstr(name, "Gemini") != NULL || strstr(name, "Bard") != NULL;
}

static const char *after_any(const char *title, const char *const *starts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(title, starts[i], strlen(starts[i])) == 0) {
            return title + strlen(starts[i]);
        }
    }
    return NULL;
}

/* The prompt in a title; NULL if the activity is none. */
static const char *find_prompt(const char *title, int32_t has_answer)
{
    const char *prompt = after_any(title, prompt_verbs, sizeof prompt_verbs / sizeof prompt_verbs[0]);

    if (prompt != NULL) {
        return prompt;
    }
    if (!has_answer && (after_any(title, other_verbs, sizeof other_verbs / sizeof other_verbs[0]) != NULL ||
                        gemini_is_product(title))) {
        return NULL; /* "Used Gemini Apps", in any language */
    }
    return title;
}

/* The same activity has the same id in the JSON and the HTML form, whose times are in seconds. */
static uint64_t identify(const char *prompt, int64_t time_us)
{
    int64_t seconds = time_us != CPK_TIME_UNKNOWN ? time_us / 1000000 : 0;
    uint64_t hash = hash_begin(0);

    hash = hash_add(hash, &seconds, sizeof seconds);
    for (const char *at = prompt; *at != '\0'; at++) {
        if ((unsigned char)*at > ' ') {
            hash = hash_add(hash, at, 1);
        }
    }
    return hash_end(hash);
}

cpk_status gemini_write_activity(struct chat *chat, struct gemini_reading *reading, const struct buffer *title,
                                 const struct buffer *answer, int64_t time_us, cpk_error **error)
{
    const char *prompt = find_prompt(buffer_text(title), answer->length > 0);

    if (prompt == NULL) {
        reading->other_activities++;
        return CPK_OK;
    }
    if (title->failed || answer->failed) {
        return error_out_of_memory(error);
    }
    chat_begin(chat, CHAT_LINEAR, NULL, NULL, identify(prompt, time_us));
    chat_begin_message(chat, NULL, NULL, CPK_ROLE_USER);
    chat->message.time_us = time_us;
    chat_speak_bytes(chat, prompt, strlen(prompt));
    CPK_TRY(chat_end_message(chat, 0, error));
    chat_begin_message(chat, NULL, NULL, CPK_ROLE_ASSISTANT);
    chat->message.time_us = time_us;
    chat_speak_bytes(chat, buffer_text(answer), answer->length);
    CPK_TRY(chat_end_message(chat, 1, error));
    return chat_end(chat, error);
}

static int32_t is_of_gemini(struct chat *chat, const struct json_view record[RECORD_COUNT])
{
    const char *header = chat_line(chat, record[RECORD_HEADER]);
    int32_t found = header != NULL && gemini_is_product(header);
    struct json_iter iter;

    json_iter_init(&iter, record[RECORD_PRODUCTS]);
    while (!found && !iter.is_object && json_iter_next(&iter)) {
        const char *product = chat_line(chat, iter.value);

        found = product != NULL && gemini_is_product(product);
    }
    return found;
}

cpk_status gemini_append_html(struct chat *chat, struct gemini_reading *reading, struct buffer *target,
                              const char *html, size_t length, cpk_error **error)
{
    const char *name = reading->reader->name;
    cpk_error *problem = NULL;
    struct html_tree tree;
    cpk_status status = html_tree_parse(&tree, chat->context, chat->sink, name, html, length, &problem);

    if (status == CPK_OK) {
        status = html_text_append(target, tree.root, 0, &problem);
    }
    html_tree_free(&tree);
    if (status == CPK_ERROR_LIMIT_EXCEEDED) {
        status = chat->sink->note(chat->sink->self, CPK_NOTE_OVER_LIMIT, name, cpk_error_message(problem), error);
        error_clear(&problem);
        return status;
    }
    return status == CPK_OK ? CPK_OK : error_give(error, problem);
}

/* The texts of the answers' HTML. */
static cpk_status append_answers(struct chat *chat, struct gemini_reading *reading, struct buffer *answer,
                                 struct json_view list, cpk_error **error)
{
    struct buffer html;
    struct json_iter iter;
    cpk_status status = CPK_OK;

    buffer_init(&html, &chat->context->allocator);
    json_iter_init(&iter, list);
    while (status == CPK_OK && !iter.is_object && json_iter_next(&iter)) {
        buffer_clear(&html);
        json_append_text(&html, iter.value.type == JSON_VIEW_STRING ? iter.value : json_get(iter.value, "html"));
        buffer_append(answer, "\n\n", answer->length > 0 ? 2 : 0);
        status = html.failed ? error_out_of_memory(error)
                             : gemini_append_html(chat, reading, answer, buffer_text(&html), html.length, error);
    }
    buffer_free(&html);
    return status;
}

cpk_status gemini_read_activity(struct chat *chat, struct gemini_reading *reading, struct json_view value,
                                cpk_error **error)
{
    struct json_view record[RECORD_COUNT];
    struct buffer title;
    struct buffer answer;
    cpk_status status;

    json_select(value, record_names, RECORD_COUNT, record);
    if (!is_of_gemini(chat, record)) {
        arena_reset(&chat->arena);
        reading->other_products++;
        return CPK_OK;
    }
    buffer_init(&title, &chat->context->allocator);
    buffer_init(&answer, &chat->context->allocator);
    json_append_text(&title, record[RECORD_TITLE]);
    status = append_answers(chat, reading, &answer, record[RECORD_ANSWERS], error);
    if (status == CPK_OK) {
        status = gemini_write_activity(chat, reading, &title, &answer, json_time(record[RECORD_TIME]), error);
    }
    buffer_free(&answer);
    buffer_free(&title);
    return status;
}

cpk_status gemini_note_others(const struct chat *chat, const struct gemini_reading *reading, cpk_error **error)
{
    const char *name = reading->reader->name;
    long long products = (long long)reading->other_products;
    long long activities = (long long)reading->other_activities;
    char text[160];

    if (products + activities == 0) {
        return CPK_OK;
    }
    if (chat->emitted_count == 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "gemini",
                         "%s has no prompts to Gemini, but %lld activities of other Google products and %lld of Gemini",
                         name, products, activities);
    }
    snprintf(text, sizeof text,
             "%lld activities of other Google products and %lld of Gemini that are no prompts were not read", products,
             activities);
    return chat->sink->note(chat->sink->self, CPK_NOTE_SKIPPED_FILE, name, text, error);
}

#include "extract/gemini/gemini_internal.h"

#include <string.h>

enum prompt_member {
    PROMPT_ID,
    PROMPT_TITLE,
    PROMPT_NAME,
    PROMPT_CREATED,
    PROMPT_SETTINGS,
    PROMPT_SYSTEM,
    PROMPT_COUNT
};
static const struct json_name prompt_names[PROMPT_COUNT] = {JSON_NAME("id"),          JSON_NAME("title"),
                                                            JSON_NAME("displayName"), JSON_NAME("createTime"),
                                                            JSON_NAME("runSettings"), JSON_NAME("systemInstruction")};

enum chunk_member {
    CHUNK_ID,
    CHUNK_ROLE,
    CHUNK_TEXT,
    CHUNK_PARTS,
    CHUNK_IS_THOUGHT,
    CHUNK_CREATED,
    CHUNK_CODE,
    CHUNK_RESULT,
    CHUNK_ERROR,
    CHUNK_DOCUMENT,
    CHUNK_IMAGE,
    CHUNK_AUDIO,
    CHUNK_VIDEO,
    CHUNK_FILE,
    CHUNK_INLINE_IMAGE,
    CHUNK_YOUTUBE,
    CHUNK_COUNT
};
static const struct json_name chunk_names[CHUNK_COUNT] = {JSON_NAME("id"),
                                                          JSON_NAME("role"),
                                                          JSON_NAME("text"),
                                                          JSON_NAME("parts"),
                                                          JSON_NAME("isThought"),
                                                          JSON_NAME("createTime"),
                                                          JSON_NAME("executableCode"),
                                                          JSON_NAME("codeExecutionResult"),
                                                          JSON_NAME("errorMessage"),
                                                          JSON_NAME("driveDocument"),
                                                          JSON_NAME("driveImage"),
                                                          JSON_NAME("driveAudio"),
                                                          JSON_NAME("driveVideo"),
                                                          JSON_NAME("inlineFile"),
                                                          JSON_NAME("inlineImage"),
                                                          JSON_NAME("youtubeVideo")};

/* A number, also one in a string. */
static int64_t read_size(struct json_view view)
{
    int64_t size = 0;

    if (view.type != JSON_VIEW_STRING || view.end - view.start < 3) {
        return json_int64(view, -1);
    }
    for (uint32_t at = view.start + 1; at + 1 < view.end; at++) {
        char digit = view.doc->text[at];

        if (digit < '0' || digit > '9' || size > INT64_MAX / 16) {
            return -1;
        }
        size = size * 10 + (digit - '0');
    }
    return size;
}

static void add_files(struct chat *chat, const struct json_view chunk[CHUNK_COUNT])
{
    static const char *const media[] = {NULL, "image", "audio", "video", NULL, "image", "video/youtube"};

    for (size_t i = CHUNK_DOCUMENT; i <= CHUNK_YOUTUBE; i++) {
        const char *type;

        if (chunk[i].type != JSON_VIEW_OBJECT) {
            continue;
        }
        type = chat_line(chat, json_get(chunk[i], "mimeType"));
        chat_attach(chat, chat_line(chat, json_get(chunk[i], "id")), chat_line(chat, json_get(chunk[i], "name")),
                    type != NULL ? type : media[i - CHUNK_DOCUMENT], read_size(json_get(chunk[i], "sizeBytes")));
    }
}

/* The text of a chunk; its parts repeat it piece by piece. */
static void speak_text(struct chat *chat, const struct json_view chunk[CHUNK_COUNT])
{
    struct json_iter iter;

    if (!json_is_empty_text(chunk[CHUNK_TEXT])) {
        chat_speak(chat, chunk[CHUNK_TEXT]);
        return;
    }
    json_iter_init(&iter, chunk[CHUNK_PARTS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        if (json_is_true(json_get(iter.value, "thought"))) {
            chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_THINKING, 0, json_get(iter.value, "text"));
        } else {
            chat_speak(chat, json_get(iter.value, "text"));
        }
    }
}

static cpk_status add_chunk(struct chat *chat, struct json_view value, cpk_error **error)
{
    struct json_view chunk[CHUNK_COUNT];
    int32_t role;

    json_select(value, chunk_names, CHUNK_COUNT, chunk);
    role = chat_role(chunk[CHUNK_ROLE]);
    chat_begin_message(chat, chat_line(chat, chunk[CHUNK_ID]), NULL, role);
    chat->message.time_us = json_time(chunk[CHUNK_CREATED]);
    speak_text(chat, chunk);
    chat_flush(chat, json_is_true(chunk[CHUNK_IS_THOUGHT]) ? CPK_KIND_THINKING : CPK_KIND_TEXT);
    chat_add(chat, role, CPK_KIND_CODE, 0, json_get(chunk[CHUNK_CODE], "code"));
    chat_add(chat, CPK_ROLE_TOOL, CPK_KIND_TOOL_RESULT, 0, json_get(chunk[CHUNK_RESULT], "output"));
    chat_add(chat, role, CPK_KIND_ERROR, 0, chunk[CHUNK_ERROR]);
    add_files(chat, chunk);
    return chat_end_message(chat, 0, error);
}

/* Instructions that the person wrote for this prompt. */
static cpk_status add_instruction(struct chat *chat, struct json_view system, cpk_error **error)
{
    chat_begin_message(chat, "system", NULL, CPK_ROLE_SYSTEM);
    chat->message.flags = CPK_MESSAGE_HIDDEN;
    CPK_TRY(chat_add_content(chat, system, error));
    chat_flush(chat, CPK_KIND_INSTRUCTIONS);
    if (!chat_has_text(chat)) {
        chat->in_message = 0;
        return CPK_OK;
    }
    return chat_end_message(chat, 1, error);
}

cpk_status gemini_read_prompt(struct chat *chat, struct json_view value, struct json_view chunked, cpk_error **error)
{
    struct json_view chunks = json_get(chunked, "chunks");
    struct json_view prompt[PROMPT_COUNT];
    struct json_view title;
    struct json_iter iter;

    json_select(value, prompt_names, PROMPT_COUNT, prompt);
    title = prompt[prompt[PROMPT_TITLE].type != JSON_VIEW_NONE ? PROMPT_TITLE : PROMPT_NAME];
    chat_begin(chat, CHAT_TREE, chat_line(chat, prompt[PROMPT_ID]), chat_line(chat, title),
               chat_identity(chat, title, prompt[PROMPT_CREATED], json_item(chunks, 0)));
    chat_set_default_model(chat, chat_line(chat, json_get(prompt[PROMPT_SETTINGS], "model")));
    CPK_TRY(add_instruction(chat, prompt[PROMPT_SYSTEM], error));
    json_iter_init(&iter, chunks);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(add_chunk(chat, iter.value, error));
    }
    return chat_end(chat, error);
}

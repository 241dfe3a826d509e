/* Internals of the Gemini formats: the reader of each form. */
#ifndef EXTRACT_GEMINI_GEMINI_INTERNAL_H
#define EXTRACT_GEMINI_GEMINI_INTERNAL_H

#include "extract/chats/chat_json.h"

struct gemini_reading {
    const cpk_reader *reader;
    int64_t other_products;   /* activities of other Google products */
    int64_t other_activities; /* of Gemini, but no prompts */
};

/* A prompt of AI Studio: an object with "chunkedPrompt". */
cpk_status gemini_read_prompt(struct chat *chat, struct json_view value, struct json_view chunked, cpk_error **error);

/* A conversation of Workspace: an object with "conversation_turns". The file's name has its number. */
cpk_status gemini_read_workspace(struct chat *chat, struct json_view value, struct json_view turns,
                                 const char *file_name, cpk_error **error);

/* A record of MyActivity.json. */
cpk_status gemini_read_activity(struct chat *chat, struct gemini_reading *reading, struct json_view value,
                                cpk_error **error);

/* 1 for the name of a product that is Gemini, under any of its names. */
int32_t gemini_is_product(const char *name);
/* Writes an activity, which is a conversation of its own: the export does not tell which belong together. Counts
 * it in `reading` if it is no prompt. */
cpk_status gemini_write_activity(struct chat *chat, struct gemini_reading *reading, const struct buffer *title,
                                 const struct buffer *answer, int64_t time_us, cpk_error **error);
/* Appends the text of a fragment of HTML as Markdown; a note for one that is over a limit, which is left out. */
cpk_status gemini_append_html(struct chat *chat, struct gemini_reading *reading, struct buffer *target,
                              const char *html, size_t length, cpk_error **error);
/* Notes what was left out. CPK_ERROR_NO_CONTENT if that is everything. */
cpk_status gemini_note_others(const struct chat *chat, const struct gemini_reading *reading, cpk_error **error);

/* A time as the pages of Takeout show it: "Nov 13, 2025, 9:50:57 AM GMT+2"; CPK_TIME_UNKNOWN if the text is none. */
int64_t gemini_time_parse(const char *text, size_t length);

#endif

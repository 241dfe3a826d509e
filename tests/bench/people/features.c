/* The features of every excerpt of messages, for training: reads the JSON Lines of `contextpack extract` from standard
 * input and writes a line an excerpt: conversation id, number of the message, score, the counts, and the text,
 * separated by tabs. */
#include "analyze/profile/excerpt.h"

#include "analyze/language/own_text.h"
#include "base/arena.h"
#include "base/json/json.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct arena arena; /* of the tables */
    struct arena scratch;
    struct cue_table *cues;
    struct language_table *languages;
    struct disclosure_table *disclosures;
    struct own_text_state own_state;
    enum language language; /* of the conversation's last message that tells one */
    int32_t is_opening;
    char conversation_id[200];
    size_t message; /* its number */
    struct buffer line;
};

static void write_excerpt(void *user, const char *text, int32_t score, const int32_t counts[EXCERPT_FEATURES])
{
    const struct reader *reader = user;

    printf("%s\t%zu\t%d\t", reader->conversation_id, reader->message, score);
    for (size_t i = 0; i < EXCERPT_FEATURES; i++) {
        printf("%s%d", i > 0 ? " " : "", counts[i]);
    }
    printf("\t%s\n", text);
}

static void read_message(struct reader *reader, struct json_object *message)
{
    const char *conversation_id = json_member_text(message, "conversation_id");
    const char *role = json_member_text(message, "role");
    const char *kind = json_member_text(message, "kind");
    const char *text = json_member_text(message, "text");
    struct excerpt_message excerpts = {.weight = 1000, .is_complete = 1};
    struct own_text own;
    enum language language;

    if (conversation_id == NULL || role == NULL || kind == NULL || text == NULL || strcmp(role, "user") != 0 ||
        strcmp(kind, "text") != 0) {
        return;
    }
    if (strcmp(reader->conversation_id, conversation_id) != 0) {
        snprintf(reader->conversation_id, sizeof reader->conversation_id, "%s", conversation_id);
        memset(&reader->own_state, 0, sizeof reader->own_state);
        reader->language = LANGUAGE_UNKNOWN;
        reader->is_opening = 1;
    }
    reader->message++;
    arena_reset(&reader->scratch);
    if (!own_text_find(&reader->scratch, reader->cues, text, strlen(text), &reader->own_state, &own)) {
        exit(1);
    }
    language = language_detect(reader->languages, own.text, strlen(text));
    reader->language = language == LANGUAGE_UNKNOWN ? reader->language : language;
    excerpts.masked = own.quotable;
    excerpts.sure = own.text;
    excerpts.length = strlen(text);
    excerpts.language = reader->language;
    excerpts.is_opening = reader->is_opening;
    reader->is_opening = 0;
    if (!own.persona) {
        excerpts_read(reader->disclosures, &excerpts, &reader->line, write_excerpt, reader);
    }
}

int main(void)
{
    static char line[1 << 22];
    struct reader reader;

    memset(&reader, 0, sizeof reader);
    arena_init(&reader.arena, &memory_default);
    arena_init(&reader.scratch, &memory_default);
    buffer_init(&reader.line, &memory_default);
    reader.cues = cue_table_create(&reader.arena);
    reader.languages = language_table_create(&reader.arena);
    reader.disclosures = disclosure_table_create(&reader.arena);
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct json_object *message = json_tokener_parse(line);

        read_message(&reader, message);
        json_object_put(message);
    }
    buffer_free(&reader.line);
    arena_free(&reader.scratch);
    arena_free(&reader.arena);
    return 0;
}

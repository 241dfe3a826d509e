#include "model/loss.h"

#include <contextpack/backend/extractor.h>

#include <string.h>

#define LOSS_JSON_DEPTH 4

/* By LOSS_*. */
static const char *const names[LOSS_KIND_COUNT] = {
    "empty_conversations", "unreadable_conversations", "large_conversations", "empty_messages", "damaged_places",
    "missing_files",       "unreadable_files",         "unknown_files",       "unread_pages",
};

struct kind_of_note {
    int32_t note;
    enum loss_kind kind;
};

static const struct kind_of_note kinds[] = {
    {CPK_NOTE_SKIPPED_MESSAGE, LOSS_EMPTY_MESSAGES},
    {CPK_NOTE_SKIPPED_CONVERSATION, LOSS_EMPTY_CONVERSATIONS},
    {CPK_NOTE_DAMAGED, LOSS_DAMAGED_PLACES},
    {CPK_NOTE_MISSING_FILE, LOSS_MISSING_FILES},
    {CPK_NOTE_OVER_LIMIT, LOSS_LARGE_CONVERSATIONS},
    {CPK_NOTE_UNREADABLE_CONVERSATION, LOSS_UNREADABLE_CONVERSATIONS},
    {CPK_NOTE_UNREADABLE_FILE, LOSS_UNREADABLE_FILES},
    {CPK_NOTE_UNKNOWN_FILE, LOSS_UNKNOWN_FILES},
    {CPK_NOTE_UNREAD_PAGES, LOSS_UNREAD_PAGES},
};

void loss_count_note(struct loss *loss, int32_t note)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].note == note) {
            loss->of_kind[kinds[i].kind]++;
        }
    }
}

void loss_add(struct loss *sum, const struct loss *loss)
{
    sum->conversations += loss->conversations;
    for (size_t i = 0; i < LOSS_KIND_COUNT; i++) {
        sum->of_kind[i] += loss->of_kind[i];
    }
}

static int32_t is_lost(enum loss_kind kind)
{
    return kind != LOSS_EMPTY_CONVERSATIONS && kind != LOSS_EMPTY_MESSAGES && kind != LOSS_UNKNOWN_FILES;
}

int32_t loss_is_partial(const struct loss *loss)
{
    for (enum loss_kind kind = 0; kind < LOSS_KIND_COUNT; kind++) {
        if (is_lost(kind) && loss->of_kind[kind] > 0) {
            return 1;
        }
    }
    return 0;
}

static int64_t skipped_conversations(const struct loss *loss)
{
    return loss->of_kind[LOSS_EMPTY_CONVERSATIONS] + loss->of_kind[LOSS_UNREADABLE_CONVERSATIONS] +
           loss->of_kind[LOSS_LARGE_CONVERSATIONS];
}

void loss_write_json(const struct loss *loss, struct buffer *target)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    loss_write_to(loss, &writer);
}

void loss_write_to(const struct loss *loss, struct json_writer *writer)
{
    json_write_begin_object(writer);
    json_write_key(writer, "found_conversations");
    json_write_int64(writer, loss->conversations + skipped_conversations(loss));
    json_write_key(writer, "conversations");
    json_write_int64(writer, loss->conversations);
    for (size_t i = 0; i < LOSS_KIND_COUNT; i++) {
        json_write_key(writer, names[i]);
        json_write_int64(writer, loss->of_kind[i]);
    }
    json_write_end_object(writer);
}

static int64_t read_count(struct json_object *object, const char *name)
{
    int64_t count = json_member_int64(object, name, 0);

    return count > 0 && count < INT64_C(1) << 60 ? count : 0;
}

void loss_read_json(struct loss *loss, const char *json)
{
    struct json_object *object = NULL;

    memset(loss, 0, sizeof *loss);
    if (json == NULL || json_parse(json, strlen(json), LOSS_JSON_DEPTH, &object, NULL) != CPK_OK) {
        return;
    }
    loss->conversations = read_count(object, "conversations");
    for (size_t i = 0; i < LOSS_KIND_COUNT; i++) {
        loss->of_kind[i] = read_count(object, names[i]);
    }
    json_object_put(object);
}

static void append_skipped(const struct loss *loss, int32_t only_lost, struct buffer *target)
{
    static const char *const reasons[] = {"without content", "unreadable", "over a limit"};
    int64_t empty = loss->of_kind[LOSS_EMPTY_CONVERSATIONS];
    int64_t skipped = skipped_conversations(loss) - (only_lost ? empty : 0);
    int64_t found = loss->conversations + skipped_conversations(loss);
    const char *separator = ": ";

    if (skipped == 0) {
        return;
    }
    buffer_append_format(target, "%lld of %lld %s skipped", (long long)skipped, (long long)found,
                         found == 1 ? "conversation" : "conversations");
    for (size_t i = only_lost ? 1 : 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (loss->of_kind[LOSS_EMPTY_CONVERSATIONS + i] > 0) {
            buffer_append_format(target, "%s%lld %s", separator, (long long)loss->of_kind[LOSS_EMPTY_CONVERSATIONS + i],
                                 reasons[i]);
            separator = ", ";
        }
    }
}

struct loss_words {
    const char *before;
    const char *one;
    const char *many;
};

void loss_append_summary(const struct loss *loss, int32_t only_lost, struct buffer *target)
{
    static const struct loss_words words[LOSS_KIND_COUNT] = {
        [LOSS_EMPTY_MESSAGES] = {"", "message without content skipped", "messages without content skipped"},
        [LOSS_DAMAGED_PLACES] = {"truncated or damaged in ", "place", "places"},
        [LOSS_MISSING_FILES] = {"", "file missing", "files missing"},
        [LOSS_UNREADABLE_FILES] = {"", "file unreadable", "files unreadable"},
        [LOSS_UNKNOWN_FILES] = {"", "file of an unknown format", "files of unknown formats"},
        [LOSS_UNREAD_PAGES] = {"pages unread in ", "place", "places"},
    };
    size_t start = target->length;

    append_skipped(loss, only_lost, target);
    for (enum loss_kind kind = LOSS_EMPTY_MESSAGES; kind < LOSS_KIND_COUNT; kind++) {
        int64_t count = loss->of_kind[kind];

        if (count > 0 && (is_lost(kind) || !only_lost)) {
            buffer_append_format(target, "%s%s%lld %s", target->length > start ? "; " : "", words[kind].before,
                                 (long long)count, count == 1 ? words[kind].one : words[kind].many);
        }
    }
}

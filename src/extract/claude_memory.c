/* What Claude remembers of the user: one text over all conversations, one for each project, and memory files. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude_internal.h"

#include <string.h>

static cpk_status write_memory(claude_writer *writer, const char *prefix, const char *name, int64_t time_us,
                               const char *text, size_t length, cpk_error **error)
{
    const char *id;

    buffer_clear(&writer->scrap);
    buffer_append_text(&writer->scrap, prefix);
    buffer_append_text(&writer->scrap, name);
    if (writer->scrap.failed) {
        return error_out_of_memory(error);
    }
    id = claude_clean_line(writer, writer->scrap.data, writer->scrap.length);
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    claude_begin_message(writer, id, CPK_ROLE_ASSISTANT);
    writer->time_us = time_us;
    return claude_write_text(writer, CPK_KIND_MEMORY, text, length, error);
}

static cpk_status write_project_memories(claude_writer *writer, struct json_object *projects, cpk_error **error)
{
    struct json_object_iterator at, end;

    if (projects == NULL) {
        return CPK_OK;
    }
    at = json_object_iter_begin(projects);
    end = json_object_iter_end(projects);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        struct json_object *value = json_object_iter_peek_value(&at);

        if (json_object_is_type(value, json_type_string)) {
            CPK_TRY(write_memory(writer, "project ", json_object_iter_peek_name(&at), CPK_TIME_UNKNOWN,
                                 json_object_get_string(value), (size_t)json_object_get_string_len(value), error));
        }
    }
    return CPK_OK;
}

static cpk_status write_memory_files(claude_writer *writer, struct json_object *files, cpk_error **error)
{
    for (size_t i = 0; files != NULL && i < json_object_array_length(files); i++) {
        struct json_object *file = json_object_array_get_idx(files, i);
        const char *path = json_member_text(file, "path");
        size_t length;
        const char *text = json_member_text_length(file, "content", &length);

        if (text != NULL) {
            CPK_TRY(write_memory(writer, "file ", path != NULL ? path : "", json_member_time(file, "updated_at"), text,
                                 length, error));
        }
    }
    return CPK_OK;
}

cpk_status claude_read_memory(claude_writer *writer, struct json_object *memory, cpk_error **error)
{
    const char *account = claude_line(writer, memory, "account_uuid");
    size_t length;
    const char *text = json_member_text_length(memory, "conversations_memory", &length);
    int64_t handed_before = writer->handed_count;

    CPK_TRY(claude_begin_conversation(writer, NULL, "Claude's memory",
                                      hash_bytes(2, account, account != NULL ? strlen(account) : 0), error));
    if (text != NULL) {
        CPK_TRY(write_memory(writer, "conversations", "", CPK_TIME_UNKNOWN, text, length, error));
    }
    CPK_TRY(write_project_memories(writer, json_member_object(memory, "project_memories"), error));
    CPK_TRY(write_memory_files(writer, json_member_array(memory, "memory_files"), error));
    if (writer->handed_count == handed_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "Claude remembers nothing", error);
    }
    return CPK_OK;
}

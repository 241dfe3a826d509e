/* Claude's memory about the user: one text for all conversations, one per project, and memory files. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

static cpk_status write_memory(struct claude_writer *writer, const char *prefix, struct json_view name, int64_t time_us,
                               struct json_view text, cpk_error **error)
{
    static const struct claude_part part = {.kind = CPK_KIND_MEMORY, .flags = CPK_MESSAGE_HIDDEN};
    const char *id;

    claude_end_message(writer);
    buffer_clear(&writer->scrap);
    buffer_append_text(&writer->scrap, prefix);
    json_append_start(&writer->scrap, name, FORMAT_NAME_BYTES_MAX);
    if (writer->scrap.failed) {
        return error_out_of_memory(error);
    }
    id = claude_clean_line(writer, writer->scrap.data, writer->scrap.length);
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    claude_begin_message(writer, id, CPK_ROLE_ASSISTANT);
    writer->time_us = time_us;
    return claude_write_view(writer, &part, text, error);
}

static cpk_status write_project_memories(struct claude_writer *writer, struct json_members *projects, cpk_error **error)
{
    for (size_t i = 0; i < projects->count; i++) {
        struct json_view text = json_members_value(projects, i);

        if (text.type == JSON_VIEW_STRING) {
            CPK_TRY(write_memory(writer, "project ", json_members_name(projects, i), CPK_TIME_UNKNOWN, text, error));
        }
    }
    return CPK_OK;
}

static cpk_status read_project_memories(struct claude_writer *writer, struct json_view projects, cpk_error **error)
{
    struct json_members members;
    cpk_status status;

    if (projects.type != JSON_VIEW_OBJECT) {
        return CPK_OK;
    }
    json_members_init(&members, &writer->context->allocator);
    status = json_members_read(&members, projects, error);
    json_members_end_lookup(&members);
    CPK_TRY_CLEANUP(status);
    status = write_project_memories(writer, &members, error);
cleanup:
    json_members_free(&members);
    return status;
}

static cpk_status write_memory_files(struct claude_writer *writer, struct json_view files, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("path"), JSON_NAME("content"), JSON_NAME("updated_at")};
    struct json_iter iter;

    json_iter_init(&iter, files);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view members[3];

        json_select(iter.value, names, 3, members);
        if (members[1].type == JSON_VIEW_STRING) {
            CPK_TRY(write_memory(writer, "file ", members[0], json_time(members[2]), members[1], error));
        }
    }
    return CPK_OK;
}

cpk_status claude_read_memory(struct claude_writer *writer, struct json_view memory, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("account_uuid"), JSON_NAME("conversations_memory"),
                                             JSON_NAME("project_memories"), JSON_NAME("memory_files")};
    static const struct json_view none;
    struct json_view members[4];
    const char *account;
    int64_t emitted_before = writer->emitted_count;

    json_select(memory, names, 4, members);
    account = claude_line(writer, members[0]);
    CPK_TRY(claude_begin_conversation(writer, none, none, hash_bytes(2, account, account != NULL ? strlen(account) : 0),
                                      error));
    claude_set_title(writer, "Claude's memory");
    if (members[1].type == JSON_VIEW_STRING) {
        CPK_TRY(write_memory(writer, "conversations", none, CPK_TIME_UNKNOWN, members[1], error));
    }
    CPK_TRY(read_project_memories(writer, members[2], error));
    CPK_TRY(write_memory_files(writer, members[3], error));
    if (writer->emitted_count == emitted_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "the memory is empty", error);
    }
    return CPK_OK;
}

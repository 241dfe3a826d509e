/* Projects: the user's description, the instructions, and the documents added to it. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

enum project_member {
    PROJECT_UUID,
    PROJECT_NAME,
    PROJECT_STARTER,
    PROJECT_DESCRIPTION,
    PROJECT_TEMPLATE,
    PROJECT_CREATED,
    PROJECT_UPDATED,
    PROJECT_DOCS,
    PROJECT_COUNT
};
static const struct json_name project_names[PROJECT_COUNT] = {JSON_NAME("uuid"),
                                                              JSON_NAME("name"),
                                                              JSON_NAME("is_starter_project"),
                                                              JSON_NAME("description"),
                                                              JSON_NAME("prompt_template"),
                                                              JSON_NAME("created_at"),
                                                              JSON_NAME("updated_at"),
                                                              JSON_NAME("docs")};

static cpk_status write_instructions(struct claude_writer *writer, const struct json_view project[PROJECT_COUNT],
                                     const char *id, struct json_view text, cpk_error **error)
{
    static const struct claude_part part = {.kind = CPK_KIND_INSTRUCTIONS, .flags = CPK_MESSAGE_HIDDEN};

    claude_begin_message(writer, id, CPK_ROLE_USER);
    writer->time_us = json_time(project[PROJECT_UPDATED]);
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_time(project[PROJECT_CREATED]);
    }
    return text.type == JSON_VIEW_STRING ? claude_write_view(writer, &part, text, error) : CPK_OK;
}

static cpk_status write_document(struct claude_writer *writer, struct json_view project_updated,
                                 struct json_view document, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("uuid"), JSON_NAME("filename"), JSON_NAME("file_name"),
                                             JSON_NAME("content"), JSON_NAME("created_at")};
    struct json_view members[5];
    cpk_attachment file = {NULL, NULL, NULL, -1};
    struct claude_part part = {.kind = CPK_KIND_ATTACHMENT, .file = &file};
    const char *id;

    json_select(document, names, 5, members);
    claude_end_message(writer);
    id = claude_id(writer, members[0]);
    file.id = id;
    file.name = claude_line(writer, members[1]);
    if (file.name == NULL) {
        file.name = claude_line(writer, members[2]);
    }
    if (id == NULL) {
        const char *name = file.name != NULL ? file.name : "";

        id = claude_derived_id(writer, json_hash_text(hash_bytes(0, name, strlen(name)), members[3]));
    }
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    if (members[3].type != JSON_VIEW_STRING && file.name == NULL) {
        return CPK_OK;
    }
    claude_begin_message(writer, id, CPK_ROLE_USER);
    writer->time_us = json_time(members[4]);
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_time(project_updated);
    }
    return claude_write_view(writer, &part, members[3], error);
}

cpk_status claude_read_project(struct claude_writer *writer, struct json_view project, cpk_error **error)
{
    struct json_view members[PROJECT_COUNT];
    int64_t emitted_before = writer->emitted_count;
    const char *name;
    struct json_iter iter;

    json_select(project, project_names, PROJECT_COUNT, members);
    name = claude_line(writer, members[PROJECT_NAME]);
    CPK_TRY(claude_begin_conversation(writer, members[PROJECT_UUID], members[PROJECT_NAME],
                                      hash_bytes(1, name, name != NULL ? strlen(name) : 0), error));
    if (json_is_true(members[PROJECT_STARTER])) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a starter project, created by Claude", error);
    }
    CPK_TRY(write_instructions(writer, members, "description", members[PROJECT_DESCRIPTION], error));
    CPK_TRY(write_instructions(writer, members, "prompt_template", members[PROJECT_TEMPLATE], error));
    json_iter_init(&iter, members[PROJECT_DOCS]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(write_document(writer, members[PROJECT_UPDATED], iter.value, error));
    }
    if (writer->emitted_count == emitted_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION,
                           "a project without description, instructions or documents", error);
    }
    return CPK_OK;
}

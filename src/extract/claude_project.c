/* Projects: what the user wrote about one, the instructions in it, and the documents that were put into it. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/claude_internal.h"

#include <string.h>

static cpk_status write_instructions(claude_writer *writer, struct json_object *project, const char *key,
                                     cpk_error **error)
{
    size_t length;
    const char *text = json_member_text_length(project, key, &length);

    claude_begin_message(writer, key, CPK_ROLE_USER);
    writer->time_us = json_member_time(project, "created_at");
    return text != NULL ? claude_write_text(writer, CPK_KIND_INSTRUCTIONS, text, length, error) : CPK_OK;
}

static cpk_status write_document(claude_writer *writer, struct json_object *project, struct json_object *document,
                                 cpk_error **error)
{
    const char *id = claude_line(writer, document, "uuid");
    cpk_attachment file = {id, claude_line(writer, document, "filename"), NULL, -1};
    claude_part part = {.kind = CPK_KIND_ATTACHMENT, .file = &file};

    part.text = json_member_text_length(document, "content", &part.length);
    if (file.name == NULL) {
        file.name = claude_line(writer, document, "file_name");
    }
    if (id == NULL) {
        const char *name = file.name != NULL ? file.name : "";

        id = claude_made_id(
            writer, hash_bytes(hash_bytes(0, name, strlen(name)), part.text != NULL ? part.text : "", part.length));
    }
    if (id == NULL) {
        return error_out_of_memory(error);
    }
    if (part.text == NULL && file.name == NULL) {
        return CPK_OK;
    }
    claude_begin_message(writer, id, CPK_ROLE_USER);
    writer->time_us = json_member_time(document, "created_at");
    if (writer->time_us == CPK_TIME_UNKNOWN) {
        writer->time_us = json_member_time(project, "updated_at");
    }
    part.text = part.text != NULL ? part.text : "";
    return claude_write_part(writer, &part, error);
}

cpk_status claude_read_project(claude_writer *writer, struct json_object *project, cpk_error **error)
{
    struct json_object *documents = json_member_array(project, "docs");
    const char *id = claude_line(writer, project, "uuid");
    const char *name = claude_line(writer, project, "name");
    int64_t handed_before = writer->handed_count;

    CPK_TRY(claude_begin_conversation(writer, id, name, hash_bytes(1, name, name != NULL ? strlen(name) : 0), error));
    if (json_member_true(project, "is_starter_project")) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION, "a starter project, which Claude made itself", error);
    }
    CPK_TRY(write_instructions(writer, project, "description", error));
    CPK_TRY(write_instructions(writer, project, "prompt_template", error));
    for (size_t i = 0; documents != NULL && i < json_object_array_length(documents); i++) {
        CPK_TRY(write_document(writer, project, json_object_array_get_idx(documents, i), error));
    }
    if (writer->handed_count == handed_before) {
        return claude_note(writer, CPK_NOTE_SKIPPED_CONVERSATION,
                           "a project without description, instructions or documents", error);
    }
    return CPK_OK;
}

#include "message.h"
#include "library.h"

cell message_cells(const cpk_message *message, cell *items, cell *attachments)
{
    size_t count =
        message->attachment_count < MESSAGE_ATTACHMENTS_MAX ? message->attachment_count : MESSAGE_ATTACHMENTS_MAX;
    size_t i = 0;

    for (size_t k = 0; k < count; k++) {
        const cpk_attachment *attachment = &message->attachments[k];
        cell *parts = attachments + MESSAGE_ATTACHMENTS_MAX + 4 * k;

        parts[0] = cell_text(attachment->id);
        parts[1] = cell_text(attachment->name);
        parts[2] = cell_text(attachment->media_type);
        parts[3] = attachment->size_bytes == -1 ? (cell){.kind = CELL_NULL} : cell_integer(attachment->size_bytes);
        attachments[k] = cell_list(parts, 4);
    }
    items[i++] = cell_integer(message->flags);
    items[i++] = cell_text(library.cpk_role_name(message->role));
    items[i++] = cell_text(library.cpk_kind_name(message->kind));
    items[i++] = message->time_us == CPK_TIME_UNKNOWN ? (cell){.kind = CELL_NULL} : cell_integer(message->time_us);
    items[i++] = cell_text(message->provider);
    items[i++] = cell_text(message->conversation_id);
    items[i++] = cell_text(message->conversation_title);
    items[i++] = cell_text(message->message_id);
    items[i++] = cell_text(message->parent_id);
    items[i++] = cell_text(message->model);
    items[i++] = (cell){.kind = CELL_TEXT, .bytes = message->text, .length = message->text_length};
    items[i++] = cell_list(attachments, count);
    return cell_list(items, i);
}

/* Programs for coding agents keep notes of their own as messages of the user: reminders, the output of commands, what
 * other agents report. Separates them from what the person wrote. */
#ifndef EXTRACT_CHATS_MACHINE_TEXT_H
#define EXTRACT_CHATS_MACHINE_TEXT_H

#include "extract/chats/chat.h"

/* Adds a text of a message whose role is that of the user: parts that a program wrote become hidden ones of the role
 * system, and those of the person keep the message's role. */
void machine_text_add(struct chat *chat, struct json_view text);

/* As chat_add_content() for such a message. */
cpk_status machine_text_add_content(struct chat *chat, struct json_view content, cpk_error **error);

#endif

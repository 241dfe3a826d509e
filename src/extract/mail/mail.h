/* E-mail: a message (.eml) or a mailbox of them (.mbox). The text is a document of the provider "mail" without a
 * known author; attachments that are documents are read as such. */
#ifndef EXTRACT_MAIL_MAIL_H
#define EXTRACT_MAIL_MAIL_H

#include "extract/import_run.h"

/* 1 if the start of an input is a message or a mailbox. */
int32_t mail_is(const void *head, size_t length, const char *name);

/* `depth` archives and messages contain this one. Statuses as for import_read(). */
cpk_status mail_read(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error);

#endif

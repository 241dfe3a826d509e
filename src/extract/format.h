/* The built-in formats: how a driver table of each is made, and the rules that all of them keep.
 *
 * A format is one `void <noun>_driver_init(cpk_extractor_driver *, const context *)` in <noun>.h. The driver keeps no
 * state: `self` is the context, which gives memory and limits and must outlive the driver; `destroy` is NULL.
 *
 * Rules for messages, so that formats agree:
 * - text, titles and names go through normal.h; nothing with an empty text and no attachment is handed over;
 * - when one message of an export becomes several, the first keeps the export's id, the next are "<id>/2", "<id>/3",
 *   ..., whose parent is "<id>"; answers to it name "<id>";
 * - a parent that gave no message is left out: `parent_id` is the nearest ancestor that was handed over, or NULL;
 * - an id that the export does not give is "made-" and 16 hexadecimal digits of a hash of what identifies it. */
#ifndef EXTRACT_FORMAT_H
#define EXTRACT_FORMAT_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

#define FORMAT_SNIFF_BYTES    ((size_t)64 * 1024) /* what `sniff` gets at most */
#define FORMAT_NAME_BYTES_MAX 4096                /* of a title or a name; what is longer is cut */
#define FORMAT_MADE_ID_BYTES  24                  /* "made-" and 16 digits, with the NUL and room */

/* "made-0123456789abcdef" for a hash made with hash_bytes(). */
void format_made_id(uint64_t hash, char id[FORMAT_MADE_ID_BYTES]);

/* Fills the parts of a driver that all built-in formats share. */
void format_driver_init(cpk_extractor_driver *driver, const struct context *context, const char *(*name)(void *self),
                        int32_t (*sniff)(void *self, const void *head, size_t length, const char *name_hint),
                        cpk_status (*extract)(void *self, const cpk_reader *reader, const cpk_sink *sink,
                                              cpk_error **error));

#endif

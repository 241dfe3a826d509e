/* Limits how full the library makes a disk, because the length of an input may be unbounded. */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include "base/context.h"

/* The free space is checked once per this many written bytes; smaller files are never refused. */
#define DISK_CHECK_BYTES (INT64_C(16) << 20)

/* Call before a file of `written` bytes grows by `more`. CPK_ERROR_NO_SPACE, naming the setting, if less than
 * storage.min_free_bytes would stay free on its disk. `what` names the file in the message. */
cpk_status disk_check(const struct context *context, int file, int64_t written, int64_t more, const char *what,
                      cpk_error **error);

#endif

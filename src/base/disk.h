/* How much of a disk the library fills: never all of it, since an input may be endless. */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include "base/context.h"

/* How often a long file is looked at: what is shorter is never refused. */
#define DISK_CHECK_BYTES (INT64_C(16) << 20)

/* Before a file of `written` bytes grows by `more`: CPK_ERROR_NO_SPACE, which names the setting, when that would leave
 * less than storage.min_free_bytes free on its disk. `what` is for the message. */
cpk_status disk_check(const struct context *context, int file, int64_t written, int64_t more, const char *what,
                      cpk_error **error);

#endif

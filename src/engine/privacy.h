/* Warns once per engine if other users of the machine can change its data. */
#ifndef ENGINE_PRIVACY_H
#define ENGINE_PRIVACY_H

#include "base/context.h"

/* Logs a warning if the folder of the SQLite database or the storage folder is writable by everyone, who could
 * then replace files. Either URI may be NULL or have another scheme. */
void privacy_check(const struct context *context, const char *database_uri, const char *storage_uri);

#endif

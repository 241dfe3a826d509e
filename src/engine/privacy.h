/* Tells a host, once for each engine, where other users of the machine could change its data. */
#ifndef ENGINE_PRIVACY_H
#define ENGINE_PRIVACY_H

#include "base/context.h"

/* Logs a warning for the folder of an SQLite database and for the storage folder when everybody may write to it: who
 * can can replace files in it. Either URI may be NULL, or of another scheme. */
void privacy_check(const struct context *context, const char *database_uri, const char *storage_uri);

#endif

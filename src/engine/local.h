/* The machine's own installation: one person's database, storage and user, without configuration. */
#ifndef ENGINE_LOCAL_H
#define ENGINE_LOCAL_H

#include "base/uuid.h"

#include <contextpack/engine.h>

/* URIs that the options get; freed by local_places_free(). */
struct local_places {
    char *folder;
    char *database;
    char *storage;
};

/* Fills in the database and the storage that `options` do not name: those of the person's data folder, which is made
 * unless CPK_ENGINE_NO_CREATE. Call local_places_free() also after a failure. */
cpk_status local_places_set(struct local_places *places, cpk_engine_options *options, cpk_error **error);
void local_places_free(struct local_places *places);

/* Finds or creates the user CPK_LOCAL_USER_EMAIL. CPK_ERROR_CONFLICT if somebody else has that address. */
cpk_status local_user_ensure(cpk_engine *engine, char user_id[UUID_TEXT_BYTES], cpk_error **error);

#endif

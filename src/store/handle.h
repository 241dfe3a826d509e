/* The members of a store, for the files of this module only. */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include "base/context.h"
#include "base/uuid.h"
#include "database/database.h"

#define STORE_DOMAIN "store"

struct store {
    const struct context *context;
    struct database *database;
    struct db_session *session;
    int32_t actor_kind;
    int32_t shares_session;              /* 1: `session` belongs to another store */
    char only_user_id[UUID_TEXT_BYTES];  /* the only user whose rows are accessible; "": all users */
    char admin_user_id[UUID_TEXT_BYTES]; /* "": not an administrator */
};

#endif

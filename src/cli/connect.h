/* Opens the engine and the session of a command. The struct cli owns them. All functions return an exit code, 0 on
 * success. */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include <contextpack/error.h>

struct cli;

/* Environment variable with a token (JWT) to open the session with, instead of the session of the service. Not an
 * option: other users of the machine can read command lines. */
#define TOKEN_VARIABLE "CONTEXTPACK_TOKEN"

int connect_bare(struct cli *cli); /* without database and storage */
/* Opens database and storage but no session; with CPK_ENGINE_NO_CREATE only the database. */
int connect_engine(struct cli *cli, unsigned engine_flags);
/* Like connect_engine(), but continues without the storage if it cannot be opened: *storage_error then says why, and
 * must be freed; otherwise NULL. */
int connect_without_storage(struct cli *cli, cpk_error **storage_error);
int connect_service(struct cli *cli); /* opens a session of the service, or of the token */
int connect_user(struct cli *cli);    /* opens a session of --user, of the token, or of the local user */

/* Finds a user by id or e-mail address in a session of the service, and sets cli->user. */
int connect_find_user(struct cli *cli, const char *user);

void connect_close(struct cli *cli);

#endif

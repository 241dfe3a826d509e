/* The engine and the session that a command works through; the cli owns them. All give an exit code, 0 when good. */
#ifndef CLI_CONNECT_H
#define CLI_CONNECT_H

#include <contextpack/error.h>

struct cli;

/* A token (JWT) to act by, instead of as the service: whoever it speaks for. Never an option: others can see those. */
#define TOKEN_VARIABLE "CONTEXTPACK_TOKEN"

int connect_bare(struct cli *cli); /* settings only: no database, no storage */
/* Database and storage, no session; with CPK_ENGINE_NO_CREATE the database alone. */
int connect_engine(struct cli *cli, unsigned engine_flags);
/* The same, also where the storage can't be opened: *storage_error says why, to be freed; NULL: it was. */
int connect_without_storage(struct cli *cli, cpk_error **storage_error);
int connect_service(struct cli *cli); /* a session of the service itself, or of the token */
int connect_user(struct cli *cli);    /* a session of --user, the token's or the machine's own user */

/* Finds a user by id or e-mail in a service's session: cli->user. */
int connect_find_user(struct cli *cli, const char *user);

void connect_close(struct cli *cli);

#endif

/* The keys that sign requests to S3: from the settings, the environment or the shared credentials file. Never logged;
 * wiped when they are replaced or freed. Thread-safe. */
#ifndef STORAGE_S3_CREDENTIALS_H
#define STORAGE_S3_CREDENTIALS_H

#include "base/context.h"

#define CREDENTIALS_ID_BYTES     160
#define CREDENTIALS_SECRET_BYTES 256
#define CREDENTIALS_TOKEN_BYTES  8192

struct credentials_key {
    char id[CREDENTIALS_ID_BYTES];
    char secret[CREDENTIALS_SECRET_BYTES];
    char token[CREDENTIALS_TOKEN_BYTES]; /* "": none */
    int64_t expires_us;                  /* 0: unknown */
    int64_t generation;                  /* set by the store: changes when the key is read again */
};

/* Fills all fields but the generation. */
typedef cpk_status (*credentials_fn)(void *user, struct credentials_key *key, cpk_error **error);

struct credentials;

/* `provider` replaces all other sources; NULL: settings s3.access_key_id, then AWS_ACCESS_KEY_ID, then the file. */
cpk_status credentials_create(const struct context *context, credentials_fn provider, void *provider_user,
                              struct credentials **credentials, cpk_error **error);
void credentials_free(struct credentials *credentials); /* NULL is allowed */

/* Copies the key, which is read on first use and again a minute before it expires. `stale`: the generation of a key
 * that the server refused, which is read again unless another thread did so; 0: none.
 * CPK_ERROR_UNAUTHENTICATED: there is no key; the message names the sources. */
cpk_status credentials_get(struct credentials *credentials, int64_t stale, struct credentials_key *key,
                           cpk_error **error);
void credentials_wipe(struct credentials_key *key);

/* Reads a profile of a shared credentials file's text. CPK_ERROR_NOT_FOUND: it has no such profile with both keys. */
cpk_status credentials_parse(const char *text, const char *profile, struct credentials_key *key, cpk_error **error);

#endif

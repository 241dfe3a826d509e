/* The engine: what its sessions share, counted by reference. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "auth/auth.h"
#include "base/context.h"
#include "database/database.h"
#include "net/http.h"
#include "storage/storage.h"

#include <contextpack/engine.h>

#include <stdatomic.h>

struct cpk_engine {
    struct context context;
    atomic_size_t references;
    struct database *database; /* NULL: none was given */
    struct storage *storage;   /* NULL: none was given */
    cpk_analyzer_driver analyzer;
    cpk_extractor_driver *extractors; /* the host's own */
    const cpk_extractor_driver **extractor_pointers;
    size_t extractor_count;
    _Atomic(struct http *) http; /* NULL until it is needed: see engine_http() */
    _Atomic(struct auth *) auth;
};

/* `options` is complete: of this version's size. */
cpk_status engine_create(const cpk_engine_options *options, cpk_engine **engine, cpk_error **error);
void engine_retain(cpk_engine *engine);
void engine_release(cpk_engine *engine); /* NULL is allowed */

/* CPK_ERROR_INVALID_ARGUMENT when the engine was opened without the one that is needed. */
cpk_status engine_need_database(const cpk_engine *engine, cpk_error **error);
cpk_status engine_need_storage(const cpk_engine *engine, cpk_error **error);

/* The client that all of the engine shares, and who checks tokens: made when first asked for, ended with the engine. */
cpk_status engine_http(cpk_engine *engine, struct http **client, cpk_error **error);
cpk_status engine_auth(cpk_engine *engine, struct auth **auth, cpk_error **error);

#endif

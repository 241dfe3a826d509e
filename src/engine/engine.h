/* The engine: state shared by its sessions, reference-counted. */
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
    struct database *database; /* NULL: not configured */
    struct storage *storage;   /* NULL: not configured */
    cpk_analyzer_driver analyzer;
    cpk_analyzer_driver offline;      /* "extractive:" beside a language model, which reads the same; else empty */
    int32_t has_own_analyzer;         /* the built-in one, not a host's */
    cpk_extractor_driver *extractors; /* registered by the host */
    const cpk_extractor_driver **extractor_pointers;
    size_t extractor_count;
    _Atomic(struct http *) http; /* created on first use by engine_http() */
    _Atomic(struct auth *) auth;
};

/* `options` must be complete: filled up to the size of this version. */
cpk_status engine_create(const cpk_engine_options *options, cpk_engine **engine, cpk_error **error);
void engine_retain(cpk_engine *engine);
void engine_release(cpk_engine *engine); /* may be NULL */

/* CPK_ERROR_INVALID_ARGUMENT if the engine was opened without it. */
cpk_status engine_need_database(const cpk_engine *engine, cpk_error **error);
cpk_status engine_need_storage(const cpk_engine *engine, cpk_error **error);

/* Return the engine's shared HTTP client and token verifier: created on first use, freed with the engine. */
cpk_status engine_http(cpk_engine *engine, struct http **client, cpk_error **error);
cpk_status engine_auth(cpk_engine *engine, struct auth **auth, cpk_error **error);

#endif

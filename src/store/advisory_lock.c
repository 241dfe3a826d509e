#include "store/advisory_lock.h"

#include "base/hash.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define LOCKS_PER_KIND 1024

cpk_status store_advisory_lock_acquire(struct store *store, const char *kind, const char *name, cpk_error **error)
{
    struct statement change;
    char lock_name[32];

    snprintf(lock_name, sizeof lock_name, "%s %u", kind,
             (unsigned)(hash_bytes(0, name, strlen(name)) % LOCKS_PER_KIND));
    statement_start(&change, store->session, STATEMENT_GATE_TAKE);
    statement_bind_text(&change, 1, lock_name);
    statement_bind_int64(&change, 2, context_now(store->context));
    return statement_run(&change, NULL, error);
}

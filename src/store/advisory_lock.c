#include "store/advisory_lock.h"

#include "base/hash.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define GATES_OF_A_KIND 1024

cpk_status store_advisory_lock_take(struct store *store, const char *kind, const char *name, cpk_error **error)
{
    struct statement change;
    char gate[32];

    snprintf(gate, sizeof gate, "%s %u", kind, (unsigned)(hash_bytes(0, name, strlen(name)) % GATES_OF_A_KIND));
    statement_start(&change, store->session, STATEMENT_GATE_TAKE);
    statement_bind_text(&change, 1, gate);
    statement_bind_int64(&change, 2, context_now(store->context));
    return statement_run(&change, NULL, error);
}

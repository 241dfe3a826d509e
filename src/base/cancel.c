#include "base/cancel.h"

#include "base/error.h"

#include <stdatomic.h>
#include <stdlib.h>

struct cpk_cancel {
    atomic_int requested;
};

cpk_status cpk_cancel_create(cpk_cancel **cancel, cpk_error **error)
{
    if (cancel == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "cancel must not be NULL");
    }
    *cancel = malloc(sizeof **cancel);
    if (*cancel == NULL) {
        return error_out_of_memory(error);
    }
    atomic_init(&(*cancel)->requested, 0);
    return CPK_OK;
}

void cpk_cancel_request(cpk_cancel *cancel)
{
    if (cancel != NULL) {
        atomic_store(&cancel->requested, 1);
    }
}

int32_t cpk_cancel_requested(const cpk_cancel *cancel)
{
    return cancel != NULL && atomic_load(&cancel->requested) != 0;
}

void cpk_cancel_reset(cpk_cancel *cancel)
{
    if (cancel != NULL) {
        atomic_store(&cancel->requested, 0);
    }
}

void cpk_cancel_free(cpk_cancel *cancel)
{
    free(cancel);
}

cpk_status cancel_check(const cpk_cancel *cancel, cpk_error **error)
{
    if (cpk_cancel_requested(cancel)) {
        return error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled");
    }
    return CPK_OK;
}

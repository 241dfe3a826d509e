/* Any webhook body and any signature header. */
#include "base/memory.h"
#include "payments/stripe/event.h"
#include "payments/stripe/signature.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct event event;

    arena_init(&arena, &memory_default);
    if (event_parse((const char *)data, size, &arena, &event, NULL) == CPK_OK &&
        (event.id == NULL || event.type == NULL || (event.credits < 0 && event.credits != FACT_UNKNOWN))) {
        abort();
    }
    arena_free(&arena);
    if (signature_verify(&(struct delivery_signature){.header = (const char *)data,
                                                      .header_length = size,
                                                      .body = data,
                                                      .body_length = size,
                                                      .secrets = "whsec_fuzz"},
                         NULL) == CPK_OK) {
        abort(); /* it would have to hold its own HMAC */
    }
    return 0;
}

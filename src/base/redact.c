#include "base/redact.h"

#include "base/utf8.h"

#include <stdatomic.h>
#include <string.h>

static _Atomic(redact_fn) current;

void redact_set(redact_fn redact)
{
    atomic_store(&current, redact);
}

void redact_line(char *text)
{
    redact_fn redact = atomic_load(&current);

    utf8_clean_line(text);
    if (redact != NULL) {
        redact(text, strlen(text));
    }
}

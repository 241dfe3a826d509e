#include "storage/watch.h"

#include "base/cancel.h"

static _Thread_local const cpk_cancel *token;

void watch_set_cancel(void *self, const cpk_cancel *cancel)
{
    (void)self;
    token = cancel;
}

const cpk_cancel *watch_token(void)
{
    return token;
}

cpk_status watch_check(cpk_error **error)
{
    return cancel_check(token, error);
}

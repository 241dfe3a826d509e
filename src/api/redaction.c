#include "base/redact.h"
#include "text/secrets/secrets.h"

/* Runs when the library is loaded: errors can occur before an engine is opened. */
__attribute__((constructor)) static void install_redaction(void)
{
    redact_set(secrets_blank);
}

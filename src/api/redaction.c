#include "base/redact.h"
#include "text/secrets/secrets.h"

/* From the moment the library is loaded: errors are made before an engine is open, too. */
__attribute__((constructor)) static void start_redaction(void)
{
    redact_set(secrets_blank);
}

/* Lines that leave the library (logs, error messages) are one line of valid UTF-8, and without secrets. */
#ifndef BASE_REDACT_H
#define BASE_REDACT_H

#include <stddef.h>

/* Overwrites the secrets of a line in place. */
typedef void (*redact_fn)(char *text, size_t length);

/* Sets what finds secrets, which is above base/: api/redaction.c does it when the library is loaded. */
void redact_set(redact_fn redact);

/* Cleans a NUL-terminated line in place; it does not grow. */
void redact_line(char *text);

#endif

/* Cleaning of text that leaves the library in logs and error messages: one line of valid UTF-8 without secrets. */
#ifndef BASE_REDACT_H
#define BASE_REDACT_H

#include <stddef.h>

/* Overwrites the secrets of a text in place. */
typedef void (*redact_fn)(char *text, size_t length);

/* Sets the function that finds secrets. It is in a higher module: api/redaction.c sets it when the library loads. */
void redact_set(redact_fn redact);

/* Cleans a NUL-terminated text in place; the length does not grow. */
void redact_line(char *text);

#endif

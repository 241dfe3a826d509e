/* Random identifiers (RFC 9562, version 4). */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/context.h"

#define UUID_TEXT_BYTES 37 /* with the NUL */

cpk_status uuid_create(const struct context *context, char text[UUID_TEXT_BYTES], cpk_error **error);
int32_t uuid_is_valid(const char *text); /* 8-4-4-4-12 hexadecimal digits, any version, lower case */

#endif

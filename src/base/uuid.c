#include "base/uuid.h"

#include "base/error.h"
#include "base/hash.h"

#include <string.h>

cpk_status uuid_create(const struct context *context, char text[UUID_TEXT_BYTES], cpk_error **error)
{
    static const size_t starts[] = {0, 4, 6, 8, 10, 16};
    unsigned char bytes[16];
    char *at = text;

    CPK_TRY(context_random(context, bytes, sizeof bytes, error));
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    for (size_t group = 0; group + 1 < sizeof starts / sizeof starts[0]; group++) {
        size_t length = starts[group + 1] - starts[group];

        if (group > 0) {
            *at++ = '-';
        }
        hash_hex(bytes + starts[group], length, at);
        at += 2 * length;
    }
    return CPK_OK;
}

int32_t uuid_is_valid(const char *text)
{
    if (text == NULL || strlen(text) != UUID_TEXT_BYTES - 1) {
        return 0;
    }
    for (size_t i = 0; i < UUID_TEXT_BYTES - 1; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') {
                return 0;
            }
        } else if (strchr("0123456789abcdef", text[i]) == NULL) {
            return 0;
        }
    }
    return 1;
}

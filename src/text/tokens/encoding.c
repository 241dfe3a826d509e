#include "text/tokens/encoding.h"

int32_t cpk_encoding_from_name(const char *name)
{
    if (name != NULL && strcmp(name, "o200k_base") == 0) {
        return CPK_ENCODING_O200K_BASE;
    }
    if (name != NULL && strcmp(name, "cl100k_base") == 0) {
        return CPK_ENCODING_CL100K_BASE;
    }
    return 0;
}

const char *cpk_encoding_name(int32_t encoding)
{
    switch (encoding) {
    case CPK_ENCODING_O200K_BASE:
        return "o200k_base";
    case CPK_ENCODING_CL100K_BASE:
        return "cl100k_base";
    default:
        return NULL;
    }
}

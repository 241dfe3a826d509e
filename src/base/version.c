#include <contextpack/base.h>

const char *cpk_version(void)
{
    return CPK_VERSION;
}

#include "analyze/rules/kind.h"

const struct kind_info kind_table[KIND_COUNT] = {
    {FINDING_NOTE, "", "", "", 0},
#define KIND(name, category, subject, value, text, flags) {FINDING_##category, subject, value, text, flags},
#include "analyze/rules/tables/kinds.def"
#undef KIND
};

/* The JSON form of a plan after the levels were set; docs/export.md describes it. */
#ifndef EXPORT_PACK_JSON_H
#define EXPORT_PACK_JSON_H

#include "export/plan.h"

void pack_json_write(const struct plan *plan, struct buffer *target);

#endif

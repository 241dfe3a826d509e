/* The JSON of a plan whose entries have their levels; docs/export.md describes it. */
#ifndef EXPORT_PACK_JSON_H
#define EXPORT_PACK_JSON_H

#include "export/plan.h"

void pack_json_write(const struct plan *plan, struct buffer *target);

#endif

/* What an archive should hold and does not: files that a manifest lists, and gaps in the numbering of shards. */
#ifndef EXTRACT_ARCHIVE_BUNDLE_MISSING_H
#define EXTRACT_ARCHIVE_BUNDLE_MISSING_H

#include "base/json/json_view.h"
#include "extract/archive/bundle_plan.h"

/* 1 when the object is the manifest of an export, as ChatGPT's export_manifest.json or Claude's manifest-1.json. */
int32_t bundle_is_manifest(struct json_view manifest);

/* A CPK_NOTE_MISSING_FILE for each file that it lists and the archive lacks. `name` is the manifest's own. */
cpk_status bundle_note_absent(const struct bundle_plan *plan, const char *name, struct json_view manifest,
                              struct arena *arena, const cpk_sink *sink, cpk_error **error);

/* A CPK_NOTE_MISSING_FILE for each number that is skipped: shards are numbered from 000 on. */
cpk_status bundle_note_gaps(const struct bundle_plan *plan, struct arena *arena, const cpk_sink *sink,
                            cpk_error **error);

#endif

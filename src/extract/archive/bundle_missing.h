/* Detects missing files of an archive: files that a manifest lists, and gaps in the numbering of shards. */
#ifndef EXTRACT_ARCHIVE_BUNDLE_MISSING_H
#define EXTRACT_ARCHIVE_BUNDLE_MISSING_H

#include "base/json/json_view.h"
#include "extract/archive/bundle_plan.h"

/* 1 if the object is the manifest of an export: ChatGPT's export_manifest.json or Claude's manifest-1.json. */
int32_t bundle_is_manifest(struct json_view manifest);

/* Adds a CPK_NOTE_MISSING_FILE for each listed file that is not in the archive. `name` is the manifest's name. */
cpk_status bundle_note_absent(const struct bundle_plan *plan, const char *name, struct json_view manifest,
                              struct arena *arena, const cpk_sink *sink, cpk_error **error);

/* Adds a CPK_NOTE_MISSING_FILE for each missing number; shards are numbered from 000. */
cpk_status bundle_note_gaps(const struct bundle_plan *plan, struct arena *arena, const cpk_sink *sink,
                            cpk_error **error);

#endif

/* Storage keys of a source's blobs: <pack directory>/<source>/..., as stored in the r2_* columns. */
#ifndef ENGINE_BLOB_KEY_H
#define ENGINE_BLOB_KEY_H

#include "base/buffer.h"

#include <contextpack/backend/storage.h>

#define KEY_BYTES    (CPK_STORAGE_KEY_BYTES_MAX + 1)

#define KEY_JOBS     "jobs"        /* folder of V1 jobs inside the user's folder */
#define KEY_PACK     "pack.md"     /* result document of a V1 job */
#define KEY_RAW      "raw"         /* raw bytes as received */
#define KEY_TEXT     "text.md"     /* the extracted text */
#define KEY_INDEX    "index.jsonl" /* one line per record of the extracted text */
#define KEY_ANALYZED "analyzed/"   /* answers of the chunks, <index>.json or <index>-<name>.json */

/* Layout of a key inside a user's folder: "<pack>/<source>/raw", "<pack>/exports/<export>/compact.md",
 * "jobs/<job>/raw" etc. `path` starts after the folder. */
#define KEY_LAYOUT_UNKNOWN 0
#define KEY_LAYOUT_SOURCE  1
#define KEY_LAYOUT_EXPORT  2
#define KEY_LAYOUT_JOB     3
int32_t blob_key_layout(const char *path);

/* Writes <directory>/<source_id>/<part>; an empty part gives the common prefix. CPK_ERROR_INTERNAL if it does
 * not fit. */
cpk_status blob_key_of_source(char key[KEY_BYTES], const char *directory, const char *source_id, const char *part,
                              cpk_error **error);
/* <prefix><index>.json, or with a name (KEY_NAME_DIGITS hexadecimal digits, of what was asked)
 * <prefix><index>-<name>.json
 */
#define KEY_NAME_DIGITS 16
cpk_status blob_key_of_answer(char key[KEY_BYTES], const char *prefix, int64_t index, const char *name,
                              cpk_error **error);

#endif

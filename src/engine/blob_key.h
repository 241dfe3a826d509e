/* Where a source's blobs are: <pack directory>/<source>/..., as the schema's r2_* columns say. */
#ifndef ENGINE_BLOB_KEY_H
#define ENGINE_BLOB_KEY_H

#include "base/buffer.h"

#include <contextpack/backend/storage.h>

#define KEY_BYTES    (CPK_STORAGE_KEY_BYTES_MAX + 1)

#define KEY_JOBS     "jobs"        /* the folder of V1 jobs in the user's */
#define KEY_PACK     "pack.md"     /* the document of a V1 job */
#define KEY_RAW      "raw"         /* the bytes as they came */
#define KEY_TEXT     "text.md"     /* the extracted text */
#define KEY_INDEX    "index.jsonl" /* one line for each of its records */
#define KEY_ANALYZED "analyzed/"   /* the answers of its chunks, <index>.json */

/* What a key in a user's folder is by its form: "<pack>/<source>/raw", "<pack>/exports/<export>/compact.md",
 * "jobs/<job>/raw" and the like. `path` begins behind the folder. */
#define KEY_LAYOUT_UNKNOWN 0
#define KEY_LAYOUT_SOURCE  1
#define KEY_LAYOUT_EXPORT  2
#define KEY_LAYOUT_JOB     3
int32_t blob_key_layout(const char *path);

/* <directory>/<source_id>/<part>; part "" gives the prefix of all. CPK_ERROR_INTERNAL when it does not fit. */
cpk_status blob_key_of_source(char key[KEY_BYTES], const char *directory, const char *source_id, const char *part,
                              cpk_error **error);
/* <prefix><index>.json */
cpk_status blob_key_of_answer(char key[KEY_BYTES], const char *prefix, int64_t index, cpk_error **error);

#endif

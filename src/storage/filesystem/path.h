/* Converts keys to paths below the root and back. No side effects.
 *
 * A key's last part becomes a file; the others become folders whose names end in '+', so that "a" and "a/b" can both
 * exist. A part of PATH_PIECE_BYTES or more is split into pieces, each a folder whose name ends in '=', to stay within
 * the file name limit. Only a-z, 0-9, '-', '_' and '.' (not first) are written literally; every other byte is %xx, so
 * that keys stay distinct on file systems that fold case or normalize Unicode. An empty last piece is "%". */
#ifndef STORAGE_FILESYSTEM_PATH_H
#define STORAGE_FILESYSTEM_PATH_H

#include "base/buffer.h"

#define PATH_PIECE_BYTES ((size_t)80)
#define PATH_NAME_BYTES  ((size_t)256) /* enough for every generated name, with the NUL */

#define PATH_FOREIGN     0 /* not a name that this driver generates: ignored */
#define PATH_BLOB        1
#define PATH_FOLDER      2 /* contains the parts after this one */
#define PATH_CONTINUED   3 /* contains the rest of this part */

/* Appends the path of a whole key. */
void path_append_key(struct buffer *target, const char *key);
/* Appends the path of the folder for the prefix up to its last '/': "" or ending in '/'. *prefix_used is the length of
 * that part of the prefix. Returns 0 if no valid key starts with the prefix. */
int32_t path_append_prefix(struct buffer *target, const char *prefix, size_t *prefix_used);
/* Appends the key bytes that a directory entry stands for, and '/' for PATH_FOLDER. continued 1: the entry's folder is
 * a PATH_CONTINUED. Returns PATH_*. */
int32_t path_append_name_decoded(struct buffer *target, const char *name, int32_t continued);

#endif

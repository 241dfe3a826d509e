/* Keys as paths below the root, and back. Pure.
 *
 * A key's last part is a file, the others are folders whose names end in '+', so that "a" and "a/b" can both exist. A
 * part of PATH_PIECE_BYTES or more is cut into pieces, each a folder whose name ends in '=', so that no name is longer
 * than file systems allow. Only a-z, 0-9, '-', '_' and '.' stand for themselves ('.' not at the start of a name); every
 * other byte is %xx, so that file systems which fold case or normalise Unicode keep keys apart. An empty rest is "%".
 */
#ifndef STORAGE_FILESYSTEM_PATH_H
#define STORAGE_FILESYSTEM_PATH_H

#include "base/buffer.h"

#define PATH_PIECE_BYTES ((size_t)80)
#define PATH_NAME_BYTES  ((size_t)256) /* room for every name that we make, with the NUL */

#define PATH_FOREIGN     0 /* not a name that we make: none of our business */
#define PATH_BLOB        1
#define PATH_FOLDER      2 /* holds the parts after this one */
#define PATH_CONTINUED   3 /* holds the rest of this part */

/* Appends the path of a whole key. */
void path_append_key(struct buffer *target, const char *key);
/* Appends the path of the folder that holds every key starting with `prefix`, up to its last '/'; "" or ending in
 * '/'. Returns 0 when no key can start so. */
int32_t path_append_prefix(struct buffer *target, const char *prefix, size_t *prefix_used);
/* Appends what a name inside a folder says of its keys: the raw bytes, and '/' for PATH_FOLDER. `continued` tells
 * that the folder is a PATH_CONTINUED. Returns PATH_*. */
int32_t path_append_name_decoded(struct buffer *target, const char *name, int32_t continued);

#endif

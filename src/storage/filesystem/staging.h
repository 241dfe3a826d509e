/* Temporary files of blobs that are being written, in the folder ".tmp" of the root.
 *
 * A writer keeps an flock on its file. The kernel drops it when the process dies, whatever kills it, so a file that
 * can be locked belongs to nobody and may go: no process ids, which mean nothing in another container or after a
 * restart of the machine. */
#ifndef STORAGE_FILESYSTEM_STAGING_H
#define STORAGE_FILESYSTEM_STAGING_H

#include "base/context.h"

#define STAGING_FOLDER     ".tmp"
#define STAGING_NAME_BYTES 40 /* with the NUL */

struct staging_file {
    int folder; /* descriptors; -1 when closed */
    int file;
    char name[STAGING_NAME_BYTES];
};

/* Makes a new, locked file of mode 0600; -1 with errno on failure. */
int staging_create(const struct context *context, int root, struct staging_file *staging);
/* Removes the file unless it was renamed away (`keep`), and closes both descriptors. */
void staging_end(struct staging_file *staging, int32_t keep);
/* Removes the files that no living writer holds. What can't be removed is left for another time. */
void staging_sweep(const struct context *context, int root);

#endif

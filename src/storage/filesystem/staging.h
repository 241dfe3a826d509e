/* Temporary files of blobs being written, in the root's folder ".tmp".
 *
 * A writer holds an flock on its file, which the kernel releases when the process ends. A file that can be locked is
 * therefore abandoned and may be removed. Process ids would not work across containers or reboots. */
#ifndef STORAGE_FILESYSTEM_STAGING_H
#define STORAGE_FILESYSTEM_STAGING_H

#include "base/context.h"

#define STAGING_FOLDER     ".tmp"
#define STAGING_NAME_BYTES 40 /* with the NUL */

struct staging_file {
    int folder; /* file descriptors; -1 when closed */
    int file;
    char name[STAGING_NAME_BYTES];
};

/* Creates a locked file of mode 0600. Returns 0, or -1 with errno. */
int staging_create(const struct context *context, int root, struct staging_file *staging);
/* Closes both descriptors; removes the file unless was_renamed. */
void staging_close(struct staging_file *staging, int32_t was_renamed);
/* Removes the abandoned files. Failures are ignored: the next call tries again. */
void staging_remove_abandoned(const struct context *context, int root);

#endif

/* Opens and creates folders below the root name by name, never following symbolic links. Paths are those of path.h: ""
 * for the root, otherwise ending in '/'. Functions return a file descriptor, or -1 with errno set. */
#ifndef STORAGE_FILESYSTEM_FOLDER_H
#define STORAGE_FILESYSTEM_FOLDER_H

#include <stddef.h>
#include <stdint.h>

/* Opens an existing folder. */
int folder_open(int root, const char *path, size_t length);
/* Opens a folder, creating missing ones with mode 0700. Syncs the entries that it makes, and those that their makers,
 * maybe other processes, may not have synced yet: such folders have the sticky bit. ENOENT: another process removed a
 * folder meanwhile; try again. */
int folder_make(int root, const char *path, size_t length);
/* Removes the folder and its parents as long as they are empty, except the root. */
void folder_prune(int root, const char *path, size_t length);
/* mkdirat() with mode 0700 regardless of the umask. Returns 0, or -1 with errno. */
int folder_make_private(int parent, const char *name);
/* Opens the folder `path`, creating it and its parents if missing; follows symbolic links. */
int folder_make_root(const char *path);
/* Returns the length of the parent folder's path: the offset of the last name. */
size_t folder_length(const char *path, size_t length);

#endif

/* Folders below the root, reached one name at a time and never through a symbolic link. Paths are those of path.h:
 * "" for the root, else ending in '/'. Results are a file descriptor, or -1 with errno set. */
#ifndef STORAGE_FILESYSTEM_FOLDER_H
#define STORAGE_FILESYSTEM_FOLDER_H

#include <stddef.h>
#include <stdint.h>

/* Opens a folder that is there. */
int folder_open(int root, const char *path, size_t length);
/* The same, making what is missing (mode 0700), each new entry durable. A folder that another process removes at the
 * same time gives ENOENT: try again. */
int folder_make(int root, const char *path, size_t length);
/* Removes the folder and its parents as long as they are empty; the root stays. */
void folder_prune(int root, const char *path, size_t length);
/* mkdirat() for the owner alone, whatever the umask takes away. Returns 0, or -1 with errno. */
int folder_make_private(int parent, const char *name);
/* Makes the folder `path` of the machine and its parents where they are missing, and opens it; follows links. */
int folder_make_root(const char *path);
/* Where the last name of a path begins: the length of its folder's path. */
size_t folder_length(const char *path, size_t length);

#endif

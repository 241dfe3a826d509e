/* Names that a build chooses when the caller gives none. */
#ifndef BUILD_NAMES_H
#define BUILD_NAMES_H

#include <stdbool.h>

/* The name of a pack: what the file or the folder is called, or "Context pack". Freed with free(); NULL when there is
 * no memory. */
char *names_pack(const char *path);

/* The folder of a pack's documents: "work-notes" for "Work: notes". Likewise. */
char *names_folder(const char *pack_name);

/* True for the address of a page. */
bool names_is_link(const char *path);

/* True for what can be read only once, such as a pipe. */
bool names_is_stream(const char *path);

#endif

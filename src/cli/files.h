/* Folders that are made when they are missing, and files that appear whole or not at all. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "terminal/output.h"

#include <contextpack/error.h>

/* What is written belongs to its owner alone unless --mode says otherwise, whatever the umask. */
#define FILES_PRIVATE_MODE 0600

/* A folder's rights for a file's: who may read the file may look into the folder. */
unsigned files_folder_mode(unsigned file_mode);

/* Makes a folder and those above it; the new ones have exactly `mode`. */
cpk_status files_make_folder(const char *path, unsigned mode, cpk_error **error);

/* A file on its way: written beside its place as ".<name>.part", which the next draft of that name cleans up should
 * this process be killed. It replaces what has its name, also a link, which is never written through; a device or a
 * pipe
 * (/dev/stdout) is not replaced but written to. */
struct files_draft {
    char *path;
    char *temporary_path; /* NULL: written to directly */
    unsigned mode;
    struct output out;
};

/* Begins a file, which has `mode` once it is published and is its owner's alone until then; end it with files_publish()
 * or files_discard(). */
cpk_status files_begin(struct files_draft *draft, const char *path, unsigned mode, cpk_error **error);

/* All bytes are on the disk: from here only the renaming can fail. files_publish() does this by itself. */
cpk_status files_complete(struct files_draft *draft, cpk_error **error);
cpk_status files_publish(struct files_draft *draft, cpk_error **error); /* ends the draft also when it fails */
void files_discard(struct files_draft *draft);

/* An error of the operating system, as the library would give it. */
cpk_status files_error(cpk_error **error, int error_number, const char *what, const char *path);

#endif

/* The documents of a pack as files: made, then written whole or not at all. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include <contextpack/contextpack.h>

#include <stdbool.h>

struct cli;

/* One document on the disk. */
struct document {
    cpk_export *result;
    char *markdown_path;
    char *json_path;
    int32_t made; /* 0: nothing had changed since it was made */
};

/* Makes the document of a type and writes folder/TYPE.md and folder/TYPE.json. Free it also after a failure. */
cpk_status documents_write(struct cli *cli, const cpk_pack *pack, int32_t type, const char *folder,
                           struct document *document, cpk_error **error);
void documents_free(struct document *document);

/* "work-notes" for "Work: notes"; NULL when there is no memory. */
char *documents_folder_name(const char *pack_name);

/* True for a document that an earlier build wrote to `folder`: a folder given as input may hold them. */
bool documents_is_own(const char *folder, const char *path);

#endif

/* Makes the documents of a pack and writes them to files, which appear complete or not at all. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include <contextpack/contextpack.h>

#include <stdbool.h>

struct cli;

/* One document and its files. */
struct document {
    cpk_export *result;
    char *markdown_path;
    char *json_path;
    int32_t made; /* 0: unchanged since an earlier call */
};

/* Makes the document of a type and writes folder/TYPE.md and folder/TYPE.json. It must be freed, also after a failure.
 */
cpk_status documents_write(struct cli *cli, const cpk_pack *pack, int32_t type, const char *folder,
                           struct document *document, cpk_error **error);
void documents_free(struct document *document);

/* Makes a file name of a pack name: "work-notes" for "Work: notes". Freed with free(); NULL without memory. */
char *documents_folder_name(const char *pack_name);

/* True for a document that an earlier build wrote: a folder given as input may contain them. */
bool documents_is_own(const char *folder, const char *path);

#endif

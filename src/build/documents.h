/* The documents of a pack as files: made, then written whole or not at all. */
#ifndef BUILD_DOCUMENTS_H
#define BUILD_DOCUMENTS_H

#include <contextpack/build.h>

#include <stdbool.h>

/* One document on the disk. */
struct document {
    cpk_export *result;
    char *markdown_path; /* NULL: not asked for */
    char *json_path;     /* NULL: not asked for */
    int32_t is_new;      /* 0: nothing had changed since it was made */
};

/* Which pack's documents are written, and where. */
struct document_target {
    cpk_session *session;
    const char *pack_id;
    const char *folder;
    uint32_t formats; /* CPK_BUILD_MARKDOWN ... */
    unsigned file_mode;
};

/* Makes the document of a type and writes folder/TYPE.md and folder/TYPE.json. Free it also after a failure. */
cpk_status document_write(const struct document_target *target, int32_t type, const cpk_run_options *options,
                          struct document *document, cpk_error **error);
void document_free(struct document *document);

#endif

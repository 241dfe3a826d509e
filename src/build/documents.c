#include "build/documents.h"

#include "base/error.h"
#include "files/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMS 2

struct form {
    int32_t format;
    const char *path; /* NULL: not wanted */
};

/* Writes one form to a draft beside its path. */
static cpk_status draft_form(const struct document_target *target, const cpk_export *result, const struct form *form,
                             struct files_draft *draft, cpk_error **error)
{
    cpk_status status;

    CPK_TRY(files_begin(draft, form->path, target->file_mode, error));
    status = cpk_export_read(target->session, cpk_export_id(result), form->format, files_write, draft, error);
    if (status == CPK_ERROR_CANCELLED && draft->error_number != 0) {
        error_clear(error); /* files_complete() says why writing stopped */
        status = CPK_OK;
    }
    return status == CPK_OK ? files_complete(draft, error) : status;
}

/* Both forms appear, or none: the disk may be full after the first. */
static cpk_status write_forms(const struct document_target *target, const struct document *document, cpk_error **error)
{
    const struct form forms[FORMS] = {{CPK_FORMAT_MARKDOWN, document->markdown_path},
                                      {CPK_FORMAT_JSON, document->json_path}};
    struct files_draft drafts[FORMS] = {{0}};
    cpk_status status = CPK_OK;

    for (size_t i = 0; i < FORMS && status == CPK_OK; i++) {
        if (forms[i].path != NULL) {
            status = draft_form(target, document->result, &forms[i], &drafts[i], error);
        }
    }
    for (size_t i = 0; i < FORMS; i++) {
        if (status == CPK_OK && forms[i].path != NULL) {
            status = files_publish(&drafts[i], error);
        } else {
            files_discard(&drafts[i]);
        }
    }
    return status;
}

static cpk_status make_path(char **path, const char *folder, const char *type, const char *extension, cpk_error **error)
{
    if (asprintf(path, "%s/%s.%s", folder, type, extension) < 0) {
        *path = NULL;
        return files_error(error, ENOMEM, "can't write to", folder);
    }
    return CPK_OK;
}

cpk_status document_write(const struct document_target *target, int32_t type, const cpk_run_options *options,
                          struct document *document, cpk_error **error)
{
    const char *name;

    memset(document, 0, sizeof *document);
    CPK_TRY(cpk_export_create(target->session, target->pack_id, type, options, &document->is_new, &document->result,
                              error));
    CPK_TRY(files_make_folder(target->folder, files_folder_mode(target->file_mode), error));
    name = cpk_export_type_name(document->result);
    if ((target->formats & CPK_BUILD_MARKDOWN) != 0) {
        CPK_TRY(make_path(&document->markdown_path, target->folder, name, "md", error));
    }
    if ((target->formats & CPK_BUILD_JSON) != 0) {
        CPK_TRY(make_path(&document->json_path, target->folder, name, "json", error));
    }
    return write_forms(target, document, error);
}

void document_free(struct document *document)
{
    cpk_export_free(document->result);
    free(document->markdown_path);
    free(document->json_path);
}

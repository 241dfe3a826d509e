#include "documents.h"

#include "cli.h"
#include "files/files.h"
#include "terminal/notes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_FOLDER_NAME "context-pack"

/* Writes one format to a draft file. */
static cpk_status draft_form(struct cli *cli, const cpk_export *result, int32_t format, const char *path,
                             struct files_draft *draft, cpk_error **error)
{
    cpk_status status = files_begin(draft, path, cli->file_mode, error);

    if (status != CPK_OK) {
        return status;
    }
    status = cpk_export_read(cli->session, cpk_export_id(result), format, files_write, draft, error);
    if (status == CPK_ERROR_CANCELLED && draft->error_number != 0) {
        cpk_error_free(*error); /* files_complete() reports why writing stopped */
        *error = NULL;
        status = CPK_OK;
    }
    return status == CPK_OK ? files_complete(draft, error) : status;
}

/* Publishes both formats or none: the disk may be full after the first. */
static cpk_status write_forms(struct cli *cli, const struct document *document, cpk_error **error)
{
    struct files_draft drafts[2] = {{0}};
    cpk_status status =
        draft_form(cli, document->result, CPK_FORMAT_MARKDOWN, document->markdown_path, &drafts[0], error);

    if (status == CPK_OK) {
        status = draft_form(cli, document->result, CPK_FORMAT_JSON, document->json_path, &drafts[1], error);
    }
    for (size_t i = 0; i < 2; i++) {
        if (status == CPK_OK) {
            status = files_publish(&drafts[i], error);
        } else {
            files_discard(&drafts[i]);
        }
    }
    return status;
}

static cpk_status make_paths(struct document *document, const char *folder, cpk_error **error)
{
    const char *type = cpk_export_type_name(document->result);

    if (asprintf(&document->markdown_path, "%s/%s.md", folder, type) < 0) {
        document->markdown_path = NULL;
        return files_error(error, ENOMEM, "can't write to", folder);
    }
    if (asprintf(&document->json_path, "%s/%s.json", folder, type) < 0) {
        document->json_path = NULL;
        return files_error(error, ENOMEM, "can't write to", folder);
    }
    return CPK_OK;
}

cpk_status documents_write(struct cli *cli, const cpk_pack *pack, int32_t type, const char *folder,
                           struct document *document, cpk_error **error)
{
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    *document = (struct document){0};
    notes_begin(&notes, cli, cpk_pack_name(pack), &options);
    status =
        cpk_export_create(cli->session, cpk_pack_id(pack), type, &options, &document->made, &document->result, error);
    if (status != CPK_OK) {
        return status;
    }
    status = files_make_folder(folder, files_folder_mode(cli->file_mode), error);
    if (status != CPK_OK) {
        return status;
    }
    status = make_paths(document, folder, error);
    return status == CPK_OK ? write_forms(cli, document, error) : status;
}

void documents_free(struct document *document)
{
    cpk_export_free(document->result);
    free(document->markdown_path);
    free(document->json_path);
}

char *documents_folder_name(const char *pack_name)
{
    char *name = strdup(pack_name);
    size_t used = 0;

    for (size_t i = 0; name != NULL && pack_name[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)pack_name[i];

        if (byte >= 'A' && byte <= 'Z') {
            name[used++] = (char)(byte - 'A' + 'a');
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80) {
            name[used++] = (char)byte;
        } else if (used > 0 && name[used - 1] != '-') {
            name[used++] = '-';
        }
    }
    while (used > 0 && name[used - 1] == '-') {
        used--;
    }
    if (name == NULL || used > 0) {
        if (name != NULL) {
            name[used] = '\0';
        }
        return name;
    }
    free(name);
    return strdup(DEFAULT_FOLDER_NAME);
}

bool documents_is_own(const char *folder, const char *path)
{
    static const char *const NAMES[] = {"compact.md",    "compact.json", "standard.md",
                                        "standard.json", "complete.md",  "complete.json"};
    char *real_folder = realpath(folder, NULL);
    char *real_path = realpath(path, NULL);
    char *slash = real_path != NULL ? strrchr(real_path, '/') : NULL;
    bool own = false;

    if (real_folder != NULL && slash != NULL) {
        *slash = '\0';
        for (size_t i = 0; strcmp(real_folder, real_path) == 0 && i < sizeof NAMES / sizeof NAMES[0]; i++) {
            own = own || strcmp(slash + 1, NAMES[i]) == 0;
        }
    }
    free(real_folder);
    free(real_path);
    return own;
}

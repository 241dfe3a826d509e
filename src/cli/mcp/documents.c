#include "mcp/documents.h"

#include "cli.h"
#include "mcp/server.h"

#include <stdlib.h>

#define DOCUMENT_BYTES_MAX ((size_t)256 << 20)
#define PAGES_MAX          10 /* of a pack's documents, newest first */
#define PAGE_LIMIT         100

/* Takes the newest finished document of each type that is not there yet. Returns true if the list is used. */
static bool take_from_page(struct mcp_documents *documents, const cpk_export_list *list)
{
    bool is_used = false;

    for (size_t i = 0; i < cpk_export_list_count(list); i++) {
        const cpk_export *document = cpk_export_list_at(list, i);
        int32_t type = cpk_export_type(document);

        if (cpk_export_status(document) == CPK_EXPORT_READY && type >= 1 && type <= MCP_DOCUMENT_TYPES &&
            documents->found[type - 1] == NULL) {
            documents->found[type - 1] = document;
            is_used = true;
        }
    }
    return is_used;
}

static bool is_complete(const struct mcp_documents *documents)
{
    return documents->found[0] != NULL && documents->found[1] != NULL && documents->found[2] != NULL;
}

cpk_status mcp_documents_find(struct mcp_server *server, const char *pack_id, struct mcp_documents *documents,
                              cpk_error **error)
{
    cpk_page page = CPK_PAGE_INIT;
    size_t used = 0;
    char *after = NULL;
    cpk_status status = CPK_OK;

    memset(documents, 0, sizeof *documents);
    page.limit = PAGE_LIMIT;
    for (int i = 0; i < PAGES_MAX && !is_complete(documents); i++) {
        cpk_export_list *list = NULL;

        status = cpk_export_list_get(server->cli->session, pack_id, &page, &list, error);
        if (status != CPK_OK) {
            break;
        }
        free(after);
        after = cpk_export_list_next(list) != NULL ? strdup(cpk_export_list_next(list)) : NULL;
        page.after = after;
        if (take_from_page(documents, list)) {
            documents->lists[used++] = list;
        } else {
            cpk_export_list_free(list);
        }
        if (after == NULL) {
            break;
        }
    }
    free(after);
    return status;
}

void mcp_documents_free(struct mcp_documents *documents)
{
    for (size_t i = 0; i < MCP_DOCUMENT_TYPES; i++) {
        cpk_export_list_free(documents->lists[i]);
    }
}

void mcp_buffer_append(struct mcp_buffer *buffer, const char *text, size_t length)
{
    if (buffer->is_out_of_memory) {
        return;
    }
    if (buffer->capacity - buffer->length <= length) {
        size_t capacity = (buffer->length + length) * 2 + 256;
        char *grown = realloc(buffer->text, capacity);

        if (grown == NULL) {
            buffer->is_out_of_memory = true;
            return;
        }
        buffer->text = grown;
        buffer->capacity = capacity;
    }
    if (length > 0) {
        memcpy(buffer->text + buffer->length, text, length);
    }
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void mcp_buffer_append_text(struct mcp_buffer *buffer, const char *text)
{
    mcp_buffer_append(buffer, text, strlen(text));
}

void mcp_buffer_free(struct mcp_buffer *buffer)
{
    free(buffer->text);
    buffer->text = NULL;
}

/* A cpk_write_fn. */
static int32_t take_text(void *user, const void *data, size_t length)
{
    struct mcp_buffer *buffer = user;

    if (length > DOCUMENT_BYTES_MAX - buffer->length) {
        buffer->is_too_long = true;
        return 1;
    }
    mcp_buffer_append(buffer, data, length);
    return buffer->is_out_of_memory || (buffer->server != NULL && mcp_is_cancelled(buffer->server)) ? 1 : 0;
}

cpk_status mcp_document_read(struct mcp_server *server, const char *export_id, int32_t format,
                             struct mcp_buffer *buffer, cpk_error **error)
{
    cpk_status status = CPK_OK;

    buffer->server = server;
    status = cpk_export_read(server->cli->session, export_id, format, take_text, buffer, error);
    if (!buffer->is_out_of_memory && !buffer->is_too_long) {
        return status;
    }
    if (error != NULL) {
        cpk_error_free(*error);
        *error = buffer->is_too_long
                     ? cpk_error_new(CPK_ERROR_LIMIT_EXCEEDED, "mcp",
                                     "the document is longer than 256 MiB: read it from its file", "", 0)
                     : cpk_error_new(CPK_ERROR_OUT_OF_MEMORY, "mcp", "out of memory", "", 0);
    }
    return buffer->is_too_long ? CPK_ERROR_LIMIT_EXCEEDED : CPK_ERROR_OUT_OF_MEMORY;
}

/* Packs and their finished documents, as the tools and resources of the server need them. */
#ifndef CLI_MCP_DOCUMENTS_H
#define CLI_MCP_DOCUMENTS_H

#include <contextpack/export.h>
#include <contextpack/pack.h>

#include <stdbool.h>

struct mcp_server;

#define MCP_DOCUMENT_TYPES 3 /* compact, standard, complete: CPK_EXPORT_* - 1 is the index */

/* The newest finished document of each type; free with mcp_documents_free(). */
struct mcp_documents {
    cpk_export_list *lists[MCP_DOCUMENT_TYPES];  /* pages that own the documents; may repeat */
    const cpk_export *found[MCP_DOCUMENT_TYPES]; /* NULL: there is none */
};

cpk_status mcp_documents_find(struct mcp_server *server, const char *pack_id, struct mcp_documents *documents,
                              cpk_error **error);
void mcp_documents_free(struct mcp_documents *documents);

/* A text that grows. */
struct mcp_buffer {
    struct mcp_server *server; /* asked for cancellation while the text is read; NULL: not */
    char *text;                /* NUL-terminated; NULL: empty */
    size_t length;
    size_t capacity;
    bool is_out_of_memory;
    bool is_too_long;
};

void mcp_buffer_append(struct mcp_buffer *buffer, const char *text, size_t length);
void mcp_buffer_append_text(struct mcp_buffer *buffer, const char *text);
void mcp_buffer_free(struct mcp_buffer *buffer);

/* Reads a document. CPK_ERROR_CANCELLED: the client cancelled the request. */
cpk_status mcp_document_read(struct mcp_server *server, const char *export_id, int32_t format,
                             struct mcp_buffer *buffer, cpk_error **error);

#endif

/* A server of the Model Context Protocol: JSON-RPC 2.0, one message a line, over standard input and output. It reads
 * packs as the user of the session, and changes nothing. */
#ifndef CLI_MCP_SERVER_H
#define CLI_MCP_SERVER_H

#include "mcp/lines.h"
#include "terminal/json_out.h"

#include <json-c/json.h>

struct cli;

/* Error codes of JSON-RPC and of the protocol. */
#define MCP_PARSE_ERROR        (-32700)
#define MCP_INVALID_REQUEST    (-32600)
#define MCP_METHOD_NOT_FOUND   (-32601)
#define MCP_INVALID_PARAMS     (-32602)
#define MCP_INTERNAL_ERROR     (-32603)
#define MCP_RESOURCE_NOT_FOUND (-32002)

struct mcp_server {
    struct cli *cli; /* its session; without one every tool fails */
    struct mcp_lines lines;
    struct output *out;
    struct json_out json;
    const char *version; /* of the protocol, as agreed */
    json_object *id;     /* of the request that runs */
    bool is_cancelled;   /* it was cancelled: no response is sent */
    bool in_batch;
    size_t batch_count; /* responses of the batch so far */
};

/* Serves until the stream ends. Returns an exit code. */
int mcp_server_run(struct mcp_server *server, struct cli *cli, struct output *out, mcp_read_fn read, void *user);

/* Begins and ends the response to the current request: between them, `result` is an open JSON object. */
struct json_out *mcp_begin_result(struct mcp_server *server);
void mcp_end_result(struct mcp_server *server);
/* Sends an error instead. `uri` is told as data unless it is NULL. */
void mcp_send_error(struct mcp_server *server, int code, const char *message, const char *uri);

/* Looks whether the client has cancelled the current request meanwhile. */
bool mcp_is_cancelled(struct mcp_server *server);

/* A text of an object; NULL if it is missing or no text. */
const char *mcp_text(json_object *object, const char *name);

#endif

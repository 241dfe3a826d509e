/* The tools of the server: list_packs, get_profile, search, read_export. */
#ifndef CLI_MCP_TOOLS_H
#define CLI_MCP_TOOLS_H

#include <json-c/json.h>

struct mcp_server;

void tools_handle_list(struct mcp_server *server, json_object *params);
void tools_handle_call(struct mcp_server *server, json_object *params);

#endif

/* The resources of the server: the finished documents of packs, contextpack://PACK_ID/TYPE.md and .json. */
#ifndef CLI_MCP_RESOURCES_H
#define CLI_MCP_RESOURCES_H

#include <json-c/json.h>

struct mcp_server;

void resources_handle_list(struct mcp_server *server, json_object *params);
void resources_handle_read(struct mcp_server *server, json_object *params);
void resources_handle_templates(struct mcp_server *server, json_object *params);

#endif

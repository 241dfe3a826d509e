#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "mcp/server.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* A mcp_read_fn of standard input. */
static ssize_t read_input(void *user, void *buffer, size_t capacity, bool waits)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};

    (void)user;
    if (!waits && poll(&ready, 1, 0) <= 0) {
        return -1;
    }
    return signals_read(STDIN_FILENO, buffer, capacity);
}

int command_mcp(struct cli *cli)
{
    static struct mcp_server server;
    int code = connect_user(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cli->err.terminal) {
        report_info(cli, "serving packs to an MCP client on standard input and output; see docs/mcp.md");
        output_flush(&cli->err);
    }
    code = mcp_server_run(&server, cli, &cli->out, read_input, NULL);
    return signals_caught() != 0 ? signals_exit_code() : code;
}

#include "cli.h"
#include "commands.h"

int command_version(struct cli *cli)
{
    struct json_out json;

    if (!cli->json) {
        output_format(&cli->out, "contextpack %s\n", cpk_version());
        return EXIT_CODE_OK;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "version", cpk_version());
    json_out_end(&json, '}');
    json_out_line(&json);
    return EXIT_CODE_OK;
}

/* The `contextpack` command: uses the library's public headers only. */
#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "files/files.h"
#include "options/help.h"
#include "options/password.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

static bool wants_color(const char *when, const struct output *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if (strcmp(when, "auto") != 0) {
        return strcmp(when, "always") == 0;
    }
    return out->terminal && (no_color == NULL || no_color[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

/* Errors in the command line are printed as JSON if --json occurs anywhere in it. */
static bool has_json_flag(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

static int read_file_mode(struct cli *cli)
{
    const char *text = options_text(&cli->options, "mode", NULL);
    char *end = NULL;

    cli->file_mode = FILES_PRIVATE_MODE;
    if (text != NULL) {
        cli->file_mode = (unsigned)strtoul(text, &end, 8);
        if (strlen(text) < 3 || strlen(text) > 4 || *end != '\0' || (cli->file_mode & ~0777U) != 0 ||
            (cli->file_mode & 0400) == 0) {
            return report_usage(cli, "--mode needs rights in octal, such as 640, not \"%s\"", text);
        }
    }
    return EXIT_CODE_OK;
}

static void apply_global_options(struct cli *cli)
{
    const struct options *options = &cli->options;
    const char *color = options_text(options, "color", "auto");

    cli->json = options_flag(options, "json");
    cli->quiet = options_flag(options, "quiet");
    cli->verbose = options_flag(options, "verbose");
    cli->out.color = wants_color(color, &cli->out);
    cli->err.color = wants_color(color, &cli->err);
    progress_init(&cli->progress, &cli->err,
                  !cli->quiet && !options_flag(options, "no-progress") && (!cli->json || cli->err.terminal));
}

static int run(struct cli *cli)
{
    const struct cli_command *command = cli->options.command;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (options_flag(&cli->options, "help")) {
        return help_print(cli, command != NULL ? command->name : cli->options.group);
    }
    if (options_flag(&cli->options, "version")) {
        return command_version(cli);
    }
    if (command == NULL) {
        help_overview(cli, &cli->err);
        return EXIT_CODE_USAGE;
    }
    code = read_file_mode(cli);
    if (code == EXIT_CODE_OK && (command->flags & COMMAND_DELETES) != 0) {
        code = common_need_yes(cli);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_cancel_create(&cli->cancel, &error) != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    signals_install(cli->cancel);
    if ((command->flags & COMMAND_NO_CONFIG) == 0) {
        code = config_load(cli);
    }
    code = code == EXIT_CODE_OK ? password_read(cli) : code;
    code = code == EXIT_CODE_OK ? command->run(cli) : code;
    return cli->interrupted ? signals_exit_code() : code;
}

/* Flushes the output and reports a write error, except a closed pipe: `head` closes it on purpose. */
static int finish_output(struct cli *cli, int code)
{
    progress_end(&cli->progress, false);
    output_flush(&cli->out);
    if (cli->out.error_number == ENOMEM) {
        code = report_out_of_memory(cli);
    } else if (cli->out.error_number != 0 && !output_is_closed(&cli->out)) {
        code = report_problem(cli, cli->out.error_number == ENOSPC ? CPK_ERROR_NO_SPACE : CPK_ERROR_IO, NULL,
                              "can't write to standard output: %s", strerror(cli->out.error_number));
    }
    output_flush(&cli->err);
    return code;
}

int main(int argc, char **argv)
{
    static struct cli cli; /* static because of the large output buffers */
    int code = EXIT_CODE_OK;

    setlocale(LC_TIME, "");
    output_init(&cli.out, STDOUT_FILENO);
    output_init(&cli.err, STDERR_FILENO);
    cli.progress.err = &cli.err;
    cli.json = has_json_flag(argc, argv);
    code = options_parse(&cli, argc, argv);
    if (code == EXIT_CODE_OK) {
        apply_global_options(&cli);
        code = run(&cli);
    }
    code = finish_output(&cli, code);
    connect_close(&cli);
    cpk_cancel_free(cli.cancel);
    password_wipe(&cli);
    config_free(&cli.config);
    options_free(&cli.options);
    return code;
}

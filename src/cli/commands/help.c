#include "options/help.h"
#include "cli.h"
#include "commands.h"
#include "options/help_topics.h"
#include "options/suggest.h"

#include <stdio.h>

static void print_command(const struct page *page, const struct cli_command *command)
{
    page_text(page, command->summary);
    help_topic_command(page, command);
    output_string(page->out, "\"contextpack help\" lists the options of every command.\n");
}

static void print_group(const struct page *page, const char *group)
{
    size_t length = strlen(group);

    page_text(page, table_group_summary(group));
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (strncmp(command->name, group, length) == 0 && command->name[length] == ' ') {
            page_item(page, command->name, command->summary);
        }
    }
    page_items_end(page);
    output_format(page->out, "\"contextpack help %s COMMAND\" explains one.\n", group);
}

static void list_section(const struct page *page, enum cli_section section)
{
    page_heading(page, 1, table_section_title(section));
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if ((command->flags & COMMAND_HIDDEN) == 0 && table_section(command) == section) {
            page_item(page, command->name, command->summary);
        }
    }
    page_items_end(page);
}

void help_overview(struct cli *cli, struct output *out)
{
    struct page page = {out, PAGE_TEXT};

    (void)cli;
    page_heading(&page, 1, "Usage");
    page_code(&page, "contextpack [OPTION...] COMMAND [ARGUMENT...]");
    for (int section = 0; section < SECTION_COUNT; section++) {
        list_section(&page, (enum cli_section)section);
    }
    page_heading(&page, 1, "Options of every command");
    help_topic_options(&page, CLI_GLOBAL_OPTIONS);
    page_heading(&page, 1, "More");
    page_item(&page, "help COMMAND", "a command's options and an example");
    page_item(&page, "help configuration", "the configuration file, the environment, where data is kept");
    page_item(&page, "help exit-codes", "what exit codes mean");
}

static int fail_unknown(struct cli *cli, const char *name)
{
    struct suggest suggest;

    suggest_init(&suggest, name);
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        suggest_offer(&suggest, command->name);
    }
    suggest_offer(&suggest, "exit-codes");
    suggest_offer(&suggest, "configuration");
    if (suggest.nearest != NULL) {
        return report_usage(cli, "there is no help on \"%s\"; did you mean \"%s\"?", name, suggest.nearest);
    }
    return report_usage(cli, "there is no help on \"%s\"", name);
}

int help_print(struct cli *cli, const char *name)
{
    struct page page = {&cli->out, PAGE_TEXT};
    const struct cli_command *command = name != NULL ? table_command(name) : NULL;

    if (name == NULL) {
        help_overview(cli, &cli->out);
    } else if (command != NULL) {
        print_command(&page, command);
    } else if (table_is_group(name)) {
        print_group(&page, name);
    } else if (strcmp(name, "exit-codes") == 0) {
        help_topic_exit_codes(&page);
    } else if (strcmp(name, "configuration") == 0) {
        help_topic_configuration(&page);
    } else {
        return fail_unknown(cli, name);
    }
    return EXIT_CODE_OK;
}

int command_help(struct cli *cli)
{
    const struct options *options = &cli->options;
    struct page page = {&cli->out, options_flag(options, "man") ? PAGE_MAN : PAGE_MARKDOWN};
    char name[80];

    if (options_flag(options, "man") || options_flag(options, "markdown")) {
        help_topic_manual(&page);
        return EXIT_CODE_OK;
    }
    if (options->argument_count == 0) {
        return help_print(cli, NULL);
    }
    snprintf(name, sizeof name, "%s%s%s", options->arguments[0], options->argument_count > 1 ? " " : "",
             options->argument_count > 1 ? options->arguments[1] : "");
    return help_print(cli, name);
}

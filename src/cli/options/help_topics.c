#include "options/help_topics.h"

#include "connect.h"
#include "exit_code.h"

#include <contextpack/session.h>

#include <stdio.h>

#define TERM_BYTES 96

static const char INTRODUCTION[] =
    "contextpack turns exports of AI chats, documents and pastes into context packs: documents with a token budget "
    "that tell an assistant about its user. It runs on this machine only: no account, no network, no API key.";

static const char CONFIGURATION[] =
    "Values come from options, environment variables, the configuration file and defaults, in this order of "
    "precedence.\n\n"
    "The configuration file is $XDG_CONFIG_HOME/contextpack/config (~/.config/contextpack/config), or the file that "
    "--config or CONTEXTPACK_CONFIG names. It has lines NAME = VALUE; lines that begin with # are comments. Names are "
    "database, "
    "storage, analyzer, user, and every setting that `contextpack settings` lists.";

static const char CONFIGURATION_EXAMPLE[] = "# ~/.config/contextpack/config\n"
                                            "database = sqlite:/srv/contextpack/contextpack.db\n"
                                            "storage = file:/srv/contextpack/blobs\n"
                                            "chunk.max_tokens = 50000";

static const char CONFIGURATION_DEFAULTS[] =
    "By default the database is $XDG_DATA_HOME/contextpack/contextpack.db and the storage "
    "$XDG_DATA_HOME/contextpack/blobs (~/.local/share/contextpack). The text after sqlite: or file: is a file or "
    "folder name; URI syntax is not interpreted.\n\n"
    "`contextpack build`, `pack create`, `user create`, `job create` and `migrate` create the database and the folder "
    "if they do not exist, accessible to their owner only. Every other command fails if they do not exist.\n\n"
    "Without --user, commands act for the local user, " CPK_LOCAL_USER_EMAIL
    ", who is created on first use with the plan \"unlimited\": usage is recorded, nothing is charged.";

static const struct {
    const char *name;
    const char *text;
} VARIABLES[] = {
    {"CONTEXTPACK_DATABASE", "as --database"},
    {"CONTEXTPACK_STORAGE", "as --storage"},
    {"CONTEXTPACK_ANALYZER", "as --analyzer"},
    {"CONTEXTPACK_USER", "as --user"},
    {"CONTEXTPACK_CONFIG", "as --config"},
    {TOKEN_VARIABLE, "a token (JWT) to act with, verified by auth.jwt_secret and the other auth settings"},
    {"CONTEXTPACK_NAME", "a setting, its name in upper case with _ for the dot: CONTEXTPACK_AUTH_JWT_SECRET"},
    {"CONTEXTPACK_STRIPE_WEBHOOK_SECRET", "as CONTEXTPACK_STRIPE_WEBHOOK_SECRETS, if that is not set"},
    {"XDG_CONFIG_HOME", "folder of configuration files, instead of ~/.config"},
    {"XDG_DATA_HOME", "folder of data, instead of ~/.local/share"},
    {"NO_COLOR", "if not empty: no colours unless --color=always"},
};

static const char OUTPUT[] =
    "Files are accessible to their owner only (0600, folders 0700) whatever the umask, unless --mode is given. A file "
    "is written completely or not at all, and replaces an existing one. The program warns about a data folder that "
    "other users may write to, and about a configuration file with a secret that they can read.\n\n"
    "Results go to standard output, everything else to standard error. With --json there is one JSON document on "
    "standard output (JSON Lines from extract and chunk); a list is {\"items\": [...], \"next\": ...}, where next is "
    "what --after takes or null. Errors are lines {\"error\": {\"code\", \"domain\", \"message\", \"native\", "
    "\"retryable\", \"subject\"}} on standard error. Times are ISO 8601 in UTC in JSON, and local times in text.\n\n"
    "Progress is shown as a bar on a terminal, and elsewhere as a line at the end of each stage.\n\n"
    "Ctrl-C or SIGTERM stops the work at the next safe point, and ends the program within a second even if it waits "
    "for a lock, an input or a pipe. Completed work is kept, and the same command continues from there. A second "
    "Ctrl-C ends the program immediately; committed work is kept.";

static void option_term(const struct cli_option *option, char *term, size_t size)
{
    char letter[8] = "";

    if (option->letter != '\0') {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    snprintf(term, size, "%s--%s%s%s", letter, option->name, option->placeholder != NULL ? " " : "",
             option->placeholder != NULL ? option->placeholder : "");
}

static void option_text(const struct cli_option *option, char *text, size_t size)
{
    if (option->choices == NULL) {
        snprintf(text, size, "%s", option->summary);
    } else {
        snprintf(text, size, "%s: %s", option->choices, option->summary);
    }
}

void help_topic_options(const struct page *page, const struct cli_option *options)
{
    char term[TERM_BYTES];
    char text[512];

    for (const struct cli_option *option = options; option->name != NULL; option++) {
        option_term(option, term, sizeof term);
        option_text(option, text, sizeof text);
        page_item(page, term, text);
    }
    page_items_end(page);
}

void help_topic_command(const struct page *page, const struct cli_command *command)
{
    char usage[160];

    snprintf(usage, sizeof usage, "contextpack %s%s%s%s", command->name,
             command->options[0].name != NULL ? " [OPTION...]" : "", command->arguments[0] != '\0' ? " " : "",
             command->arguments);
    if (page->form == PAGE_TEXT) {
        page_heading(page, 1, "Usage");
    }
    page_code(page, usage);
    page_text(page, command->description);
    if (command->options[0].name != NULL) {
        if (page->form == PAGE_TEXT) {
            page_heading(page, 1, "Options");
        }
        help_topic_options(page, command->options);
    }
    if (page->form == PAGE_TEXT) {
        page_heading(page, 1, "Example");
    } else {
        page_text(page, "Example:");
    }
    page_code(page, command->example);
}

void help_topic_exit_codes(const struct page *page)
{
    char code[16];

    for (const struct exit_code_text *text = EXIT_CODE_TEXTS; text->text != NULL; text++) {
        snprintf(code, sizeof code, "%d", text->code);
        page_item(page, code, text->text);
    }
    page_items_end(page);
}

static void variables(const struct page *page)
{
    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES[0]; i++) {
        page_item(page, VARIABLES[i].name, VARIABLES[i].text);
    }
    page_items_end(page);
}

void help_topic_configuration(const struct page *page)
{
    page_text(page, CONFIGURATION);
    page_code(page, CONFIGURATION_EXAMPLE);
    page_text(page, CONFIGURATION_DEFAULTS);
    page_heading(page, 2, "Environment");
    variables(page);
}

static void manual_commands(const struct page *page)
{
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if ((command->flags & COMMAND_HIDDEN) == 0) {
            page_heading(page, 2, command->name);
            page_text(page, command->summary);
            help_topic_command(page, command);
        }
    }
}

static void manual_title(const struct page *page)
{
    if (page->form != PAGE_MAN) {
        output_string(page->out, "<!-- Made by \"contextpack help --markdown\"; do not edit. -->\n\n"
                                 "# The contextpack command\n\n");
        return;
    }
    output_format(page->out,
                  ".\\\" Made by \"contextpack help --man\"; do not edit.\n"
                  ".TH CONTEXTPACK 1 \"\" \"contextpack %s\" \"User Commands\"\n",
                  CPK_VERSION);
    page_heading(page, 1, "NAME");
    output_string(page->out, "contextpack \\- make context packs of AI chat exports and documents\n");
    page_heading(page, 1, "SYNOPSIS");
    output_string(page->out, ".B contextpack\n[\\fIOPTION\\fR...] \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n");
    page_heading(page, 1, "DESCRIPTION");
}

void help_topic_manual(const struct page *page)
{
    bool man = page->form == PAGE_MAN;

    manual_title(page);
    page_text(page, INTRODUCTION);
    page_heading(page, 1, man ? "OPTIONS" : "Options of every command");
    help_topic_options(page, CLI_GLOBAL_OPTIONS);
    page_heading(page, 1, man ? "COMMANDS" : "Commands");
    manual_commands(page);
    page_heading(page, 1, man ? "OUTPUT AND SIGNALS" : "Output and signals");
    page_text(page, OUTPUT);
    page_heading(page, 1, man ? "CONFIGURATION" : "Configuration");
    help_topic_configuration(page);
    page_heading(page, 1, man ? "EXIT STATUS" : "Exit codes");
    help_topic_exit_codes(page);
}

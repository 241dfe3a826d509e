#include "options/options.h"

#include "cli.h"
#include "options/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define COMMAND_BYTES_MAX 64

/* State of parsing argv. */
struct reader {
    struct cli *cli;
    int argc;
    char **argv;
    int at;
    const char *group;   /* the first word of a two-word command, until the second is read */
    bool only_arguments; /* after -- */
};

bool options_read_number(const char *text, int64_t *number)
{
    char *end = NULL;
    long long value = 0;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || (*text != '-' && *text != '+' && (*text < '0' || *text > '9'))) {
        return false;
    }
    *number = value;
    return true;
}

static const struct cli_option *find_option(const struct cli_option *table, const char *name, size_t length,
                                            char letter)
{
    for (const struct cli_option *option = table; option != NULL && option->name != NULL; option++) {
        if (letter != '\0' ? option->letter == letter
                           : strlen(option->name) == length && memcmp(option->name, name, length) == 0) {
            return option;
        }
    }
    return NULL;
}

static const struct cli_option *lookup(const struct reader *reader, const char *name, size_t length, char letter)
{
    const struct cli_command *command = reader->cli->options.command;
    const struct cli_option *option = NULL;

    if (command != NULL) {
        option = find_option(command->options, name, length, letter);
    }
    return option != NULL ? option : find_option(CLI_GLOBAL_OPTIONS, name, length, letter);
}

static int fail_unknown_option(const struct reader *reader, const char *given)
{
    const struct cli_command *command = reader->cli->options.command;
    size_t length = strcspn(given, "=");
    char name[COMMAND_BYTES_MAX];
    struct suggest suggest;

    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), given);
    suggest_init(&suggest, name + strspn(name, "-"));
    for (const struct cli_option *option = command != NULL ? command->options : NULL;
         option != NULL && option->name != NULL; option++) {
        suggest_offer(&suggest, option->name);
    }
    for (const struct cli_option *option = CLI_GLOBAL_OPTIONS; option->name != NULL; option++) {
        suggest_offer(&suggest, option->name);
    }
    if (strncmp(given, "--", 2) == 0 && suggest.nearest != NULL) {
        return report_usage(reader->cli, "unknown option %s; did you mean --%s?", name, suggest.nearest);
    }
    return report_usage(reader->cli, "unknown option %s%s", name,
                        command == NULL ? " (a command's own options stand after the command)" : "");
}

static int keep_value(const struct reader *reader, const struct cli_option *option, const char *text)
{
    struct options *options = &reader->cli->options;
    int64_t number = 0;

    if (option->kind == VALUE_NUMBER && !options_read_number(text, &number)) {
        return report_usage(reader->cli, "--%s needs a whole number, not \"%s\"", option->name, text);
    }
    if (option->kind == VALUE_CHOICE && !table_choice_has(option->choices, text)) {
        return report_usage(reader->cli, "--%s knows %s, not \"%s\"", option->name, option->choices, text);
    }
    options->values[options->value_count].option = option;
    options->values[options->value_count].text = text;
    options->value_count++;
    return EXIT_CODE_OK;
}

static int read_long(struct reader *reader)
{
    const char *given = reader->argv[reader->at];
    size_t length = strcspn(given + 2, "=");
    const char *value = given[2 + length] == '=' ? given + 2 + length + 1 : NULL;
    const struct cli_option *option = lookup(reader, given + 2, length, '\0');

    if (option == NULL) {
        return fail_unknown_option(reader, given);
    }
    if (option->kind == VALUE_NONE && value != NULL) {
        return report_usage(reader->cli, "--%s takes no value", option->name);
    }
    if (option->kind != VALUE_NONE && value == NULL) {
        if (reader->at + 1 >= reader->argc) {
            return report_usage(reader->cli, "--%s needs %s", option->name, option->placeholder);
        }
        value = reader->argv[++reader->at];
    }
    return keep_value(reader, option, value);
}

/* -q, -qv, -o DIR, -oDIR */
static int read_letters(struct reader *reader)
{
    const char *given = reader->argv[reader->at];

    for (const char *letter = given + 1; *letter != '\0'; letter++) {
        const struct cli_option *option = lookup(reader, NULL, 0, *letter);
        const char *value = NULL;
        int code = EXIT_CODE_OK;

        if (option == NULL) {
            char name[3] = {'-', *letter, '\0'};

            return fail_unknown_option(reader, letter == given + 1 ? given : name);
        }
        if (option->kind != VALUE_NONE) {
            value = letter[1] != '\0' ? letter + 1 : ++reader->at < reader->argc ? reader->argv[reader->at] : NULL;
            if (value == NULL) {
                return report_usage(reader->cli, "-%c needs %s", *letter, option->placeholder);
            }
        }
        code = keep_value(reader, option, value);
        if (code != EXIT_CODE_OK || value != NULL) {
            return code;
        }
    }
    return EXIT_CODE_OK;
}

static int fail_unknown_command(const struct reader *reader, const char *word)
{
    struct suggest suggest;
    size_t prefix = reader->group != NULL ? strlen(reader->group) + 1 : 0;

    suggest_init(&suggest, word);
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (reader->group == NULL) {
            suggest_offer(&suggest, command->name);
        } else if (strncmp(command->name, reader->group, prefix - 1) == 0 && command->name[prefix - 1] == ' ') {
            suggest_offer(&suggest, command->name + prefix);
        }
    }
    for (const char *const *name = (const char *const[]){"pack", "source", "export", "user", "credits", "report", NULL};
         reader->group == NULL && *name != NULL; name++) {
        suggest_offer(&suggest, *name);
    }
    if (suggest.nearest != NULL) {
        return report_usage(reader->cli, "unknown command \"%s%s%s\"; did you mean \"%s%s%s\"?",
                            prefix > 0 ? reader->group : "", prefix > 0 ? " " : "", word,
                            prefix > 0 ? reader->group : "", prefix > 0 ? " " : "", suggest.nearest);
    }
    return report_usage(reader->cli, "unknown command \"%s%s%s\"", prefix > 0 ? reader->group : "",
                        prefix > 0 ? " " : "", word);
}

static int read_word(struct reader *reader)
{
    struct options *options = &reader->cli->options;
    const char *word = reader->argv[reader->at];
    char name[COMMAND_BYTES_MAX];

    if (options->command != NULL) {
        options->arguments[options->argument_count++] = word;
        return EXIT_CODE_OK;
    }
    if (reader->group == NULL && table_is_group(word)) {
        reader->group = word;
        return EXIT_CODE_OK;
    }
    snprintf(name, sizeof name, "%s%s%s", reader->group != NULL ? reader->group : "", reader->group != NULL ? " " : "",
             word);
    options->command = table_command(name);
    return options->command != NULL ? EXIT_CODE_OK : fail_unknown_command(reader, word);
}

static int read_all(struct reader *reader)
{
    int code = EXIT_CODE_OK;

    for (reader->at = 1; reader->at < reader->argc && code == EXIT_CODE_OK; reader->at++) {
        const char *given = reader->argv[reader->at];

        if (reader->only_arguments || given[0] != '-' || given[1] == '\0') {
            code = read_word(reader);
        } else if (strcmp(given, "--") == 0) {
            reader->only_arguments = true;
        } else {
            code = given[1] == '-' ? read_long(reader) : read_letters(reader);
        }
    }
    return code;
}

/* Reports the possible second words of a command such as "pack". */
static int fail_group_alone(const struct reader *reader)
{
    size_t length = strlen(reader->group);
    char verbs[COMMAND_BYTES_MAX] = "";

    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (strncmp(command->name, reader->group, length) == 0 && command->name[length] == ' ') {
            size_t used = strlen(verbs);

            snprintf(verbs + used, sizeof verbs - used, "%s%s", used > 0 ? ", " : "", command->name + length + 1);
        }
    }
    return report_usage(reader->cli, "\"%s\" needs one of: %s", reader->group, verbs);
}

static int check_arguments(const struct reader *reader)
{
    const struct options *options = &reader->cli->options;
    const struct cli_command *command = options->command;

    if (options_flag(options, "help") || options_flag(options, "version")) {
        return EXIT_CODE_OK;
    }
    if (command == NULL && reader->group != NULL) {
        return fail_group_alone(reader);
    }
    if (command == NULL) {
        return EXIT_CODE_OK;
    }
    if (options->argument_count < command->arguments_min) {
        return report_usage(reader->cli, "\"%s\" needs %s", command->name, command->arguments);
    }
    if (options->argument_count > command->arguments_max) {
        return report_usage(reader->cli, "unexpected argument \"%s\"", options->arguments[command->arguments_max]);
    }
    if (command->argument_choices != NULL && options->argument_count > 0 &&
        !table_choice_has(command->argument_choices, options->arguments[0])) {
        return report_usage(reader->cli, "\"%s\" knows %s, not \"%s\"", command->name, command->argument_choices,
                            options->arguments[0]);
    }
    return EXIT_CODE_OK;
}

int options_parse(struct cli *cli, int argc, char **argv)
{
    struct reader reader = {cli, argc, argv, 1, NULL, false};
    size_t room = (size_t)argc;
    size_t letters = 0;
    int code = EXIT_CODE_OK;

    for (int i = 1; i < argc; i++) {
        letters += argv[i][0] == '-' ? strlen(argv[i]) : 0; /* -qqqq adds several values */
    }
    cli->options.values = calloc(room + letters, sizeof *cli->options.values);
    cli->options.arguments = calloc(room, sizeof *cli->options.arguments);
    if (cli->options.values == NULL || cli->options.arguments == NULL) {
        return report_out_of_memory(cli);
    }
    code = read_all(&reader);
    cli->options.group = cli->options.command == NULL ? reader.group : NULL;
    return code != EXIT_CODE_OK ? code : check_arguments(&reader);
}

void options_free(struct options *options)
{
    free(options->values);
    free((void *)options->arguments);
}

static const struct option_value *last_value(const struct options *options, const char *name)
{
    for (size_t i = options->value_count; i > 0; i--) {
        if (strcmp(options->values[i - 1].option->name, name) == 0) {
            return &options->values[i - 1];
        }
    }
    return NULL;
}

bool options_flag(const struct options *options, const char *name)
{
    return last_value(options, name) != NULL;
}

const char *options_text(const struct options *options, const char *name, const char *otherwise)
{
    const struct option_value *value = last_value(options, name);

    return value != NULL ? value->text : otherwise;
}

int64_t options_number(const struct options *options, const char *name, int64_t otherwise)
{
    const struct option_value *value = last_value(options, name);
    int64_t number = otherwise;

    if (value != NULL) {
        options_read_number(value->text, &number);
    }
    return number;
}

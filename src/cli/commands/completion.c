/* Completion scripts, generated from the command tables. */
#include "cli.h"
#include "commands.h"

#include <stdio.h>

static void put_words(struct output *out, const char *choices)
{
    for (; *choices != '\0'; choices++) {
        output_write(out, *choices == '|' ? " " : choices, 1);
    }
}

/* Writes text in single quotes, valid in all three shells. */
static void put_quoted(struct output *out, const char *text)
{
    output_string(out, "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            output_string(out, "'\\''");
        } else {
            output_write(out, text, 1);
        }
    }
    output_string(out, "'");
}

static void put_option_names(struct output *out, const struct cli_option *options)
{
    for (const struct cli_option *option = options; option->name != NULL; option++) {
        output_format(out, " --%s", option->name);
        if (option->letter != '\0') {
            output_format(out, " -%c", option->letter);
        }
    }
}

/* The distinct first words of the commands. */
static void put_first_words(struct output *out)
{
    char last[32] = "";

    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        size_t length = strcspn(command->name, " ");

        if ((command->flags & COMMAND_HIDDEN) == 0 && length < sizeof last &&
            (strncmp(last, command->name, length) != 0 || last[length] != '\0')) {
            memcpy(last, command->name, length);
            last[length] = '\0';
            output_format(out, " %s", last);
        }
    }
}

static void put_second_words(struct output *out, const char *group)
{
    size_t length = strlen(group);

    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (strncmp(command->name, group, length) == 0 && command->name[length] == ' ') {
            output_format(out, " %s", command->name + length + 1);
        }
    }
}

static bool is_group_start(const struct cli_command *command)
{
    size_t length = strcspn(command->name, " ");

    return command->name[length] == ' ' &&
           (command == CLI_COMMANDS || strncmp(command[-1].name, command->name, length + 1) != 0);
}

/* Writes `case` arms: for the option before the cursor, how its value is completed. */
static void bash_value_arms(struct output *out, const char *command, const struct cli_option *options)
{
    for (const struct cli_option *option = options; option->name != NULL; option++) {
        if (option->kind == VALUE_NONE) {
            continue;
        }
        output_string(out, "        ");
        put_quoted(out, command);
        output_format(out, "\" --%s\"", option->name);
        if (option->letter != '\0') {
            output_format(out, "|'%s'\" -%c\"", command, option->letter);
        }
        if (option->kind == VALUE_CHOICE) {
            output_string(out, ") COMPREPLY=($(compgen -W \"");
            put_words(out, option->choices);
            output_string(out, "\" -- \"$cur\")); return ;;\n");
        } else if (option->kind == VALUE_FILE || option->kind == VALUE_FOLDER) {
            output_format(out, ") COMPREPLY=($(compgen -%c -- \"$cur\")); return ;;\n",
                          option->kind == VALUE_FILE ? 'f' : 'd');
        } else {
            output_string(out, ") return ;;\n");
        }
    }
}

/* The command consists of the words before the cursor, without options and their values. */
static void bash_find_command(struct output *out)
{
    output_string(out, "# Completion of contextpack for bash; made by \"contextpack completion bash\".\n"
                       "_contextpack() {\n"
                       "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
                       "    local cmd=\"\" words=\"\" i\n"
                       "    COMPREPLY=()\n"
                       "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                       "        case \"${COMP_WORDS[i]}\" in\n"
                       "        ");
    for (const struct cli_option *option = CLI_GLOBAL_OPTIONS; option->name != NULL; option++) {
        if (option->kind != VALUE_NONE) {
            output_format(out, "--%s|", option->name);
        }
    }
    output_string(out, "--) ((i++)) ;;\n        -*) ;;\n        *)\n            case \"$cmd\" in\n            \"\"|");
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (is_group_start(command)) {
            output_format(out, "%s%.*s", command == table_command("pack create") ? "" : "|",
                          (int)strcspn(command->name, " "), command->name);
        }
    }
    output_string(out, ") cmd=\"${cmd:+$cmd }${COMP_WORDS[i]}\" ;;\n"
                       "            esac ;;\n        esac\n    done\n");
}

static void bash_words_arms(struct output *out)
{
    output_string(out, "    case \"$cmd\" in\n    \"\") words=\"");
    put_first_words(out);
    output_string(out, "\" ;;\n");
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (is_group_start(command)) {
            int length = (int)strcspn(command->name, " ");
            char group[32];

            snprintf(group, sizeof group, "%.*s", length, command->name);
            output_format(out, "    %s) words=\"", group);
            put_second_words(out, group);
            output_string(out, "\" ;;\n");
        }
        output_string(out, "    ");
        put_quoted(out, command->name);
        output_string(out, ") words=\"");
        put_option_names(out, command->options);
        if (command->argument_choices != NULL) {
            output_string(out, " ");
            put_words(out, command->argument_choices);
        }
        output_string(out, "\"");
        output_string(out, command->file_arguments ? "; [[ $cur == -* ]] || COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
                                                   : " ;;\n");
    }
    output_string(out, "    esac\n");
}

static void print_bash(struct output *out)
{
    bash_find_command(out);
    output_string(out, "    case \"$cmd $prev\" in\n");
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        bash_value_arms(out, command->name, command->options);
    }
    output_string(out, "    esac\n    case \" $prev\" in\n");
    bash_value_arms(out, "", CLI_GLOBAL_OPTIONS);
    output_string(out, "    esac\n");
    bash_words_arms(out);
    output_string(out, "    [[ $cur == -* ]] && words+=\"");
    put_option_names(out, CLI_GLOBAL_OPTIONS);
    output_string(out, "\"\n"
                       "    COMPREPLY+=($(compgen -W \"$words\" -- \"$cur\"))\n"
                       "}\n"
                       "complete -o filenames -F _contextpack contextpack\n");
}

/* One specification of _arguments. */
static void zsh_option(struct output *out, const struct cli_option *option)
{
    char letter[4] = {'-', option->letter, '\0', '\0'};
    const char *names[] = {option->letter != '\0' ? letter : NULL, option->name};

    for (size_t i = 0; i < 2; i++) {
        if (names[i] == NULL) {
            continue;
        }
        output_format(out, " \\\n            '*%s%s%s[", i == 1 ? "--" : "", names[i],
                      option->kind == VALUE_NONE ? ""
                      : i == 1                   ? "="
                                                 : "+");
        for (const char *text = option->summary; *text != '\0'; text++) {
            output_write(out, *text == '[' || *text == ']' || *text == '\'' ? " " : text, 1);
        }
        output_string(out, "]");
        if (option->kind == VALUE_CHOICE) {
            output_format(out, ":%s:(", option->placeholder);
            put_words(out, option->choices);
            output_string(out, ")");
        } else if (option->kind != VALUE_NONE) {
            output_format(out, ":%s:%s", option->placeholder,
                          option->kind == VALUE_FILE     ? "_files"
                          : option->kind == VALUE_FOLDER ? "_files -/"
                                                         : " ");
        }
        output_string(out, "'");
    }
}

static void zsh_command(struct output *out, const struct cli_command *command)
{
    output_string(out, "    ");
    put_quoted(out, command->name);
    output_string(out, ")\n        _arguments -S $globals");
    for (const struct cli_option *option = command->options; option->name != NULL; option++) {
        zsh_option(out, option);
    }
    if (command->argument_choices != NULL) {
        output_string(out, " \\\n            '1:argument:(");
        put_words(out, command->argument_choices);
        output_string(out, ")'");
    } else if (command->file_arguments) {
        output_string(out, " \\\n            '*:file:_files'");
    }
    output_string(out, " ;;\n");
}

static void zsh_groups(struct output *out)
{
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        char group[32];

        if (!is_group_start(command)) {
            continue;
        }
        snprintf(group, sizeof group, "%.*s", (int)strcspn(command->name, " "), command->name);
        output_format(out, "    %s) compadd --", group);
        put_second_words(out, group);
        output_string(out, " ;;\n");
    }
}

/* Removes words[1] and the following words up to the command, as _arguments expects. */
static void print_zsh(struct output *out)
{
    output_string(out, "#compdef contextpack\n"
                       "# Completion of contextpack for zsh; made by \"contextpack completion zsh\".\n"
                       "_contextpack() {\n"
                       "    local -a globals\n    local cmd=\"\" i\n    globals=(");
    for (const struct cli_option *option = CLI_GLOBAL_OPTIONS; option->name != NULL; option++) {
        zsh_option(out, option);
    }
    output_string(out, ")\n"
                       "    for ((i = 2; i < CURRENT; i++)); do\n"
                       "        [[ ${words[i]} == -* ]] && continue\n"
                       "        case $cmd in\n        \"\") cmd=${words[i]} ;;\n        ");
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (is_group_start(command)) {
            output_format(out, "%s%.*s", command == table_command("pack create") ? "" : "|",
                          (int)strcspn(command->name, " "), command->name);
        }
    }
    output_string(out, ") cmd=\"$cmd ${words[i]}\" ;;\n        *) break ;;\n        esac\n"
                       "        words[i]=()\n        ((i--, CURRENT--))\n    done\n"
                       "    case $cmd in\n    \"\")\n"
                       "        if [[ ${words[CURRENT]} == -* ]]; then _arguments -S $globals; else compadd --");
    put_first_words(out);
    output_string(out, "; fi ;;\n");
    zsh_groups(out);
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        zsh_command(out, command);
    }
    output_string(out, "    esac\n}\n"
                       "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _contextpack \"$@\"; "
                       "else compdef _contextpack contextpack; fi\n");
}

static void fish_option(struct output *out, const char *condition, const struct cli_option *option)
{
    output_string(out, "complete -c contextpack");
    if (condition != NULL) {
        output_format(out, " -n '%s'", condition);
    }
    output_format(out, " -l %s", option->name);
    if (option->letter != '\0') {
        output_format(out, " -s %c", option->letter);
    }
    if (option->kind == VALUE_CHOICE) {
        output_string(out, " -x -a '");
        put_words(out, option->choices);
        output_string(out, "'");
    } else if (option->kind == VALUE_FILE || option->kind == VALUE_FOLDER) {
        output_string(out, option->kind == VALUE_FILE ? " -r -F" : " -x -a '(__fish_complete_directories)'");
    } else if (option->kind != VALUE_NONE) {
        output_string(out, " -x");
    }
    output_string(out, " -d ");
    put_quoted(out, option->summary);
    output_string(out, "\n");
}

/* The condition under which a command's own options and arguments are offered. */
static void fish_condition(char *condition, size_t size, const struct cli_command *command)
{
    size_t length = strcspn(command->name, " ");

    if (command->name[length] == ' ') {
        snprintf(condition, size, "__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s", (int)length,
                 command->name, command->name + length + 1);
    } else {
        snprintf(condition, size, "__fish_seen_subcommand_from %s", command->name);
    }
}

static void fish_command(struct output *out, const struct cli_command *command)
{
    size_t length = strcspn(command->name, " ");
    char condition[160];

    if (command->name[length] == ' ') {
        output_format(out, "complete -c contextpack -n '__fish_seen_subcommand_from %.*s' -a %s -d ", (int)length,
                      command->name, command->name + length + 1);
    } else {
        output_format(out, "complete -c contextpack -n __fish_use_subcommand -a %s -d ", command->name);
    }
    put_quoted(out, command->summary);
    output_string(out, "\n");
    fish_condition(condition, sizeof condition, command);
    if (command->file_arguments) {
        output_format(out, "complete -c contextpack -n '%s' -F\n", condition);
    }
    if (command->argument_choices != NULL) {
        output_format(out, "complete -c contextpack -n '%s' -a '", condition);
        put_words(out, command->argument_choices);
        output_string(out, "'\n");
    }
    for (const struct cli_option *option = command->options; option->name != NULL; option++) {
        fish_option(out, condition, option);
    }
}

static void print_fish(struct output *out)
{
    output_string(out, "# Completion of contextpack for fish; made by \"contextpack completion fish\".\n"
                       "complete -c contextpack -f\n");
    for (const struct cli_option *option = CLI_GLOBAL_OPTIONS; option->name != NULL; option++) {
        fish_option(out, NULL, option);
    }
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (is_group_start(command)) {
            int length = (int)strcspn(command->name, " ");
            char group[32];

            snprintf(group, sizeof group, "%.*s", length, command->name);
            output_format(out, "complete -c contextpack -n __fish_use_subcommand -a %s -d ", group);
            put_quoted(out, table_group_summary(group));
            output_string(out, "\n");
        }
        fish_command(out, command);
    }
}

int command_completion(struct cli *cli)
{
    const char *shell = cli->options.arguments[0];

    if (strcmp(shell, "bash") == 0) {
        print_bash(&cli->out);
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh(&cli->out);
    } else {
        print_fish(&cli->out);
    }
    return EXIT_CODE_OK;
}

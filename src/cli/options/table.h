/* The table of all commands and options, used by the parser, help, the manual page, docs/cli.md and the completions. */
#ifndef CLI_OPTIONS_TABLE_H
#define CLI_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct cli;

enum value_kind {
    VALUE_NONE, /* a flag */
    VALUE_TEXT,
    VALUE_NUMBER, /* a whole number that fits int64_t */
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_CHOICE, /* one of `choices` */
};

struct cli_option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* '\0': none */
    enum value_kind kind;
    const char *placeholder; /* NULL for a flag */
    const char *choices;     /* "a|b|c" for VALUE_CHOICE */
    const char *summary;
};

#define COMMAND_HIDDEN    (1u << 0) /* not listed */
#define COMMAND_NO_CONFIG (1u << 1) /* does not read the configuration */
#define COMMAND_CREATES   (1u << 2) /* creates the database and the storage folder if they do not exist */
#define COMMAND_DELETES   (1u << 3) /* asks for confirmation on a terminal, needs --yes elsewhere */

struct cli_command {
    const char *name;      /* "build", "pack create"; NULL ends the table */
    const char *arguments; /* "INPUT..." or "" */
    size_t arguments_min;
    size_t arguments_max;         /* SIZE_MAX: any number */
    const char *argument_choices; /* "bash|zsh|fish", or NULL */
    bool file_arguments;          /* arguments are completed as file names */
    unsigned flags;               /* COMMAND_* */
    const char *summary;          /* one line */
    const char *description;      /* paragraphs, separated by empty lines */
    const char *example;          /* lines of a shell */
    const struct cli_option *options;
    int (*run)(struct cli *cli); /* returns the exit code */
};

extern const struct cli_command CLI_COMMANDS[];
extern const struct cli_option CLI_GLOBAL_OPTIONS[];

/* Finds a command by its full name; NULL if there is none. */
const struct cli_command *table_command(const char *name);

/* True if `word` is the first word of two-word commands: "pack", "source" ... */
bool table_is_group(const char *word);

/* One line about a group of commands; "" if there is no such group. */
const char *table_group_summary(const char *word);

/* Sections of the overview, in order. */
enum cli_section { SECTION_FIRST, SECTION_PACKS, SECTION_SERVICE, SECTION_ADMINISTRATION, SECTION_V1, SECTION_COUNT };

enum cli_section table_section(const struct cli_command *command);
const char *table_section_title(enum cli_section section);

/* True if `word` is one of the choices "a|b|c". */
bool table_choice_has(const char *choices, const char *word);

#endif

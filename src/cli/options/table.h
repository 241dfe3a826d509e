/* Every command and option, once: the parser, help, the man page, docs/cli.md and the completions read these tables. */
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
#define COMMAND_NO_CONFIG (1u << 1) /* works even where the configuration is broken */
#define COMMAND_CREATES   (1u << 2) /* creates the database and the storage folder where they are missing */
#define COMMAND_DELETES   (1u << 3) /* asks first on a terminal, and needs --yes elsewhere */

struct cli_command {
    const char *name;      /* "build", "pack create"; NULL ends the table */
    const char *arguments; /* "INPUT..." or "" */
    size_t arguments_min;
    size_t arguments_max;         /* SIZE_MAX: any number */
    const char *argument_choices; /* "bash|zsh|fish", or NULL */
    bool file_arguments;          /* completions offer files */
    unsigned flags;               /* COMMAND_* */
    const char *summary;          /* one line */
    const char *description;      /* paragraphs, separated by empty lines */
    const char *example;          /* lines to type */
    const struct cli_option *options;
    int (*run)(struct cli *cli); /* gives the exit code */
};

extern const struct cli_command CLI_COMMANDS[];
extern const struct cli_option CLI_GLOBAL_OPTIONS[];

/* A command by its whole name, or NULL. */
const struct cli_command *table_command(const char *name);

/* True for "pack", "source" ...: the first word of commands that have two. */
bool table_is_group(const char *word);

/* What a group is about, in one line; "" for a word that is none. */
const char *table_group_summary(const char *word);

/* Who needs a command: the parts of the overview, in its order. */
enum cli_section { SECTION_FIRST, SECTION_PACKS, SECTION_SERVICE, SECTION_ADMINISTRATION, SECTION_V1, SECTION_COUNT };

enum cli_section table_section(const struct cli_command *command);
const char *table_section_title(enum cli_section section);

/* True when `word` is one of "a|b|c". */
bool table_choice_has(const char *choices, const char *word);

#endif

/* The command line, read against the tables. */
#ifndef CLI_OPTIONS_OPTIONS_H
#define CLI_OPTIONS_OPTIONS_H

#include "options/table.h"

#include <stdint.h>

struct option_value {
    const struct cli_option *option;
    const char *text; /* NULL for a flag */
};

struct options {
    const struct cli_command *command; /* NULL when only help or the version was asked for */
    const char *group;                 /* "pack" in `contextpack pack --help`, else NULL */
    struct option_value *values;
    size_t value_count;
    const char **arguments;
    size_t argument_count;
};

/* Reads argv. On a mistake it says what is wrong and gives EXIT_CODE_USAGE, else 0. */
int options_parse(struct cli *cli, int argc, char **argv);
void options_free(struct options *options);

bool options_flag(const struct options *options, const char *name);
const char *options_text(const struct options *options, const char *name,
                         const char *otherwise); /* the last one given */
int64_t options_number(const struct options *options, const char *name, int64_t otherwise);

/* True for digits, with a sign, that fit int64_t. */
bool options_read_number(const char *text, int64_t *number);

#endif

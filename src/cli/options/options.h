/* Parses the command line by the command tables. */
#ifndef CLI_OPTIONS_OPTIONS_H
#define CLI_OPTIONS_OPTIONS_H

#include "options/table.h"

#include <stdint.h>

struct option_value {
    const struct cli_option *option;
    const char *text; /* NULL for a flag */
};

struct options {
    const struct cli_command *command; /* NULL if only help or the version is requested */
    const char *group;                 /* "pack" for `contextpack pack --help`, else NULL */
    struct option_value *values;
    size_t value_count;
    const char **arguments;
    size_t argument_count;
};

/* Parses argv. On an error reports it and returns EXIT_CODE_USAGE, else 0. */
int options_parse(struct cli *cli, int argc, char **argv);
void options_free(struct options *options);

bool options_flag(const struct options *options, const char *name);
const char *options_text(const struct options *options, const char *name,
                         const char *otherwise); /* the last value given */
int64_t options_number(const struct options *options, const char *name, int64_t otherwise);

/* True for a decimal integer, possibly with a sign, that fits int64_t. */
bool options_read_number(const char *text, int64_t *number);

#endif

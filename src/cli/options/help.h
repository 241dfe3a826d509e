/* Prints help, generated from the command tables. */
#ifndef CLI_OPTIONS_HELP_H
#define CLI_OPTIONS_HELP_H

#include "terminal/output.h"

struct cli;

/* Prints the help of a command, a group of commands or a topic to standard output; NULL: the overview. Returns the exit
 * code. */
int help_print(struct cli *cli, const char *name);

/* Prints all commands, one line each. */
void help_overview(struct cli *cli, struct output *out);

#endif

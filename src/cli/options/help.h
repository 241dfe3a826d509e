/* Help for people: everything in it comes from the tables. */
#ifndef CLI_OPTIONS_HELP_H
#define CLI_OPTIONS_HELP_H

#include "terminal/output.h"

struct cli;

/* Explains a command, a group of commands or a topic on standard output; NULL: the overview. Gives the exit code. */
int help_print(struct cli *cli, const char *name);

/* All commands, a line each. */
void help_overview(struct cli *cli, struct output *out);

#endif

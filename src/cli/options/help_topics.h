/* Parts of the documentation that help, the manual page and docs/cli.md share. */
#ifndef CLI_OPTIONS_HELP_TOPICS_H
#define CLI_OPTIONS_HELP_TOPICS_H

#include "options/page.h"
#include "options/table.h"

void help_topic_options(const struct page *page, const struct cli_option *options);
void help_topic_command(const struct page *page, const struct cli_command *command); /* everything but the name */
void help_topic_exit_codes(const struct page *page);
void help_topic_configuration(const struct page *page);

/* Prints the whole manual. */
void help_topic_manual(const struct page *page);

#endif

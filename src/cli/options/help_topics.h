/* The parts of the documentation that are not about one command; help, the man page and docs/cli.md share them. */
#ifndef CLI_OPTIONS_HELP_TOPICS_H
#define CLI_OPTIONS_HELP_TOPICS_H

#include "options/page.h"
#include "options/table.h"

void help_topic_options(const struct page *page, const struct cli_option *options);
void help_topic_command(const struct page *page, const struct cli_command *command); /* all but its name */
void help_topic_exit_codes(const struct page *page);
void help_topic_configuration(const struct page *page);

/* The whole manual. */
void help_topic_manual(const struct page *page);

#endif

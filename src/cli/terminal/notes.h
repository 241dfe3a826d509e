/* What the library notes while it reads an input: what is lost is always told, the rest with --verbose. */
#ifndef CLI_TERMINAL_NOTES_H
#define CLI_TERMINAL_NOTES_H

#include <contextpack/session.h>

struct cli;

struct notes {
    struct cli *cli;
    const char *subject;
    int64_t lost;  /* damaged places, missing and unreadable files, conversations over a limit */
    int64_t other; /* skipped or repaired */
};

/* Run options, unless `options` is NULL, with progress, cancel and these notes. The subject must live as long as the
 * run. */
void notes_begin(struct notes *notes, struct cli *cli, const char *subject, cpk_run_options *options);

/* Tells how many were kept back. */
void notes_end(const struct notes *notes);

#endif

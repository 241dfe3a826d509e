/* Prints the notes of the library about an input: lost data always, other notes with --verbose. */
#ifndef CLI_TERMINAL_NOTES_H
#define CLI_TERMINAL_NOTES_H

#include <contextpack/session.h>

struct cli;

struct notes {
    struct cli *cli;
    const char *subject;
    int64_t lost;  /* damaged places and missing files */
    int64_t other; /* skipped or repaired */
};

/* Fills run options with progress, cancel token and notes. `subject` must be valid during the run. */
void notes_begin(struct notes *notes, struct cli *cli, const char *subject, cpk_run_options *options);

/* Prints how many notes were suppressed. */
void notes_end(const struct notes *notes);

#endif

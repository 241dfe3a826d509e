/* Progress of the work on one input: a bar on a terminal, a line at the end of each stage elsewhere. */
#ifndef CLI_TERMINAL_PROGRESS_H
#define CLI_TERMINAL_PROGRESS_H

#include "terminal/output.h"

struct progress {
    struct output *err;
    bool bar;            /* a terminal: redraws one line */
    bool lines;          /* prints a line for each stage */
    bool visible;        /* the bar is on the screen */
    const char *subject; /* NULL between inputs */
    int32_t stage;       /* CPK_STAGE_*, 0: none yet */
    int64_t done;
    int64_t total;
    int64_t drawn_at_us;
};

void progress_init(struct progress *progress, struct output *err, bool wanted);

/* Starts the progress of `subject`, which must be valid until progress_end(). That function takes whether the last
 * stage was completed. */
void progress_begin(struct progress *progress, const char *subject);
void progress_end(struct progress *progress, bool finished);

/* Removes the bar before other output; the next step draws it again. */
void progress_hide(struct progress *progress);

/* A cpk_progress_fn; `user` is the struct progress. */
int32_t progress_step(void *user, int32_t stage, int64_t done, int64_t total);

#endif

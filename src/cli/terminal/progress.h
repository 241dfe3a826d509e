/* How far the work on one input is: a bar on a terminal, a line at the end of each stage in a pipe. */
#ifndef CLI_TERMINAL_PROGRESS_H
#define CLI_TERMINAL_PROGRESS_H

#include "terminal/output.h"

struct progress {
    struct output *err;
    bool bar;            /* redraw one line */
    bool lines;          /* print a line per stage */
    bool visible;        /* the bar is on the screen */
    const char *subject; /* NULL between inputs */
    int32_t stage;       /* CPK_STAGE_*, 0: none yet */
    int64_t done;
    int64_t total;
    int64_t drawn_at_us;
};

void progress_init(struct progress *progress, struct output *err, bool wanted);

/* Work on `subject` begins; the text must live until progress_end(), which tells whether the last stage is done. */
void progress_begin(struct progress *progress, const char *subject);
void progress_end(struct progress *progress, bool finished);

/* Takes the bar off the screen before something else is printed; the next step draws it again. */
void progress_hide(struct progress *progress);

/* A cpk_progress_fn; `user` is the progress. */
int32_t progress_step(void *user, int32_t stage, int64_t done, int64_t total);

#endif

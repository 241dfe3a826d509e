#include "terminal/progress.h"

#include "terminal/format.h"

#include <contextpack/base.h>

#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>

#define REDRAW_US   100000 /* at most ten times a second */
#define BAR_CELLS   24
#define LINE_BYTES  512
#define COLUMNS_MIN 20

static const struct {
    int32_t stage;
    const char *doing;
    const char *done;
    const char *unit; /* unit; NULL: bytes */
} STAGES[] = {
    {CPK_STAGE_STORE, "storing", "stored", NULL},         {CPK_STAGE_EXTRACT, "extracting", "extracted", NULL},
    {CPK_STAGE_CHUNK, "chunking", "chunked", NULL},       {CPK_STAGE_ANALYZE, "analysing", "analysed", "chunk"},
    {CPK_STAGE_EXPORT, "writing", "written", "document"},
};

void progress_init(struct progress *progress, struct output *err, bool wanted)
{
    *progress = (struct progress){.err = err, .bar = wanted && err->terminal, .lines = wanted && !err->terminal};
}

static int64_t monotonic_us(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static size_t stage_index(int32_t stage)
{
    size_t count = sizeof STAGES / sizeof STAGES[0];
    size_t i = 0;

    while (i < count && STAGES[i].stage != stage) {
        i++;
    }
    return i < count ? i : 0;
}

static void format_amount(char *text, size_t size, const char *unit, int64_t amount)
{
    char number[FORMAT_NUMBER_BYTES];

    if (unit == NULL) {
        snprintf(text, size, "%s", format_size(number, amount));
    } else {
        format_count(number, amount);
        snprintf(text, size, "%s %s%s", number, unit, amount == 1 ? "" : "s");
    }
}

static size_t terminal_columns(int fd)
{
    struct winsize size = {0};

    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Shortens a long name at its start, because the end is more specific. */
static const char *cut_front(const char *text, size_t columns)
{
    size_t width = format_width(text);

    while (width > columns) {
        text++;
        width -= ((unsigned char)*text & 0xc0) != 0x80;
    }
    return text;
}

static void format_state(const struct progress *progress, char *state, size_t size)
{
    size_t stage = stage_index(progress->stage);
    char bar[BAR_CELLS + 1];
    char amount[FORMAT_NUMBER_BYTES + 16];

    if (progress->total <= 0) {
        format_amount(amount, sizeof amount, STAGES[stage].unit, progress->done);
        snprintf(state, size, "%s %s", STAGES[stage].doing, amount);
        return;
    }
    double share = (double)progress->done / (double)progress->total;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    for (size_t i = 0; i < BAR_CELLS; i++) {
        bar[i] = (double)i < share * BAR_CELLS ? '#' : '.';
    }
    bar[BAR_CELLS] = '\0';
    snprintf(state, size, "%-10s [%s] %3d%%", STAGES[stage].doing, bar, (int)(share * 100));
}

static void draw(struct progress *progress)
{
    char state[LINE_BYTES];
    size_t columns = terminal_columns(progress->err->fd);
    size_t left = 0;

    format_state(progress, state, sizeof state);
    if (columns < COLUMNS_MIN) {
        return;
    }
    left = columns - 1 > strlen(state) + 2 ? columns - 1 - strlen(state) - 2 : 0;
    output_string(progress->err, "\r\033[K");
    if (left > 0) {
        output_foreign(progress->err, cut_front(progress->subject, left));
        output_string(progress->err, ": ");
    }
    output_write(progress->err, state, strlen(state) < columns - 1 ? strlen(state) : columns - 1);
    output_flush(progress->err);
    progress->visible = true;
}

static void print_stage_end(struct progress *progress)
{
    size_t stage = stage_index(progress->stage);
    char amount[FORMAT_NUMBER_BYTES + 16];

    if (!progress->lines || progress->stage == 0 || progress->done <= 0) {
        return;
    }
    format_amount(amount, sizeof amount, STAGES[stage].unit, progress->done);
    output_string(progress->err, "contextpack: ");
    output_foreign(progress->err, progress->subject);
    output_format(progress->err, ": %s %s\n", STAGES[stage].done, amount);
    output_flush(progress->err);
}

void progress_begin(struct progress *progress, const char *subject)
{
    progress->subject = subject;
    progress->stage = 0;
    progress->done = 0;
    progress->total = 0;
}

void progress_end(struct progress *progress, bool finished)
{
    progress_hide(progress);
    if (progress->subject != NULL && finished) {
        print_stage_end(progress);
    }
    progress->subject = NULL;
    progress->stage = 0;
}

void progress_hide(struct progress *progress)
{
    if (progress->visible) {
        output_string(progress->err, "\r\033[K");
        output_flush(progress->err);
        progress->visible = false;
    }
}

int32_t progress_step(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct progress *progress = user;
    int64_t now_us = 0;

    if (progress->subject == NULL) {
        return 0;
    }
    if (stage != progress->stage) {
        print_stage_end(progress);
        progress->stage = stage;
    }
    progress->done = done;
    progress->total = total;
    if (progress->bar) {
        now_us = monotonic_us();
        if (now_us - progress->drawn_at_us >= REDRAW_US) {
            progress->drawn_at_us = now_us;
            draw(progress);
        }
    }
    return 0;
}

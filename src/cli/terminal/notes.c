#include "terminal/notes.h"

#include "cli.h"

#define LOST_SHOWN_MAX 5 /* a damaged file may have thousands */

static void print_note(struct cli *cli, const char *subject, const char *where, const char *text)
{
    const char *slash = strrchr(subject, '/');

    progress_hide(&cli->progress);
    output_string(&cli->err, "contextpack: ");
    output_foreign(&cli->err, subject);
    if (where != NULL && where[0] != '\0' && strcmp(where, subject) != 0 &&
        (slash == NULL || strcmp(where, slash + 1) != 0)) {
        output_string(&cli->err, ": ");
        output_foreign(&cli->err, where);
    }
    output_string(&cli->err, ": ");
    output_foreign(&cli->err, text);
    output_string(&cli->err, "\n");
    output_flush(&cli->err);
}

static void take_note(void *user, int32_t note, const char *where, const char *text)
{
    struct notes *notes = user;
    bool lost = note == CPK_NOTE_DAMAGED || note == CPK_NOTE_MISSING_FILE || note == CPK_NOTE_OVER_LIMIT ||
                note == CPK_NOTE_UNREADABLE_FILE || note == CPK_NOTE_UNKNOWN_FILE || note == CPK_NOTE_UNREAD_PAGES;
    bool shown = notes->cli->verbose || (lost && notes->lost < LOST_SHOWN_MAX) || note == CPK_NOTE_UNKNOWN_SPEAKERS ||
                 note == CPK_NOTE_NOT_READ || note == CPK_NOTE_REDACTED;

    notes->lost += lost;
    notes->other += !lost;
    if (shown && !notes->cli->quiet && !notes->cli->json) {
        print_note(notes->cli, notes->subject, where, text);
    }
}

void notes_begin(struct notes *notes, struct cli *cli, const char *subject, cpk_run_options *options)
{
    notes->cli = cli;
    notes->subject = subject;
    notes->lost = 0;
    notes->other = 0;
    if (options == NULL) {
        return;
    }
    cpk_run_options_init(options, sizeof *options);
    options->progress = progress_step;
    options->progress_user = &cli->progress;
    options->note = take_note;
    options->note_user = notes;
    options->cancel = cli->cancel;
    options->password = cli->password[0] != '\0' ? cli->password : NULL;
}

void notes_end(const struct notes *notes)
{
    char number[FORMAT_NUMBER_BYTES];

    if (notes->lost > LOST_SHOWN_MAX && !notes->cli->verbose) {
        report_info(notes->cli,
                    "%s: %s more places are damaged, missing, unreadable or over a limit (--verbose names them)",
                    notes->subject, format_count(number, notes->lost - LOST_SHOWN_MAX));
    }
}

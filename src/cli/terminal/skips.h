/* Files of folders that hold nothing usable: told together, one line for each reason. */
#ifndef CLI_TERMINAL_SKIPS_H
#define CLI_TERMINAL_SKIPS_H

#include <contextpack/error.h>

#include <stddef.h>

#define SKIPS_REASONS_MAX 16
#define SKIPS_NAMES_MAX   4

struct cli;

struct skip_reason {
    char *text;        /* as in the first message, without the file's name */
    size_t key_length; /* of the text that is the same for all files of the reason */
    size_t count;
    char *paths[SKIPS_NAMES_MAX]; /* of the first files */
};

/* Start with zeros. */
struct skips {
    struct skip_reason reasons[SKIPS_REASONS_MAX];
    size_t reason_count;
    size_t other_count; /* files of further reasons */
};

/* With --verbose the file is told at once, otherwise by skips_end(). */
void skips_add(struct skips *skips, struct cli *cli, const char *path, const cpk_error *error);

/* Prints what was collected, and forgets it. */
void skips_end(struct skips *skips, struct cli *cli);

#endif

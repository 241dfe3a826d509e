/* The whole text of a file or of standard input, for commands that need no import. */
#ifndef CLI_OPTIONS_TEXT_INPUT_H
#define CLI_OPTIONS_TEXT_INPUT_H

#include <stddef.h>

struct cli;

struct text_input {
    const char *path; /* "-": standard input */
    char *text;       /* release it with free() */
    size_t length;
    size_t room;
    size_t limit; /* longest text in bytes: import.max_document_bytes */
};

/* Reads the text. Reports a failure; returns the exit code. */
int text_input_read(struct cli *cli, struct text_input *input);

#endif

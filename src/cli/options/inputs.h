/* The INPUT arguments: files, the files of folders, and standard input. */
#ifndef CLI_OPTIONS_INPUTS_H
#define CLI_OPTIONS_INPUTS_H

#include <contextpack/cancel.h>
#include <contextpack/input.h>

#include <stdbool.h>

struct cli;

struct input_item {
    char *path;       /* "-" for standard input */
    bool from_folder; /* found in a folder: it may well be nothing for us */
};

struct inputs {
    struct input_item *items;
    size_t count;
    size_t room;
};

/* Lists what the arguments name, folders' files in the order of their names, hidden ones left out. A path that can't
 * be read stays in the list: reading it gives the error. Gives an exit code, 0 when good. */
int inputs_collect(struct cli *cli, const char *const *arguments, size_t count, struct inputs *inputs);
void inputs_free(struct inputs *inputs);

bool inputs_is_stdin(const char *path);

/* An input that is being read. What is no regular file (standard input, a pipe) can be read only once. */
struct input_source {
    cpk_input input;
    int fd;      /* of a stream, else -1 */
    bool stream; /* not to be looked at before it is read in earnest */
};

/* Opens what the library is to read; end it with inputs_close(). A file that can't be opened fails when it is read. */
void inputs_open(struct cli *cli, const char *path, struct input_source *source);
void inputs_close(struct input_source *source);

/* True for what inputs_open() would open as a stream. */
bool inputs_is_stream(const char *path);

/* A name for a pack: what the first input's file or folder is called, or "Context pack". Freed with free(); NULL when
 * there is no memory. */
char *inputs_pack_name(const char *argument);

#endif

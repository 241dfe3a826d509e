/* The INPUT arguments: files, the files of folders, and standard input. */
#ifndef CLI_OPTIONS_INPUTS_H
#define CLI_OPTIONS_INPUTS_H

#include <contextpack/cancel.h>
#include <contextpack/input.h>

#include <stdbool.h>

struct cli;
struct files_list;

/* Refuses arguments that are no inputs; gives an exit code, 0 when good. */
int inputs_check(struct cli *cli);

/* The same, and lists what the arguments name, the files of folders one by one. A path that can't be read stays in the
 * list: reading it gives the error. */
int inputs_collect(struct cli *cli, struct files_list *inputs);

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

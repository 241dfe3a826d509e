/* The INPUT arguments: files, the files of folders, links, and standard input. */
#ifndef CLI_OPTIONS_INPUTS_H
#define CLI_OPTIONS_INPUTS_H

#include <contextpack/cancel.h>
#include <contextpack/input.h>

#include <stdbool.h>

struct cli;
struct files_list;

/* Checks the INPUT arguments. Returns an exit code, 0 on success. */
int inputs_check(struct cli *cli);

/* Checks the INPUT arguments and lists their paths, with each file of a folder. Unreadable files are kept: reading them
 * reports the error. Links and unreadable folders in a folder are told; *unreadable counts the latter. Returns an exit
 * code, 0 on success. */
int inputs_collect(struct cli *cli, struct files_list *inputs, size_t *unreadable);

bool inputs_is_stdin(const char *path);
bool inputs_is_link(const char *path); /* the address of a page */

#define INPUTS_SHOWN_BYTES 512

/* The input as messages and listings name it: an address without user, password, query and fragment, which may hold
 * secrets. `shown` receives it if it differs. */
const char *inputs_shown(const char *input, char shown[INPUTS_SHOWN_BYTES]);

/* An input being read. Standard input and pipes can be read only once. */
struct input_source {
    cpk_input input;
    int fd; /* file descriptor of a stream, else -1 */
};

/* Prepares an input for the library; release it with inputs_close(). A file that cannot be opened fails when it is
 * read. */
void inputs_open(struct cli *cli, const char *path, struct input_source *source);
void inputs_close(struct input_source *source);

#endif

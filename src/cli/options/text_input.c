#include "options/text_input.h"

#include "cli.h"
#include "files/files.h"
#include "options/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)1 << 20)

static bool make_room(struct text_input *input, size_t room)
{
    char *grown = room > input->length ? realloc(input->text, room) : NULL;

    if (grown != NULL) {
        input->text = grown;
        input->room = room;
    }
    return grown != NULL;
}

static int fail_too_long(struct cli *cli, const struct text_input *input)
{
    return report_problem(cli, CPK_ERROR_LIMIT_EXCEEDED, input->path,
                          "the text is longer than import.max_document_bytes (%zu)", input->limit);
}

static int read_fd(struct cli *cli, int fd, struct text_input *input)
{
    struct stat details;
    bool sized = fstat(fd, &details) == 0 && S_ISREG(details.st_mode) && details.st_size > 0;
    ssize_t got = 1;

    if (sized && (uint64_t)details.st_size > input->limit) {
        return fail_too_long(cli, input);
    }
    if (!make_room(input, sized ? (size_t)details.st_size + 1 : READ_BYTES)) {
        return report_out_of_memory(cli);
    }
    while (got != 0) {
        if (input->length == input->room && !make_room(input, input->room * 2)) {
            return report_out_of_memory(cli);
        }
        got = signals_read(fd, input->text + input->length, input->room - input->length);
        if (got < 0) {
            cpk_error *error = NULL;

            files_error(&error, errno, "can't read", input->path);
            return report_failure(cli, NULL, error);
        }
        input->length += (size_t)got;
        if (input->length > input->limit) {
            return fail_too_long(cli, input);
        }
    }
    return EXIT_CODE_OK;
}

int text_input_read(struct cli *cli, struct text_input *input)
{
    cpk_error *error = NULL;
    int fd = STDIN_FILENO;
    int code = EXIT_CODE_OK;

    if (inputs_is_stdin(input->path)) {
        return read_fd(cli, fd, input);
    }
    fd = open(input->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* opening a FIFO could block forever */
    if (fd < 0) {
        files_error(&error, errno, "can't read", input->path);
        return report_failure(cli, NULL, error);
    }
    code = read_fd(cli, fd, input);
    close(fd);
    return code;
}

#include "password.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int fail(struct cli *cli, const char *path, const char *what, int error_number)
{
    return report_problem(cli,
                          error_number == ENOENT   ? CPK_ERROR_NOT_FOUND
                          : error_number == EACCES ? CPK_ERROR_PERMISSION_DENIED
                                                   : CPK_ERROR_IO,
                          path, "can't read the %s file: %s", what, strerror(error_number));
}

int password_read(struct cli *cli)
{
    const char *password = options_text(&cli->options, "password-file", NULL);
    const char *path = password != NULL ? password : options_text(&cli->options, "key-file", NULL);
    const char *what = password != NULL ? "password" : "key";
    size_t length = 0;
    ssize_t got = 1;
    int fd;

    if (path == NULL) {
        return EXIT_CODE_OK;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(cli, path, what, errno);
    }
    while (got > 0 && length < sizeof cli->password && memchr(cli->password, '\n', length) == NULL) {
        got = signals_read(fd, cli->password + length, sizeof cli->password - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        int error_number = errno;

        close(fd);
        return fail(cli, path, what, error_number);
    }
    close(fd);
    if (memchr(cli->password, '\n', length) == NULL && length == sizeof cli->password) {
        return report_problem(cli, CPK_ERROR_LIMIT_EXCEEDED, path, "the %s is longer than %d bytes", what,
                              CLI_PASSWORD_BYTES_MAX);
    }
    cli->password[length < sizeof cli->password ? length : sizeof cli->password - 1] = '\0';
    cli->password[strcspn(cli->password, "\r\n")] = '\0';
    if (cli->password[0] == '\0') {
        return report_problem(cli, CPK_ERROR_INVALID_ARGUMENT, path, "the first line of the %s file is empty", what);
    }
    return EXIT_CODE_OK;
}

void password_wipe(struct cli *cli)
{
    explicit_bzero(cli->password, sizeof cli->password);
}

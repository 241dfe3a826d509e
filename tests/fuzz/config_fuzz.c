/* Any bytes as the command's configuration file. */
#include "cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cli program; /* what it says goes nowhere */
static int file = -1;

static void open_files(void)
{
    char path[64];

    file = memfd_create("config", 0);
    output_init(&program.out, open("/dev/null", O_WRONLY));
    output_init(&program.err, program.out.fd);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (file < 0 || program.out.fd < 0 || setenv("CONTEXTPACK_CONFIG", path, 1) != 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *origin;

    if (file < 0) {
        open_files();
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size) {
        abort();
    }
    memset(&program.config, 0, sizeof program.config);
    if (config_load(&program) == EXIT_CODE_OK) {
        (void)config_setting_origin(&program.config, "chunk.max_tokens");
        (void)config_text_setting(&program.config, "auth.jwt_secret", &origin);
    }
    config_free(&program.config);
    output_flush(&program.err);
    return 0;
}

/* Runs a fuzz target over the files of a corpus: files and folders are named as arguments. Every file is given whole,
 * cut off at many places, and with single bytes changed, so that an ordinary test run covers more than the corpus. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX (1 << 20)
#define VARIANTS       64 /* of each file: cuts, and changed bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long inputs;

/* A block of exactly that size, so that a reader beyond its end is caught. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static void run_variants(uint8_t *data, size_t size)
{
    uint32_t state = 12345;

    run(data, size);
    for (size_t i = 1; i < VARIANTS && i < size; i++) {
        size_t at;
        uint8_t kept;

        run(data, size * i / VARIANTS);
        state = state * 1664525u + 1013904223u;
        at = state % size;
        kept = data[at];
        data[at] = "\"[]{},:\\\0\xFF"[i % 10];
        run(data, size);
        data[at] = kept;
    }
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(FILE_BYTES_MAX);

    if (file == NULL || data == NULL) {
        perror(path);
        exit(1);
    }
    run_variants(data, fread(data, 1, FILE_BYTES_MAX, file));
    fclose(file);
    free(data);
}

static void run_path(const char *path)
{
    struct stat info;
    struct dirent *entry;
    DIR *folder;

    if (stat(path, &info) != 0) {
        perror(path);
        exit(1);
    }
    if (!S_ISDIR(info.st_mode)) {
        run_file(path);
        return;
    }
    folder = opendir(path);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char inner[4096];

        if (entry->d_name[0] != '.') {
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
            run_path(inner);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

int main(int argc, char **argv)
{
    run((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    printf("%ld inputs\n", inputs);
    return inputs > 1 ? 0 : 1;
}

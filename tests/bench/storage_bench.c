/* A measurement, not a test: writes and reads blobs in a folder, with and without layers, in turns.
 *
 *     storage_bench FOLDER [MIB] [ROUNDS] */
#include "base/context.h"
#include "storage/place.h"
#include "storage/storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MASTER_KEY  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY         "users/u1/blob"
#define PIECE_BYTES ((size_t)256 * 1024)
#define KINDS       2

static const char *const NAMES[KINDS] = {"plain", "encrypted"};
static const char *const PREFIXES[KINDS] = {"", "encrypted+"};

static void stop_on(cpk_status status, cpk_error *error)
{
    if (status != CPK_OK) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
        exit(1);
    }
}

static double write_blob(struct storage *storage, const char *piece, size_t pieces)
{
    int64_t from_us = context_steady_us();
    struct storage_writer *writer;
    cpk_error *error = NULL;

    stop_on(storage_write_open(storage, KEY, (int64_t)(pieces * PIECE_BYTES), &writer, &error), error);
    for (size_t i = 0; i < pieces; i++) {
        stop_on(storage_write_data(writer, piece, PIECE_BYTES, &error), error);
    }
    stop_on(storage_write_commit(writer, &error), error);
    return (double)(context_steady_us() - from_us) / 1e6;
}

static double read_blob(struct storage *storage, char *piece)
{
    int64_t from_us = context_steady_us();
    struct storage_reader *reader;
    cpk_error *error = NULL;
    size_t got = 1;

    stop_on(storage_read_open(storage, KEY, 0, -1, &reader, &error), error);
    while (got > 0) {
        stop_on(storage_read_data(reader, piece, PIECE_BYTES, &got, &error), error);
    }
    storage_read_close(reader);
    return (double)(context_steady_us() - from_us) / 1e6;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

int main(int count, char **arguments)
{
    size_t mib = count > 2 ? strtoul(arguments[2], NULL, 10) : 200;
    size_t rounds = count > 3 ? strtoul(arguments[3], NULL, 10) : 9;
    double *seconds = calloc(rounds * KINDS * 2, sizeof *seconds);
    char *piece = malloc(PIECE_BYTES);
    struct storage *storages[KINDS];
    struct context context;
    cpk_error *error = NULL;
    char uri[4096];

    if (count < 2 || rounds == 0 || seconds == NULL || piece == NULL) {
        fprintf(stderr, "usage: storage_bench FOLDER [MIB] [ROUNDS]\n");
        return 2;
    }
    context_init(&context);
    settings_set_text(&context.settings, &context.allocator, "storage.master_key", MASTER_KEY, NULL);
    for (size_t i = 0; i < PIECE_BYTES; i++) {
        piece[i] = "The quick brown fox jumps over a dog. "[(i * 7 + i / 300) % 38];
    }
    for (size_t kind = 0; kind < KINDS; kind++) {
        snprintf(uri, sizeof uri, "%sfile:%s/%s", PREFIXES[kind], arguments[1], NAMES[kind]);
        stop_on(storage_open(&context, uri, &storages[kind], &error), error);
    }
    for (size_t i = 0; i < rounds * KINDS; i++) {
        struct storage *storage = storages[i % KINDS];
        size_t at = i % KINDS * rounds + i / KINDS;

        seconds[at] = write_blob(storage, piece, mib * 1024 * 1024 / PIECE_BYTES);
        seconds[rounds * KINDS + at] = read_blob(storage, piece);
    }
    for (size_t i = 0; i < 2 * KINDS; i++) {
        double *median = seconds + i * rounds;

        qsort(median, rounds, sizeof *median, compare);
        printf("%-6s %-10s %8.1f MiB/s (median of %zu)  %.2f of plain\n", i < KINDS ? "write" : "read",
               NAMES[i % KINDS], (double)mib / median[rounds / 2], rounds,
               seconds[i / KINDS * KINDS * rounds + rounds / 2] / median[rounds / 2]);
    }
    for (size_t kind = 0; kind < KINDS; kind++) {
        storage_free(storages[kind]);
    }
    context_free(&context);
    free(seconds);
    free(piece);
    return 0;
}

/* transfer put|get|remove URI FOLDER [THREADS]: stores every file of a folder as a blob of that name, or every blob as
 * a file, through the storage interface, with that many files at once (4). Prints the peak of its memory in KiB.
 * Settings:
 * --set NAME=VALUE before the verb. */
#include "base/context.h"
#include "base/error.h"
#include "storage/place.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 20)
#define THREADS_MAX 64
#define PATH_BYTES  4096

struct transfer {
    struct storage *storage;
    const char *folder;
    int32_t is_put;
    char **names;
    size_t count;
    size_t next; /* guarded by the lock */
    int32_t has_failed;
    pthread_mutex_t lock;
};

static cpk_status put_file(const struct transfer *transfer, const char *name, int file, char *piece, cpk_error **error)
{
    struct storage_writer *writer;
    struct stat info;
    ssize_t got;
    cpk_status status;

    if (fstat(file, &info) != 0) {
        return error_set(error, CPK_ERROR_IO, "transfer", "can't read %s", name);
    }
    CPK_TRY(storage_write_open(transfer->storage, name, info.st_size, &writer, error));
    while ((got = read(file, piece, PIECE_BYTES)) > 0) {
        status = storage_write_data(writer, piece, (size_t)got, error);
        if (status != CPK_OK) {
            storage_write_discard(writer);
            return status;
        }
    }
    return storage_write_commit(writer, error);
}

static cpk_status get_file(const struct transfer *transfer, const char *name, int file, char *piece, cpk_error **error)
{
    struct storage_reader *reader;
    cpk_status status;
    size_t got = 1;

    CPK_TRY(storage_read_open(transfer->storage, name, 0, -1, &reader, error));
    for (status = CPK_OK; got > 0;) {
        CPK_TRY_CLEANUP(storage_read_data(reader, piece, PIECE_BYTES, &got, error));
        if (write(file, piece, got) != (ssize_t)got) {
            status = error_set(error, CPK_ERROR_IO, "transfer", "can't write %s", name);
            goto cleanup;
        }
    }
cleanup:
    storage_read_close(reader);
    return status;
}

static cpk_status move_file(const struct transfer *transfer, const char *name, char *piece, cpk_error **error)
{
    char path[PATH_BYTES];
    cpk_status status;
    int file;

    snprintf(path, sizeof path, "%s/%s", transfer->folder, name);
    file = open(path, transfer->is_put ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) {
        return error_set(error, CPK_ERROR_IO, "transfer", "can't open %s", path);
    }
    status =
        transfer->is_put ? put_file(transfer, name, file, piece, error) : get_file(transfer, name, file, piece, error);
    close(file);
    return status;
}

static const char *take_name(struct transfer *transfer)
{
    const char *name = NULL;

    pthread_mutex_lock(&transfer->lock);
    if (transfer->next < transfer->count && !transfer->has_failed) {
        name = transfer->names[transfer->next++];
    }
    pthread_mutex_unlock(&transfer->lock);
    return name;
}

static void *work(void *argument)
{
    struct transfer *transfer = argument;
    char *piece = malloc(PIECE_BYTES);
    const char *name;

    while (piece != NULL && (name = take_name(transfer)) != NULL) {
        cpk_error *error = NULL;

        if (move_file(transfer, name, piece, &error) != CPK_OK) {
            pthread_mutex_lock(&transfer->lock);
            transfer->has_failed = 1;
            pthread_mutex_unlock(&transfer->lock);
            fprintf(stderr, "%s: %s\n", name, cpk_error_message(error));
            cpk_error_free(error);
        }
    }
    free(piece);
    return NULL;
}

static void add_name(struct transfer *transfer, const char *name)
{
    transfer->names = realloc(transfer->names, (transfer->count + 1) * sizeof *transfer->names);
    transfer->names[transfer->count++] = strdup(name);
}

static int32_t add_key(void *user, const char *key, const cpk_blob_info *info)
{
    (void)info;
    add_name(user, key);
    return 0;
}

static cpk_status find_names(struct transfer *transfer, cpk_error **error)
{
    struct dirent *entry;
    DIR *folder;

    if (!transfer->is_put) {
        return storage_list(transfer->storage, "", add_key, transfer, error);
    }
    folder = opendir(transfer->folder);
    if (folder == NULL) {
        return error_set(error, CPK_ERROR_IO, "transfer", "can't open the folder %s", transfer->folder);
    }
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            add_name(transfer, entry->d_name);
        }
    }
    closedir(folder);
    return CPK_OK;
}

static cpk_status run(struct transfer *transfer, int64_t threads, cpk_error **error)
{
    pthread_t started[THREADS_MAX];

    CPK_TRY(find_names(transfer, error));
    pthread_mutex_init(&transfer->lock, NULL);
    for (int64_t i = 0; i < threads; i++) {
        pthread_create(&started[i], NULL, work, transfer);
    }
    for (int64_t i = 0; i < threads; i++) {
        pthread_join(started[i], NULL);
    }
    pthread_mutex_destroy(&transfer->lock);
    for (size_t i = 0; i < transfer->count; i++) {
        free(transfer->names[i]);
    }
    free(transfer->names);
    return transfer->has_failed ? CPK_ERROR_STORAGE : CPK_OK;
}

/* Reads --set NAME=VALUE. Returns how many arguments those are. */
static int read_settings(struct context *context, int count, char **arguments)
{
    int used = 0;

    while (used + 1 < count && strcmp(arguments[used], "--set") == 0) {
        char *equal = strchr(arguments[used + 1], '=');

        if (equal == NULL) {
            break;
        }
        *equal = '\0';
        settings_set(&context->settings, arguments[used + 1], strtoll(equal + 1, NULL, 10), NULL);
        used += 2;
    }
    return used;
}

int main(int count, char **arguments)
{
    struct transfer transfer = {.count = 0};
    struct context context;
    struct rusage usage;
    cpk_error *error = NULL;
    cpk_status status;
    int64_t threads;

    context_init(&context);
    arguments += read_settings(&context, count - 1, arguments + 1);
    if (arguments[1] == NULL || arguments[2] == NULL || arguments[3] == NULL) {
        fprintf(stderr, "transfer [--set NAME=VALUE] put|get|remove URI FOLDER [THREADS]\n");
        return 2;
    }
    threads = arguments[4] != NULL ? strtoll(arguments[4], NULL, 10) : 4;
    threads = threads >= 1 && threads <= THREADS_MAX ? threads : 4;
    transfer.folder = arguments[3];
    transfer.is_put = strcmp(arguments[1], "put") == 0;
    status = storage_open(&context, arguments[2], &transfer.storage, &error);
    if (status == CPK_OK) {
        status = strcmp(arguments[1], "remove") == 0 ? storage_remove_prefix(transfer.storage, "", NULL, &error)
                                                     : run(&transfer, threads, &error);
    }
    storage_free(transfer.storage);
    if (error != NULL) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
    }
    cpk_error_free(error);
    context_free(&context);
    getrusage(RUSAGE_SELF, &usage);
    printf("%ld\n", usage.ru_maxrss);
    return status != CPK_OK;
}

#include "maintenance/storage_copy.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "storage/place.h"

#include <string.h>

#define DOMAIN      "storage"
#define PIECE_BYTES ((size_t)1 << 20)

/* A blob of a listing, in a buffer: these numbers, then the key with its NUL. */
struct entry {
    int64_t size_bytes;
    int64_t modified_us;
};

/* A place in a buffer of entries; key NULL: at its end. */
struct cursor {
    const struct buffer *entries;
    size_t at;
    struct entry entry;
    const char *key;
};

struct copy {
    struct storage *source;
    struct storage *target;
    const struct op_context *op;
    cpk_storage_copy_report *report;
    uint32_t flags;
    char *piece; /* PIECE_BYTES */
    int64_t done_bytes;
    int64_t total_bytes;
    struct buffer sources; /* entries */
    struct buffer targets;
};

/* A cpk_list_fn for a buffer. */
static int32_t add_entry(void *user, const char *key, const cpk_blob_info *info)
{
    const struct entry entry = {info->size_bytes, info->modified_us};
    struct buffer *entries = user;

    buffer_append(entries, &entry, sizeof entry);
    buffer_append(entries, key, strlen(key) + 1);
    return entries->failed;
}

static cpk_status list_all(struct storage *storage, struct buffer *entries, cpk_error **error)
{
    CPK_TRY(storage_list(storage, "", add_entry, entries, error));
    return entries->failed ? error_out_of_memory(error) : CPK_OK;
}

static void read_entry(struct cursor *cursor)
{
    cursor->key = NULL;
    if (cursor->at < cursor->entries->length) {
        memcpy(&cursor->entry, cursor->entries->data + cursor->at, sizeof cursor->entry);
        cursor->key = cursor->entries->data + cursor->at + sizeof cursor->entry;
    }
}

static void begin_entries(struct cursor *cursor, const struct buffer *entries)
{
    cursor->entries = entries;
    cursor->at = 0;
    read_entry(cursor);
}

static void next_entry(struct cursor *cursor)
{
    cursor->at += sizeof cursor->entry + strlen(cursor->key) + 1;
    read_entry(cursor);
}

/* Reads on to `writer`, or nowhere if it is NULL. */
static cpk_status read_pieces(struct copy *copy, struct storage_reader *reader, struct storage_writer *writer,
                              struct hash_sha256 *hash, cpk_error **error)
{
    size_t got;

    do {
        CPK_TRY(storage_read_data(reader, copy->piece, PIECE_BYTES, &got, error));
        hash_sha256_add(hash, copy->piece, got);
        if (writer != NULL) {
            CPK_TRY(storage_write_data(writer, copy->piece, got, error));
            copy->report->blob_bytes += (int64_t)got;
            copy->done_bytes += (int64_t)got;
        }
        CPK_TRY(op_progress(copy->op, CPK_STAGE_STORE, copy->done_bytes, copy->total_bytes, error));
    } while (got == PIECE_BYTES);
    return CPK_OK;
}

/* Reads the rest of a blob, to `writer` if that is not NULL, and computes its SHA-256. */
static cpk_status hash_reader(struct copy *copy, struct storage_reader *reader, struct storage_writer *writer,
                              unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;
    cpk_status finished;
    cpk_status status;

    CPK_TRY(hash_sha256_start(&hash, error));
    status = read_pieces(copy, reader, writer, &hash, error);
    finished = hash_sha256_finish(&hash, digest, status == CPK_OK ? error : NULL);
    return status == CPK_OK ? finished : status;
}

static cpk_status hash_blob(struct copy *copy, struct storage *storage, const char *key,
                            unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    struct storage_reader *reader;
    cpk_status status;

    CPK_TRY(storage_read_open(storage, key, 0, -1, &reader, error));
    status = hash_reader(copy, reader, NULL, digest, error);
    storage_read_close(reader);
    return status;
}

static cpk_status write_blob(struct copy *copy, struct storage_reader *reader, const char *key, int64_t size_bytes,
                             unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    struct storage_writer *writer;
    cpk_status status;

    CPK_TRY(storage_write_open(copy->target, key, size_bytes, &writer, error));
    status = hash_reader(copy, reader, writer, digest, error);
    if (status != CPK_OK) {
        storage_write_discard(writer);
        return status;
    }
    return storage_write_commit(writer, error);
}

/* Reads back what was written. */
static cpk_status verify_blob(struct copy *copy, const char *key, const unsigned char expected[HASH_SHA256_BYTES],
                              cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];

    CPK_TRY(hash_blob(copy, copy->target, key, digest, error));
    if (memcmp(digest, expected, sizeof digest) != 0) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                         "the copy of \"%.200s\" has other bytes than what was written, or was replaced meanwhile",
                         key);
    }
    copy->report->verified_blobs++;
    return CPK_OK;
}

/* Skips a blob that was removed since the listing. */
static cpk_status copy_blob(struct copy *copy, const char *key, int64_t size_bytes, cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];
    struct storage_reader *reader;
    cpk_status status = storage_read_open(copy->source, key, 0, -1, &reader, error);

    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    status = write_blob(copy, reader, key, size_bytes, digest, error);
    storage_read_close(reader);
    CPK_TRY(status);
    copy->report->blobs++;
    return (copy->flags & CPK_STORAGE_COPY_VERIFY) != 0 ? verify_blob(copy, key, digest, error) : CPK_OK;
}

/* 1 if both times are known and the target's blob is not older than the source's. */
static int32_t is_newer(const struct entry *target, const struct entry *source)
{
    return source->modified_us != CPK_TIME_UNKNOWN && target->modified_us != CPK_TIME_UNKNOWN &&
           target->modified_us >= source->modified_us;
}

/* Compares the bytes; a blob that one of both can't give is not the same: it will be copied, or skipped. */
static cpk_status compare(struct copy *copy, const char *key, int32_t *is_same, cpk_error **error)
{
    unsigned char source[HASH_SHA256_BYTES];
    unsigned char target[HASH_SHA256_BYTES];
    cpk_status status;

    *is_same = 0;
    status = hash_blob(copy, copy->target, key, target, error);
    if (status == CPK_OK) {
        status = hash_blob(copy, copy->source, key, source, error);
    }
    if (status == CPK_ERROR_NOT_FOUND || status == CPK_ERROR_STORAGE) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    *is_same = memcmp(source, target, sizeof source) == 0;
    return CPK_OK;
}

/* A blob that both have. */
static cpk_status copy_if_other(struct copy *copy, const struct cursor *source, const struct entry *target,
                                cpk_error **error)
{
    const int32_t verifies = (copy->flags & CPK_STORAGE_COPY_VERIFY) != 0;
    int32_t is_same = source->entry.size_bytes == target->size_bytes;

    if (is_same && (verifies || !is_newer(target, &source->entry))) {
        CPK_TRY(compare(copy, source->key, &is_same, error));
        copy->report->verified_blobs += verifies && is_same;
    }
    if (!is_same) {
        return copy_blob(copy, source->key, source->entry.size_bytes, error);
    }
    copy->report->known_blobs++;
    copy->done_bytes += source->entry.size_bytes;
    return op_progress(copy->op, CPK_STAGE_STORE, copy->done_bytes, copy->total_bytes, error);
}

/* Removes a blob of the target that the source does not have, also now. */
static cpk_status remove_other(struct copy *copy, const char *key, cpk_error **error)
{
    cpk_blob_info info = CPK_BLOB_INFO_INIT;
    cpk_status status;

    if ((copy->flags & CPK_STORAGE_COPY_MIRROR) == 0) {
        return CPK_OK;
    }
    status = storage_stat(copy->source, key, &info, error);
    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    CPK_TRY(storage_remove(copy->target, key, error));
    copy->report->removed_blobs++;
    return op_progress(copy->op, CPK_STAGE_STORE, copy->done_bytes, copy->total_bytes, error);
}

/* Walks through both listings, which are in byte order. */
static cpk_status copy_listed(struct copy *copy, cpk_error **error)
{
    struct cursor source;
    struct cursor target;

    for (begin_entries(&source, &copy->sources); source.key != NULL; next_entry(&source)) {
        copy->total_bytes += source.entry.size_bytes;
    }
    begin_entries(&source, &copy->sources);
    begin_entries(&target, &copy->targets);
    while (source.key != NULL || target.key != NULL) {
        const int order = source.key == NULL ? 1 : target.key == NULL ? -1 : strcmp(source.key, target.key);

        if (order < 0) {
            CPK_TRY(copy_blob(copy, source.key, source.entry.size_bytes, error));
        } else if (order == 0) {
            CPK_TRY(copy_if_other(copy, &source, &target.entry, error));
        } else {
            CPK_TRY(remove_other(copy, target.key, error));
        }
        if (order <= 0) {
            next_entry(&source);
        }
        if (order >= 0) {
            next_entry(&target);
        }
    }
    return CPK_OK;
}

cpk_status storage_copy_blobs(struct storage *source, struct storage *target, uint32_t flags,
                              const struct op_context *op, cpk_storage_copy_report *report, cpk_error **error)
{
    const cpk_allocator *allocator = &op->context->allocator;
    const cpk_cancel *cancel_before = storage_watch(op->options.cancel);
    struct copy copy = {.source = source, .target = target, .op = op, .report = report, .flags = flags};
    cpk_status status = CPK_OK;

    buffer_init(&copy.sources, allocator);
    buffer_init(&copy.targets, allocator);
    copy.piece = memory_allocate(allocator, PIECE_BYTES);
    if (copy.piece == NULL) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(list_all(target, &copy.targets, error));
    CPK_TRY_CLEANUP(list_all(source, &copy.sources, error));
    CPK_TRY_CLEANUP(copy_listed(&copy, error));
cleanup:
    memory_release(allocator, copy.piece, PIECE_BYTES);
    buffer_free(&copy.targets);
    buffer_free(&copy.sources);
    storage_watch(cancel_before);
    return status;
}

/* Length of a URI without what follows "?" and without slashes at its end. */
static size_t place_length(const char *uri)
{
    size_t length = strcspn(uri, "?");

    while (length > 0 && uri[length - 1] == '/') {
        length--;
    }
    return length;
}

/* A storage in itself, as the texts of the URIs tell: a copy would be copied by the next one, and so on. */
static int32_t is_inside(const char *inner, const char *outer)
{
    const size_t length = place_length(outer);

    return place_length(inner) >= length && strncmp(inner, outer, length) == 0 &&
           (inner[length] == '\0' || inner[length] == '/' || inner[length] == '?');
}

static cpk_status check_places(const struct storage_copy_request *request, cpk_error **error)
{
    int32_t layers;
    const char *source = request->source == NULL ? "" : storage_base_uri(request->source, &layers);
    const char *target = storage_base_uri(request->target, &layers);

    if (source[0] != '\0' && strcmp(source, "memory:") != 0 &&
        (is_inside(source, target) || is_inside(target, source))) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the source and the target of the copy are the same, or one is inside the other");
    }
    return CPK_OK;
}

cpk_status storage_copy_run(cpk_engine *engine, const struct storage_copy_request *request, const struct op_context *op,
                            cpk_storage_copy_report *report, cpk_error **error)
{
    struct storage *opened = NULL;
    struct storage *target = NULL;
    cpk_status status = CPK_OK;

    CPK_TRY(check_places(request, error));
    if (request->source == NULL) {
        CPK_TRY(engine_need_storage(engine, error));
    } else {
        CPK_TRY(storage_open_existing(&engine->context, request->source, &opened, error));
    }
    CPK_TRY_CLEANUP(storage_open(&engine->context, request->target, &target, error));
    CPK_TRY_CLEANUP(
        storage_copy_blobs(opened != NULL ? opened : engine->storage, target, request->flags, op, report, error));
cleanup:
    storage_free(target);
    storage_free(opened);
    return status;
}

#include "ingest/source_add.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "engine/blob_key.h"
#include "engine/blob_reader.h"
#include "engine/delete.h"
#include "engine/job_target.h"
#include "engine/lease.h"
#include "ingest/damage.h"
#include "ingest/input.h"
#include "store/pack.h"
#include "store/user.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)256 * 1024)

/* State shared by the steps of adding one input. */
struct source_addition {
    cpk_session *session;
    const struct op_context *op;
    struct input opened;
    char *block;
    struct lease lease; /* held while the bytes are stored */
    char sha256[HASH_SHA256_HEX_BYTES];
    uint64_t check[2];  /* hash of the bytes that `sha256` is of, for the second pass: much faster than SHA-256 */
    int64_t done_bytes; /* bytes read in both passes: hashing and storing */
};

static cpk_status read_block(struct source_addition *addition, size_t *got, cpk_error **error)
{
    const cpk_reader *reader = &addition->opened.reader;

    CPK_TRY(reader->read(reader->self, addition->block, BLOCK_BYTES, got, error));
    addition->done_bytes += (int64_t)*got;
    return op_progress(addition->op, CPK_STAGE_STORE, addition->done_bytes / 2, reader->size_bytes, error);
}

static cpk_status changed(const struct source_addition *addition, cpk_error **error)
{
    return error_set(error, CPK_ERROR_BUSY, "import", "%s changed while it was read: try again when it is complete",
                     addition->opened.name);
}

static void add_check(uint64_t check[2], const char *block, size_t length)
{
    hash_wide(check[0] + 3 * check[1], block, length, check);
}

static cpk_status hash_input(struct source_addition *addition, cpk_error **error)
{
    struct hash_sha256 hash;
    size_t got = 0;
    cpk_status status;

    CPK_TRY(hash_sha256_start(&hash, error));
    do {
        status = read_block(addition, &got, error);
        /* The file may grow while it is read. */
        if (status == CPK_OK && addition->done_bytes > addition->opened.reader.size_bytes) {
            status = changed(addition, error);
        }
        if (status == CPK_OK) {
            hash_sha256_add(&hash, addition->block, got);
            add_check(addition->check, addition->block, got);
        }
    } while (status == CPK_OK && got > 0);
    status = hash_sha256_finish_hex(&hash, status, addition->sha256, error);
    input_rewind(&addition->opened);
    return status;
}

static cpk_status copy_blocks(struct source_addition *addition, struct storage_writer *writer, uint64_t check[2],
                              cpk_error **error)
{
    size_t got;

    for (;;) {
        CPK_TRY(read_block(addition, &got, error));
        add_check(check, addition->block, got);
        if (got == 0) {
            return CPK_OK;
        }
        CPK_TRY(lease_keep(&addition->lease, error));
        CPK_TRY(storage_write_data(writer, addition->block, got, error));
    }
}

/* Checks that the stored bytes are those that were hashed: the file may have changed between the two passes. */
static cpk_status copy_input(struct source_addition *addition, struct storage_writer *writer, cpk_error **error)
{
    uint64_t check[2] = {0, 0};

    CPK_TRY(copy_blocks(addition, writer, check, error));
    return check[0] == addition->check[0] && check[1] == addition->check[1] ? CPK_OK : changed(addition, error);
}

static cpk_status write_blob(struct source_addition *addition, const char *key, cpk_error **error)
{
    struct storage_writer *writer;
    cpk_status status;

    CPK_TRY(storage_write_open(addition->session->storage, key, addition->opened.reader.size_bytes, &writer, error));
    status = copy_input(addition, writer, error);
    if (status != CPK_OK) {
        storage_write_discard(writer);
        return status;
    }
    return storage_write_commit(writer, error);
}

/* Stores the bytes and releases the lease. If that fails, a row created for these bytes is deleted while the
 * lease still protects it; after a lost lease the row belongs to another process. */
static cpk_status store_bytes(struct source_addition *addition, const cpk_source *source, int32_t is_new,
                              cpk_error **error)
{
    cpk_status status = write_blob(addition, source->r2_raw_path, error);

    if (status != CPK_OK && is_new && lease_confirm(&addition->lease, NULL) == CPK_OK) {
        (void)storage_remove(addition->session->storage, source->r2_raw_path, NULL); /* a partly committed blob */
        (void)store_source_delete(addition->session->work, NULL, source->source_id, NULL);
        lease_forget(&addition->lease);
        return status;
    }
    if (status == CPK_OK && lease_give_up(&addition->lease, NULL) == CPK_OK) {
        return CPK_OK; /* the row already exists */
    }
    lease_release(&addition->lease);
    return delete_if_gone(addition->session, source, status, NULL, error);
}

static int32_t first_type(const struct input *opened)
{
    if (opened->source_type != 0) {
        return opened->source_type;
    }
    return opened->is_paste ? CPK_SOURCE_TEXT : CPK_SOURCE_DOCUMENT; /* extraction detects the type more exactly */
}

static cpk_status create_source(struct source_addition *addition, const cpk_pack *pack, cpk_source **source,
                                cpk_error **error)
{
    char source_id[UUID_TEXT_BYTES];
    char key[KEY_BYTES];
    struct source_params params;
    cpk_status status;

    CPK_TRY(uuid_create(&addition->session->engine->context, source_id, error));
    CPK_TRY(blob_key_of_source(key, pack->r2_pack_directory, source_id, KEY_RAW, error));
    CPK_TRY(storage_check_key(addition->session->storage, key, error)); /* checked before a row is created */
    CPK_TRY(lease_prepare(&addition->lease, addition->session, OWNER_SOURCE, source_id, error));
    memset(&params, 0, sizeof params);
    params.source_id = source_id;
    params.name = addition->opened.name;
    params.type = first_type(&addition->opened);
    params.file_name = addition->opened.is_paste ? NULL : addition->opened.name;
    params.file_size_bytes = addition->opened.reader.size_bytes;
    params.r2_raw_path = key;
    params.sha256 = addition->sha256;
    params.lease_owner = addition->lease.owner;
    params.lease_expires_us = lease_expiry(addition->session);
    status = store_source_create(addition->session->work, NULL, pack->pack_id, &params, source, error);
    if (status != CPK_OK) {
        lease_forget(&addition->lease);
    }
    return status;
}

/* Reads the stored bytes again: storage may have lost, truncated or changed them. */
static cpk_status has_bytes(const struct source_addition *addition, const cpk_source *source, int32_t *has,
                            cpk_error **error)
{
    return blob_has_hash(addition->session->storage, source->r2_raw_path, addition->sha256, has,
                         &addition->session->engine->context.allocator, error);
}

/* Stores the bytes of a source whose first upload was interrupted or whose blob was lost. */
static cpk_status complete_bytes(struct source_addition *addition, const cpk_source *source, cpk_error **error)
{
    int32_t has;

    CPK_TRY(has_bytes(addition, source, &has, error));
    if (has) {
        return CPK_OK;
    }
    CPK_TRY(lease_acquire(&addition->lease, addition->session, OWNER_SOURCE, source->source_id, error));
    return store_bytes(addition, source, 0, error);
}

/* Removes other damaged blobs so that the next run recreates them. Skipped if another process works on the
 * source: it does the same. */
static cpk_status drop_damaged(struct source_addition *addition, const cpk_pack *pack, const cpk_source *source,
                               cpk_error **error)
{
    struct job_target target;
    int64_t dropped;
    cpk_status status;

    if (!source_is_extracted(source)) {
        return CPK_OK;
    }
    status = lease_acquire(&addition->lease, addition->session, OWNER_SOURCE, source->source_id, error);
    if (status == CPK_ERROR_BUSY) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    status = job_target_from_source(addition->session, source, pack, &target, error);
    if (status == CPK_OK) {
        status = damage_drop(&target, &addition->lease, &dropped, error);
    }
    job_target_free(&target);
    lease_release(&addition->lease);
    return status;
}

/* Finds the source with these bytes; NULL if there is none. */
static cpk_status find_source(struct source_addition *addition, const cpk_pack *pack, cpk_source **source,
                              cpk_error **error)
{
    return store_source_find_by_sha256(addition->session->work, NULL, pack->pack_id, addition->sha256, source, error);
}

static cpk_status add_known(struct source_addition *addition, const cpk_pack *pack, cpk_source **source,
                            cpk_error **error)
{
    cpk_status status = complete_bytes(addition, *source, error);

    if (status == CPK_OK) {
        status = drop_damaged(addition, pack, *source, error);
    }
    if (status != CPK_OK) {
        record_free(*source);
        *source = NULL;
    }
    return status;
}

/* The row is created before the blob, so that every blob is named by a row. */
static cpk_status add_new(struct source_addition *addition, const cpk_pack *pack, int32_t *added, cpk_source **source,
                          cpk_error **error)
{
    cpk_status status = create_source(addition, pack, source, error);

    if (status == CPK_ERROR_ALREADY_EXISTS) { /* another process added the same bytes first */
        error_clear(error);
        CPK_TRY(find_source(addition, pack, source, error));
        return *source != NULL ? add_known(addition, pack, source, error)
                               : error_set(error, CPK_ERROR_BUSY, "import", "the source is being changed");
    }
    CPK_TRY(status);
    status = store_bytes(addition, *source, 1, error);
    *added = status == CPK_OK;
    if (status != CPK_OK) {
        record_free(*source);
        *source = NULL;
        return status;
    }
    (*source)->lease_expires_us = CPK_TIME_UNKNOWN; /* given up with the bytes stored */
    return CPK_OK;
}

/* A step that runs once the input is open. */
typedef cpk_status (*addition_step_fn)(struct source_addition *addition, void *user, cpk_error **error);

static cpk_status with_input(cpk_session *session, const cpk_input *given, const struct op_context *op,
                             addition_step_fn step, void *user, cpk_error **error)
{
    const cpk_allocator *allocator = &session->engine->context.allocator;
    struct source_addition addition;
    cpk_status status;

    memset(&addition, 0, sizeof addition);
    addition.session = session;
    addition.op = op;
    addition.block = memory_allocate(allocator, BLOCK_BYTES);
    if (addition.block == NULL) {
        return error_out_of_memory(error);
    }
    status = input_open(op, given, &addition.opened, error);
    if (status == CPK_OK) {
        status = step(&addition, user, error);
    }
    input_close(&addition.opened);
    memory_release(allocator, addition.block, BLOCK_BYTES);
    return status;
}

struct pack_call {
    const cpk_pack *pack;
    int32_t *added;
    cpk_source **source;
};

static cpk_status add_to_pack(struct source_addition *addition, void *user, cpk_error **error)
{
    const struct pack_call *call = user;

    CPK_TRY(hash_input(addition, error));
    CPK_TRY(find_source(addition, call->pack, call->source, error));
    return *call->source != NULL ? add_known(addition, call->pack, call->source, error)
                                 : add_new(addition, call->pack, call->added, call->source, error);
}

cpk_status source_add(const struct op_context *op, const char *pack_id, const cpk_input *given, int32_t *added,
                      cpk_source **source, cpk_error **error)
{
    struct pack_call call = {NULL, added, source};
    cpk_session *session = op->session;
    cpk_pack *pack = NULL;
    cpk_status status;

    *added = 0;
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_user_check(session->work, NULL, USER_MAY_PAY, error));
    CPK_TRY(store_pack_get(session->work, NULL, pack_id, &pack, error));
    call.pack = pack;
    status = with_input(session, given, op, add_to_pack, &call, error);
    record_free(pack);
    return status;
}

/* --- V1 jobs --- */

static cpk_status create_job(struct source_addition *addition, cpk_job **job, cpk_error **error)
{
    char job_id[UUID_TEXT_BYTES];
    struct job_params params;
    cpk_status status;

    CPK_TRY(uuid_create(&addition->session->engine->context, job_id, error));
    CPK_TRY(lease_prepare(&addition->lease, addition->session, OWNER_JOB, job_id, error));
    memset(&params, 0, sizeof params);
    params.job_id = job_id;
    params.file_name = addition->opened.name;
    params.file_size_bytes = addition->opened.reader.size_bytes;
    params.sha256 = addition->sha256;
    params.lease_owner = addition->lease.owner;
    params.lease_expires_us = lease_expiry(addition->session);
    status = store_job_create(addition->session->work, NULL, &params, job, error);
    if (status != CPK_OK) {
        lease_forget(&addition->lease);
    }
    return status;
}

static cpk_status add_job(struct source_addition *addition, void *user, cpk_error **error)
{
    cpk_job **job = user;
    cpk_status status;

    CPK_TRY(hash_input(addition, error));
    CPK_TRY(create_job(addition, job, error));
    status = write_blob(addition, (*job)->r2_path, error);
    if (status == CPK_OK) {
        lease_release(&addition->lease);
        return CPK_OK;
    }
    if (lease_confirm(&addition->lease, NULL) == CPK_OK) {
        (void)storage_remove(addition->session->storage, (*job)->r2_path, NULL); /* a partly committed blob */
        (void)store_job_delete(addition->session->work, NULL, (*job)->job_id, NULL);
    }
    lease_forget(&addition->lease);
    record_free(*job);
    *job = NULL;
    return status;
}

cpk_status source_add_job(cpk_session *session, const cpk_input *given, const struct op_context *op, cpk_job **job,
                          cpk_error **error)
{
    *job = NULL;
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_user_check(session->work, NULL, USER_MAY_PAY, error));
    return with_input(session, given, op, add_job, job, error);
}

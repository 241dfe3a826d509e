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
    char check[HASH_WIDE_HEX_BYTES]; /* of the bytes that `sha256` is of: much faster than SHA-256 */
    int32_t passes;                  /* in which the bytes are read: hashing and storing, or both at once */
    int64_t done_bytes;              /* in all passes */
};

static cpk_status read_block(struct source_addition *addition, size_t *got, cpk_error **error)
{
    const cpk_reader *reader = &addition->opened.reader;
    int64_t done;

    CPK_TRY(reader->read(reader->self, addition->block, BLOCK_BYTES, got, error));
    addition->done_bytes += (int64_t)*got;
    done = addition->done_bytes / addition->passes;
    return op_progress(addition->op, CPK_STAGE_STORE, done < reader->size_bytes ? done : reader->size_bytes,
                       reader->size_bytes, error);
}

static cpk_status changed(const struct source_addition *addition, cpk_error **error)
{
    return error_set(error, CPK_ERROR_BUSY, "import", "%s changed while it was read: try again when it is complete",
                     addition->opened.name);
}

/* Reads the input once, computes its hashes and writes it to `writer`, if that is not NULL. */
static cpk_status hash_blocks(struct source_addition *addition, struct storage_writer *writer, struct hash_sha256 *hash,
                              cpk_error **error)
{
    struct hash_wide check;
    size_t got = 0;

    hash_wide_start(&check, 0);
    do {
        CPK_TRY(read_block(addition, &got, error));
        if (addition->done_bytes > addition->opened.reader.size_bytes) { /* a file may grow while it is read */
            return changed(addition, error);
        }
        hash_sha256_add(hash, addition->block, got);
        hash_wide_add(&check, addition->block, got);
        if (writer != NULL && got > 0) {
            CPK_TRY(storage_write_data(writer, addition->block, got, error));
        }
    } while (got > 0);
    hash_wide_finish_hex(&check, addition->check);
    return input_is_changed(&addition->opened) ? changed(addition, error) : CPK_OK;
}

static cpk_status hash_input(struct source_addition *addition, struct storage_writer *writer, cpk_error **error)
{
    struct hash_sha256 hash;
    cpk_status status;

    CPK_TRY(hash_sha256_start(&hash, error));
    status = hash_blocks(addition, writer, &hash, error);
    status = hash_sha256_finish_hex(&hash, status, addition->sha256, error);
    input_rewind(&addition->opened);
    return status;
}

static cpk_status copy_blocks(struct source_addition *addition, struct storage_writer *writer, struct hash_wide *check,
                              cpk_error **error)
{
    size_t got;

    for (;;) {
        CPK_TRY(read_block(addition, &got, error));
        hash_wide_add(check, addition->block, got);
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
    char hex[HASH_WIDE_HEX_BYTES];
    struct hash_wide check;

    hash_wide_start(&check, 0);
    CPK_TRY(copy_blocks(addition, writer, &check, error));
    hash_wide_finish_hex(&check, hex);
    return strcmp(hex, addition->check) == 0 ? CPK_OK : changed(addition, error);
}

static cpk_status open_writer(const struct source_addition *addition, const char *key, struct storage_writer **writer,
                              cpk_error **error)
{
    return storage_write_open(addition->session->storage, key, addition->opened.reader.size_bytes, writer, error);
}

static cpk_status write_blob(struct source_addition *addition, const char *key, cpk_error **error)
{
    struct storage_writer *writer;
    cpk_status status;

    CPK_TRY(open_writer(addition, key, &writer, error));
    status = copy_input(addition, writer, error);
    if (status != CPK_OK) {
        storage_write_discard(writer);
        return status;
    }
    return storage_write_commit(writer, error);
}

/* After the bytes were stored with `status`: releases the lease. If that failed, a row created for these bytes is
 * deleted while the lease still protects it; after a lost lease the row belongs to another process. */
static cpk_status end_storing(struct source_addition *addition, const cpk_source *source, int32_t is_new,
                              cpk_status status, cpk_error **error)
{
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

static cpk_status store_bytes(struct source_addition *addition, const cpk_source *source, int32_t is_new,
                              cpk_error **error)
{
    return end_storing(addition, source, is_new, write_blob(addition, source->r2_raw_path, error), error);
}

static int32_t first_type(const struct input *opened)
{
    if (opened->source_type != 0) {
        return opened->source_type;
    }
    return opened->is_paste ? CPK_SOURCE_TEXT : CPK_SOURCE_DOCUMENT; /* extraction detects the type more exactly */
}

/* What a new source is named by before its row is created. */
struct new_source {
    char id[UUID_TEXT_BYTES];
    char key[KEY_BYTES]; /* of the raw bytes */
};

static cpk_status name_source(const struct source_addition *addition, const cpk_pack *pack, struct new_source *made,
                              cpk_error **error)
{
    CPK_TRY(uuid_create(&addition->session->engine->context, made->id, error));
    CPK_TRY(blob_key_of_source(made->key, pack->r2_pack_directory, made->id, KEY_RAW, error));
    return storage_check_key(addition->session->storage, made->key, error); /* checked before a row is created */
}

static cpk_status create_source(struct source_addition *addition, const cpk_pack *pack, const struct new_source *made,
                                cpk_source **source, cpk_error **error)
{
    struct source_params params;
    cpk_status status;

    CPK_TRY(lease_prepare(&addition->lease, addition->session, OWNER_SOURCE, made->id, error));
    memset(&params, 0, sizeof params);
    params.source_id = made->id;
    params.name = addition->opened.name;
    params.type = first_type(&addition->opened);
    params.file_name = addition->opened.is_paste ? NULL : addition->opened.name;
    params.file_size_bytes = addition->opened.reader.size_bytes;
    params.r2_raw_path = made->key;
    params.sha256 = addition->sha256;
    params.raw_check = addition->check;
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

/* Another process added the same bytes first. */
static cpk_status add_theirs(struct source_addition *addition, const cpk_pack *pack, cpk_source **source,
                             cpk_error **error)
{
    error_clear(error);
    CPK_TRY(find_source(addition, pack, source, error));
    return *source != NULL ? add_known(addition, pack, source, error)
                           : error_set(error, CPK_ERROR_BUSY, "import", "the source is being changed");
}

/* Ends the adding of a source whose row was created. */
static cpk_status end_adding(cpk_status status, int32_t *added, cpk_source **source)
{
    *added = status == CPK_OK;
    if (status != CPK_OK) {
        record_free(*source);
        *source = NULL;
        return status;
    }
    (*source)->lease_expires_us = CPK_TIME_UNKNOWN; /* given up with the bytes stored */
    return CPK_OK;
}

/* The row is created before the blob, so that every blob is named by a row. */
static cpk_status add_new(struct source_addition *addition, const cpk_pack *pack, int32_t *added, cpk_source **source,
                          cpk_error **error)
{
    struct new_source made;
    cpk_status status;

    CPK_TRY(name_source(addition, pack, &made, error));
    status = create_source(addition, pack, &made, source, error);
    if (status == CPK_ERROR_ALREADY_EXISTS) {
        return add_theirs(addition, pack, source, error);
    }
    CPK_TRY(status);
    return end_adding(store_bytes(addition, *source, 1, error), added, source);
}

/* Hashes and writes the bytes in one pass, for a source that the pack can't have yet. The blob appears when it is
 * committed, which is after the row was created. */
static cpk_status add_at_once(struct source_addition *addition, const cpk_pack *pack, int32_t *added,
                              cpk_source **source, cpk_error **error)
{
    struct storage_writer *writer = NULL;
    struct new_source made;
    cpk_status status;

    addition->passes = 1;
    CPK_TRY(name_source(addition, pack, &made, error));
    CPK_TRY(open_writer(addition, made.key, &writer, error));
    CPK_TRY_CLEANUP(hash_input(addition, writer, error));
    CPK_TRY_CLEANUP(create_source(addition, pack, &made, source, error));
    status = storage_write_commit(writer, error);
    return end_adding(end_storing(addition, *source, 1, status, error), added, source);

cleanup:
    storage_write_discard(writer);
    return status == CPK_ERROR_ALREADY_EXISTS ? add_theirs(addition, pack, source, error) : status;
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
    addition.passes = 2;
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
    int32_t has_size;

    CPK_TRY(store_source_has_size(addition->session->work, NULL, call->pack->pack_id,
                                  addition->opened.reader.size_bytes, &has_size, error));
    if (!has_size) {
        return add_at_once(addition, call->pack, call->added, call->source, error);
    }
    CPK_TRY(hash_input(addition, NULL, error));
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

    CPK_TRY(hash_input(addition, NULL, error));
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

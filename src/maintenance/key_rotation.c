#include "maintenance/key_rotation.h"

#include "base/error.h"
#include "storage/encryption/encryption.h"

static cpk_status report_progress(void *user, int64_t done, cpk_error **error)
{
    return op_progress(user, CPK_STAGE_STORE, done, -1, error);
}

cpk_status key_rotation_run(cpk_engine *engine, int64_t data_key_age_ms, const struct op_context *op,
                            cpk_key_report *report, cpk_error **error)
{
    const struct encryption_rotate_request request = {data_key_age_ms, report_progress, (void *)op};
    struct encryption_rotation rotation;
    struct encryption *encryption;
    cpk_status status;

    CPK_TRY(engine_need_storage(engine, error));
    encryption = storage_encryption(engine->storage);
    if (encryption == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "storage",
                         "the engine's storage is not encrypted: its URI does not start with \"encrypted+\"");
    }
    status = encryption_rotate(encryption, &request, &rotation, error);
    report->data_keys = rotation.data_keys;
    report->rewrapped_keys = rotation.rewrapped_keys;
    report->new_keys = rotation.new_keys;
    report->blobs = rotation.blobs;
    report->blob_bytes = rotation.blob_bytes;
    report->removed_keys = rotation.removed_keys;
    report->replaced_keys = rotation.replaced_keys;
    return status;
}

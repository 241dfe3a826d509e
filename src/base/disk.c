#include "base/disk.h"

#include "base/error.h"

#include <sys/statvfs.h>

#define RESERVE_BYTES_MAX (INT64_C(1) << 30)
#define RESERVE_PART      20 /* of the disk */

static int64_t blocks_to_bytes(fsblkcnt_t blocks, unsigned long block_bytes)
{
    return blocks > (fsblkcnt_t)INT64_MAX / (block_bytes > 0 ? block_bytes : 1) ? INT64_MAX
                                                                                : (int64_t)(blocks * block_bytes);
}

/* Default reserve: a twentieth of the disk, at most RESERVE_BYTES_MAX. */
static int64_t reserved_bytes(const struct context *context, const struct statvfs *disk)
{
    int64_t setting = context_setting(context, SETTING_STORAGE_MIN_FREE_BYTES);
    int64_t part = blocks_to_bytes(disk->f_blocks, disk->f_frsize) / RESERVE_PART;

    if (setting >= 0) {
        return setting;
    }
    return part < RESERVE_BYTES_MAX ? part : RESERVE_BYTES_MAX;
}

cpk_status disk_check(const struct context *context, int file, int64_t written, int64_t more, const char *what,
                      cpk_error **error)
{
    struct statvfs disk;
    int64_t reserve;
    int64_t left;

    if ((more < DISK_CHECK_BYTES && written / DISK_CHECK_BYTES == (written + more) / DISK_CHECK_BYTES) ||
        fstatvfs(file, &disk) != 0) {
        return CPK_OK;
    }
    reserve = reserved_bytes(context, &disk);
    left = blocks_to_bytes(disk.f_bavail, disk.f_frsize);
    if (left >= reserve && left - reserve >= more) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_NO_SPACE, "disk",
                     "%s would leave less than storage.min_free_bytes (%lld) free on its disk, which has %lld left",
                     what, (long long)reserve, (long long)left);
}

#include "database/sqlite/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "WAL-mode File Format", sqlite.org/walformat.html */
#define HEADER_BYTES       32
#define FRAME_HEADER_BYTES 24
#define MAGIC              0x377f0682u /* the lowest bit: checksums are of read_big_endian-endian words */
#define VERSION            3007000u
#define PAGE_BYTES_MIN     512
#define PAGE_BYTES_MAX     65536
#define PATH_BYTES         4200

struct log {
    int file;
    int big_endian;
    uint32_t page_bytes;
    uint32_t sums[2]; /* cumulative checksum of the frames so far */
    unsigned char salts[8];
    unsigned char frame[FRAME_HEADER_BYTES + PAGE_BYTES_MAX];
};

static uint32_t read_big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t read_little_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static void add_to_sums(struct log *log, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i += 8) {
        uint32_t first = log->big_endian ? read_big_endian(bytes + i) : read_little_endian(bytes + i);
        uint32_t second = log->big_endian ? read_big_endian(bytes + i + 4) : read_little_endian(bytes + i + 4);

        log->sums[0] += first + log->sums[1];
        log->sums[1] += second + log->sums[0];
    }
}

static int sums_are(const struct log *log, const unsigned char *stored)
{
    return read_big_endian(stored) == log->sums[0] && read_big_endian(stored + 4) == log->sums[1];
}

static int read_at(const struct log *log, void *bytes, size_t count, int64_t offset)
{
    size_t done = 0;

    while (done < count) {
        ssize_t got = pread(log->file, (char *)bytes + done, count - done, (off_t)(offset + (int64_t)done));

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return 0;
        }
        done += (size_t)got;
    }
    return 1;
}

static int64_t frame_offset(const struct log *log, int64_t index)
{
    return HEADER_BYTES + index * (int64_t)(FRAME_HEADER_BYTES + log->page_bytes);
}

/* Returns 0 for a frame left over from before the log was restarted: both salts differ. */
static int is_current(const struct log *log, const unsigned char *header)
{
    return memcmp(header + 8, log->salts, 4) == 0 || memcmp(header + 12, log->salts + 4, 4) == 0;
}

static int frame_is_valid(struct log *log, int64_t index)
{
    if (!read_at(log, log->frame, FRAME_HEADER_BYTES + log->page_bytes, frame_offset(log, index)) ||
        memcmp(log->frame + 8, log->salts, 8) != 0 || read_big_endian(log->frame) == 0) {
        return 0;
    }
    add_to_sums(log, log->frame, 8);
    add_to_sums(log, log->frame + FRAME_HEADER_BYTES, log->page_bytes);
    return sums_are(log, log->frame + 16);
}

/* Counts the commits in the frames from `index` on. A commit that is followed by another frame was durable, because
 * each commit syncs the log before the next frame is written. */
static void count_commits(const struct log *log, int64_t index, struct log_damage *damage)
{
    unsigned char header[FRAME_HEADER_BYTES];

    damage->offset = frame_offset(log, index);
    for (; read_at(log, header, sizeof header, frame_offset(log, index)); index++) {
        if (!is_current(log, header)) {
            continue;
        }
        damage->lost_commits += damage->torn_commits;
        damage->torn_commits = read_big_endian(header + 4) != 0;
    }
    if (damage->lost_commits > 0) { /* the last one is then lost, too */
        damage->lost_commits += damage->torn_commits;
        damage->torn_commits = 0;
    }
}

/* Gets the salts from the first frame, for a log with a damaged header. */
static void use_first_frame(struct log *log)
{
    unsigned char header[FRAME_HEADER_BYTES];

    if (log->page_bytes < PAGE_BYTES_MIN || log->page_bytes > PAGE_BYTES_MAX ||
        (log->page_bytes & (log->page_bytes - 1)) != 0) {
        log->page_bytes = 4096;
    }
    if (read_at(log, header, sizeof header, HEADER_BYTES)) {
        memcpy(log->salts, header + 8, sizeof log->salts);
    }
}

static int header_is_valid(struct log *log, const unsigned char header[HEADER_BYTES])
{
    log->big_endian = header[3] & 1;
    log->page_bytes = read_big_endian(header + 8);
    memcpy(log->salts, header + 16, sizeof log->salts);
    add_to_sums(log, header, 24);
    return (read_big_endian(header) & ~1u) == MAGIC && read_big_endian(header + 4) == VERSION &&
           sums_are(log, header + 24) && log->page_bytes >= PAGE_BYTES_MIN && log->page_bytes <= PAGE_BYTES_MAX &&
           (log->page_bytes & (log->page_bytes - 1)) == 0;
}

static void find_damage(struct log *log, struct log_damage *damage)
{
    unsigned char header[HEADER_BYTES];
    int64_t index = 0;

    if (!read_at(log, header, sizeof header, 0)) {
        return; /* shorter than a header: no transaction was written */
    }
    if (!header_is_valid(log, header)) {
        use_first_frame(log);
        count_commits(log, 0, damage);
        damage->offset = 0;
        damage->lost_commits += damage->torn_commits; /* the header was durable before the first frame was written */
        damage->torn_commits = 0;
        return;
    }
    while (frame_is_valid(log, index)) {
        index++;
    }
    count_commits(log, index, damage);
}

int log_find_damage(const char *database, struct log_damage *damage)
{
    char path[PATH_BYTES];
    struct log *log;

    memset(damage, 0, sizeof *damage);
    if ((size_t)snprintf(path, sizeof path, "%s-wal", database) >= sizeof path) {
        return 0;
    }
    log = calloc(1, sizeof *log);
    if (log == NULL) {
        return 0;
    }
    log->file = open(path, O_RDONLY | O_CLOEXEC);
    if (log->file >= 0) {
        find_damage(log, damage);
        close(log->file);
    }
    free(log);
    return damage->lost_commits > 0;
}

#include "extract/archive/archive.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/archive/archive_overlap.h"

#include <string.h>
#include <sys/stat.h>
#include <zip.h>
#include <zlib.h>

#define DOMAIN       "archive"
#define WINDOW_BYTES ((size_t)64 * 1024)
#define RATIO_FREE_BYTES                                                                                               \
    (INT64_C(16) << 20) /* not limited by the ratio, which small archives of repetitive text may exceed */
#define DOCUMENT_RATIO_FREE_BYTES (INT64_C(1) << 20)
#define END_BYTES                 22 /* end of central directory record, without its comment */
#define END64_BYTES               56
#define LOCATOR64_BYTES           20
#define COMMENT_MAX_BYTES         65535
#define DIRECTORY_ENTRY_MIN_BYTES 46

#define NOT_WHOLE                                                                                                      \
    "%s is an incomplete ZIP: the directory at its end is missing, so it was probably truncated by a download or "     \
    "copy; download it again"

struct archive {
    const struct context *context;
    cpk_reader reader;
    struct archive *root; /* the outermost archive; nested ones count towards its limits */
    zip_t *zip;
    struct arena names;
    struct archive_entry *entries;
    size_t entry_count;
    int64_t inflated_bytes; /* root only: all bytes read from it and from nested archives */
    int32_t is_document;    /* it has the limits of a document as well */
    int64_t document_bytes; /* inflated from it, if it is a document */
    int64_t position;       /* read position of libzip */
    zip_error_t source_error;
    cpk_error *read_error; /* error of the reader, until report() returns it */
    unsigned char *window; /* read-ahead buffer, because libzip reads 8 KiB at a time */
    int64_t window_offset;
    size_t window_length;
};

int32_t archive_is(const void *head, size_t length)
{
    return length >= 4 &&
           (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0 || memcmp(head, "PK\7\10PK", 4) == 0);
}

static cpk_status window_read(struct archive *archive, void *buffer, size_t length, size_t *got)
{
    int64_t begin = archive->window_offset;

    *got = 0;
    if (archive->position < begin || archive->position >= begin + (int64_t)archive->window_length) {
        archive->window_length = 0;
        archive->window_offset = archive->position;
        CPK_TRY(archive->reader.read_at(archive->reader.self, archive->position, archive->window, WINDOW_BYTES,
                                        &archive->window_length, &archive->read_error));
    }
    if (archive->window_length > 0) {
        size_t at = (size_t)(archive->position - archive->window_offset);
        size_t left = archive->window_length - at;

        *got = left < length ? left : length;
        memcpy(buffer, archive->window + at, *got);
        archive->position += (int64_t)*got;
    }
    return CPK_OK;
}

static zip_int64_t source_read(struct archive *archive, unsigned char *buffer, zip_uint64_t length)
{
    zip_uint64_t done = 0;

    while (done < length) {
        size_t got;

        error_clear(&archive->read_error);
        if (window_read(archive, buffer + done, (size_t)(length - done), &got) != CPK_OK) {
            zip_error_set(&archive->source_error, ZIP_ER_READ, 0);
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += got;
    }
    return (zip_int64_t)done;
}

static zip_int64_t source_stat(struct archive *archive, void *data, zip_uint64_t length)
{
    zip_stat_t *stat = data;

    if (length < sizeof *stat) {
        zip_error_set(&archive->source_error, ZIP_ER_INVAL, 0);
        return -1;
    }
    zip_stat_init(stat);
    stat->size = (zip_uint64_t)archive->reader.size_bytes;
    stat->valid = ZIP_STAT_SIZE;
    return (zip_int64_t)sizeof *stat;
}

static zip_int64_t source_seek(struct archive *archive, void *data, zip_uint64_t length)
{
    zip_int64_t position =
        zip_source_seek_compute_offset((zip_uint64_t)archive->position, (zip_uint64_t)archive->reader.size_bytes, data,
                                       length, &archive->source_error);

    if (position >= 0) {
        archive->position = position;
    }
    return position >= 0 ? 0 : -1;
}

/* libzip's callback for access to the archive's bytes. */
static zip_int64_t source_command(void *self, void *data, zip_uint64_t length, zip_source_cmd_t command)
{
    struct archive *archive = self;

    switch (command) {
    case ZIP_SOURCE_OPEN:
        archive->position = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return source_read(archive, data, length);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
        return 0;
    case ZIP_SOURCE_STAT:
        return source_stat(archive, data, length);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&archive->source_error, data, length);
    case ZIP_SOURCE_SEEK:
        return source_seek(archive, data, length);
    case ZIP_SOURCE_TELL:
        return archive->position;
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                              ZIP_SOURCE_SUPPORTS, -1);
    default:
        zip_error_set(&archive->source_error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

/* Moves a stored error to the caller. */
static cpk_status move_error(cpk_error **stored, cpk_error **error)
{
    cpk_error *problem = *stored;

    *stored = NULL;
    return error_give(error, problem);
}

static cpk_status report_damage(zip_error_t *problem, const char *what, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "%s is a damaged ZIP: %s", what,
                     zip_error_strerror(problem));
}

/* Translates an error of libzip. An error of the reader is returned unchanged. */
static cpk_status report(struct archive *archive, zip_error_t *problem, const char *what, cpk_error **error)
{
    int code = zip_error_code_zip(problem);

    if (archive->read_error != NULL) {
        return move_error(&archive->read_error, error);
    }
    switch (code) {
    case ZIP_ER_MEMORY:
        return error_out_of_memory(error);
    case ZIP_ER_ZLIB:
        if (zip_error_code_system(problem) == Z_MEM_ERROR) {
            return error_out_of_memory(error);
        }
        return report_damage(problem, what, error);
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
        return error_set(error, CPK_ERROR_ENCRYPTED, DOMAIN,
                         "%s is encrypted: unpack it with its password and import its content", what);
    case ZIP_ER_MULTIDISK:
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "%s is one volume of a split ZIP: join the volumes into one file first", what);
    case ZIP_ER_COMPNOTSUPP:
    case ZIP_ER_ENCRNOTSUPP:
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "%s uses an unsupported ZIP feature: %s", what,
                         zip_error_strerror(problem));
    case ZIP_ER_NOZIP:
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, NOT_WHOLE, what);
    default:
        return report_damage(problem, what, error);
    }
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;

    while (count > 0) {
        count--;
        value = value << 8 | bytes[count];
    }
    return value;
}

static cpk_status read_exactly(struct archive *archive, int64_t offset, unsigned char *buffer, size_t length,
                               cpk_error **error)
{
    size_t done = 0;

    while (done < length) {
        size_t got;

        CPK_TRY(archive->reader.read_at(archive->reader.self, offset + (int64_t)done, buffer + done, length - done,
                                        &got, error));
        if (got == 0) {
            return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "%s is truncated", archive->reader.name);
        }
        done += got;
    }
    return CPK_OK;
}

/* The number of entries that an end record declares; `end` is at `offset` of the file. ZIP64 stores it elsewhere. */
static cpk_status read_entry_count(struct archive *archive, const unsigned char *end, int64_t offset, uint64_t *count,
                                   cpk_error **error)
{
    unsigned char locator[LOCATOR64_BYTES];
    unsigned char end64[END64_BYTES];
    uint64_t offset64;

    *count = little_endian(end + 10, 2);
    if (offset < LOCATOR64_BYTES) {
        return CPK_OK;
    }
    CPK_TRY(read_exactly(archive, offset - LOCATOR64_BYTES, locator, sizeof locator, error));
    offset64 = little_endian(locator + 8, 8);
    if (memcmp(locator, "PK\6\7", 4) != 0 || archive->reader.size_bytes < END64_BYTES ||
        offset64 > (uint64_t)archive->reader.size_bytes - END64_BYTES) {
        return CPK_OK;
    }
    CPK_TRY(read_exactly(archive, (int64_t)offset64, end64, sizeof end64, error));
    if (memcmp(end64, "PK\6\6", 4) == 0) {
        uint64_t count64 = little_endian(end64 + 32, 8);

        *count = *count == UINT16_MAX || count64 > *count ? count64 : *count;
    }
    return CPK_OK;
}

static cpk_status check_entry_count(struct archive *archive, uint64_t count, cpk_error **error)
{
    int64_t limit = context_setting(archive->context, SETTING_ARCHIVE_MAX_ENTRIES);

    if (count > (uint64_t)archive->reader.size_bytes / DIRECTORY_ENTRY_MIN_BYTES) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN,
                         "%s is a damaged ZIP: it declares %llu entries, more than it can contain",
                         archive->reader.name, (unsigned long long)count);
    }
    if (count > (uint64_t)limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s has %llu entries, more than archive.max_entries (%lld) allows", archive->reader.name,
                         (unsigned long long)count, (long long)limit);
    }
    return CPK_OK;
}

/* The next place that an end record may begin at; NULL: none. */
static const unsigned char *find_end_record(const unsigned char *at, const unsigned char *end)
{
    while (end - at >= END_BYTES && (at = memchr(at, 'P', (size_t)(end - at) - END_BYTES + 1)) != NULL) {
        if (memcmp(at, "PK\5\6", 4) == 0) {
            return at;
        }
        at++;
    }
    return NULL;
}

/* libzip allocates memory for all declared entries before it reads the first one, so the number is checked in advance.
 * Like libzip, this checks every end record in the tail of the file. */
static cpk_status check_directory(struct archive *archive, cpk_error **error)
{
    int64_t size = archive->reader.size_bytes;
    size_t length = END_BYTES + COMMENT_MAX_BYTES;
    unsigned char *tail;
    const unsigned char *end;
    size_t found = 0;
    cpk_status status = CPK_OK;

    if (size < (int64_t)length) {
        length = (size_t)size;
    }
    tail = memory_allocate(&archive->context->allocator, length);
    if (tail == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(read_exactly(archive, size - (int64_t)length, tail, length, error));
    end = find_end_record(tail, tail + length);
    for (; end != NULL; end = find_end_record(end + 1, tail + length)) {
        uint64_t count;

        CPK_TRY_CLEANUP(read_entry_count(archive, end, size - (tail + length - end), &count, error));
        CPK_TRY_CLEANUP(check_entry_count(archive, count, error));
        CPK_TRY_CLEANUP(archive_check_overlaps(&archive->context->allocator, &archive->reader,
                                               (int64_t)little_endian(end + 16, 4), (int64_t)little_endian(end + 12, 4),
                                               count, error));
        found++;
    }
    status = found > 0 ? CPK_OK : error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, NOT_WHOLE, archive->reader.name);

cleanup:
    memory_release(&archive->context->allocator, tail, length);
    return status;
}

static zip_t *open_once(struct archive *archive, zip_error_t *problem)
{
    zip_source_t *source;
    zip_t *zip = NULL;

    zip_error_fini(problem);
    zip_error_init(problem);
    source = zip_source_function_create(source_command, archive, problem);
    if (source != NULL) {
        zip = zip_open_from_source(source, ZIP_RDONLY, problem);
    }
    if (zip == NULL) {
        zip_source_free(source);
    }
    return zip;
}

/* 1 if the memory that libzip needs to find the directory can be allocated. */
static int32_t has_memory(const struct archive *archive)
{
    const size_t probe_bytes = END_BYTES + COMMENT_MAX_BYTES;
    void *probe = memory_allocate(&archive->context->allocator, probe_bytes);

    memory_release(&archive->context->allocator, probe, probe_bytes);
    return probe != NULL;
}

/* libzip reports ZIP_ER_NOZIP also when it has no memory to find the directory, so the two are told apart here. */
static cpk_status open_zip(struct archive *archive, cpk_error **error)
{
    zip_error_t problem;
    cpk_status status = CPK_OK;

    zip_error_init(&problem);
    archive->zip = open_once(archive, &problem);
    if (archive->zip == NULL && zip_error_code_zip(&problem) == ZIP_ER_NOZIP) {
        archive->zip = open_once(archive, &problem);
    }
    if (archive->zip == NULL) {
        status =
            has_memory(archive) ? report(archive, &problem, archive->reader.name, error) : error_out_of_memory(error);
    }
    zip_error_fini(&problem);
    return status;
}

/* Entry name for messages and format hints. Old archives use code page 437, some have invalid UTF-8. Control characters
 * are replaced, because they could manipulate a terminal. */
static char *readable_name(struct archive *archive, zip_uint64_t index, struct buffer *scratch)
{
    const char *raw = zip_get_name(archive->zip, index, ZIP_FL_ENC_RAW);
    const char *name = raw;
    char *copy;

    if (raw != NULL && utf8_valid_prefix(raw, strlen(raw)) < strlen(raw)) {
        name = zip_get_name(archive->zip, index, ZIP_FL_ENC_GUESS);
        name = name != NULL ? name : raw;
    }
    buffer_clear(scratch);
    if (name != NULL) {
        utf8_append_repaired(scratch, name, strlen(name));
    }
    if (scratch->failed) {
        return NULL;
    }
    copy = arena_copy_bytes(&archive->names, buffer_text(scratch), scratch->length);
    for (char *at = copy; at != NULL && *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            *at = '?';
        }
    }
    return copy;
}

static const char *base_name(const char *name)
{
    const char *result = name;

    for (const char *at = name; *at != '\0'; at++) {
        if ((*at == '/' || *at == '\\') && at[1] != '\0') {
            result = at + 1;
        }
    }
    return result;
}

static int64_t declared_size(int known, zip_uint64_t value)
{
    return known && value <= (zip_uint64_t)INT64_MAX ? (int64_t)value : -1;
}

static enum archive_entry_type entry_type(struct archive *archive, zip_uint64_t index, int64_t size_bytes)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    mode_t mode;

    if (zip_file_get_external_attributes(archive->zip, index, 0, &system, &attributes) != 0 ||
        system != ZIP_OPSYS_UNIX) {
        return ARCHIVE_FILE;
    }
    mode = (mode_t)(attributes >> 16);
    switch (mode & S_IFMT) {
    case S_IFLNK:
        return ARCHIVE_LINK;
    case S_IFREG:
    case S_IFDIR:
        return (mode & 0777) == 0 && size_bytes == 0 ? ARCHIVE_UNREADABLE : ARCHIVE_FILE;
    case 0: /* a packer that sets no type */
        return ARCHIVE_FILE;
    default:
        return ARCHIVE_SPECIAL;
    }
}

static cpk_status describe_entry(struct archive *archive, zip_uint64_t index, struct buffer *scratch, cpk_error **error)
{
    struct archive_entry *entry = &archive->entries[index];
    zip_stat_t stat;
    size_t length;

    entry->name = readable_name(archive, index, scratch);
    if (entry->name == NULL) {
        return error_out_of_memory(error);
    }
    entry->base_name = base_name(entry->name);
    length = strlen(entry->name);
    entry->directory = length > 0 && (entry->name[length - 1] == '/' || entry->name[length - 1] == '\\');
    entry->size_bytes = -1;
    entry->compressed_bytes = -1;
    entry->unsupported_method = -1;
    if (zip_stat_index(archive->zip, index, 0, &stat) == 0) {
        entry->size_bytes = declared_size((stat.valid & ZIP_STAT_SIZE) != 0, stat.size);
        entry->compressed_bytes = declared_size((stat.valid & ZIP_STAT_COMP_SIZE) != 0, stat.comp_size);
        entry->encrypted = (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE;
        if ((stat.valid & ZIP_STAT_COMP_METHOD) != 0 && !zip_compression_method_supported(stat.comp_method, 0)) {
            entry->unsupported_method = stat.comp_method;
        }
    }
    entry->type = entry_type(archive, index, entry->size_bytes);
    return CPK_OK;
}

static cpk_status list_entries(struct archive *archive, cpk_error **error)
{
    const cpk_allocator *allocator = &archive->context->allocator;
    zip_int64_t count = zip_get_num_entries(archive->zip, 0);
    struct buffer scratch;
    cpk_status status;

    CPK_TRY(check_entry_count(archive, (uint64_t)(count > 0 ? count : 0), error));
    archive->entries = memory_allocate_array(allocator, (size_t)count + 1, sizeof *archive->entries);
    if (archive->entries == NULL) {
        return error_out_of_memory(error);
    }
    memset(archive->entries, 0, ((size_t)count + 1) * sizeof *archive->entries);
    archive->entry_count = (size_t)count;
    buffer_init(&scratch, allocator);
    for (zip_int64_t i = 0; i < count; i++) {
        CPK_TRY_CLEANUP(describe_entry(archive, (zip_uint64_t)i, &scratch, error));
    }
    status = CPK_OK;
cleanup:
    buffer_free(&scratch);
    return status;
}

cpk_status archive_open(const struct context *context, const cpk_reader *reader, struct archive *parent,
                        struct archive **opened, cpk_error **error)
{
    struct archive *archive;
    cpk_status status;

    *opened = NULL;
    if (reader->read_at == NULL || reader->size_bytes < 0) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "%s: reading a ZIP requires a seekable input",
                         reader->name);
    }
    archive = memory_allocate_zeroed(&context->allocator, sizeof *archive);
    if (archive == NULL) {
        return error_out_of_memory(error);
    }
    archive->context = context;
    archive->reader = *reader;
    archive->root = parent != NULL ? parent->root : archive;
    arena_init(&archive->names, &context->allocator);
    zip_error_init(&archive->source_error);
    archive->window = memory_allocate(&context->allocator, WINDOW_BYTES);
    status = archive->window != NULL ? CPK_OK : error_out_of_memory(error);
    CPK_TRY_CLEANUP(status);
    CPK_TRY_CLEANUP(check_directory(archive, error));
    CPK_TRY_CLEANUP(open_zip(archive, error));
    CPK_TRY_CLEANUP(list_entries(archive, error));
    *opened = archive;

cleanup:
    if (status != CPK_OK) {
        archive_close(archive);
    }
    return status;
}

size_t archive_entry_count(const struct archive *archive)
{
    return archive->entry_count;
}

const struct archive_entry *archive_entry_at(const struct archive *archive, size_t index)
{
    return &archive->entries[index];
}

void archive_close(struct archive *archive)
{
    if (archive == NULL) {
        return;
    }
    if (archive->zip != NULL) {
        zip_discard(archive->zip);
    }
    if (archive->entries != NULL) {
        memory_release_array(&archive->context->allocator, archive->entries, archive->entry_count + 1,
                             sizeof *archive->entries);
    }
    zip_error_fini(&archive->source_error);
    error_clear(&archive->read_error);
    memory_release(&archive->context->allocator, archive->window, WINDOW_BYTES);
    arena_free(&archive->names);
    memory_release(&archive->context->allocator, archive, sizeof *archive);
}

static int64_t ratio_limit(int64_t ratio, int64_t free_bytes, int64_t compressed_bytes)
{
    return compressed_bytes > (INT64_MAX - free_bytes) / ratio ? INT64_MAX : free_bytes + ratio * compressed_bytes;
}

/* The declared compressed size may be false, but cannot exceed the size of the file. */
static int64_t compressed_size(const struct archive *archive, size_t index)
{
    int64_t compressed = archive->entries[index].compressed_bytes;

    return compressed < 0 || compressed > archive->reader.size_bytes ? archive->reader.size_bytes : compressed;
}

static cpk_status refuse_ratio(const struct archive *archive, const char *name, enum setting setting, const char *entry,
                               cpk_error **error)
{
    return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                     "%s inflates to more than %s (%lld) times its size, which indicates a decompression bomb, at %s",
                     name, settings_info(setting)->name, (long long)context_setting(archive->context, setting), entry);
}

/* The document as a whole has the same ratio limit as each part, which also covers parts that share their bytes. */
static cpk_status check_document(const struct archive_stream *stream, cpk_error **error)
{
    const struct archive *archive = stream->archive;
    const char *entry = archive->entries[stream->index].name;
    int64_t ratio = context_setting(archive->context, SETTING_DOCUMENT_MAX_RATIO);
    int64_t limit = context_setting(archive->context, SETTING_DOCUMENT_MAX_INFLATED_BYTES);

    if (archive->document_bytes > limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s inflates to more than document.max_inflated_bytes (%lld) allows, at %s",
                         archive->reader.name, (long long)limit, entry);
    }
    if (stream->read_bytes > ratio_limit(ratio, DOCUMENT_RATIO_FREE_BYTES, compressed_size(archive, stream->index)) ||
        archive->document_bytes > ratio_limit(ratio, DOCUMENT_RATIO_FREE_BYTES, archive->reader.size_bytes)) {
        return refuse_ratio(archive, archive->reader.name, SETTING_DOCUMENT_MAX_RATIO, entry, error);
    }
    return CPK_OK;
}

/* The outermost archive as a whole has the same ratio limit as each entry, which also covers entries that share their
 * bytes, and nested archives. */
static cpk_status count_inflated(struct archive_stream *stream, size_t got, cpk_error **error)
{
    struct archive *archive = stream->archive;
    const struct archive *root = archive->root;
    const char *entry = archive->entries[stream->index].name;
    int64_t total_limit = context_setting(archive->context, SETTING_ARCHIVE_MAX_TOTAL_BYTES);
    int64_t ratio = context_setting(archive->context, SETTING_ARCHIVE_MAX_RATIO);

    stream->read_bytes += (int64_t)got;
    archive->root->inflated_bytes += (int64_t)got;
    if (root->inflated_bytes > total_limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s inflates to more than archive.max_total_bytes (%lld) allows, at %s", root->reader.name,
                         (long long)total_limit, entry);
    }
    if (stream->read_bytes > ratio_limit(ratio, RATIO_FREE_BYTES, compressed_size(archive, stream->index)) ||
        root->inflated_bytes > ratio_limit(ratio, RATIO_FREE_BYTES, root->reader.size_bytes)) {
        return refuse_ratio(archive, root->reader.name, SETTING_ARCHIVE_MAX_RATIO, entry, error);
    }
    if (archive->is_document) {
        archive->document_bytes += (int64_t)got;
        return check_document(stream, error);
    }
    return CPK_OK;
}

cpk_status archive_limit_as_document(struct archive *archive, cpk_error **error)
{
    int64_t bytes = context_setting(archive->context, SETTING_DOCUMENT_MAX_FILE_BYTES);
    int64_t entries = context_setting(archive->context, SETTING_DOCUMENT_MAX_ENTRIES);

    if (archive->reader.size_bytes > bytes) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s is longer than document.max_file_bytes (%lld) allows", archive->reader.name,
                         (long long)bytes);
    }
    if ((int64_t)archive->entry_count > entries) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s has %zu parts, more than document.max_entries (%lld) allows", archive->reader.name,
                         archive->entry_count, (long long)entries);
    }
    archive->is_document = 1;
    return CPK_OK;
}

/* Returns the failure that stopped the entry. */
static cpk_status stream_failure(struct archive_stream *stream, cpk_error **error)
{
    if (stream->error == NULL) {
        return error_set(error, stream->failure, DOMAIN, "%s can't be read further",
                         stream->archive->entries[stream->index].name);
    }
    return move_error(&stream->error, error);
}

/* Returns data that precedes a failure first; the next read returns the failure. */
static cpk_status stream_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct archive_stream *stream = self;
    size_t done = 0;

    *got = 0;
    while (done < capacity && stream->failure == CPK_OK) {
        zip_int64_t count = zip_fread(stream->file, (char *)buffer + done, capacity - done);

        if (count < 0) {
            stream->failure = report(stream->archive, zip_file_get_error(stream->file),
                                     stream->archive->entries[stream->index].name, &stream->error);
            stream->damaged = stream->failure == CPK_ERROR_INVALID_DATA;
        } else if (count == 0) {
            break;
        } else {
            done += (size_t)count;
            stream->failure = count_inflated(stream, (size_t)count, &stream->error);
        }
    }
    if (stream->failure != CPK_OK && (done == 0 || !stream->damaged)) {
        return stream_failure(stream, error);
    }
    *got = done;
    return CPK_OK;
}

cpk_status archive_stream_open(struct archive *archive, size_t index, struct archive_stream *stream, cpk_error **error)
{
    const struct archive_entry *entry = &archive->entries[index];

    memset(stream, 0, sizeof *stream);
    stream->archive = archive;
    stream->index = index;
    stream->reader.struct_size = sizeof stream->reader;
    stream->reader.self = stream;
    stream->reader.name = entry->base_name;
    stream->reader.size_bytes = entry->size_bytes;
    stream->reader.read = stream_read;
    if (entry->encrypted) {
        return error_set(error, CPK_ERROR_ENCRYPTED, DOMAIN,
                         "%s in %s is encrypted: unpack the archive with its password and import its content",
                         entry->name, archive->reader.name);
    }
    if (entry->unsupported_method >= 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "%s in %s uses compression method %d, which is not supported: compress it again with deflate",
                         entry->name, archive->reader.name, (int)entry->unsupported_method);
    }
    stream->file = zip_fopen_index(archive->zip, index, 0);
    if (stream->file == NULL) {
        stream->failure = report(archive, zip_get_error(archive->zip), entry->name, error);
        stream->damaged = stream->failure == CPK_ERROR_INVALID_DATA;
        return stream->failure;
    }
    return CPK_OK;
}

void archive_stream_close(struct archive_stream *stream)
{
    if (stream->file != NULL) {
        zip_fclose(stream->file);
        stream->file = NULL;
    }
    error_clear(&stream->error);
}

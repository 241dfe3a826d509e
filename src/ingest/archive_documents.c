#include "ingest/archive_documents.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "extract/archive/archive.h"
#include "extract/archive/bundle_plan.h"
#include "extract/office/office.h"
#include "ingest/byte_reader.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)64 * 1024)

struct archive_documents {
    const struct context *context;
    cpk_reader reader;
    int32_t has_reader;
    struct archive *archive;
    struct arena arena;
    const struct bundle_entry **entries; /* by name */
    size_t count;
};

/* --- Which archives --- */

static int32_t is_page(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL &&
           (strcasecmp(dot, ".html") == 0 || strcasecmp(dot, ".htm") == 0 || strcasecmp(dot, ".xhtml") == 0);
}

/* 1 for a document; -1 for what may hold chats, so that only the reader of archives can tell what belongs together. */
static int32_t judge(const struct bundle_entry *planned)
{
    switch (planned->kind) {
    case BUNDLE_DOCUMENT:
    case BUNDLE_ARCHIVE:
        return 1;
    case BUNDLE_UNKNOWN:
        return is_page(planned->entry->base_name) && strstr(planned->entry->base_name, "Activity") == NULL &&
                       strcasecmp(planned->entry->base_name, "chat.html") != 0
                   ? 1
                   : -1;
    case BUNDLE_SUPERSEDED:
    case BUNDLE_OTHER:
    case BUNDLE_IGNORED:
        return 0;
    default:
        return -1;
    }
}

/* A document on which others depend, or too long to be held in memory, leaves the archive whole. */
static cpk_status list_entries(struct archive_documents *documents, cpk_error **error)
{
    int64_t size_max = context_setting(documents->context, SETTING_DOCUMENT_MAX_FILE_BYTES);
    struct bundle_plan plan;

    CPK_TRY(bundle_plan_create(&plan, documents->archive, &documents->arena, error));
    documents->entries = arena_allocate_zeroed(&documents->arena, plan.count + 1, sizeof *documents->entries);
    if (documents->entries == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < plan.count; i++) {
        int32_t judged = judge(&plan.by_name[i]);

        if (judged < 0 || (judged > 0 && plan.by_name[i].entry->size_bytes > size_max)) {
            documents->count = 0;
            return CPK_OK;
        }
        if (judged > 0) {
            documents->entries[documents->count++] = &plan.by_name[i];
        }
    }
    return CPK_OK;
}

/* --- Opening --- */

static cpk_status open_archive(struct archive_documents *documents, const char *path, cpk_error **error)
{
    char head[4];
    struct stat info;
    int descriptor = -1;
    cpk_status status;

    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) { /* a pipe would be at its end for who reads it next */
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (descriptor < 0 || fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) ||
        pread(descriptor, head, sizeof head, 0) != (ssize_t)sizeof head || !archive_is(head, sizeof head)) {
        if (descriptor >= 0) {
            close(descriptor);
        }
        return CPK_OK;
    }
    status =
        byte_reader_from_file(documents->context, descriptor, path, (int64_t)info.st_size, &documents->reader, error);
    if (status != CPK_OK) {
        close(descriptor);
        return status;
    }
    documents->has_reader = 1;
    status = archive_open(documents->context, &documents->reader, NULL, &documents->archive, error);
    if (status != CPK_OK && status != CPK_ERROR_OUT_OF_MEMORY) { /* told when it is read as an input */
        error_clear(error);
        return CPK_OK;
    }
    return status;
}

cpk_status archive_documents_open(const struct context *context, const char *path, struct archive_documents **found,
                                  cpk_error **error)
{
    struct archive_documents *documents = memory_allocate_zeroed(&context->allocator, sizeof *documents);
    cpk_status status;

    *found = NULL;
    if (documents == NULL) {
        return error_out_of_memory(error);
    }
    documents->context = context;
    arena_init(&documents->arena, &context->allocator);
    status = open_archive(documents, path, error);
    if (status == CPK_OK && documents->archive != NULL && office_kind_of(documents->archive) == OFFICE_NONE) {
        status = list_entries(documents, error);
    }
    if (status != CPK_OK || documents->count == 0) {
        archive_documents_close(documents);
        return status;
    }
    *found = documents;
    return CPK_OK;
}

void archive_documents_close(struct archive_documents *documents)
{
    if (documents == NULL) {
        return;
    }
    archive_close(documents->archive);
    if (documents->has_reader) {
        byte_reader_release(&documents->reader);
    }
    arena_free(&documents->arena);
    memory_release(&documents->context->allocator, documents, sizeof *documents);
}

/* --- Documents --- */

size_t archive_documents_count(const struct archive_documents *documents)
{
    return documents->count;
}

const char *archive_documents_name(const struct archive_documents *documents, size_t index)
{
    return documents->entries[index]->entry->name;
}

cpk_status archive_documents_read(struct archive_documents *documents, size_t index, struct buffer *bytes,
                                  cpk_error **error)
{
    int64_t limit = context_setting(documents->context, SETTING_DOCUMENT_MAX_FILE_BYTES);
    struct archive_stream stream;
    size_t got = 1;
    cpk_status status;

    CPK_TRY_CLEANUP(archive_stream_open(documents->archive, documents->entries[index]->index, &stream, error));
    while (got > 0) {
        char *end = buffer_reserve(bytes, BLOCK_BYTES);

        CPK_TRY_CLEANUP(end != NULL ? stream.reader.read(stream.reader.self, end, BLOCK_BYTES, &got, error)
                                    : error_out_of_memory(error));
        bytes->length += got;
        if ((int64_t)bytes->length > limit) {
            status =
                error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "archive",
                          "%s is longer than document.max_file_bytes (%lld)", stream.reader.name, (long long)limit);
            goto cleanup;
        }
    }
cleanup:
    archive_stream_close(&stream);
    return status;
}

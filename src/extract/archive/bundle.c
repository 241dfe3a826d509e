#include "extract/archive/bundle.h"

#include "base/error.h"
#include "base/json/json_view.h"
#include "base/memory.h"
#include "extract/archive/archive.h"
#include "extract/archive/bundle_missing.h"
#include "extract/archive/bundle_plan.h"
#include "extract/chatgpt/chat_page.h"
#include "extract/format.h"
#include "extract/office/office.h"
#include "model/pack_mark.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DOMAIN             "archive"
#define MANIFEST_MAX_BYTES ((size_t)16 << 20)
#define MANIFEST_MAX_DEPTH 32
#define PEEK_BYTES         4096
#define SKIPPED_NOTES_MAX  100 /* skipped files with a note of their own; the rest is only counted */
#define NAMES_SHOWN        6

/* Failures of entries, by ascending relevance. The most relevant one explains why an archive has no messages. */
enum failure_weight { WEIGHT_NONE, WEIGHT_EMPTY, WEIGHT_METHOD, WEIGHT_DAMAGED, WEIGHT_LIMIT, WEIGHT_LOCKED };

/* Why files were not read; the texts are in not_read_names. */
enum not_read {
    NOT_READ_ATTACHMENT,
    NOT_READ_TEXT,
    NOT_READ_PICTURE,
    NOT_READ_SOUND,
    NOT_READ_DOCUMENT,
    NOT_READ_SIDE,
    NOT_READ_PACK,
    NOT_READ_OTHER,
    NOT_READ_COUNT
};

struct bundle {
    struct import_run *run;
    struct archive *archive;
    const char *name; /* name of the archive */
    int32_t depth;    /* number of archives that contain this one */
    struct arena arena;
    struct buffer path; /* path of the entry that a note is about */
    struct bundle_plan plan;
    int32_t manifest_seen;
    int64_t read_bytes; /* compressed bytes of the processed entries */
    int64_t not_read[NOT_READ_COUNT];
    int64_t skipped_count;
    int64_t readable_count; /* entries that were read */
    int64_t account_count;  /* those of them that have account details only */
    enum failure_weight weight;
    cpk_error *failure; /* the most relevant one; its weight is `weight` */
};

/* Reader of an entry that also updates the position in the archive. A damaged entry ends at the damage without an
 * error, so that the intact data before it is used. */
struct entry_reader {
    struct archive_stream stream;
    struct bundle *bundle;
    int64_t base_bytes;
    int32_t damaged;
    cpk_error *damage; /* the error of the damage */
};

static const char *entry_path(struct bundle *bundle, const struct bundle_entry *planned)
{
    buffer_clear(&bundle->path);
    if (bundle->depth > 0) {
        buffer_append_text(&bundle->path, bundle->name);
        buffer_append_byte(&bundle->path, '/');
    }
    buffer_append_text(&bundle->path, planned->entry->name);
    return bundle->path.failed ? planned->entry->name : buffer_text(&bundle->path);
}

static cpk_status add_note(struct bundle *bundle, int32_t note, const struct bundle_entry *planned, const char *text,
                           cpk_error **error)
{
    const cpk_sink *sink = &bundle->run->sink;

    if ((note == CPK_NOTE_SKIPPED_FILE || note == CPK_NOTE_UNKNOWN_FILE || note == CPK_NOTE_NOT_READ) &&
        ++bundle->skipped_count > SKIPPED_NOTES_MAX) {
        bundle->not_read[NOT_READ_OTHER]++;
        return CPK_OK;
    }
    return sink->note(sink->self, note, entry_path(bundle, planned), text, error);
}

static cpk_status entry_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct entry_reader *reader = self;
    const struct archive_entry *entry = archive_entry_at(reader->stream.archive, reader->stream.index);
    cpk_status status = reader->stream.reader.read(reader->stream.reader.self, buffer, capacity, got, error);

    if (status != CPK_OK && reader->stream.damaged) {
        *got = 0;
        reader->damaged = 1;
        if (error != NULL && reader->damage == NULL) {
            reader->damage = *error;
            *error = NULL;
        }
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    if (reader->bundle->depth == 0 && entry->compressed_bytes > 0 && entry->size_bytes > 0) {
        double part = (double)reader->stream.read_bytes / (double)entry->size_bytes;

        reader->bundle->run->archive_position =
            reader->base_bytes + (int64_t)((part < 1 ? part : 1) * (double)entry->compressed_bytes);
    }
    return status;
}

/* Reads the first bytes of an entry. *length is 0 if it can't be opened; read_entry() then reports why. */
static cpk_status peek(struct bundle *bundle, const struct bundle_entry *planned, char *head, size_t capacity,
                       size_t *length, cpk_error **error)
{
    struct archive_stream stream;
    cpk_status status = archive_stream_open(bundle->archive, planned->index, &stream, NULL);

    *length = 0;
    if (status == CPK_OK) {
        status = stream.reader.read(stream.reader.self, head, capacity, length, NULL);
        *length = status == CPK_OK ? *length : 0;
    }
    archive_stream_close(&stream);
    return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : CPK_OK;
}

/* 1 for the start of a file that is not JSON and may hold chats: a database, a table, a page of Takeout. */
static int32_t is_other_format(const struct bundle_entry *planned, const char *head, size_t length)
{
    static const char *const starts[] = {"SQLite format 3", "Conversation,Time,Author,Message"};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (length >= strlen(starts[i]) && memcmp(head, starts[i], strlen(starts[i])) == 0) {
            return 1;
        }
    }
    return length > 0 && head[0] == '<' &&
           (strstr(planned->entry->base_name, "Activity") != NULL || memmem(head, length, "mdl-", 4) != NULL);
}

static cpk_status looks_readable(struct bundle *bundle, const struct bundle_entry *planned, int32_t *readable,
                                 cpk_error **error)
{
    char head[PEEK_BYTES];
    size_t length;
    size_t at;

    CPK_TRY(peek(bundle, planned, head, sizeof head, &length, error));
    at = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < length && strchr(" \t\r\n", head[at]) != NULL) {
        at++;
    }
    *readable = archive_is(head, length) || (at < length && (head[at] == '{' || head[at] == '[')) ||
                is_other_format(planned, head + at, length - at);
    return CPK_OK;
}

/* Keeps the more relevant of two failures; takes ownership of *failure. */
static void keep_failure(struct bundle *bundle, enum failure_weight weight, cpk_error **failure)
{
    if (weight > bundle->weight) {
        bundle->weight = weight;
        error_clear(&bundle->failure);
        bundle->failure = *failure;
        *failure = NULL;
    }
    error_clear(failure);
}

/* 1 if the failure concerns only this entry, so that others can still be read. */
static int32_t is_entry_failure(cpk_status status)
{
    return status == CPK_ERROR_ENCRYPTED || status == CPK_ERROR_LIMIT_EXCEEDED || status == CPK_ERROR_INVALID_DATA ||
           status == CPK_ERROR_NO_CONTENT || status == CPK_ERROR_UNSUPPORTED;
}

static enum failure_weight weight_of_failure(const struct bundle_entry *planned, cpk_status status,
                                             const struct archive_stream *stream)
{
    switch (status) {
    case CPK_ERROR_ENCRYPTED:
        return WEIGHT_LOCKED;
    case CPK_ERROR_LIMIT_EXCEEDED:
        return WEIGHT_LIMIT;
    case CPK_ERROR_INVALID_DATA:
        return WEIGHT_DAMAGED;
    case CPK_ERROR_NO_CONTENT:
        return planned->kind == BUNDLE_SIDECAR ? WEIGHT_NONE : WEIGHT_EMPTY;
    default:
        return stream->file == NULL ? WEIGHT_METHOD : WEIGHT_NONE;
    }
}

/* The note about an entry that could not be read. */
static int32_t note_of_failure(enum failure_weight weight)
{
    switch (weight) {
    case WEIGHT_NONE:
        return CPK_NOTE_UNKNOWN_FILE;
    case WEIGHT_EMPTY:
        return CPK_NOTE_SKIPPED_FILE;
    case WEIGHT_DAMAGED:
        return CPK_NOTE_DAMAGED;
    default:
        return CPK_NOTE_UNREADABLE_FILE;
    }
}

/* Handles an entry that could not be read completely: adds a note and returns CPK_OK unless the import must stop. Takes
 * ownership of `failure`. */
static cpk_status handle_failure(struct bundle *bundle, const struct bundle_entry *planned,
                                 const struct archive_stream *stream, cpk_status status, cpk_error *failure,
                                 cpk_error **error)
{
    enum failure_weight weight = weight_of_failure(planned, status, stream);
    cpk_status noted = CPK_OK;

    if (status == CPK_ERROR_LIMIT_EXCEEDED && stream->failure == CPK_ERROR_LIMIT_EXCEEDED) {
        bundle->run->sink_status = status; /* a decompression bomb: nothing else in the archive is trusted */
    }
    if (bundle->run->sink_status != CPK_OK || !is_entry_failure(status)) {
        error_give(error, failure);
        return status;
    }
    if (strcmp(cpk_error_native(failure), PACK_MARK_NATIVE) == 0) {
        bundle->not_read[NOT_READ_PACK]++;
        weight = WEIGHT_EMPTY;
    } else if (planned->kind != BUNDLE_SIDECAR || weight > WEIGHT_EMPTY) {
        noted = add_note(bundle, note_of_failure(weight), planned, cpk_error_message(failure), error);
    }
    keep_failure(bundle, weight, &failure);
    return noted;
}

static cpk_status read_entry(struct bundle *bundle, const struct bundle_entry *planned, cpk_error **error)
{
    struct entry_reader entry = {.bundle = bundle, .base_bytes = bundle->read_bytes};
    struct import_run *run = bundle->run;
    cpk_error *failure = NULL;
    cpk_status status = archive_stream_open(bundle->archive, planned->index, &entry.stream, &failure);

    if (status == CPK_OK) {
        cpk_reader reader = entry.stream.reader;

        reader.self = &entry;
        reader.read = entry_read;
        run->archive = bundle->archive;
        status = run->read_file(run, &reader, bundle->depth + 1, &failure);
    }
    if (entry.damaged && run->sink_status == CPK_OK && (status == CPK_OK || is_entry_failure(status))) {
        status = CPK_ERROR_INVALID_DATA;
        error_clear(&failure);
        failure = entry.damage;
        entry.damage = NULL;
    }
    error_clear(&entry.damage);
    if (status != CPK_OK) {
        status = handle_failure(bundle, planned, &entry.stream, status, failure, error);
    }
    archive_stream_close(&entry.stream);
    return status;
}

/* Reads a whole entry (a manifest); *text stays empty if it is too long or can't be read. */
static cpk_status read_whole(struct bundle *bundle, const struct bundle_entry *planned, struct buffer *text,
                             cpk_error **error)
{
    struct archive_stream stream;
    size_t got = 1;
    cpk_status status;

    buffer_clear(text);
    CPK_TRY_CLEANUP(archive_stream_open(bundle->archive, planned->index, &stream, error));
    while (got > 0 && text->length <= MANIFEST_MAX_BYTES) {
        char *end = buffer_reserve(text, 65536);

        CPK_TRY_CLEANUP(end == NULL ? error_out_of_memory(error)
                                    : stream.reader.read(stream.reader.self, end, 65536, &got, error));
        text->length += got;
    }
cleanup:
    archive_stream_close(&stream);
    return status;
}

/* Evaluates the text of a manifest. *is_manifest is 0 for a file that only has the name of one. */
static cpk_status check_manifest(struct bundle *bundle, const struct bundle_entry *planned, const struct buffer *text,
                                 int32_t *is_manifest, cpk_error **error)
{
    const struct context *context = bundle->run->options->context;
    struct json_doc doc;
    cpk_status status;

    json_doc_init(&doc, &context->allocator);
    status = json_doc_read(&doc, buffer_text(text), text->length, MANIFEST_MAX_DEPTH,
                           (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));
    *is_manifest = status == CPK_OK && bundle_is_manifest(json_doc_root(&doc));
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        error_out_of_memory(error);
    } else if (*is_manifest) {
        status = bundle_note_absent(&bundle->plan, planned->entry->name, json_doc_root(&doc), &bundle->arena,
                                    &bundle->run->sink, error);
    } else {
        status = CPK_OK;
    }
    json_doc_free(&doc);
    return status;
}

/* Reads a manifest, which lists the files of an export. A file that only has the name of one, or can't be read whole,
 * is read like other JSON. */
static cpk_status read_manifest(struct bundle *bundle, struct bundle_entry *planned, cpk_error **error)
{
    int32_t is_manifest = 0;
    struct buffer text;
    cpk_status status;

    buffer_init(&text, &bundle->run->options->context->allocator);
    status = read_whole(bundle, planned, &text, NULL);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        error_out_of_memory(error);
    } else if (status == CPK_OK && text.length <= MANIFEST_MAX_BYTES) {
        status = check_manifest(bundle, planned, &text, &is_manifest, error);
    } else {
        status = CPK_OK;
    }
    buffer_free(&text);
    if (status != CPK_OK || is_manifest) {
        bundle->manifest_seen = bundle->manifest_seen || is_manifest;
        bundle->run->report->has_manifest |= is_manifest;
        return status;
    }
    planned->kind = BUNDLE_SIDECAR;
    return read_entry(bundle, planned, error);
}

/* Reads a side file, such as the settings of the account: usually there is nothing to import in it. */
static cpk_status read_side(struct bundle *bundle, struct bundle_entry *planned, cpk_error **error)
{
    int64_t messages = bundle->run->report->messages;

    bundle->readable_count++;
    bundle->account_count++;
    CPK_TRY(read_entry(bundle, planned, error));
    bundle->not_read[NOT_READ_SIDE] += bundle->run->report->messages == messages;
    return CPK_OK;
}

/* 1 for the names that ChatGPT gives to files of chats: file-ID-NAME, or below a folder user-ID. */
static int32_t is_attached(const struct archive_entry *entry)
{
    return strncmp(entry->base_name, "file-", 5) == 0 || strncmp(entry->base_name, "file_", 5) == 0 ||
           strncmp(entry->name, "user-", 5) == 0 || strstr(entry->name, "/user-") != NULL;
}

static enum not_read judge_not_read(const struct archive_entry *entry)
{
    static const struct {
        const char *endings; /* between blanks */
        enum not_read reason;
    } groups[] = {
        {" txt md markdown json jsonl ndjson zip ", NOT_READ_TEXT},
        {" png jpg jpeg gif webp heic avif svg bmp tif tiff ", NOT_READ_PICTURE},
        {" wav mp3 m4a ogg opus flac aac mp4 mov webm mkv avi ", NOT_READ_SOUND},
        {" pdf doc docx xls xlsx ppt pptx odt epub html htm csv xml ", NOT_READ_DOCUMENT},
    };
    const char *dot = strrchr(entry->base_name, '.');
    char ending[16];

    if (dot == NULL || snprintf(ending, sizeof ending, " %s ", dot + 1) >= (int)sizeof ending) {
        return NOT_READ_OTHER;
    }
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcasestr(groups[i].endings, ending) != NULL) {
            return groups[i].reason == NOT_READ_TEXT && is_attached(entry) ? NOT_READ_ATTACHMENT : groups[i].reason;
        }
    }
    return NOT_READ_OTHER;
}

/* Names an entry that is a link, or that could not be packed. */
static cpk_status note_left(struct bundle *bundle, const struct bundle_entry *planned, cpk_error **error)
{
    cpk_error *failure = NULL;

    switch (planned->entry->type) {
    case ARCHIVE_LINK:
        return add_note(bundle, CPK_NOTE_NOT_READ, planned, "not read: a link to another file or folder", error);
    case ARCHIVE_SPECIAL:
        return add_note(bundle, CPK_NOTE_NOT_READ, planned, "not read: a pipe, a socket or a device", error);
    default:
        error_set(&failure, CPK_ERROR_IO, DOMAIN, "%s could not be read when it was packed", planned->entry->name);
        keep_failure(bundle, WEIGHT_METHOD, &failure);
        return add_note(bundle, CPK_NOTE_UNREADABLE_FILE, planned, "could not be read: its permissions or the disk",
                        error);
    }
}

static cpk_status read_planned(struct bundle *bundle, struct bundle_entry *planned, cpk_error **error)
{
    int32_t readable;

    switch (planned->kind) {
    case BUNDLE_IGNORED:
        return CPK_OK;
    case BUNDLE_OTHER:
        bundle->not_read[judge_not_read(planned->entry)]++;
        return CPK_OK;
    case BUNDLE_LEFT:
        return note_left(bundle, planned, error);
    case BUNDLE_SUPERSEDED:
        return add_note(bundle, CPK_NOTE_SKIPPED_FILE, planned, "a later file of the same name was read instead",
                        error);
    case BUNDLE_MANIFEST:
        return read_manifest(bundle, planned, error);
    case BUNDLE_UNKNOWN:
        CPK_TRY(looks_readable(bundle, planned, &readable, error));
        if (!readable) {
            bundle->not_read[judge_not_read(planned->entry)]++;
            return CPK_OK;
        }
        break;
    case BUNDLE_SIDECAR:
        return read_side(bundle, planned, error);
    default:
        break;
    }
    bundle->readable_count++;
    bundle->run->report->files++;
    bundle->run->report->shards += planned->kind == BUNDLE_CONVERSATIONS && planned->number >= 0;
    return read_entry(bundle, planned, error);
}

/* Appends names of the archive's entries to a message. */
static void append_names(const struct bundle *bundle, struct buffer *target)
{
    size_t shown = 0;
    size_t count = 0;

    for (size_t i = 0; i < bundle->plan.count; i++) {
        const struct bundle_entry *planned = bundle->plan.in_order[i];

        if (planned->kind == BUNDLE_IGNORED) {
            continue;
        }
        count++;
        if (shown < NAMES_SHOWN) {
            buffer_append_format(target, "%s%.80s", shown > 0 ? ", " : "", planned->entry->base_name);
            shown++;
        }
    }
    if (count > shown) {
        buffer_append_format(target, " and %zu more", count - shown);
    }
}

static cpk_status explain_nothing(struct bundle *bundle, cpk_error **error)
{
    struct buffer names;
    cpk_status status;

    if (bundle->failure != NULL) {
        status = cpk_error_code(bundle->failure);
        return error_set(error, status, DOMAIN, "no chats could be read from %s: %s", bundle->name,
                         cpk_error_message(bundle->failure));
    }
    buffer_init(&names, &bundle->run->options->context->allocator);
    append_names(bundle, &names);
    if (names.length == 0) {
        status = error_set(error, CPK_ERROR_NO_CONTENT, DOMAIN, "%s is an archive without files", bundle->name);
    } else if (bundle->manifest_seen ||
               (bundle->account_count > 0 && bundle->account_count == bundle->readable_count)) {
        status = error_set(error, CPK_ERROR_NO_CONTENT, DOMAIN,
                           "%s is a part of an export without chats (it contains %s): use the archive with "
                           "conversations.json, or conversations-000.zip and the following ones",
                           bundle->name, buffer_text(&names));
    } else {
        status = error_set(error, CPK_ERROR_NO_CONTENT, DOMAIN, "%s contains no chats of a known format, but: %s",
                           bundle->name, buffer_text(&names));
    }
    buffer_free(&names);
    return status;
}

/* Adds one note with the files that were not read, by reason. */
static cpk_status note_not_read(struct bundle *bundle, cpk_error **error)
{
    static const char *const names[NOT_READ_COUNT][2] = {
        {"file attached in chats", "files attached in chats"},
        {"text or archive beside the chats (import it by itself to read it)",
         "texts and archives beside the chats (import them by themselves to read them)"},
        {"picture", "pictures"},
        {"sound or video", "sounds and videos"},
        {"PDF, office file or page", "PDFs, office files and pages"},
        {"side file of the export", "side files of the export"},
        {"context pack of this library", "context packs of this library"},
        {"other file", "other files"}};
    const cpk_sink *sink = &bundle->run->sink;
    char text[768] = "not read: ";
    size_t length = strlen(text);
    size_t first = length;

    for (size_t i = 0; i < NOT_READ_COUNT; i++) {
        int64_t count = bundle->not_read[i];

        if (count > 0) {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld %s", length > first ? ", " : "",
                                       (long long)count, names[i][count != 1]);
        }
    }
    return length > first ? sink->note(sink->self, CPK_NOTE_NOT_READ, bundle->name, text, error) : CPK_OK;
}

static cpk_status is_chat_page(struct bundle *bundle, const struct bundle_entry *planned, int32_t *is_page,
                               cpk_error **error)
{
    const cpk_allocator *allocator = &bundle->run->options->context->allocator;
    char *head = memory_allocate(allocator, FORMAT_SNIFF_BYTES);
    size_t length;
    cpk_status status;

    *is_page = 0;
    if (head == NULL) {
        return error_out_of_memory(error);
    }
    status = peek(bundle, planned, head, FORMAT_SNIFF_BYTES, &length, error);
    *is_page = status == CPK_OK && chat_page_is(head, length);
    memory_release(allocator, head, FORMAT_SNIFF_BYTES);
    return status;
}

/* The page of a ChatGPT export is read if there is nothing else: it contains the conversations, too. */
static cpk_status read_page(struct bundle *bundle, cpk_error **error)
{
    for (size_t i = 0; i < bundle->plan.count; i++) {
        const struct bundle_entry *planned = bundle->plan.in_order[i];
        int32_t is_page = 0;

        if (strcasecmp(planned->entry->base_name, "chat.html") == 0) {
            CPK_TRY(is_chat_page(bundle, planned, &is_page, error));
        }
        if (is_page) {
            int64_t messages = bundle->run->report->messages;

            bundle->not_read[NOT_READ_DOCUMENT]--;
            CPK_TRY(read_entry(bundle, planned, error));
            if (bundle->run->report->messages == messages) { /* what is missing is conversations.json */
                error_clear(&bundle->failure);
                bundle->weight = WEIGHT_NONE;
            }
            return CPK_OK;
        }
    }
    return CPK_OK;
}

/* Reads an archive that is one document, such as a DOCX. */
static cpk_status read_package(struct bundle *bundle, enum office_kind kind, cpk_error **error)
{
    struct import_run *run = bundle->run;
    struct import_report *report = run->report;
    int64_t messages = report->messages;

    if (bundle->depth == 0) {
        run->archive_position = -1;
    }
    CPK_TRY(office_read(run->options->context, bundle->archive, kind, bundle->name, &run->sink, error));
    if (report->messages == messages) {
        return error_set(error, report->damaged > 0 ? CPK_ERROR_INVALID_DATA : CPK_ERROR_NO_CONTENT, DOMAIN,
                         "%s (%s) contains no text", bundle->name, office_kind_name(kind));
    }
    if (report->format[0] == '\0') {
        snprintf(report->format, sizeof report->format, "%s", office_kind_name(kind));
        snprintf(report->extractor, sizeof report->extractor, "%s %s", report->format, CPK_VERSION);
    }
    return CPK_OK;
}

static cpk_status read_entries(struct bundle *bundle, cpk_error **error)
{
    const cpk_sink *sink = &bundle->run->sink;
    int64_t messages_before = bundle->run->report->messages;

    CPK_TRY(bundle_plan_create(&bundle->plan, bundle->archive, &bundle->arena, error));
    for (size_t i = 0; i < bundle->plan.count; i++) {
        struct bundle_entry *planned = bundle->plan.in_order[i];

        if (bundle->depth == 0) {
            bundle->run->archive_position = bundle->read_bytes;
        }
        CPK_TRY(read_planned(bundle, planned, error));
        if (planned->entry->compressed_bytes > 0) {
            bundle->read_bytes += planned->entry->compressed_bytes;
        }
        if (planned->kind < BUNDLE_OTHER) {
            CPK_TRY(sink->progress(sink->self, bundle->read_bytes, error));
        }
    }
    if (!bundle->manifest_seen) {
        CPK_TRY(bundle_note_gaps(&bundle->plan, &bundle->arena, sink, error));
    }
    if (bundle->run->report->messages == messages_before) {
        CPK_TRY(read_page(bundle, error));
    }
    if (bundle->run->report->messages == messages_before) {
        return explain_nothing(bundle, error);
    }
    return note_not_read(bundle, error);
}

static cpk_status read_archive(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error)
{
    const struct context *context = run->options->context;
    struct bundle bundle = {.run = run, .name = reader->name, .depth = depth};
    struct archive *parent = run->archive;
    enum office_kind kind;
    cpk_status status;

    CPK_TRY(archive_open(context, reader, parent, &bundle.archive, error));
    arena_init(&bundle.arena, &context->allocator);
    buffer_init(&bundle.path, &context->allocator);
    kind = office_kind_of(bundle.archive);
    status = kind != OFFICE_NONE ? read_package(&bundle, kind, error) : read_entries(&bundle, error);
    run->archive = parent;
    cpk_error_free(bundle.failure);
    buffer_free(&bundle.path);
    arena_free(&bundle.arena);
    archive_close(bundle.archive);
    return status;
}

cpk_status bundle_read(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error)
{
    const struct import_spool *spool = run->options->spool;
    int64_t depth_max = context_setting(run->options->context, SETTING_ARCHIVE_MAX_DEPTH);
    cpk_reader seekable;
    cpk_status status;

    if (depth > depth_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s is nested in more archives than archive.max_depth (%lld) allows", reader->name,
                         (long long)depth_max);
    }
    if (reader->read_at != NULL && reader->size_bytes >= 0) {
        return read_archive(run, reader, depth, error);
    }
    if (spool == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "%s must be unpacked to a temporary file, which is not available here: pass the archive as a "
                         "file",
                         reader->name);
    }
    CPK_TRY(spool->spool(spool->self, reader, &seekable, error));
    seekable.name = reader->name;
    status = read_archive(run, &seekable, depth, error);
    spool->unspool(spool->self, &seekable);
    return status;
}

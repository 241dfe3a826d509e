#include "extract/mail/mail.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"
#include "extract/archive/bundle_plan.h"
#include "extract/format.h"
#include "extract/mail/mail_text.h"
#include "extract/mail/mime.h"
#include "extract/memory_reader.h"
#include "extract/normal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DOMAIN            "mail"
#define SEARCH_BACK_BYTES ((size_t)64 * 1024)
#define NESTING_MAX       16 /* of multipart bodies; deeper parts are not read */
#define BOUNDARY_MAX      256
#define HTML_GAIN_MIN     4 /* an HTML part that is so much longer than the plain one is taken instead of it */
#define SNIFF_FIELDS_MAX  200
#define BLANK_BYTES_MAX   256  /* of empty lines before a message */
#define COUNT_DIGITS_MAX  9    /* of the length of a message */
#define LISTED_BYTES_MAX  4000 /* of the names of attachments */

/* A part that is not text of the message. */
struct attachment {
    struct mime_span body;
    const char *name;
    const char *encoding;
    int32_t is_message;
    struct attachment *next;
};

struct mail {
    struct import_run *run;
    const char *name; /* of the input */
    int32_t depth;
    struct arena arena;
    struct attachment *first;
    struct attachment **end;
    int64_t parts;
    int32_t is_encrypted;
    int32_t is_cut;  /* parts were nested too deep */
    int32_t is_open; /* its last boundary is missing: it was cut off */
    int64_t not_read;
};

/* --- Recognition --- */

static int32_t is_mailbox_line(const char *line, size_t length)
{
    const char *colon = length > 5 ? memchr(line, ':', length) : NULL; /* of the time */

    return length > 5 && memcmp(line, "From ", 5) == 0 && colon != NULL && colon > line + 5 && colon[-1] >= '0' &&
           colon[-1] <= '9';
}

static size_t line_length(const char *text, size_t length)
{
    const char *feed = length > 0 ? memchr(text, '\n', length) : NULL;

    return feed != NULL ? (size_t)(feed - text) : length;
}

/* 1 for fields that only messages have, 2 for those that letters in text files may have, too. */
static int32_t judge_field(struct mime_span name)
{
    static const char *const own[] = {"Received",     "Return-Path", "Message-ID",    "MIME-Version",
                                      "Delivered-To", "X-Mailer",    "DKIM-Signature"};
    static const char *const common[] = {"From", "To", "Date", "Subject", "Content-Type", "Reply-To", "Sender"};

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (mime_name_is(name, own[i])) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (mime_name_is(name, common[i])) {
            return 2;
        }
    }
    return 0;
}

/* The length of the empty lines, and of a byte order mark, before a message or mailbox. */
static size_t blank_length(const char *text, size_t length)
{
    size_t end = length < BLANK_BYTES_MAX ? length : BLANK_BYTES_MAX;
    size_t blank = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    for (size_t i = blank; i < end && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0'; i++) {
        blank = text[i] == '\n' ? i + 1 : blank;
    }
    return blank;
}

/* The length of the line with the message's length that Apple Mail writes before it (.emlx); 0: there is none. */
static size_t count_line(const char *text, size_t length, size_t *message_bytes)
{
    size_t digits = 0;
    size_t at;

    *message_bytes = 0;
    while (digits < length && digits < COUNT_DIGITS_MAX && text[digits] >= '0' && text[digits] <= '9') {
        *message_bytes = *message_bytes * 10 + (size_t)(text[digits++] - '0');
    }
    at = digits;
    while (at < length && (text[at] == ' ' || text[at] == '\r')) {
        at++;
    }
    return digits > 0 && at < length && text[at] == '\n' ? at + 1 : 0;
}

/* The message without the empty lines before it, if it has header fields after them. */
static struct mime_span skip_blank(struct mime_span message)
{
    size_t blank = blank_length(message.text, message.length);
    struct mime_span rest = {message.text + blank, message.length - blank};
    struct mime_entity entity;
    struct mime_span name;
    struct mime_span value;
    size_t at = 0;

    if (blank == 0) {
        return message;
    }
    mime_split(rest, &entity);
    return mime_next_field(entity.header, &at, &name, &value) && judge_field(name) != 0 ? rest : message;
}

int32_t mail_is(const void *head, size_t length, const char *name)
{
    const char *dot = strrchr(name, '.');
    int32_t is_named =
        dot != NULL && (strcasecmp(dot, ".eml") == 0 || strcasecmp(dot, ".emlx") == 0 || strcasecmp(dot, ".mbox") == 0);
    struct mime_entity entity;
    struct mime_span field;
    struct mime_span value;
    size_t message_bytes;
    size_t counted = count_line(head, length, &message_bytes);
    size_t at = counted > 0 ? counted : blank_length(head, length);
    int32_t own = 0;
    int32_t common = 0;

    head = (const char *)head + at;
    length -= at;
    if (is_mailbox_line(head, line_length(head, length))) {
        size_t first = line_length(head, length);

        head = (const char *)head + first;
        length -= first;
    }
    at = blank_length(head, length); /* some write one after the line of the mailbox, too */
    mime_split((struct mime_span){(const char *)head + at, length - at}, &entity);
    at = 0;
    for (int32_t i = 0; i < SNIFF_FIELDS_MAX && mime_next_field(entity.header, &at, &field, &value); i++) {
        int32_t kind = judge_field(field);

        if (i == 0 && field.text != entity.header.text) {
            return 0; /* something else stands before the fields */
        }
        own += kind == 1;
        common += kind == 2;
    }
    return (own > 0 && common > 0) || common >= 3 || (is_named && own + common > 0);
}

/* --- Parts --- */

static cpk_status collect(struct mail *mail, const struct mime_entity *entity, const char *usual_type, int32_t nesting,
                          struct buffer *text, cpk_error **error);

/* A name for a part without one. */
static void make_name(struct buffer *name, int64_t number, const char *type)
{
    static const char *const endings[][2] = {{"text/plain", "txt"},      {"text/html", "html"},
                                             {"application/pdf", "pdf"}, {"message/rfc822", "eml"},
                                             {"text/markdown", "md"},    {"text/csv", "csv"}};
    const char *ending = "dat";

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        ending = strcmp(endings[i][0], type) == 0 ? endings[i][1] : ending;
    }
    buffer_append_format(name, "part %lld.%s", (long long)number, ending);
}

/* The name of an attachment, without folders. */
static cpk_status name_attachment(struct mail *mail, const struct mime_entity *entity, const char *type,
                                  const char **copy, cpk_error **error)
{
    struct buffer name;
    const char *slash;
    const char *base;
    cpk_status status;

    buffer_init(&name, mail->arena.allocator);
    CPK_TRY_CLEANUP(mime_append_parameter(&name, mime_field(entity->header, "Content-Disposition"), "filename", error));
    if (name.length == 0) {
        CPK_TRY_CLEANUP(mime_append_parameter(&name, mime_field(entity->header, "Content-Type"), "name", error));
    }
    if (name.length == 0) {
        make_name(&name, mail->parts, type);
    }
    slash = strrchr(buffer_text(&name), '/');
    base = slash != NULL ? slash + 1 : buffer_text(&name);
    slash = strrchr(base, '\\');
    base = slash != NULL ? slash + 1 : base;
    *copy = name.failed ? NULL : arena_copy_text(&mail->arena, base);
    status = *copy != NULL ? CPK_OK : error_out_of_memory(error);
cleanup:
    buffer_free(&name);
    return status;
}

static cpk_status add_attachment(struct mail *mail, const struct mime_entity *entity, const char *type,
                                 const char *encoding, cpk_error **error)
{
    struct attachment *attachment = arena_allocate_zeroed(&mail->arena, 1, sizeof *attachment);

    if (attachment != NULL) {
        attachment->body = entity->body;
        attachment->encoding = arena_copy_text(&mail->arena, encoding);
        attachment->is_message = strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0;
    }
    if (attachment == NULL || attachment->encoding == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(name_attachment(mail, entity, type, &attachment->name, error));
    *mail->end = attachment;
    mail->end = &attachment->next;
    return CPK_OK;
}

/* Of alternatives, the plain text is the whole message, or a hint that there is another one. */
static cpk_status collect_alternatives(struct mail *mail, struct mime_span body, const char *boundary, int32_t nesting,
                                       struct buffer *text, cpk_error **error)
{
    struct mime_span part;
    struct buffer plain;
    struct buffer rich;
    size_t at = 0;
    cpk_status status = CPK_OK;

    buffer_init(&plain, text->allocator);
    buffer_init(&rich, text->allocator);
    while (mime_next_part(body, boundary, &at, &part)) {
        struct mime_entity entity;
        char type[MIME_TOKEN_BYTES];

        mime_split(part, &entity);
        mime_token(mime_field(entity.header, "Content-Type"), type);
        if (type[0] == '\0' || strcmp(type, "text/plain") == 0) {
            CPK_TRY_CLEANUP(collect(mail, &entity, "text/plain", nesting, &plain, error));
        } else if (strcmp(type, "text/html") == 0 || strncmp(type, "multipart/", 10) == 0) {
            buffer_clear(&rich); /* the last one is the best */
            CPK_TRY_CLEANUP(collect(mail, &entity, "text/plain", nesting, &rich, error));
        }
    }
    if (rich.length > plain.length * HTML_GAIN_MIN) {
        buffer_append(text, buffer_text(&rich), rich.length);
    } else {
        buffer_append(text, buffer_text(&plain), plain.length);
    }
    status = text->failed || plain.failed || rich.failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&plain);
    buffer_free(&rich);
    return status;
}

static cpk_status collect_parts(struct mail *mail, const struct mime_entity *entity, const char *type,
                                const char *boundary, int32_t nesting, struct buffer *text, cpk_error **error)
{
    const char *usual_type = strcmp(type, "multipart/digest") == 0 ? "message/rfc822" : "text/plain";
    struct mime_span part;
    size_t at = 0;

    if (strcmp(type, "multipart/alternative") == 0) {
        return collect_alternatives(mail, entity->body, boundary, nesting, text, error);
    }
    while (mime_next_part(entity->body, boundary, &at, &part)) {
        struct mime_entity inner;

        mime_split(part, &inner);
        CPK_TRY(collect(mail, &inner, usual_type, nesting, text, error));
    }
    return CPK_OK;
}

static cpk_status collect_multipart(struct mail *mail, const struct mime_entity *entity, struct mime_span type_field,
                                    const char *type, int32_t nesting, struct buffer *text, cpk_error **error)
{
    struct buffer boundary;
    cpk_status status = CPK_OK;

    if (strcmp(type, "multipart/encrypted") == 0) {
        mail->is_encrypted = 1;
        return CPK_OK;
    }
    if (nesting >= NESTING_MAX) {
        mail->is_cut = 1;
        return CPK_OK;
    }
    buffer_init(&boundary, text->allocator);
    CPK_TRY_CLEANUP(mime_append_parameter(&boundary, type_field, "boundary", error));
    if (boundary.length == 0 || boundary.length > BOUNDARY_MAX) {
        status = mail_text_append(mail->run->options->context, &mail->run->sink, mail->name,
                                  (struct mime_span){"text/plain", 10}, entity->body, "", text, error);
    } else {
        mail->is_open |= nesting == 0 && !mime_is_closed(entity->body, buffer_text(&boundary));
        status = collect_parts(mail, entity, type, buffer_text(&boundary), nesting + 1, text, error);
    }
cleanup:
    buffer_free(&boundary);
    return status;
}

static int32_t is_signature(const char *type)
{
    return strcmp(type, "application/pgp-signature") == 0 || strcmp(type, "application/pkcs7-signature") == 0 ||
           strcmp(type, "application/x-pkcs7-signature") == 0 || strcmp(type, "application/pgp-encrypted") == 0;
}

/* 1 for an S/MIME message whose content is not readable without a key. */
static cpk_status is_enveloped(const char *type, struct mime_span type_field, const cpk_allocator *allocator,
                               int32_t *is, cpk_error **error)
{
    struct buffer kind;
    cpk_status status;

    *is = 0;
    if (strcmp(type, "application/pkcs7-mime") != 0 && strcmp(type, "application/x-pkcs7-mime") != 0) {
        return CPK_OK;
    }
    buffer_init(&kind, allocator);
    status = mime_append_parameter(&kind, type_field, "smime-type", error);
    *is = strcasecmp(buffer_text(&kind), "signed-data") != 0;
    buffer_free(&kind);
    return status;
}

/* 1 for a part that is shown as text of the message. */
static cpk_status is_body(const struct mime_entity *entity, struct mime_span type_field, const char *type,
                          const cpk_allocator *allocator, int32_t *is, cpk_error **error)
{
    struct mime_span disposition = mime_field(entity->header, "Content-Disposition");
    char word[MIME_TOKEN_BYTES];
    struct buffer name;
    cpk_status status = CPK_OK;

    *is = 0;
    mime_token(disposition, word);
    if ((strcmp(type, "text/plain") != 0 && strcmp(type, "text/html") != 0) || strcmp(word, "attachment") == 0) {
        return CPK_OK;
    }
    buffer_init(&name, allocator);
    CPK_TRY_CLEANUP(mime_append_parameter(&name, disposition, "filename", error));
    CPK_TRY_CLEANUP(mime_append_parameter(&name, type_field, "name", error));
    *is = name.length == 0;
cleanup:
    buffer_free(&name);
    return status;
}

static cpk_status add_body(struct mail *mail, struct mime_span type_field, struct mime_span body, const char *encoding,
                           struct buffer *text, cpk_error **error)
{
    int64_t limit = context_setting(mail->run->options->context, SETTING_IMPORT_MAX_DOCUMENT_BYTES);

    while (text->length > 0 && text->data[text->length - 1] == '\n') {
        text->length--;
    }
    buffer_append_text(text, text->length > 0 ? "\n\n" : "");
    CPK_TRY(mail_text_append(mail->run->options->context, &mail->run->sink, mail->name, type_field, body, encoding,
                             text, error));
    if ((int64_t)text->length > limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s has more text than import.max_document_bytes (%lld) allows", mail->name, (long long)limit);
    }
    return text->failed ? error_out_of_memory(error) : CPK_OK;
}

/* Appends the text of a part and of those in it to `text`, and lists the others as attachments. Multipart bodies are
 * entered NESTING_MAX deep at most. */
static cpk_status collect(struct mail *mail, const struct mime_entity *entity, const char *usual_type, int32_t nesting,
                          struct buffer *text, cpk_error **error)
{
    int64_t parts_max = context_setting(mail->run->options->context, SETTING_DOCUMENT_MAX_ENTRIES);
    struct mime_span type_field = mime_field(entity->header, "Content-Type");
    char type[MIME_TOKEN_BYTES];
    char encoding[MIME_TOKEN_BYTES];
    int32_t is_locked;
    int32_t is_text;

    mime_token(type_field, type);
    mime_token(mime_field(entity->header, "Content-Transfer-Encoding"), encoding);
    if (type[0] == '\0' || strchr(type, '/') == NULL) {
        snprintf(type, sizeof type, "%s", usual_type);
    }
    if (++mail->parts > parts_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s has more parts than document.max_entries (%lld) allows", mail->name, (long long)parts_max);
    }
    if (strncmp(type, "multipart/", 10) == 0) {
        return collect_multipart(mail, entity, type_field, type, nesting, text, error);
    }
    if (is_signature(type)) {
        return CPK_OK;
    }
    CPK_TRY(is_enveloped(type, type_field, text->allocator, &is_locked, error));
    if (is_locked) {
        mail->is_encrypted = 1;
        return CPK_OK;
    }
    CPK_TRY(is_body(entity, type_field, type, text->allocator, &is_text, error));
    return is_text ? add_body(mail, type_field, entity->body, encoding, text, error)
                   : add_attachment(mail, entity, type, encoding, error);
}

/* --- Attachments --- */

static cpk_status note(struct mail *mail, int32_t kind, const char *text, cpk_error **error)
{
    return mail->run->sink.note(mail->run->sink.self, kind, mail->name, text, error);
}

/* An attachment that can't be read does not keep the others from it. */
static cpk_status handle_failure(struct mail *mail, const struct attachment *attachment, cpk_status status,
                                 cpk_error *failure, cpk_error **error)
{
    const struct import_run *run = mail->run;
    int32_t kind = status == CPK_ERROR_NO_CONTENT     ? CPK_NOTE_SKIPPED_FILE
                   : status == CPK_ERROR_UNSUPPORTED  ? CPK_NOTE_UNKNOWN_FILE
                   : status == CPK_ERROR_INVALID_DATA ? CPK_NOTE_DAMAGED
                                                      : CPK_NOTE_UNREADABLE_FILE;

    if (run->sink_status != CPK_OK ||
        (kind == CPK_NOTE_UNREADABLE_FILE && status != CPK_ERROR_ENCRYPTED && status != CPK_ERROR_LIMIT_EXCEEDED)) {
        error_give(error, failure);
        return status;
    }
    status = run->sink.note(run->sink.self, kind, attachment->name, cpk_error_message(failure), error);
    cpk_error_free(failure);
    return status;
}

static cpk_status read_attachment(struct mail *mail, const struct attachment *attachment, cpk_error **error)
{
    struct import_run *run = mail->run;
    struct archive *outer = run->archive;
    struct memory_source source;
    struct buffer bytes;
    cpk_error *failure = NULL;
    cpk_reader reader;
    cpk_status status;

    if (!attachment->is_message && !bundle_may_read(attachment->name)) {
        mail->not_read++;
        return CPK_OK;
    }
    buffer_init(&bytes, mail->arena.allocator);
    mime_decode(&bytes, attachment->body, attachment->encoding);
    if (bytes.failed) {
        buffer_free(&bytes);
        return error_out_of_memory(error);
    }
    reader = memory_reader(&source, buffer_text(&bytes), bytes.length, attachment->name);
    run->mail_depth++;
    status = attachment->is_message ? mail_read(run, &reader, mail->depth + 1, &failure)
                                    : run->read_file(run, &reader, mail->depth + 1, &failure);
    run->mail_depth--;
    run->archive = outer;
    buffer_free(&bytes);
    return status == CPK_OK ? CPK_OK : handle_failure(mail, attachment, status, failure, error);
}

static cpk_status read_attachments(struct mail *mail, cpk_error **error)
{
    char text[80];

    for (const struct attachment *at = mail->first; at != NULL; at = at->next) {
        CPK_TRY(read_attachment(mail, at, error));
    }
    if (mail->is_open) {
        CPK_TRY(note(mail, CPK_NOTE_DAMAGED, "the message is cut off: its last boundary is missing", error));
    }
    if (mail->is_cut) {
        CPK_TRY(note(mail, CPK_NOTE_DAMAGED, "parts that are nested too deep were not read", error));
    }
    if (mail->is_encrypted) {
        CPK_TRY(note(mail, CPK_NOTE_UNREADABLE_FILE, "an encrypted part was not read", error));
    }
    if (mail->not_read == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "not read: %lld attachment%s", (long long)mail->not_read,
             mail->not_read > 1 ? "s" : "");
    return note(mail, CPK_NOTE_NOT_READ, text, error);
}

/* --- A message --- */

/* "From: ..." and the like, one a line; the date as others are written. */
static cpk_status append_head(const struct mail *mail, struct mime_span header, int64_t time_us, struct buffer *text,
                              cpk_error **error)
{
    static const char *const names[] = {"Subject", "From", "To", "Cc"};
    char date[TIME_TEXT_BYTES];
    size_t listed;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct mime_span value = mime_field(header, names[i]);

        if (value.length > 0) {
            buffer_append_format(text, "%s: ", names[i]);
            CPK_TRY(mime_append_text(text, value, error));
            buffer_append_byte(text, '\n');
        }
    }
    time_format_minute(time_us, date);
    if (date[0] != '\0') {
        buffer_append_format(text, "Date: %s\n", date);
    }
    listed = text->length + LISTED_BYTES_MAX;
    for (const struct attachment *at = mail->first; at != NULL && text->length < listed; at = at->next) {
        buffer_append_format(text, "%s%.200s", at == mail->first ? "Attachments: " : ", ", at->name);
    }
    buffer_append_text(text, mail->first != NULL ? "\n" : "");
    buffer_append_text(text, text->length > 0 ? "\n" : "");
    return text->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status emit(struct mail *mail, struct mime_span header, const struct buffer *body, cpk_error **error)
{
    struct import_report *report = mail->run->report;
    struct mail_document document = {.name = mail->name, .time_us = mime_time(mime_field(header, "Date"))};
    struct buffer title;
    struct buffer text;
    cpk_status status;

    buffer_init(&title, mail->arena.allocator);
    buffer_init(&text, mail->arena.allocator);
    CPK_TRY_CLEANUP(mime_append_text(&title, mime_field(header, "Subject"), error));
    CPK_TRY_CLEANUP(append_head(mail, header, document.time_us, &text, error));
    document.title = buffer_text(&title);
    buffer_append(&text, buffer_text(body), body->length);
    CPK_TRY_CLEANUP(text.failed || title.failed ? error_out_of_memory(error) : CPK_OK);
    if (text.length > 0) {
        status = mail_text_emit(mail->run->options->context, &mail->run->sink, &document, &text, error);
    }
    if (status == CPK_OK && report->format[0] == '\0' && report->messages > 0) {
        snprintf(report->format, sizeof report->format, "mail");
        snprintf(report->extractor, sizeof report->extractor, "mail %s", CPK_VERSION);
    }
cleanup:
    buffer_free(&title);
    buffer_free(&text);
    return status;
}

static int32_t is_blank(const struct buffer *text)
{
    return normal_trimmed_end(buffer_text(text), text->length) == 0;
}

static cpk_status read_message(struct import_run *run, const char *name, struct mime_span bytes, int32_t depth,
                               cpk_error **error)
{
    const cpk_allocator *allocator = &run->options->context->allocator;
    struct mail mail = {.run = run, .name = name, .depth = depth};
    struct mime_entity entity;
    struct buffer body;
    cpk_status status;

    mail.end = &mail.first;
    arena_init(&mail.arena, allocator);
    buffer_init(&body, allocator);
    mime_split(skip_blank(bytes), &entity);
    CPK_TRY_CLEANUP(collect(&mail, &entity, "text/plain", 0, &body, error));
    if (mail.is_encrypted && mail.first == NULL && is_blank(&body)) {
        status = error_set(error, CPK_ERROR_ENCRYPTED, DOMAIN, "%s is an encrypted message: save it decrypted", name);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(emit(&mail, entity.header, &body, error));
    status = read_attachments(&mail, error);
cleanup:
    buffer_free(&body);
    arena_free(&mail.arena);
    return status;
}

/* --- Mailboxes --- */

/* Lines of a body that look like the start of a message were marked with ">": removes it. */
static void unmark(struct buffer *message)
{
    char *to = message->data;
    const char *at = message->data;
    const char *end = at + message->length;

    while (at < end) {
        size_t length = line_length(at, (size_t)(end - at));
        size_t marks = 0;

        length += at + length < end;
        while (marks < length && at[marks] == '>') {
            marks++;
        }
        if (marks > 0 && length - marks >= 5 && memcmp(at + marks, "From ", 5) == 0) {
            at++;
            length--;
        }
        memmove(to, at, length);
        to += length;
        at += length;
    }
    message->length = (size_t)(to - message->data);
}

/* Returns where the message after the one at `from` starts, or the end of the bytes if no other has started yet. */
static size_t find_next(const struct buffer *bytes, size_t from)
{
    const char *end = bytes->data + bytes->length;
    const char *at = bytes->data + from;

    while ((at = memmem(at, (size_t)(end - at), "\nFrom ", 6)) != NULL) {
        int32_t is_after_empty = at > bytes->data && (at[-1] == '\n' || (at[-1] == '\r' && at > bytes->data + 1));

        at++;
        if (is_after_empty && is_mailbox_line(at, line_length(at, (size_t)(end - at)))) {
            return (size_t)(at - bytes->data);
        }
    }
    return bytes->length;
}

static cpk_status read_boxed(struct import_run *run, const char *name, const struct buffer *bytes, size_t length,
                             int32_t depth, cpk_error **error)
{
    struct mail mail = {.run = run, .name = name};
    size_t first = line_length(buffer_text(bytes), length);
    const struct attachment whole = {.name = name};
    struct buffer message;
    cpk_error *failure = NULL;
    cpk_status status;

    first += first < length;
    buffer_init(&message, &run->options->context->allocator);
    buffer_append(&message, bytes->data + first, length - first);
    if (message.failed) {
        buffer_free(&message);
        return error_out_of_memory(error);
    }
    if (message.length > 0) {
        unmark(&message);
    }
    status = read_message(run, name, (struct mime_span){buffer_text(&message), message.length}, depth, &failure);
    buffer_free(&message);
    return status == CPK_OK ? CPK_OK : handle_failure(&mail, &whole, status, failure, error);
}

/* The next message, or the whole buffer at the end; *searched bytes have none. */
static cpk_status read_next(struct import_run *run, const char *name, struct buffer *bytes, size_t *searched,
                            int32_t at_end, int32_t depth, cpk_error **error)
{
    size_t next = find_next(bytes, *searched);

    while (next < bytes->length || (at_end && bytes->length > 0)) {
        CPK_TRY(read_boxed(run, name, bytes, next, depth, error));
        memmove(bytes->data, bytes->data + next, bytes->length - next);
        bytes->length -= next;
        next = find_next(bytes, 0);
        *searched = 0;
    }
    *searched =
        bytes->length > SEARCH_BACK_BYTES ? bytes->length - SEARCH_BACK_BYTES : 0; /* the line may not be whole yet */
    return CPK_OK;
}

/* Messages are read one by one, so that a mailbox may be of any length. */
static cpk_status read_mailbox(struct import_run *run, const cpk_reader *reader, int32_t depth, struct buffer *bytes,
                               cpk_error **error)
{
    int64_t limit = context_setting(run->options->context, SETTING_DOCUMENT_MAX_FILE_BYTES);
    size_t searched = 0;
    size_t got = 1;

    while (got > 0) {
        CPK_TRY(format_read_block(reader, bytes, &got, error));
        CPK_TRY(read_next(run, reader->name, bytes, &searched, got == 0, depth, error));
        if ((int64_t)bytes->length > limit) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                             "%s has a message longer than document.max_file_bytes (%lld)", reader->name,
                             (long long)limit);
        }
    }
    return CPK_OK;
}

/* Leaves out the property list behind a message whose length is known. */
static cpk_status cut_behind(struct import_run *run, const char *name, size_t message_bytes, struct buffer *bytes,
                             cpk_error **error)
{
    if (bytes->length < message_bytes) {
        return run->sink.note(run->sink.self, CPK_NOTE_DAMAGED, name, "the message is cut off", error);
    }
    bytes->length = message_bytes;
    return CPK_OK;
}

static cpk_status read_input(struct import_run *run, const cpk_reader *reader, int32_t depth, struct buffer *bytes,
                             cpk_error **error)
{
    static const struct format_limit limit = {SETTING_DOCUMENT_MAX_FILE_BYTES, "document.max_file_bytes", "a message "};
    char head[512];
    size_t got = 0;
    size_t last = 1;
    size_t message_bytes;
    size_t counted;
    size_t blank;

    while (got < sizeof head && last > 0) {
        CPK_TRY(reader->read(reader->self, head + got, sizeof head - got, &last, error));
        got += last;
    }
    counted = count_line(head, got, &message_bytes);
    blank = counted > 0 ? counted : blank_length(head, got);
    buffer_append(bytes, head + blank, got - blank);
    if (bytes->failed) {
        return error_out_of_memory(error);
    }
    if (counted == 0 && is_mailbox_line(head + blank, line_length(head + blank, got - blank))) {
        return read_mailbox(run, reader, depth, bytes, error);
    }
    CPK_TRY(format_read_all(run->options->context, reader, &run->sink, &limit, bytes, error));
    if (counted > 0) {
        CPK_TRY(cut_behind(run, reader->name, message_bytes, bytes, error));
    }
    return read_message(run, reader->name, (struct mime_span){buffer_text(bytes), bytes->length}, depth, error);
}

cpk_status mail_read(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error)
{
    int64_t depth_max = context_setting(run->options->context, SETTING_ARCHIVE_MAX_DEPTH);
    int64_t messages = run->report->messages;
    struct buffer bytes;
    cpk_status status;

    if (depth > depth_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s is nested in more archives and messages than archive.max_depth (%lld) allows",
                         reader->name, (long long)depth_max);
    }
    buffer_init(&bytes, &run->options->context->allocator);
    status = read_input(run, reader, depth, &bytes, error);
    buffer_free(&bytes);
    if (status == CPK_OK && run->sink_status == CPK_OK && run->report->messages == messages) {
        return error_set(error, CPK_ERROR_NO_CONTENT, DOMAIN, "%s (mail) contains no text", reader->name);
    }
    return status == CPK_OK ? run->sink_status : status;
}

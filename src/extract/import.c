#include "extract/import.h"

#include "base/driver.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/sized.h"
#include "base/time.h"
#include "extract/archive/bundle.h"
#include "extract/chatbotui/chatbotui.h"
#include "extract/chatgpt/chatgpt.h"
#include "extract/claude/claude.h"
#include "extract/claude_code/claude_code.h"
#include "extract/codex/codex.h"
#include "extract/copilot/copilot.h"
#include "extract/cursor/cursor.h"
#include "extract/deepseek/deepseek.h"
#include "extract/document/csv.h"
#include "extract/document/document.h"
#include "extract/document/magic.h"
#include "extract/document/markdown.h"
#include "extract/document/text.h"
#include "extract/gemini/gemini.h"
#include "extract/generic/generic.h"
#include "extract/grok/grok.h"
#include "extract/html/html.h"
#include "extract/import_run.h"
#include "extract/json/json_lines.h"
#include "extract/json/json_probe.h"
#include "extract/librechat/librechat.h"
#include "extract/mail/mail.h"
#include "extract/mistral/mistral.h"
#include "extract/openai/openai.h"
#include "extract/openwebui/openwebui.h"
#include "extract/pdf/pdf.h"
#include "extract/perplexity/perplexity.h"
#include "extract/rtf/rtf.h"
#include "extract/sharegpt/sharegpt.h"
#include "extract/shares/share_gemini.h"
#include "extract/transcript/memory_list.h"
#include "extract/transcript/speech_of_others.h"
#include "extract/transcript/transcript.h"
#include "model/pack_mark.h"

#include <stdio.h>
#include <string.h>

/* A reader that returns the sniffed head again before the rest, and counts the bytes. */
struct replay {
    const struct context *context;
    const cpk_reader *inner;
    char *head;
    size_t head_length;
    size_t head_at;
    int64_t position;
};

typedef void (*driver_init_fn)(cpk_extractor_driver *driver, const struct context *context);

static const driver_init_fn built_in[] = {
    pdf_driver_init, /* first: a signature, and the others need not look */
    chatgpt_driver_init,      chatgpt_page_driver_init, claude_driver_init,
    chatbotui_driver_init,    claude_code_driver_init,  codex_driver_init,
    copilot_driver_init,      cursor_driver_init,       cursor_transcript_driver_init,
    deepseek_driver_init,     gemini_driver_init,       gemini_html_driver_init,
    generic_driver_init,      grok_driver_init,         librechat_driver_init,
    mistral_driver_init,      openai_driver_init,       openwebui_driver_init,
    perplexity_driver_init,   sharegpt_driver_init,     share_gemini_driver_init,
    html_driver_init,         markdown_driver_init,     text_driver_init,
    transcript_driver_init,   memory_list_driver_init,  csv_driver_init,
    subtitles_driver_init,    calendar_driver_init,     contacts_driver_init,
    meeting_chat_driver_init, rtf_driver_init,
};

static cpk_status check_size(const struct replay *replay, int64_t size_bytes, cpk_error **error)
{
    int64_t limit = context_setting(replay->context, SETTING_IMPORT_MAX_FILE_BYTES);

    if (size_bytes > limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import", "%s is longer than import.max_file_bytes (%lld)",
                         replay->inner->name, (long long)limit);
    }
    return CPK_OK;
}

/* Reads until the capacity is filled or the input ends; readers may return less. */
static cpk_status read_fully(struct replay *replay, char *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    size_t last = 1;

    *got = 0;
    while (*got < capacity && last > 0) {
        CPK_TRY(replay->inner->read(replay->inner->self, bytes + *got, capacity - *got, &last, error));
        *got += last;
    }
    return CPK_OK;
}

static cpk_status replay_read(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    struct replay *replay = self;
    size_t left = replay->head_length - replay->head_at;
    size_t from_head = left < capacity ? left : capacity;
    size_t more = 0;

    *got = 0;
    memcpy(bytes, replay->head + replay->head_at, from_head);
    replay->head_at += from_head;
    if (from_head < capacity) {
        CPK_TRY(read_fully(replay, (char *)bytes + from_head, capacity - from_head, &more, error));
    }
    *got = from_head + more;
    replay->position += (int64_t)*got;
    return check_size(replay, replay->position, error);
}

static cpk_status replay_read_at(void *self, int64_t offset, void *bytes, size_t capacity, size_t *got,
                                 cpk_error **error)
{
    struct replay *replay = self;

    return replay->inner->read_at(replay->inner->self, offset, bytes, capacity, got, error);
}

static cpk_status replay_open(struct replay *replay, const struct import_options *options, const cpk_reader *inner,
                              cpk_reader *reader, cpk_error **error)
{
    const struct context *context = options->context;

    memset(replay, 0, sizeof *replay);
    memset(reader, 0, sizeof *reader);
    replay->context = context;
    replay->inner = inner;
    CPK_TRY(check_size(replay, inner->size_bytes, error));
    replay->head = memory_allocate(&context->allocator, FORMAT_SNIFF_BYTES);
    if (replay->head == NULL) {
        return error_out_of_memory(error);
    }
    reader->struct_size = sizeof *reader;
    reader->self = replay;
    reader->name = inner->name;
    reader->size_bytes = inner->size_bytes;
    reader->password = options->password;
    reader->read = replay_read;
    reader->read_at = inner->read_at != NULL ? replay_read_at : NULL;
    return read_fully(replay, replay->head, FORMAT_SNIFF_BYTES, &replay->head_length, error);
}

static void replay_close(struct replay *replay)
{
    if (replay->head != NULL) {
        memory_release(&replay->context->allocator, replay->head, FORMAT_SNIFF_BYTES);
    }
}

static cpk_status record_status(struct import_run *run, cpk_status status)
{
    if (status != CPK_OK) {
        run->sink_status = status;
    }
    return status;
}

/* Copies a message of an extractor, which may be compiled against another version, and checks its required members. */
static cpk_status read_message(cpk_message *message, const cpk_message *source, cpk_error **error)
{
    CPK_TRY(sized_read(message, sizeof *message, source, "import", "the extractor's message", error));
    if (message->provider == NULL || message->conversation_id == NULL || message->conversation_title == NULL ||
        message->message_id == NULL || message->text == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "import",
                         "the extractor's message lacks provider, conversation_id, conversation_title, message_id or "
                         "text");
    }
    if (!time_is_shown(message->time_us)) {
        message->time_us = CPK_TIME_UNKNOWN;
    }
    return CPK_OK;
}

uint64_t import_conversation_key(const char *provider, const char *conversation_id)
{
    uint64_t key = hash_bytes(0, provider, strlen(provider) + 1);

    return hash_bytes(key, conversation_id, strlen(conversation_id));
}

static void count_conversation(struct import_run *run, uint64_t conversation)
{
    if (run->report->messages == 0 || conversation != run->last_conversation) {
        run->report->conversations++;
        run->report->loss.conversations++;
        run->last_conversation = conversation;
    }
}

/* Who wrote what is attached to a mail is as unknown as whether the mail is the person's: nothing in it, whatever it
 * says of itself, is taken for the person's words or for what an assistant knows about the person. */
static void judge_attached(cpk_message *message)
{
    int32_t is_told = message->kind == CPK_KIND_INSTRUCTIONS || message->kind == CPK_KIND_MEMORY;

    if (message->role == CPK_ROLE_USER || is_told) {
        message->role = CPK_ROLE_UNKNOWN;
    }
    message->kind = is_told ? CPK_KIND_DOCUMENT : message->kind;
}

static cpk_status count_message(void *self, const cpk_message *source, cpk_error **error)
{
    struct import_run *run = self;
    cpk_message message;

    CPK_TRY(record_status(run, read_message(&message, source, error)));
    CPK_TRY(record_status(run, cancel_check(run->options->cancel, error)));
    if (run->mail_depth > 0) {
        judge_attached(&message);
    }
    if (run->report->messages == 0) {
        snprintf(run->provider, sizeof run->provider, "%s", message.provider);
    }
    count_conversation(run, import_conversation_key(message.provider, message.conversation_id));
    run->report->messages++;
    return record_status(run, run->outer->message(run->outer->self, &message, error));
}

struct import_run *import_run_of(const cpk_sink *sink)
{
    return sink->message == count_message ? sink->self : NULL;
}

void import_run_count_known(struct import_run *run, uint64_t conversation, int64_t messages)
{
    count_conversation(run, conversation);
    run->report->messages += messages;
}

static cpk_status count_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct import_run *run = self;

    loss_count_note(&run->report->loss, note);
    switch (note) {
    case CPK_NOTE_SKIPPED_MESSAGE:
    case CPK_NOTE_SKIPPED_CONVERSATION:
    case CPK_NOTE_UNREADABLE_CONVERSATION:
    case CPK_NOTE_OVER_LIMIT:
        run->report->skipped++;
        break;
    case CPK_NOTE_DAMAGED:
        run->report->damaged++;
        break;
    case CPK_NOTE_MISSING_FILE:
        run->report->missing_files++;
        break;
    default:
        break;
    }
    if (note == CPK_NOTE_SKIPPED_CONVERSATION || note == CPK_NOTE_UNREADABLE_CONVERSATION ||
        note == CPK_NOTE_OVER_LIMIT || note == CPK_NOTE_DAMAGED) {
        snprintf(run->last_loss, sizeof run->last_loss, "%s", text);
    }
    return record_status(run, run->outer->note(run->outer->self, note, where, text, error));
}

static cpk_status pass_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    struct import_run *run = self;

    CPK_TRY(record_status(run, cancel_check(run->options->cancel, error)));
    return record_status(
        run,
        run->outer->progress(run->outer->self, run->archive_position >= 0 ? run->archive_position : done_bytes, error));
}

/* Chooses the driver with the highest score: a host's, if any matches, otherwise a built-in one. Returns the score, 0
 * if none. */
static int32_t detect_of_host(const struct import_run *run, const struct replay *replay, cpk_extractor_driver *driver)
{
    const struct import_options *options = run->options;
    int32_t best = 0;

    for (size_t i = 0; i < options->extractor_count; i++) {
        const cpk_extractor_driver *host = options->extractors[i];
        int32_t score = host->sniff(host->self, replay->head, replay->head_length, replay->inner->name);

        if (score > best) {
            best = score;
            *driver = *host;
        }
    }
    return best;
}

static int32_t detect_built_in(const struct import_run *run, const char *head, size_t length, const char *name,
                               cpk_extractor_driver *driver)
{
    int32_t best = 0;

    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0] && best < 100; i++) {
        cpk_extractor_driver candidate;
        int32_t score;

        built_in[i](&candidate, run->options->context);
        score = candidate.sniff(candidate.self, head, length, name);
        if (score > best) {
            best = score;
            *driver = candidate;
        }
    }
    return best;
}

/* Detects by the lines that are JSON, where others are not. 0 if all or none are. */
static int32_t detect_by_lines(const struct import_run *run, const struct replay *replay, cpk_extractor_driver *driver)
{
    const struct context *context = run->options->context;
    int32_t is_start = replay->head_length == FORMAT_SNIFF_BYTES;
    int32_t best = 0;
    struct buffer lines;

    if (!json_lines_detect(context, replay->head, replay->head_length, is_start)) {
        return 0;
    }
    buffer_init(&lines, &context->allocator);
    if (json_lines_append_valid(context, replay->head, replay->head_length, is_start, &lines) > 0 && !lines.failed) {
        best = detect_built_in(run, buffer_text(&lines), lines.length, replay->inner->name, driver);
    }
    buffer_free(&lines);
    return best;
}

static int32_t detect(const struct import_run *run, const struct replay *replay, cpk_extractor_driver *driver)
{
    int32_t best = detect_of_host(run, replay, driver);

    best = best > 0 ? best : detect_by_lines(run, replay, driver);
    return best > 0 ? best : detect_built_in(run, replay->head, replay->head_length, replay->inner->name, driver);
}

static cpk_status report_unsupported(cpk_error **error, const char *name, const char *what)
{
    return error_set(error, CPK_ERROR_UNSUPPORTED, "import", "%s can't be imported: it is %s", name, what);
}

/* Reports JSON of an unknown format: by its name if the format is recognised, otherwise by its keys. */
static cpk_status report_unknown_json(const struct import_run *run, const char *name, const struct json_probe *probe,
                                      cpk_error **error)
{
    struct buffer keys;
    cpk_status status;

    if (probe->is_utf16) {
        return report_unsupported(error, name, "JSON in UTF-16 or UTF-32: save it again as UTF-8");
    }
    if (json_probe_has(probe, NULL, 0, "$schema") ||
        (json_probe_has(probe, NULL, 0, "type") &&
         (json_probe_has(probe, NULL, 0, "properties") || json_probe_has(probe, NULL, 0, "items")))) {
        return report_unsupported(error, name, "a JSON Schema: it describes exports and contains no chats");
    }
    if (json_probe_has(probe, NULL, 0, "chat_messages")) {
        return report_unsupported(error, name, "not a Claude export: its chat_messages have no sender");
    }
    if (probe->key_count == 0) {
        return error_set(error, probe->is_broken ? CPK_ERROR_INVALID_DATA : CPK_ERROR_NO_CONTENT, "import",
                         probe->is_broken ? "%s is damaged JSON from the start" : "%s is JSON without conversations",
                         name);
    }
    buffer_init(&keys, &run->options->context->allocator);
    json_probe_append_keys(probe, json_probe_has_level(probe, 0) ? 0 : -1, &keys);
    status = error_set(error, CPK_ERROR_UNSUPPORTED, "import",
                       "%s is JSON of an unknown format: its %s the keys %s. Supported are the formats of "
                       "docs/formats.md, such as exports of ChatGPT (with mapping) and Claude (with chat_messages)",
                       name, probe->is_list ? "entries have" : "object has", buffer_text(&keys));
    buffer_free(&keys);
    return status;
}

static cpk_status report_unknown_file(const struct import_run *run, const struct replay *replay, cpk_error **error)
{
    const char *name = replay->inner->name;
    const char *what = magic_name(replay->head, replay->head_length);
    struct json_probe probe;

    if (what != NULL && document_is_named_json(name) && strstr(what, "HTML") != NULL) {
        return report_unsupported(error, name, "an HTML page, not the export: download it again");
    }
    if (magic_is_encrypted_office(replay->inner, replay->head, replay->head_length)) {
        return error_set(error, CPK_ERROR_ENCRYPTED, "import",
                         "%s is an Office document that is encrypted with a password: save it without one", name);
    }
    if (what != NULL) {
        return report_unsupported(error, name, what);
    }
    json_probe_read(&probe, replay->head, replay->head_length);
    if (probe.is_json) {
        return report_unknown_json(run, name, &probe, error);
    }
    if (document_is_named_json(name) && magic_is_text(replay->head, replay->head_length)) {
        return error_set(
            error, CPK_ERROR_INVALID_DATA, "import",
            "%s has the name of a JSON file, but is not JSON: download the export again, or rename it if it is text",
            name);
    }
    return report_unsupported(error, name, "binary data of an unknown type, neither text nor a chat export");
}

static int32_t is_blank(const struct replay *replay)
{
    for (size_t i = 0; i < replay->head_length; i++) {
        if (strchr(" \t\r\n", replay->head[i]) == NULL) {
            return 0;
        }
    }
    return replay->head_length < FORMAT_SNIFF_BYTES;
}

static int64_t count_damage(const struct import_report *report)
{
    return report->damaged + report->loss.of_kind[LOSS_UNREADABLE_CONVERSATIONS];
}

/* Reports why an extractor that succeeded emitted no messages. */
static cpk_status explain_nothing(const struct import_run *run, const char *name, const char *format, int64_t damaged,
                                  cpk_error **error)
{
    int32_t is_damaged = count_damage(run->report) > damaged;

    return error_set(error, is_damaged ? CPK_ERROR_INVALID_DATA : CPK_ERROR_NO_CONTENT, "import",
                     "%s (%s) contains no messages%s%s", name, format, run->last_loss[0] != '\0' ? ": " : "",
                     run->last_loss);
}

/* Drivers of the host have no version in their interface. */
static int32_t is_of_host(const struct import_options *options, const cpk_extractor_driver *driver)
{
    for (size_t i = 0; i < options->extractor_count; i++) {
        if (options->extractors[i]->self == driver->self && options->extractors[i]->extract == driver->extract) {
            return 1;
        }
    }
    return 0;
}

static void name_extractor(const struct import_run *run, const cpk_extractor_driver *driver)
{
    struct import_report *report = run->report;
    int32_t is_built_in = !is_of_host(run->options, driver);
    const char *name = driver->name(driver->self);

    /* A page may hold a conversation of another provider. */
    snprintf(report->format, sizeof report->format, "%s",
             is_built_in && strcmp(name, "html") == 0 ? run->provider : name);
    snprintf(report->extractor, sizeof report->extractor, "%s%s%s", report->format, is_built_in ? " " : "",
             is_built_in ? CPK_VERSION : "");
}

static cpk_status run_driver(struct import_run *run, const cpk_extractor_driver *driver, const cpk_reader *reader,
                             cpk_error **error)
{
    struct import_report *report = run->report;
    int64_t messages = report->messages;
    int64_t damaged = count_damage(report);
    const char *format = driver->name(driver->self);
    cpk_status status;

    run->last_loss[0] = '\0';
    status = driver_result(driver->extract(driver->self, reader, &run->sink, error), CPK_ERROR_INVALID_DATA, "import",
                           "the extractor", error);
    if (report->messages > messages && report->format[0] == '\0') {
        name_extractor(run, driver);
    }
    if (status == CPK_OK && run->sink_status != CPK_OK) {
        return run->sink_status; /* an extractor that ignored a failure of the sink */
    }
    if (status == CPK_OK && report->messages == messages) {
        return explain_nothing(run, reader->name, format, damaged, error);
    }
    return status;
}

static cpk_status read_file(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error)
{
    cpk_extractor_driver driver;
    cpk_reader again;
    struct replay replay;
    cpk_status status = replay_open(&replay, run->options, reader, &again, error);

    if (status != CPK_OK) {
        replay_close(&replay);
        return status;
    }
    if (replay.head_length == 0) {
        status = error_set(error, CPK_ERROR_NO_CONTENT, "import", "%s is empty (0 bytes)", reader->name);
    } else if (is_blank(&replay)) {
        status = error_set(error, CPK_ERROR_NO_CONTENT, "import", "%s contains only white space", reader->name);
    } else if (pack_mark_is(replay.head, replay.head_length) && detect_of_host(run, &replay, &driver) <= 0) {
        status = error_set_native(error, CPK_ERROR_UNSUPPORTED, "import", PACK_MARK_NATIVE, 0, "%s is " PACK_MARK_TEXT,
                                  reader->name);
    } else if (magic_is_zip(replay.head, replay.head_length) && detect_of_host(run, &replay, &driver) <= 0) {
        status = bundle_read(run, &again, depth, error);
    } else if (mail_is(replay.head, replay.head_length, reader->name) && detect_of_host(run, &replay, &driver) <= 0) {
        status = mail_read(run, &again, depth, error);
    } else if (detect(run, &replay, &driver) > 0) {
        status = run_driver(run, &driver, &again, error);
    } else {
        status = report_unknown_file(run, &replay, error);
    }
    replay_close(&replay);
    return status;
}

cpk_status import_read(const struct import_options *options, const cpk_reader *reader, const cpk_sink *sink,
                       struct import_report *report, cpk_error **error)
{
    struct import_run run = {
        .options = options, .outer = sink, .report = report, .read_file = read_file, .archive_position = -1};

    memset(report, 0, sizeof *report);
    run.sink.struct_size = sizeof run.sink;
    run.sink.self = &run;
    run.sink.message = count_message;
    run.sink.note = count_note;
    run.sink.progress = pass_progress;
    return read_file(&run, reader, 0, error);
}

#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "files/files.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/records.h"

#include <stdio.h>
#include <string.h>

#define NOTES_SHOWN_MAX 20 /* unless --verbose */

struct tally {
    size_t good;
    size_t bad;
    size_t unreadable; /* folders below the inputs */
    size_t skipped;
    int first_code; /* exit code of the first unusable input */
};

static void write_providers(struct json_out *json, const cpk_inspection *found)
{
    json_out_begin(json, "providers", '[');
    for (int32_t i = 0; i < cpk_inspection_provider_count(found); i++) {
        json_out_begin(json, NULL, '{');
        json_out_text(json, "name", cpk_inspection_provider_name(found, i));
        json_out_number(json, "conversations", cpk_inspection_provider_conversations(found, i));
        json_out_number(json, "messages", cpk_inspection_provider_messages(found, i));
        json_out_end(json, '}');
    }
    json_out_end(json, ']');
}

static void write_note_list(struct json_out *json, const cpk_inspection *found)
{
    json_out_begin(json, "notes", '[');
    for (int32_t i = 0; i < cpk_inspection_note_count(found); i++) {
        json_out_begin(json, NULL, '{');
        json_out_text(json, "kind", cpk_inspection_note_kind_name(found, i));
        json_out_text(json, "place", cpk_inspection_note_place(found, i));
        json_out_text(json, "text", cpk_inspection_note_text(found, i));
        json_out_end(json, '}');
    }
    json_out_end(json, ']');
    json_out_number(json, "notes_left_out", cpk_inspection_notes_left_out(found));
}

static void write_json(struct cli *cli, const char *path, const cpk_inspection *found)
{
    const struct {
        const char *key;
        int64_t number;
    } counts[] = {{"conversations", cpk_inspection_conversations(found)},
                  {"messages", cpk_inspection_messages(found)},
                  {"user_messages", cpk_inspection_user_messages(found)},
                  {"assistant_messages", cpk_inspection_assistant_messages(found)},
                  {"system_messages", cpk_inspection_system_messages(found)},
                  {"tool_messages", cpk_inspection_tool_messages(found)},
                  {"unknown_messages", cpk_inspection_unknown_messages(found)},
                  {"hidden_messages", cpk_inspection_hidden_messages(found)},
                  {"other_branches", cpk_inspection_other_branches(found)},
                  {"attachments", cpk_inspection_attachments(found)},
                  {"files", cpk_inspection_files(found)},
                  {"shards", cpk_inspection_shards(found)},
                  {"skipped", cpk_inspection_skipped(found)},
                  {"damaged", cpk_inspection_damaged(found)},
                  {"missing_files", cpk_inspection_missing_files(found)},
                  {"tokens", cpk_inspection_tokens(found)},
                  {"chunks", cpk_inspection_chunks(found)},
                  {"credits", cpk_inspection_credits(found)}};
    struct json_out json;

    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "input", path);
    json_out_text(&json, "format", cpk_inspection_format(found));
    json_out_text(&json, "era", cpk_inspection_era(found));
    write_providers(&json, found);
    json_out_time(&json, "first_time", cpk_inspection_first_time(found));
    json_out_time(&json, "last_time", cpk_inspection_last_time(found));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        json_out_number(&json, counts[i].key, counts[i].number);
    }
    json_out_text(&json, "loss_summary", cpk_inspection_loss_summary(found));
    json_out_bool(&json, "is_partial", cpk_inspection_is_partial(found) != 0);
    write_note_list(&json, found);
    json_out_end(&json, '}');
    json_out_line(&json);
}

/* Appends "3 of the user" and the like to a line, unless the count is 0. */
static void add_count(char *line, size_t size, int64_t count, const char *what)
{
    char number[FORMAT_NUMBER_BYTES];
    size_t length = strlen(line);

    if (count > 0 && length < size) {
        snprintf(line + length, size - length, "%s%s %s", length > 0 ? ", " : "", format_count(number, count), what);
    }
}

static void write_messages(struct output *out, const cpk_inspection *found)
{
    char line[256] = "";
    char details[256] = "";

    add_count(line, sizeof line, cpk_inspection_user_messages(found), "of the user");
    add_count(line, sizeof line, cpk_inspection_assistant_messages(found), "of the assistant");
    add_count(line, sizeof line, cpk_inspection_system_messages(found), "of the system");
    add_count(line, sizeof line, cpk_inspection_tool_messages(found), "of tools");
    add_count(line, sizeof line, cpk_inspection_unknown_messages(found), "of unknown authors");
    records_line(out, "Messages", line);
    add_count(details, sizeof details, cpk_inspection_hidden_messages(found), "hidden");
    add_count(details, sizeof details, cpk_inspection_other_branches(found), "on other branches");
    add_count(details, sizeof details, cpk_inspection_attachments(found), "attached files");
    if (details[0] != '\0') {
        records_line(out, "", details);
    }
}

static void write_provider_lines(struct output *out, const cpk_inspection *found)
{
    char conversations[FORMAT_NUMBER_BYTES];
    char messages[FORMAT_NUMBER_BYTES];
    char line[160];

    for (int32_t i = 0; i < cpk_inspection_provider_count(found); i++) {
        int64_t conversation_count = cpk_inspection_provider_conversations(found, i);
        int64_t message_count = cpk_inspection_provider_messages(found, i);

        snprintf(line, sizeof line, "%s: %s %s, %s %s", cpk_inspection_provider_name(found, i),
                 format_count(conversations, conversation_count),
                 format_plural(conversation_count, "conversation", "conversations"),
                 format_count(messages, message_count), format_plural(message_count, "message", "messages"));
        records_line(out, i == 0 ? "Recognised" : "", line);
    }
}

static void write_estimate(struct output *out, const cpk_inspection *found)
{
    int64_t token_count = cpk_inspection_tokens(found);
    int64_t chunk_count = cpk_inspection_chunks(found);
    int64_t credit_count = cpk_inspection_credits(found);
    char tokens[FORMAT_NUMBER_BYTES];
    char chunks[FORMAT_NUMBER_BYTES];
    char credits[FORMAT_NUMBER_BYTES];
    char line[160];

    snprintf(line, sizeof line, "%s %s, %s %s, %s %s", format_count(tokens, token_count),
             format_plural(token_count, "token", "tokens"), format_count(chunks, chunk_count),
             format_plural(chunk_count, "chunk", "chunks"), format_count(credits, credit_count),
             format_plural(credit_count, "credit", "credits"));
    records_line(out, "Estimate", line);
}

static void write_notes(struct cli *cli, const cpk_inspection *found)
{
    int32_t count = cpk_inspection_note_count(found);
    int32_t shown = cli->verbose || count < NOTES_SHOWN_MAX ? count : NOTES_SHOWN_MAX;
    int64_t more = count - shown + cpk_inspection_notes_left_out(found);
    char line[512];

    for (int32_t i = 0; i < shown; i++) {
        const char *place = cpk_inspection_note_place(found, i);

        snprintf(line, sizeof line, "%.160s%s%.320s", place, place[0] != '\0' ? ": " : "",
                 cpk_inspection_note_text(found, i));
        records_line(&cli->out, i == 0 ? "Notes" : "", line);
    }
    if (more > 0) {
        snprintf(line, sizeof line, "%lld more%s", (long long)more, cli->verbose ? "" : " (--verbose shows them)");
        records_line(&cli->out, "", line);
    }
}

/* What was not read, if nothing of a conversation was lost. */
static const char *describe_not_read(const cpk_inspection *found)
{
    for (int32_t i = 0; i < cpk_inspection_note_count(found); i++) {
        if (cpk_inspection_note_kind(found, i) == CPK_NOTE_NOT_READ) {
            return "files that the notes count";
        }
    }
    return "nothing";
}

static void write_text(struct cli *cli, const char *path, const cpk_inspection *found)
{
    const char *loss = cpk_inspection_loss_summary(found);
    struct output *out = &cli->out;
    char first[FORMAT_TIME_BYTES];
    char last[FORMAT_TIME_BYTES];
    char line[2 * FORMAT_TIME_BYTES + 8];

    records_line(out, "Input", path);
    write_provider_lines(out, found);
    if (cpk_inspection_era(found) != NULL) {
        records_line(out, "Export", cpk_inspection_era(found));
    }
    snprintf(line, sizeof line, "%s to %s", format_time_local(first, cpk_inspection_first_time(found)),
             format_time_local(last, cpk_inspection_last_time(found)));
    records_line(out, "Dates", cpk_inspection_first_time(found) != CPK_TIME_UNKNOWN ? line : NULL);
    write_messages(out, found);
    if (cpk_inspection_files(found) > 1) {
        snprintf(line, sizeof line, "%lld read", (long long)cpk_inspection_files(found));
        records_line(out, "Files", line);
    }
    records_line(out, "Not read", loss != NULL ? loss : describe_not_read(found));
    write_estimate(out, found);
    write_notes(cli, found);
}

static cpk_error *lost_error(const char *loss_summary)
{
    char message[1024];

    snprintf(message, sizeof message, "content would be lost, which --strict refuses: %s", loss_summary);
    return cpk_error_new(CPK_ERROR_INVALID_DATA, "inspect", message, "", 0);
}

static cpk_status inspect_one(struct cli *cli, const char *path, cpk_error **error)
{
    cpk_inspection *found = NULL;
    struct input_source source;
    cpk_run_options options;
    struct notes notes;
    char buffer[INPUTS_SHOWN_BYTES];
    const char *shown = inputs_shown(path, buffer);
    cpk_status status = CPK_OK;

    inputs_open(cli, path, &source);
    notes_begin(&notes, cli, shown, &options);
    options.note = NULL; /* printed with the counts */
    progress_begin(&cli->progress, shown);
    status = cpk_inspect(cli->engine, &source.input, &options, &found, error);
    progress_end(&cli->progress, false);
    inputs_close(&source);
    if (status == CPK_OK && cli->json) {
        write_json(cli, shown, found);
    } else if (status == CPK_OK) {
        write_text(cli, shown, found);
    }
    if (status == CPK_OK && cpk_inspection_is_partial(found) && options_flag(&cli->options, "strict")) {
        *error = lost_error(cpk_inspection_loss_summary(found));
        status = CPK_ERROR_INVALID_DATA;
    }
    cpk_inspection_free(found);
    return status;
}

/* True if the run must stop. */
static bool judge(struct cli *cli, const struct files_item *item, cpk_status status, cpk_error *error,
                  struct tally *tally)
{
    char shown[INPUTS_SHOWN_BYTES];
    int code = EXIT_CODE_OK;

    if (status == CPK_OK) {
        tally->good++;
        return false;
    }
    if (item->from_folder && (status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_NO_CONTENT)) {
        report_skipped(cli, item->path, error);
        cpk_error_free(error);
        tally->skipped++;
        return false;
    }
    code = report_failure(cli, inputs_shown(item->path, shown), error);
    tally->first_code = tally->bad == 0 ? code : tally->first_code;
    tally->bad++;
    return signals_caught() != 0 || status == CPK_ERROR_OUT_OF_MEMORY || status == CPK_ERROR_INTERNAL;
}

static int tally_code(struct cli *cli, const struct tally *tally)
{
    if (signals_caught() != 0) {
        return signals_exit_code();
    }
    if (tally->bad > 0) {
        return tally->good > 0 ? EXIT_CODE_PARTIAL : tally->first_code;
    }
    if (tally->good > 0) {
        return tally->unreadable > 0 ? EXIT_CODE_PARTIAL : EXIT_CODE_OK;
    }
    return report_problem(cli, CPK_ERROR_NO_CONTENT, NULL, "no file has usable content");
}

int command_inspect(struct cli *cli)
{
    struct files_list inputs = {0};
    struct tally tally = {0};
    bool stop = false;
    int code = inputs_collect(cli, &inputs, &tally.unreadable);

    if (code == EXIT_CODE_OK) {
        code = connect_bare(cli);
    }
    for (size_t i = 0; code == EXIT_CODE_OK && !stop && i < inputs.count; i++) {
        cpk_error *error = NULL;
        cpk_status status = inspect_one(cli, inputs.items[i].path, &error);

        stop = judge(cli, &inputs.items[i], status, error, &tally);
    }
    code = code == EXIT_CODE_OK ? tally_code(cli, &tally) : code;
    files_list_free(&inputs);
    return code;
}

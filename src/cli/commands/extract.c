#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "files/files.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/skips.h"

#include <stdlib.h>

/* The outcome of the inputs of one command. */
struct tally {
    size_t good;
    size_t bad;
    size_t partial;    /* those of the good ones of which content was lost */
    size_t unreadable; /* folders below the inputs */
    size_t skipped;    /* files of folders without usable content */
    struct skips skips;
    int first_code; /* exit code of the first unusable input */
};

static void write_attachments(struct json_out *json, const cpk_message *message)
{
    json_out_begin(json, "attachments", '[');
    for (size_t i = 0; i < message->attachment_count; i++) {
        const cpk_attachment *attachment = &message->attachments[i];

        json_out_begin(json, NULL, '{');
        json_out_text(json, "id", attachment->id);
        json_out_text(json, "name", attachment->name);
        json_out_text(json, "media_type", attachment->media_type);
        if (attachment->size_bytes < 0) {
            json_out_null(json, "size_bytes");
        } else {
            json_out_number(json, "size_bytes", attachment->size_bytes);
        }
        json_out_end(json, '}');
    }
    json_out_end(json, ']');
}

struct printing {
    struct output *out;
    bool only_active; /* without the branches that were not open */
};

/* A cpk_message_fn; `user` is a struct printing, whose output is not flushed for each message: exports have millions.
 */
static int32_t write_message(void *user, const cpk_message *message)
{
    struct printing *printing = user;
    struct output *out = printing->out;
    struct json_out json;

    if (printing->only_active && (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) == 0) {
        return 0;
    }
    json_out_init(&json, out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "conversation_id", message->conversation_id);
    json_out_text(&json, "conversation_title", message->conversation_title);
    json_out_text(&json, "message_id", message->message_id);
    json_out_text(&json, "parent_id", message->parent_id);
    json_out_text(&json, "role", cpk_role_name(message->role));
    json_out_text(&json, "kind", cpk_kind_name(message->kind));
    json_out_time(&json, "time", message->time_us);
    json_out_text(&json, "model", message->model);
    json_out_utf8(&json, "text", message->text, message->text_length);
    json_out_bool(&json, "hidden", (message->flags & CPK_MESSAGE_HIDDEN) != 0);
    json_out_bool(&json, "active_branch", (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0);
    write_attachments(&json, message);
    json_out_text(&json, "provider", message->provider);
    json_out_end(&json, '}');
    json_out_line(&json);
    return out->error_number != 0;
}

static cpk_status extract_one(struct cli *cli, const char *path, struct tally *tally, cpk_error **error)
{
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    bool text = options_flag(&cli->options, "text");
    struct printing printing = {&cli->out, options_flag(&cli->options, "active-branch")};
    struct input_source source;
    cpk_run_options options;
    struct notes notes;
    char buffer[INPUTS_SHOWN_BYTES];
    const char *shown = inputs_shown(path, buffer);
    cpk_status status = CPK_OK;

    inputs_open(cli, path, &source);
    notes_begin(&notes, cli, shown, &options);
    progress_begin(&cli->progress, shown);
    if (text) {
        status = cpk_extract_text(cli->engine, &source.input, output_take, &cli->out, &options, &report, error);
    } else {
        status = cpk_extract(cli->engine, &source.input, write_message, &printing, &options, &report, error);
    }
    progress_end(&cli->progress, status == CPK_OK);
    notes_end(&notes);
    if (status == CPK_OK && report.loss_summary[0] != '\0') {
        report_info(cli, "%s: %s", shown, report.loss_summary);
    }
    tally->partial += status == CPK_OK && report.is_partial;
    inputs_close(&source);
    return status;
}

/* True if the run must stop. */
static bool judge(struct cli *cli, const struct files_item *item, cpk_status status, cpk_error *error,
                  struct tally *tally)
{
    char shown[INPUTS_SHOWN_BYTES];

    if (status == CPK_OK) {
        tally->good++;
        return false;
    }
    if (status == CPK_ERROR_CANCELLED && cli->out.error_number != 0) {
        cpk_error_free(error); /* standard output failed: reported at the end, unless the pipe was closed */
        return true;
    }
    if (item->from_folder && (status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_NO_CONTENT)) {
        skips_add(&tally->skips, cli, item->path, error);
        cpk_error_free(error);
        tally->skipped++;
        return false;
    }
    int code = report_failure(cli, inputs_shown(item->path, shown), error);
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
    if (tally->good == 0 && tally->skipped > 0) {
        return report_problem(cli, CPK_ERROR_NO_CONTENT, NULL, "no file has usable content");
    }
    return tally->partial > 0 || tally->unreadable > 0 ? EXIT_CODE_PARTIAL : EXIT_CODE_OK;
}

int command_extract(struct cli *cli)
{
    struct files_list inputs = {0};
    struct tally tally = {0};
    bool stop = false;
    int code = options_flag(&cli->options, "text") && options_flag(&cli->options, "active-branch")
                   ? report_usage(cli, "--active-branch selects messages: it can't be used with --text")
                   : inputs_collect(cli, &inputs, &tally.unreadable);

    if (code == EXIT_CODE_OK) {
        code = connect_bare(cli);
    }
    for (size_t i = 0; code == EXIT_CODE_OK && !stop && i < inputs.count; i++) {
        cpk_error *error = NULL;
        cpk_status status = extract_one(cli, inputs.items[i].path, &tally, &error);

        stop = judge(cli, &inputs.items[i], status, error, &tally);
    }
    skips_end(&tally.skips, cli);
    if (code == EXIT_CODE_OK && inputs.count == 0) {
        code = report_problem(cli, CPK_ERROR_NO_CONTENT, cli->options.arguments[0], "the folder has no files");
    } else if (code == EXIT_CODE_OK) {
        code = tally_code(cli, &tally);
    }
    files_list_free(&inputs);
    return code;
}

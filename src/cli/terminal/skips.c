#include "terminal/skips.h"

#include "cli.h"

#include <stdlib.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* The message without the file's name in front. */
static const char *find_reason(const char *path, const char *message)
{
    const char *name = base_name(path);
    size_t path_length = strlen(path);
    size_t length = strncmp(message, path, path_length) == 0 ? path_length : strlen(name);

    if (strncmp(message, path, path_length) != 0 && strncmp(message, name, length) != 0) {
        return message;
    }
    message += length;
    return message + strspn(message, " :");
}

/* Details such as the keys of an object differ between files of one reason. */
static size_t key_length(const char *reason)
{
    const char *colon = strstr(reason, ": its ");

    return colon != NULL ? (size_t)(colon - reason) : strlen(reason);
}

static struct skip_reason *find(struct skips *skips, const char *reason)
{
    size_t length = key_length(reason);

    for (size_t i = 0; i < skips->reason_count; i++) {
        if (skips->reasons[i].key_length == length && strncmp(skips->reasons[i].text, reason, length) == 0) {
            return &skips->reasons[i];
        }
    }
    if (skips->reason_count == SKIPS_REASONS_MAX) {
        return NULL;
    }
    skips->reasons[skips->reason_count].text = strdup(reason);
    skips->reasons[skips->reason_count].key_length = length;
    return skips->reasons[skips->reason_count].text != NULL ? &skips->reasons[skips->reason_count++] : NULL;
}

void skips_add(struct skips *skips, struct cli *cli, const char *path, const cpk_error *error)
{
    struct skip_reason *reason;

    if (cli->verbose) {
        report_skipped(cli, path, error);
        return;
    }
    reason = find(skips, find_reason(path, cpk_error_message(error)));
    if (reason == NULL) {
        skips->other_count++;
        return;
    }
    if (reason->count < SKIPS_NAMES_MAX) {
        reason->paths[reason->count] = strdup(path);
    }
    reason->count++;
}

/* "a.png, b.png and 3 more" */
static void print_names(struct output *out, const struct skip_reason *reason)
{
    size_t shown = 0;

    for (size_t i = 0; i < SKIPS_NAMES_MAX && reason->paths[i] != NULL; i++) {
        output_string(out, shown++ > 0 ? ", " : "");
        output_foreign(out, base_name(reason->paths[i]));
    }
    if (reason->count > shown) {
        output_format(out, " and %zu more", reason->count - shown);
    }
}

static void print_reason(struct cli *cli, struct skip_reason *reason)
{
    struct output *out = &cli->err;

    progress_hide(&cli->progress);
    output_string(out, "contextpack: skipped: ");
    if (reason->count == 1 && reason->paths[0] != NULL) {
        output_foreign(out, reason->paths[0]);
        output_string(out, " ");
        output_foreign(out, reason->text);
    } else {
        output_format(out, "%zu files: each ", reason->count);
        reason->text[reason->key_length] = '\0';
        output_foreign(out, reason->text);
        output_string(out, ": ");
        print_names(out, reason);
    }
    output_string(out, "\n");
}

void skips_end(struct skips *skips, struct cli *cli)
{
    for (size_t i = 0; i < skips->reason_count; i++) {
        if (!cli->quiet && !cli->json) {
            print_reason(cli, &skips->reasons[i]);
        }
        free(skips->reasons[i].text);
        for (size_t j = 0; j < SKIPS_NAMES_MAX; j++) {
            free(skips->reasons[i].paths[j]);
        }
    }
    if (skips->other_count > 0) {
        report_info(cli, "skipped: %zu files for other reasons (--verbose names them)", skips->other_count);
    }
    output_flush(&cli->err);
    memset(skips, 0, sizeof *skips);
}

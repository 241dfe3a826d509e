#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"

#include <stdlib.h>
#include <string.h>

int command_user_create(struct cli *cli)
{
    const struct options *options = &cli->options;
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    params.email = options_text(options, "email", NULL);
    params.full_name = options_text(options, "name", NULL);
    params.avatar_url = options_text(options, "avatar", NULL);
    params.id = options_text(options, "id", NULL);
    params.payment_plan =
        strcmp(options_text(options, "plan", "credits"), "unlimited") == 0 ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    if (params.email == NULL) {
        return report_usage(cli, "\"user create\" needs --email EMAIL");
    }
    code = connect_service(cli);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_user_create(cli->session, &params, &cli->user, &error) != CPK_OK) {
        return report_failure(cli, params.email, error);
    }
    resource_print(cli, &RECORD_USER, cli->user);
    return EXIT_CODE_OK;
}

LISTING_CALLS(user)
LISTING_GET(users_get, user, cpk_user_list_get(cli->session, page, &got, error))

static const struct listing USERS = LISTING(user, &RECORD_USER, "there are no users");

int command_user_list(struct cli *cli)
{
    return listing_show(cli, &USERS, LISTING_OF_SERVICE, users_get);
}

static const char *user_argument(const struct cli *cli)
{
    return cli->options.argument_count > 0 ? cli->options.arguments[0] : cli->config.user.text;
}

int command_user_show(struct cli *cli)
{
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, user_argument(cli));
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_USER, cli->user);
    }
    return code;
}

/* Applies the requested changes; *changed is the changed user. */
static cpk_status update_user(struct cli *cli, const char *name, const char *avatar, const char *email,
                              cpk_user **changed, cpk_error **error)
{
    const char *id = cpk_user_id(cli->user);
    cpk_status status = CPK_OK;

    if (email != NULL) {
        status = cpk_user_set_email(cli->session, id, email, changed, error);
    }
    if (status == CPK_OK && (name != NULL || avatar != NULL)) {
        cpk_user_free(*changed);
        status = cpk_user_update(cli->session, id, name, avatar, changed, error);
    }
    return status;
}

int command_user_update(struct cli *cli)
{
    const char *name = options_text(&cli->options, "name", NULL);
    const char *avatar = options_text(&cli->options, "avatar", NULL);
    const char *email = options_text(&cli->options, "email", NULL);
    cpk_user *changed = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (name == NULL && avatar == NULL && email == NULL) {
        return report_usage(cli, "nothing to change: give --name, --avatar or --email");
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, user_argument(cli));
    }
    if (code == EXIT_CODE_OK && update_user(cli, name, avatar, email, &changed, &error) != CPK_OK) {
        code = report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_USER, changed);
    }
    cpk_user_free(changed);
    return code;
}

int command_user_plan(struct cli *cli)
{
    const char *plan = cli->options.arguments[1];
    cpk_user *changed = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (!table_choice_has("credits|unlimited", plan)) {
        return report_usage(cli, "a plan is credits or unlimited, not \"%s\"", plan);
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, cli->options.arguments[0]);
    }
    if (code == EXIT_CODE_OK &&
        cpk_user_set_plan(cli->session, cpk_user_id(cli->user),
                          strcmp(plan, "unlimited") == 0 ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS, &changed,
                          &error) != CPK_OK) {
        code = report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_USER, changed);
    }
    cpk_user_free(changed);
    return code;
}

/* Notes of a deletion about what is kept, printed after the counts. */
struct kept_list {
    char **texts; /* where and why, alternating */
    size_t count;
    bool failed;
};

static void add_kept(struct kept_list *kept, const char *text)
{
    char **grown = kept->failed ? NULL : realloc(kept->texts, (kept->count + 1) * sizeof *grown);
    char *copy = grown != NULL ? strdup(text) : NULL;

    kept->texts = grown != NULL ? grown : kept->texts;
    kept->failed |= copy == NULL;
    if (copy != NULL) {
        kept->texts[kept->count++] = copy;
    }
}

/* A cpk_note_fn that keeps the note. */
static void take_kept(void *user, int32_t note, const char *where, const char *text)
{
    if (note == CPK_NOTE_KEPT) {
        add_kept(user, where);
        add_kept(user, text);
    }
}

static void free_kept(struct kept_list *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        free(kept->texts[i]);
    }
    free(kept->texts);
}

static void print_kept(struct cli *cli, struct json_out *json, const struct kept_list *kept)
{
    if (cli->json) {
        json_out_begin(json, "kept", '[');
    }
    for (size_t i = 0; i + 1 < kept->count; i += 2) {
        if (cli->json) {
            json_out_begin(json, NULL, '{');
            json_out_text(json, "where", kept->texts[i]);
            json_out_text(json, "text", kept->texts[i + 1]);
            json_out_end(json, '}');
        } else {
            output_string(&cli->out, "kept  ");
            output_foreign(&cli->out, kept->texts[i]);
            output_string(&cli->out, ": ");
            output_foreign(&cli->out, kept->texts[i + 1]);
            output_string(&cli->out, "\n");
        }
    }
    if (cli->json) {
        json_out_end(json, ']');
    }
}

static void print_deletion(struct cli *cli, const cpk_user_deletion *deletion, const struct kept_list *kept)
{
    struct json_out json;

    json_out_init(&json, &cli->out);
    if (cli->json) {
        json_out_begin(&json, NULL, '{');
        json_out_text(&json, "deleted", cpk_user_id(cli->user));
        records_json_members(&json, &RECORD_USER_DELETION, deletion);
    } else {
        records_lines(&cli->out, &RECORD_USER_DELETION, deletion, NULL);
    }
    print_kept(cli, &json, kept);
    if (cli->json) {
        json_out_end(&json, '}');
        json_out_line(&json);
    }
}

int command_user_delete(struct cli *cli)
{
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    struct kept_list kept = {NULL, 0, false};
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, cli->options.arguments[0]);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (!common_confirm(cli, cpk_user_email(cli->user))) {
        report_info(cli, "nothing was deleted");
        return EXIT_CODE_OK;
    }
    options.note = take_kept;
    options.note_user = &kept;
    options.cancel = cli->cancel;
    if (cpk_user_delete_watched(cli->session, cpk_user_id(cli->user), &options, &deletion, &error) != CPK_OK) {
        code = report_failure(cli, cpk_user_email(cli->user), error);
    } else {
        print_deletion(cli, &deletion, &kept);
    }
    free_kept(&kept);
    return code;
}

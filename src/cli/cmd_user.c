#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "records.h"

static void print_user(cli *cli, const cpk_user *user)
{
    json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_user_json(&json, NULL, user);
        json_out_line(&json);
    } else {
        records_user_text(&cli->out, user);
    }
}

int command_user_create(cli *cli)
{
    const options *options = &cli->options;
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
    print_user(cli, cli->user);
    return EXIT_CODE_OK;
}

static void print_users(cli *cli, const cpk_user_list *list)
{
    columns columns;
    char number[FORMAT_NUMBER_BYTES];

    columns_init(&columns, "lllr");
    columns_add(&columns, "ID");
    columns_add(&columns, "E-MAIL");
    columns_add(&columns, "PLAN");
    columns_add(&columns, "CREDITS");
    for (size_t i = 0; i < cpk_user_list_count(list); i++) {
        const cpk_user *user = cpk_user_list_at(list, i);

        columns_add(&columns, cpk_user_id(user));
        columns_add(&columns, cpk_user_email(user));
        columns_add(&columns, records_plan_name(cpk_user_payment_plan(user)));
        columns_add(&columns, format_count(number, cpk_user_credits_balance(user)));
    }
    common_print(cli, &columns, "there are no users", cpk_user_list_next(list));
}

static void print_users_json(cli *cli, const cpk_user_list *list)
{
    json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_user_list_count(list); i++) {
        records_user_json(&json, NULL, cpk_user_list_at(list, i));
    }
    common_end_json(&json, cpk_user_list_next(list));
}

int command_user_list(cli *cli)
{
    cpk_page page;
    cpk_user_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK && cpk_user_list_get(cli->session, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_users_json : print_users)(cli, list);
    }
    cpk_user_list_free(list);
    return code;
}

static const char *user_argument(const cli *cli)
{
    return cli->options.argument_count > 0 ? cli->options.arguments[0] : cli->config.user.text;
}

int command_user_show(cli *cli)
{
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, user_argument(cli));
    }
    if (code == EXIT_CODE_OK) {
        print_user(cli, cli->user);
    }
    return code;
}

int command_user_update(cli *cli)
{
    const char *name = options_text(&cli->options, "name", NULL);
    const char *avatar = options_text(&cli->options, "avatar", NULL);
    cpk_user *changed = NULL;
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (name == NULL && avatar == NULL) {
        return report_usage(cli, "nothing to change: give --name or --avatar");
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, user_argument(cli));
    }
    if (code == EXIT_CODE_OK &&
        cpk_user_update(cli->session, cpk_user_id(cli->user), name, avatar, &changed, &error) != CPK_OK) {
        code = report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (code == EXIT_CODE_OK) {
        print_user(cli, changed);
    }
    cpk_user_free(changed);
    return code;
}

#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"

#include <stdio.h>

#define ID_BYTES 64

/* State of an administrator's command: the session of --admin, and the user that the first argument names. */
struct deed {
    struct cli *cli;
    char user_id[ID_BYTES];
    cpk_admin_params params;
    cpk_admin_action *action;
    cpk_error *error;
};

/* Replaces the session of the service by a session of the administrator --admin, an id or e-mail address. */
static int become_admin(struct cli *cli)
{
    const char *admin = options_text(&cli->options, "admin", NULL);
    char id[ID_BYTES];
    cpk_error *error = NULL;
    int code = EXIT_CODE_OK;

    if (admin == NULL) {
        return EXIT_CODE_OK;
    }
    snprintf(id, sizeof id, "%s", admin);
    if (strchr(admin, '@') != NULL) {
        code = connect_find_user(cli, admin);
        if (code != EXIT_CODE_OK) {
            return code;
        }
        snprintf(id, sizeof id, "%s", cpk_user_id(cli->user));
        cpk_user_free(cli->user);
        cli->user = NULL;
    }
    cpk_session_close(cli->session);
    cli->session = NULL;
    return cpk_session_open_admin(cli->engine, id, &cli->session, &error) == CPK_OK ? EXIT_CODE_OK
                                                                                    : report_failure(cli, id, error);
}

static int begin(struct deed *deed, struct cli *cli)
{
    const struct options *options = &cli->options;
    int code = EXIT_CODE_OK;

    memset(deed, 0, sizeof *deed);
    deed->cli = cli;
    deed->params = (cpk_admin_params)CPK_ADMIN_PARAMS_INIT;
    deed->params.reason = options_text(options, "reason", NULL);
    deed->params.details = options_text(options, "details", NULL);
    deed->params.flags = options_flag(options, "may-owe") ? CPK_ADMIN_MAY_OWE : 0;
    if (deed->params.reason == NULL) {
        return report_usage(cli, "\"%s\" needs --reason TEXT", options->command->name);
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, options->arguments[0]);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    snprintf(deed->user_id, sizeof deed->user_id, "%s", cpk_user_id(cli->user));
    cpk_user_free(cli->user);
    cli->user = NULL;
    return become_admin(cli);
}

static int end(struct deed *deed, cpk_status status)
{
    struct cli *cli = deed->cli;

    if (status != CPK_OK) {
        return report_failure(cli, cli->options.arguments[0], deed->error);
    }
    resource_print(cli, &RECORD_ADMIN_ACTION, deed->action);
    cpk_admin_action_free(deed->action);
    return EXIT_CODE_OK;
}

/* Reads --credits, which is required. */
static int read_credits(struct cli *cli, int64_t *credits)
{
    *credits = options_number(&cli->options, "credits", 0);
    return *credits != 0 ? EXIT_CODE_OK : report_usage(cli, "\"%s\" needs --credits N", cli->options.command->name);
}

/* The signature of cpk_admin_adjust_credits() and cpk_admin_support_credit(). */
typedef cpk_status (*credits_fn)(cpk_session *session, const char *user_id, int64_t credits,
                                 const cpk_admin_params *params, cpk_admin_action **action, cpk_error **error);

static int change_credits(struct cli *cli, credits_fn change)
{
    struct deed deed;
    int64_t credits = 0;
    int code = read_credits(cli, &credits);

    if (code == EXIT_CODE_OK) {
        code = begin(&deed, cli);
    }
    return code != EXIT_CODE_OK
               ? code
               : end(&deed, change(cli->session, deed.user_id, credits, &deed.params, &deed.action, &deed.error));
}

int command_admin_adjust(struct cli *cli)
{
    return change_credits(cli, cpk_admin_adjust_credits);
}

int command_admin_support(struct cli *cli)
{
    return change_credits(cli, cpk_admin_support_credit);
}

int command_admin_refund(struct cli *cli)
{
    const int64_t credits = options_number(&cli->options, "credits", 0);
    const int64_t amount = options_number(&cli->options, "amount-cents", 0);
    const char *payment = options_text(&cli->options, "payment", NULL);
    struct deed deed;
    int code = EXIT_CODE_OK;

    if (amount <= 0 || amount > INT32_MAX) {
        return report_usage(cli, "\"admin refund\" needs --amount-cents N, the refunded amount");
    }
    code = begin(&deed, cli);
    return code != EXIT_CODE_OK
               ? code
               : end(&deed, cpk_admin_record_refund(cli->session, deed.user_id, credits, amount * 10000, payment,
                                                    &deed.params, &deed.action, &deed.error));
}

int command_payment_assign(struct cli *cli)
{
    struct deed deed;
    int code = begin(&deed, cli);

    return code != EXIT_CODE_OK
               ? code
               : end(&deed, cpk_admin_assign_payment(cli->session, deed.user_id, cli->options.arguments[1],
                                                     &deed.params, &deed.action, &deed.error));
}

int command_admin_suspend(struct cli *cli)
{
    struct deed deed;
    int code = begin(&deed, cli);

    return code != EXIT_CODE_OK
               ? code
               : end(&deed, cpk_admin_suspend(cli->session, deed.user_id, &deed.params, &deed.action, &deed.error));
}

int command_admin_unsuspend(struct cli *cli)
{
    struct deed deed;
    int code = begin(&deed, cli);

    return code != EXIT_CODE_OK
               ? code
               : end(&deed, cpk_admin_unsuspend(cli->session, deed.user_id, &deed.params, &deed.action, &deed.error));
}

int command_admin_plan(struct cli *cli)
{
    const int32_t plan = strcmp(cli->options.arguments[1], "unlimited") == 0 ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    struct deed deed;
    int code = EXIT_CODE_OK;

    if (!table_choice_has("credits|unlimited", cli->options.arguments[1])) {
        return report_usage(cli, "a plan is credits or unlimited, not \"%s\"", cli->options.arguments[1]);
    }
    code = begin(&deed, cli);
    return code != EXIT_CODE_OK ? code
                                : end(&deed, cpk_admin_override_plan(cli->session, deed.user_id, plan, &deed.params,
                                                                     &deed.action, &deed.error));
}

/* --- the log --- */

LISTING_CALLS(admin_action)

static const struct listing ACTIONS = LISTING(admin_action, &RECORD_ADMIN_ACTION, "there are no actions");

/* The id of the user that `text` names; "" for NULL. */
static int find_id(struct cli *cli, const char *text, char id[ID_BYTES])
{
    int code = EXIT_CODE_OK;

    id[0] = '\0';
    if (text == NULL) {
        return EXIT_CODE_OK;
    }
    snprintf(id, ID_BYTES, "%s", text);
    if (strchr(text, '@') != NULL) {
        code = connect_find_user(cli, text);
        if (code == EXIT_CODE_OK) {
            snprintf(id, ID_BYTES, "%s", cpk_user_id(cli->user));
        }
        cpk_user_free(cli->user);
        cli->user = NULL;
    }
    return code;
}

int command_admin_log(struct cli *cli)
{
    const struct options *options = &cli->options;
    cpk_page page;
    char user_id[ID_BYTES] = "";
    char admin_id[ID_BYTES] = "";
    cpk_admin_action_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = find_id(cli, options->argument_count > 0 ? options->arguments[0] : NULL, user_id);
    }
    if (code == EXIT_CODE_OK) {
        code = find_id(cli, options_text(options, "admin", NULL), admin_id);
    }
    if (code == EXIT_CODE_OK &&
        cpk_admin_action_list_get(cli->session, admin_id[0] != '\0' ? admin_id : NULL,
                                  user_id[0] != '\0' ? user_id : NULL, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    return listing_end(cli, &ACTIONS, list, code);
}

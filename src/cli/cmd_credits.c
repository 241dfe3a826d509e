#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "records.h"

int command_credits_balance(cli *cli)
{
    int64_t balance = 0;
    int64_t held = 0;
    char number[FORMAT_NUMBER_BYTES];
    cpk_error *error = NULL;
    json_out json;
    int code = connect_user(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_credits_balance(cli->session, NULL, &balance, &held, &error) != CPK_OK) {
        return report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (!cli->json) {
        records_line(&cli->out, "User", cpk_user_email(cli->user));
        records_line(&cli->out, "Plan", records_plan_name(cpk_user_payment_plan(cli->user)));
        records_line(&cli->out, "Credits", format_count(number, balance));
        records_line(&cli->out, "Held", format_count(number, held));
        return EXIT_CODE_OK;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_text(&json, "user_id", cpk_user_id(cli->user));
    json_out_text(&json, "email", cpk_user_email(cli->user));
    json_out_text(&json, "payment_plan", records_plan_name(cpk_user_payment_plan(cli->user)));
    json_out_number(&json, "credits_balance", balance);
    json_out_number(&json, "held", held);
    json_out_end(&json, '}');
    json_out_line(&json);
    return EXIT_CODE_OK;
}

static void print_entries(cli *cli, const cpk_transaction_list *list)
{
    columns columns;
    char number[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "llrrl");
    columns_add(&columns, "TIME");
    columns_add(&columns, "TYPE");
    columns_add(&columns, "CREDITS");
    columns_add(&columns, "AMOUNT");
    columns_add(&columns, "FOR");
    for (size_t i = 0; i < cpk_transaction_list_count(list); i++) {
        const cpk_transaction *entry = cpk_transaction_list_at(list, i);
        const char *description = cpk_transaction_description(entry);

        columns_add(&columns, format_time_local(time, cpk_transaction_created_at(entry)));
        columns_add(&columns, cpk_transaction_type_name(entry));
        columns_add(&columns, format_count(number, cpk_transaction_credits(entry)));
        columns_add(&columns, cpk_transaction_amount_micros(entry) == 0
                                  ? "-"
                                  : format_dollars(number, cpk_transaction_amount_micros(entry)));
        columns_add(&columns, description != NULL ? description : "-");
    }
    common_print(cli, &columns, "the ledger has no entries", cpk_transaction_list_next(list));
}

static void print_entries_json(cli *cli, const cpk_transaction_list *list)
{
    json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_transaction_list_count(list); i++) {
        records_transaction_json(&json, NULL, cpk_transaction_list_at(list, i));
    }
    common_end_json(&json, cpk_transaction_list_next(list));
}

int command_credits_statement(cli *cli)
{
    cpk_page page;
    cpk_transaction_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK && cpk_transaction_list_get(cli->session, NULL, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_entries_json : print_entries)(cli, list);
    }
    cpk_transaction_list_free(list);
    return code;
}

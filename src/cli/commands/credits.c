#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int command_credits_balance(struct cli *cli)
{
    int64_t balance = 0;
    int64_t held = 0;
    char number[FORMAT_NUMBER_BYTES];
    cpk_error *error = NULL;
    struct json_out json;
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

LISTING_CALLS(transaction)

static const struct listing ENTRIES = LISTING(transaction, &RECORD_TRANSACTION, "the ledger has no entries");

static int list_entries(struct cli *cli)
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
    return listing_end(cli, &ENTRIES, list, code);
}

/* ---- a statement as a report */

#define CELL_BYTES 256

/* Parser for the library's CSV, which arrives in pieces; keeps the columns to display. */
struct statement {
    struct columns columns;
    char cell[CELL_BYTES]; /* longer cells are truncated */
    size_t length;
    int32_t index; /* column of the cell */
    bool is_quoted;
    bool was_quote; /* inside quotes: the last byte was a quote */
    char amount[CELL_BYTES];
};

/* The columns of the CSV. */
enum statement_cell {
#define REPORT_COLUMN_AS(name, heading, kind, lines, doc) CELL_##name,
#include "records/report_statement.def"
};

static void end_cell(struct statement *statement)
{
    char both[sizeof statement->cell + sizeof statement->amount];

    statement->cell[statement->length] = '\0';
    switch (statement->index) {
    case CELL_time:
        statement->cell[statement->length > 16 ? 16 : statement->length] = '\0'; /* shown to the minute, in UTC */
        if (statement->length > 10 && statement->cell[10] == 'T') {
            statement->cell[10] = ' ';
        }
        columns_add(&statement->columns, statement->length > 0 ? statement->cell : "-");
        break;
    case CELL_type:
    case CELL_credits:
    case CELL_balance:
    case CELL_description:
        columns_add(&statement->columns, statement->cell);
        break;
    case CELL_amount_micros:
        memcpy(statement->amount, statement->cell, statement->length + 1);
        break;
    case CELL_currency:
        snprintf(both, sizeof both, "%s %s", statement->amount, statement->cell);
        columns_add(&statement->columns, statement->length > 0 ? both : "-");
        break;
    default:
        break;
    }
    statement->length = 0;
    statement->index++;
    statement->is_quoted = false;
    statement->was_quote = false;
}

static void take_byte(struct statement *statement, char byte)
{
    if (byte == '"') {
        if (!statement->is_quoted) {
            statement->is_quoted = true;
            return;
        }
        statement->was_quote = !statement->was_quote;
        if (statement->was_quote) {
            return; /* the closing quote, or the first of two */
        }
    } else if (!statement->is_quoted || statement->was_quote) {
        if (byte == ',' || byte == '\n') {
            end_cell(statement);
            statement->index = byte == '\n' ? 0 : statement->index;
            return;
        }
        if (byte == '\r') {
            return;
        }
    }
    if (statement->length + 1 < sizeof statement->cell) {
        statement->cell[statement->length++] = byte == '\n' || byte == '\r' ? ' ' : byte;
    }
}

static int32_t take_csv(void *user, const void *data, size_t length_bytes)
{
    for (size_t i = 0; i < length_bytes; i++) {
        take_byte(user, ((const char *)data)[i]);
    }
    return 0;
}

static int print_statement(struct cli *cli, cpk_report_options *options)
{
    struct statement *statement = calloc(1, sizeof *statement);
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;

    if (statement == NULL) {
        return report_out_of_memory(cli);
    }
    columns_init(&statement->columns, "llrrrl"); /* the column names come from the report */
    options->format = CPK_REPORT_CSV;
    status = cpk_report_statement(cli->session, NULL, options, take_csv, statement, &error);
    if (status == CPK_OK) {
        columns_print(&statement->columns, &cli->out);
    }
    columns_free(&statement->columns);
    free(statement);
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, cpk_user_email(cli->user), error);
}

static int write_statement(struct cli *cli, const cpk_report_options *options)
{
    struct common_target target;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = common_open_target(cli, &target);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    status = cpk_report_statement(cli->session, NULL, options, output_take, common_target_output(&target), &error);
    return common_close_target(&target, cpk_user_email(cli->user), status, error);
}

int command_credits_statement(struct cli *cli)
{
    const struct options *options = &cli->options;
    const char *format = options_text(options, "format", cli->json ? "json" : "table");
    bool is_period = options_flag(options, "from") || options_flag(options, "until");
    cpk_report_options report;
    int code = common_period(cli, &report);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (!options_flag(options, "format") && !is_period) {
        return list_entries(cli);
    }
    if (options_flag(options, "limit") || options_flag(options, "after")) {
        return report_usage(cli, "--limit and --after are for the list, not for a statement");
    }
    code = connect_user(cli);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    return strcmp(format, "table") == 0 ? print_statement(cli, &report) : write_statement(cli, &report);
}

/* ---- for the service */

static int32_t grant_type(const char *name)
{
    return strcmp(name, "purchase") == 0 ? CPK_TRANSACTION_PURCHASE
           : strcmp(name, "refund") == 0 ? CPK_TRANSACTION_REFUND
                                         : CPK_TRANSACTION_BONUS;
}

static int read_grant(struct cli *cli, char key[64], cpk_credit_params *params)
{
    const struct options *options = &cli->options;
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(key, 64, "cli-%lld-%09ld-%ld", (long long)now.tv_sec, now.tv_nsec, (long)getpid());
    cpk_credit_params_init(params, sizeof *params);
    params->key = options_text(options, "key", key);
    params->credits = options_number(options, "credits", 0);
    params->type = grant_type(options_text(options, "type", "bonus"));
    params->package_id = options_text(options, "package", NULL);
    params->description = options_text(options, "description", NULL);
    if (params->credits < 1) {
        return report_usage(cli, "\"credits grant\" needs --credits N, 1 or more");
    }
    return EXIT_CODE_OK;
}

int command_credits_grant(struct cli *cli)
{
    cpk_credit_params params;
    cpk_transaction *transaction = NULL;
    cpk_error *error = NULL;
    char number[FORMAT_NUMBER_BYTES];
    char key[64];
    int code = read_grant(cli, key, &params);

    if (code == EXIT_CODE_OK) {
        code = connect_service(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, cli->config.user.text);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_credits_grant(cli->session, cpk_user_id(cli->user), &params, &transaction, &error) != CPK_OK) {
        return report_failure(cli, cpk_user_email(cli->user), error);
    }
    if (cli->json) {
        resource_print(cli, &RECORD_TRANSACTION, transaction);
    } else {
        records_line(&cli->out, "User", cpk_user_email(cli->user));
        records_line(&cli->out, "Type", cpk_transaction_type_name(transaction));
        records_line(&cli->out, "Credits", format_count(number, cpk_transaction_credits(transaction)));
        records_line(&cli->out, "Entry", cpk_transaction_id(transaction));
    }
    cpk_transaction_free(transaction);
    return EXIT_CODE_OK;
}

struct audit {
    struct cli *cli;
    struct json_out json;
    struct columns columns;
};

static void take_drift(void *user, const char *user_id, int64_t balance, int64_t opening, int64_t transactions,
                       int64_t holds)
{
    struct audit *audit = user;
    const int64_t numbers[] = {balance, opening, transactions, holds, balance - (opening + transactions - holds)};
    static const char *const names[] = {"balance", "opening", "transactions", "holds", "difference"};
    char text[FORMAT_NUMBER_BYTES];

    if (audit->cli->json) {
        json_out_begin(&audit->json, NULL, '{');
        json_out_text(&audit->json, "user_id", user_id);
    } else {
        columns_add(&audit->columns, user_id);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (audit->cli->json) {
            json_out_number(&audit->json, names[i], numbers[i]);
        } else {
            columns_add(&audit->columns, format_count(text, numbers[i]));
        }
    }
    if (audit->cli->json) {
        json_out_end(&audit->json, '}');
    }
}

static void begin_audit(struct audit *audit)
{
    static const char *const headings[] = {"USER", "BALANCE", "OPENING", "ENTRIES", "HELD", "DIFFERENCE"};

    columns_init(&audit->columns, "lrrrrr");
    json_out_init(&audit->json, &audit->cli->out);
    if (audit->cli->json) {
        json_out_begin(&audit->json, NULL, '{');
        json_out_begin(&audit->json, "users", '[');
    }
    for (size_t i = 0; !audit->cli->json && i < sizeof headings / sizeof headings[0]; i++) {
        columns_add(&audit->columns, headings[i]);
    }
}

static void end_audit(struct audit *audit, int64_t drifted)
{
    if (audit->cli->json) {
        json_out_end(&audit->json, ']');
        json_out_number(&audit->json, "drifted", drifted);
        json_out_end(&audit->json, '}');
        json_out_line(&audit->json);
    } else if (drifted > 0) {
        columns_print(&audit->columns, &audit->cli->out);
    } else {
        report_info(audit->cli, "every balance equals its ledger");
    }
    columns_free(&audit->columns);
}

int command_credits_audit(struct cli *cli)
{
    struct audit audit = {.cli = cli};
    int64_t drifted = 0;
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    begin_audit(&audit);
    if (cpk_credits_audit(cli->session, take_drift, &audit, &drifted, &error) != CPK_OK) {
        columns_free(&audit.columns);
        return report_failure(cli, NULL, error);
    }
    end_audit(&audit, drifted);
    return drifted == 0 ? EXIT_CODE_OK : EXIT_CODE_FAILURE;
}

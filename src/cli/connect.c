#include "connect.h"

#include "cli.h"
#include "files/files.h"

#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

static void fill_options(struct cli *cli, cpk_engine_options *options)
{
    options->analyzer = cli->config.analyzer.text;
    options->settings = cli->config.settings;
    options->setting_count = cli->config.setting_count;
    options->text_settings = cli->config.text_settings;
    options->text_setting_count = cli->config.text_setting_count;
    options->log = report_log;
    options->log_user = cli;
    options->log_level = cli->verbose ? CPK_LOG_DEBUG : CPK_LOG_WARNING;
}

int connect_bare(struct cli *cli)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    fill_options(cli, &options);
    if (cpk_engine_open(&options, &cli->engine, &error) != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    return EXIT_CODE_OK;
}

/* True if the default storage folder does not exist while the database is not the default one. Commands that create
 * nothing then run without a storage. */
static bool is_storage_absent(const struct cli *cli)
{
    return strcmp(cli->config.storage.origin, "default") == 0 && strcmp(cli->config.database.origin, "default") != 0 &&
           access(cli->config.storage.text + strlen("file:"), F_OK) != 0;
}

static cpk_status open_engine(struct cli *cli, unsigned engine_flags, bool without_storage, cpk_error **error)
{
    bool creates = (cli->options.command->flags & COMMAND_CREATES) != 0 && (engine_flags & CPK_ENGINE_NO_CREATE) == 0;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_status status = CPK_OK;

    fill_options(cli, &options);
    options.flags = engine_flags | (creates ? 0 : CPK_ENGINE_NO_CREATE);
    options.database = cli->config.database.text;
    options.storage = without_storage || (!creates && is_storage_absent(cli)) ? NULL : cli->config.storage.text;
    if (creates &&
        (strcmp(cli->config.database.origin, "default") == 0 || strcmp(cli->config.storage.origin, "default") == 0)) {
        status = files_make_folder(cli->config.data_folder, FILES_PRIVATE_FOLDER_MODE, error);
    }
    return status == CPK_OK ? cpk_engine_open(&options, &cli->engine, error) : status;
}

static int report_unusable(struct cli *cli, cpk_error *error)
{
    int code = report_failure(cli, NULL, error);

    return code == EXIT_CODE_UNUSABLE ? EXIT_CODE_FAILURE : code; /* the data location failed, not an input */
}

int connect_engine(struct cli *cli, unsigned engine_flags)
{
    cpk_error *error = NULL;
    bool without_storage = (engine_flags & CPK_ENGINE_NO_CREATE) != 0;

    return open_engine(cli, engine_flags, without_storage, &error) == CPK_OK ? EXIT_CODE_OK
                                                                             : report_unusable(cli, error);
}

int connect_without_storage(struct cli *cli, cpk_error **storage_error)
{
    cpk_error *error = NULL;

    *storage_error = NULL;
    if (open_engine(cli, 0, false, storage_error) == CPK_OK) {
        return EXIT_CODE_OK;
    }
    if (open_engine(cli, 0, true, &error) == CPK_OK) {
        return EXIT_CODE_OK;
    }
    cpk_error_free(*storage_error);
    *storage_error = NULL;
    return report_unusable(cli, error);
}

/* Opens the session that a token entitles to, and sets cli->user for a user's token. A token of the service grants no
 * more than running the command without one. */
static cpk_status open_by_token(struct cli *cli, const char *token, cpk_error **error)
{
    cpk_token_options options = CPK_TOKEN_OPTIONS_INIT;
    cpk_status status = CPK_OK;

    options.allow = CPK_TOKEN_USER | CPK_TOKEN_SERVICE;
    status = cpk_session_open_token(cli->engine, token, &options, &cli->session, error);
    if (status == CPK_OK && cpk_session_kind(cli->session) == CPK_ACTOR_USER) {
        status = cpk_user_get(cli->session, NULL, &cli->user, error);
    }
    return status;
}

int connect_service(struct cli *cli)
{
    const char *token = getenv(TOKEN_VARIABLE);
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_engine(cli, 0);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    status = token != NULL && token[0] != '\0' ? open_by_token(cli, token, &error)
                                               : cpk_session_open_service(cli->engine, &cli->session, &error);
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, NULL, error);
}

static cpk_status find_user(struct cli *cli, const char *user, cpk_error **error)
{
    if (strchr(user, '@') != NULL) {
        return cpk_user_find(cli->session, user, &cli->user, error);
    }
    return cpk_user_get(cli->session, user, &cli->user, error);
}

/* Replaces cli->session by a session of the local user, and sets cli->user. */
static cpk_status open_local(struct cli *cli, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_local(cli->engine, &session, error);

    if (status != CPK_OK) {
        return status;
    }
    cpk_session_close(cli->session);
    cli->session = session;
    return cpk_user_get(session, NULL, &cli->user, error);
}

static cpk_status find_local_user(struct cli *cli, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_local(cli->engine, &session, error);

    if (status == CPK_OK) {
        status = cpk_user_get(session, NULL, &cli->user, error);
    }
    cpk_session_close(session);
    return status;
}

/* Rejects another user than the one of the token. */
static int check_token_user(struct cli *cli, const char *user)
{
    if (user == NULL || strcmp(user, cpk_user_id(cli->user)) == 0 || strcasecmp(user, cpk_user_email(cli->user)) == 0) {
        return EXIT_CODE_OK;
    }
    return report_problem(cli, CPK_ERROR_PERMISSION_DENIED, user, "the token of " TOKEN_VARIABLE " is for %s",
                          cpk_user_email(cli->user));
}

int connect_find_user(struct cli *cli, const char *user)
{
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;

    if (cli->user != NULL) {
        return check_token_user(cli, user);
    }
    status = user != NULL ? find_user(cli, user, &error) : find_local_user(cli, &error);

    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, user, error);
}

int connect_user(struct cli *cli)
{
    cpk_error *error = NULL;
    int code = connect_service(cli);
    bool is_users = cli->user != NULL;

    if (code == EXIT_CODE_OK && !is_users && cli->config.user.text == NULL) {
        return open_local(cli, &error) == CPK_OK ? EXIT_CODE_OK : report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        code = connect_find_user(cli, cli->config.user.text);
    }
    if (code != EXIT_CODE_OK || is_users) {
        return code;
    }
    cpk_session_close(cli->session);
    cli->session = NULL;
    if (cpk_session_open_user(cli->engine, cpk_user_id(cli->user), &cli->session, &error) != CPK_OK) {
        return report_failure(cli, cpk_user_email(cli->user), error);
    }
    return EXIT_CODE_OK;
}

void connect_close(struct cli *cli)
{
    cpk_user_free(cli->user);
    cpk_session_close(cli->session);
    cpk_engine_close(cli->engine);
}

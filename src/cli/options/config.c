#include "cli.h"
#include "files/files.h"
#include "options/suggest.h"
#include "options/uri.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The values that are not settings. The name is used for the flag, in the file and, in upper case, for the environment
 * variable. */
static const struct {
    const char *name;
    const char *variable;
    size_t offset;
} KEYS[] = {
    {"database", "CONTEXTPACK_DATABASE", offsetof(struct config, database)},
    {"storage", "CONTEXTPACK_STORAGE", offsetof(struct config, storage)},
    {"analyzer", "CONTEXTPACK_ANALYZER", offsetof(struct config, analyzer)},
    {"user", "CONTEXTPACK_USER", offsetof(struct config, user)},
};
#define KEY_COUNT (sizeof KEYS / sizeof KEYS[0])

static struct config_value *value_of_key(struct config *config, size_t key)
{
    return (struct config_value *)(void *)((char *)config + KEYS[key].offset);
}

#define CONFIG_BYTES_MAX ((size_t)1 << 20)

static bool set_value(struct config_value *value, const char *text, const char *origin)
{
    char *copy = strdup(text);

    if (copy == NULL) {
        return false;
    }
    free(value->text);
    value->text = copy;
    value->origin = origin;
    return true;
}

/* The setting that a name refers to; `name` is a static string of the library. */
struct known_setting {
    const char *name; /* NULL: no such setting */
    bool is_text;
    bool is_secret;
};

static struct known_setting find_setting(const char *name, struct suggest *suggest)
{
    cpk_setting_details number = {.struct_size = sizeof number};
    cpk_text_setting_details text = {.struct_size = sizeof text};
    struct known_setting found = {NULL, false, false};

    for (size_t i = 0; cpk_setting_info(i, &number, NULL) == CPK_OK; i++) {
        suggest_offer(suggest, number.name);
        if (strcmp(number.name, name) == 0) {
            found.name = number.name;
        }
    }
    for (size_t i = 0; cpk_text_setting_info(i, &text, NULL) == CPK_OK; i++) {
        suggest_offer(suggest, text.name);
        if (strcmp(text.name, name) == 0) {
            found = (struct known_setting){text.name, true, text.is_secret != 0};
        }
    }
    return found;
}

static int add_text(struct cli *cli, const char *name, const char *text, const char *origin)
{
    struct config *config = &cli->config;
    size_t count = config->text_setting_count;
    cpk_text_setting *settings = calloc(count + 1, sizeof *settings);
    const char **origins = calloc(count + 1, sizeof *origins);
    char *copy = strdup(text);

    if (settings == NULL || origins == NULL || copy == NULL) {
        free(settings);
        free((void *)origins);
        free(copy);
        return report_out_of_memory(cli);
    }
    if (count > 0) {
        memcpy(settings, config->text_settings, count * sizeof *settings);
        memcpy((void *)origins, (const void *)config->text_setting_origins, count * sizeof *origins);
    }
    settings[count].name = name;
    settings[count].value = copy;
    origins[count] = origin;
    free(config->text_settings);
    free((void *)config->text_setting_origins);
    config->text_settings = settings;
    config->text_setting_origins = origins;
    config->text_setting_count = count + 1;
    return EXIT_CODE_OK;
}

static int add_number(struct cli *cli, const char *name, const char *text, const char *origin)
{
    struct config *config = &cli->config;
    cpk_setting *settings = NULL;
    const char **origins = NULL;
    int64_t number = 0;

    if (!options_read_number(text, &number)) {
        return report_usage(cli, "%s: %s needs a whole number, not \"%s\"", origin, name, text);
    }
    settings = realloc(config->settings, (config->setting_count + 1) * sizeof *settings);
    if (settings == NULL) {
        return report_out_of_memory(cli);
    }
    config->settings = settings;
    origins = realloc((void *)config->setting_origins, (config->setting_count + 1) * sizeof *origins);
    if (origins == NULL) {
        return report_out_of_memory(cli);
    }
    config->setting_origins = origins;
    settings[config->setting_count].name = name;
    settings[config->setting_count].value = number;
    origins[config->setting_count] = origin;
    config->setting_count++;
    return EXIT_CODE_OK;
}

static int add_setting(struct cli *cli, struct known_setting setting, const char *text, const char *origin)
{
    return setting.is_text ? add_text(cli, setting.name, text, origin) : add_number(cli, setting.name, text, origin);
}

static char *trim(char *text)
{
    size_t length = 0;

    while (isspace((unsigned char)*text)) {
        text++;
    }
    length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = '\0';
    }
    return text;
}

/* Copies the text up to `end`, or "***" instead of it. */
static char *copy_part(char *to, const char *from, const char *end, bool is_secret)
{
    size_t length = is_secret ? 3 : (size_t)(end - from);

    memcpy(to, is_secret ? "***" : from, length);
    return to + length;
}

static bool names_secret(const char *name, size_t length)
{
    static const char *const WORDS[] = {"password", "secret", "token", "key"};

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (memmem(name, length, WORDS[i], strlen(WORDS[i])) != NULL) {
            return true;
        }
    }
    return false;
}

char *config_without_secrets(const char *uri)
{
    const char *place = strstr(uri, "://");
    const char *query = uri + strcspn(uri, "?");
    const char *at = place != NULL ? memrchr(place, '@', strcspn(place + 3, "/?") + 3) : NULL;
    const char *colon = at != NULL ? memchr(place + 3, ':', (size_t)(at - place - 3)) : NULL;
    char *shown = malloc(4 * strlen(uri) + 4);
    char *to = shown;

    if (shown == NULL) {
        return NULL;
    }
    if (colon != NULL) {
        to = copy_part(to, uri, colon + 1, false);
        to = copy_part(to, colon + 1, at, true);
        uri = at;
    }
    to = copy_part(to, uri, query, false);
    while (*query != '\0') {
        const char *end = query + 1 + strcspn(query + 1, "&");
        const char *value = query + 1 + strcspn(query + 1, "=&");
        bool is_secret = *value == '=' && names_secret(query + 1, (size_t)(value - query - 1));

        value += is_secret;
        to = copy_part(to, query, value, false);
        to = copy_part(to, value, end, is_secret);
        query = end;
    }
    *to = '\0';
    return shown;
}

static bool has_secret(const char *uri)
{
    char *shown = config_without_secrets(uri);
    bool has = shown != NULL && strcmp(shown, uri) != 0;

    free(shown);
    return has;
}

static int set_from_file(struct cli *cli, const char *name, const char *text, size_t line_number)
{
    struct config *config = &cli->config;
    struct known_setting setting = {NULL, false, false};
    struct suggest suggest;

    suggest_init(&suggest, name);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        if (strcmp(name, KEYS[key].name) == 0) {
            config->secret_in_file = has_secret(text) ? KEYS[key].name : config->secret_in_file;
            return set_value(value_of_key(config, key), text, config->file) ? EXIT_CODE_OK : report_out_of_memory(cli);
        }
        suggest_offer(&suggest, KEYS[key].name);
    }
    setting = find_setting(name, &suggest);
    if (setting.name != NULL) {
        config->secret_in_file = setting.is_secret && text[0] != '\0' ? setting.name : config->secret_in_file;
        return add_setting(cli, setting, text, config->file);
    }
    if (suggest.nearest != NULL) {
        return report_usage(cli, "%s:%zu: unknown name \"%s\"; did you mean \"%s\"?", config->file, line_number, name,
                            suggest.nearest);
    }
    return report_usage(cli, "%s:%zu: unknown name \"%s\"", config->file, line_number, name);
}

static int read_line(struct cli *cli, char *line, size_t line_number)
{
    char *start = trim(line);
    char *equals = strchr(start, '=');

    if (*start == '\0' || *start == '#') {
        return EXIT_CODE_OK;
    }
    if (equals == NULL) {
        return report_usage(cli, "%s:%zu: expected NAME = VALUE", cli->config.file, line_number);
    }
    *equals = '\0';
    return set_from_file(cli, trim(start), trim(equals + 1), line_number);
}

/* Warns about a secret in a configuration file that other users can read or write. */
static void warn_readable(struct cli *cli, int fd)
{
    struct stat details;
    char *message = NULL;

    if (cli->config.secret_in_file == NULL || fstat(fd, &details) != 0 || !S_ISREG(details.st_mode) ||
        (details.st_mode & 0066) == 0) {
        return;
    }
    if (asprintf(&message, "%s holds a secret (%s) and other users may read or write it (mode %04o); chmod 600 %s",
                 cli->config.file, cli->config.secret_in_file, (unsigned)(details.st_mode & 07777),
                 cli->config.file) >= 0) {
        report_log(cli, CPK_LOG_WARNING, "config", message);
        free(message);
    }
}

static int fail_file(struct cli *cli, int error_number)
{
    return report_problem(cli,
                          error_number == ENOENT   ? CPK_ERROR_NOT_FOUND
                          : error_number == EACCES ? CPK_ERROR_PERMISSION_DENIED
                                                   : CPK_ERROR_IO,
                          cli->config.file, "can't read the configuration file: %s", strerror(error_number));
}

/* Reads the whole file, which may be a pipe, into `text` of CONFIG_BYTES_MAX + 1 bytes. */
static int read_text(struct cli *cli, int fd, char *text)
{
    size_t length = 0;
    ssize_t got = 1;

    while (got > 0 && length <= CONFIG_BYTES_MAX) {
        got = signals_read(fd, text + length, CONFIG_BYTES_MAX + 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        return fail_file(cli, errno);
    }
    if (length > CONFIG_BYTES_MAX) {
        return report_problem(cli, CPK_ERROR_LIMIT_EXCEEDED, cli->config.file,
                              "the configuration file is longer than %zu bytes", CONFIG_BYTES_MAX);
    }
    text[length] = '\0';
    return EXIT_CODE_OK;
}

static int read_lines(struct cli *cli, char *text)
{
    char *line = NULL;
    size_t line_number = 0;
    int code = EXIT_CODE_OK;

    while (code == EXIT_CODE_OK && (line = strsep(&text, "\n")) != NULL) {
        code = read_line(cli, line, ++line_number);
    }
    return code;
}

static int read_file(struct cli *cli, bool must_exist)
{
    int fd = open(cli->config.file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char *text = NULL;
    int code = EXIT_CODE_OK;

    if (fd < 0) {
        return errno == ENOENT && !must_exist ? EXIT_CODE_OK : fail_file(cli, errno);
    }
    text = malloc(CONFIG_BYTES_MAX + 1);
    code = text != NULL ? read_text(cli, fd, text) : report_out_of_memory(cli);
    if (code == EXIT_CODE_OK) {
        code = read_lines(cli, text);
        warn_readable(cli, fd);
    }
    if (text != NULL) {
        explicit_bzero(text, CONFIG_BYTES_MAX + 1); /* it may contain a secret */
    }
    free(text);
    close(fd);
    return code;
}

static int find_file(struct cli *cli, bool *must_exist)
{
    const char *given = options_text(&cli->options, "config", getenv("CONTEXTPACK_CONFIG"));
    char *folder = NULL;
    int length = 0;

    *must_exist = given != NULL && given[0] != '\0';
    if (*must_exist) {
        cli->config.file = strdup(given);
        return cli->config.file != NULL ? EXIT_CODE_OK : report_out_of_memory(cli);
    }
    folder = files_user_folder("XDG_CONFIG_HOME", ".config");
    if (folder == NULL) {
        return report_out_of_memory(cli);
    }
    length = asprintf(&cli->config.file, "%s/config", folder);
    free(folder);
    if (length < 0) {
        cli->config.file = NULL;
        return report_out_of_memory(cli);
    }
    return EXIT_CODE_OK;
}

static int read_environment_and_flags(struct cli *cli)
{
    for (size_t key = 0; key < KEY_COUNT; key++) {
        struct config_value *value = value_of_key(&cli->config, key);
        const char *variable = getenv(KEYS[key].variable);
        const char *flag = options_text(&cli->options, KEYS[key].name, NULL);

        if (flag != NULL && uri_has_password(flag)) {
            return report_usage(
                cli,
                "--%s has a password in it, and others can see command lines; use %s, the configuration "
                "file, or PGPASSWORD or ~/.pgpass for the password",
                KEYS[key].name, KEYS[key].variable);
        }
        if (flag != NULL ? !set_value(value, flag, "command line")
                         : variable != NULL && variable[0] != '\0' && !set_value(value, variable, KEYS[key].variable)) {
            return report_out_of_memory(cli);
        }
    }
    return EXIT_CODE_OK;
}

#define VARIABLE_BYTES_MAX 96

/* Makes CONTEXTPACK_AUTH_JWT_SECRET from "auth.jwt_secret". */
static void variable_of_setting(const char *name, char variable[VARIABLE_BYTES_MAX])
{
    snprintf(variable, VARIABLE_BYTES_MAX, "CONTEXTPACK_%s", name);
    for (char *at = variable; *at != '\0'; at++) {
        *at = *at == '.' ? '_' : (char)toupper((unsigned char)*at);
    }
}

/* Settings with an alternative environment variable. */
static const struct {
    const char *name;
    const char *variable;
} SECOND_NAMES[] = {
    {"stripe.webhook_secrets", "CONTEXTPACK_STRIPE_WEBHOOK_SECRET"},
};

static const char *variable_text(const char *name)
{
    char variable[VARIABLE_BYTES_MAX];
    const char *text = NULL;

    variable_of_setting(name, variable);
    text = getenv(variable);
    for (size_t i = 0; (text == NULL || text[0] == '\0') && i < sizeof SECOND_NAMES / sizeof SECOND_NAMES[0]; i++) {
        if (strcmp(SECOND_NAMES[i].name, name) == 0) {
            text = getenv(SECOND_NAMES[i].variable);
        }
    }
    return text;
}

static int read_variable(struct cli *cli, struct known_setting setting)
{
    const char *text = variable_text(setting.name);

    return text != NULL && text[0] != '\0' ? add_setting(cli, setting, text, "environment") : EXIT_CODE_OK;
}

static int read_setting_variables(struct cli *cli)
{
    cpk_setting_details number = {.struct_size = sizeof number};
    cpk_text_setting_details text = {.struct_size = sizeof text};
    int code = EXIT_CODE_OK;

    for (size_t i = 0; code == EXIT_CODE_OK && cpk_setting_info(i, &number, NULL) == CPK_OK; i++) {
        code = read_variable(cli, (struct known_setting){number.name, false, false});
    }
    for (size_t i = 0; code == EXIT_CODE_OK && cpk_text_setting_info(i, &text, NULL) == CPK_OK; i++) {
        code = read_variable(cli, (struct known_setting){text.name, true, text.is_secret != 0});
    }
    return code;
}

static int read_set_flag(struct cli *cli, const char *text)
{
    char name[64];
    size_t length = strcspn(text, "=");
    struct suggest suggest;
    struct known_setting setting = {NULL, false, false};

    if (text[length] != '=') {
        return report_usage(cli, "--set needs NAME=VALUE, not \"%s\"", text);
    }
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), text);
    suggest_init(&suggest, name);
    setting = find_setting(name, &suggest);
    if (setting.name == NULL) {
        return suggest.nearest != NULL
                   ? report_usage(cli, "unknown setting \"%s\"; did you mean \"%s\"?", name, suggest.nearest)
                   : report_usage(cli, "unknown setting \"%s\"; \"contextpack settings\" lists them", name);
    }
    if (setting.is_secret) {
        char variable[VARIABLE_BYTES_MAX];

        variable_of_setting(setting.name, variable);
        return report_usage(cli, "%s is a secret, and others can see command lines; use %s or the configuration file",
                            setting.name, variable);
    }
    return add_setting(cli, setting, text + length + 1, "command line");
}

static int read_set_flags(struct cli *cli)
{
    for (size_t i = 0; i < cli->options.value_count; i++) {
        const struct option_value *value = &cli->options.values[i];
        int code = strcmp(value->option->name, "set") == 0 ? read_set_flag(cli, value->text) : EXIT_CODE_OK;

        if (code != EXIT_CODE_OK) {
            return code;
        }
    }
    return EXIT_CODE_OK;
}

static int set_defaults(struct cli *cli)
{
    struct config *config = &cli->config;
    char *database = NULL;
    char *storage = NULL;
    bool good = false;

    config->data_folder = files_user_folder("XDG_DATA_HOME", ".local/share");
    if (config->data_folder == NULL || asprintf(&database, "sqlite:%s/contextpack.db", config->data_folder) < 0) {
        return report_out_of_memory(cli);
    }
    good = asprintf(&storage, "file:%s/blobs", config->data_folder) >= 0;
    good = good && (config->database.text != NULL || set_value(&config->database, database, "default"));
    good = good && (config->storage.text != NULL || set_value(&config->storage, storage, "default"));
    good = good && (config->analyzer.text != NULL || set_value(&config->analyzer, "extractive:", "default"));
    free(database);
    free(storage);
    return good ? EXIT_CODE_OK : report_out_of_memory(cli);
}

int config_load(struct cli *cli)
{
    bool must_exist = false;
    int code = find_file(cli, &must_exist);

    if (code == EXIT_CODE_OK) {
        code = read_file(cli, must_exist);
    }
    if (code == EXIT_CODE_OK) {
        code = read_environment_and_flags(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = read_setting_variables(cli);
    }
    if (code == EXIT_CODE_OK) {
        code = read_set_flags(cli);
    }
    return code == EXIT_CODE_OK ? set_defaults(cli) : code;
}

void config_free(struct config *config)
{
    free(config->file);
    for (size_t key = 0; key < KEY_COUNT; key++) {
        free(value_of_key(config, key)->text);
    }
    free(config->settings);
    free((void *)config->setting_origins);
    for (size_t i = 0; i < config->text_setting_count; i++) {
        char *value = (char *)(uintptr_t)config->text_settings[i].value; /* allocated by add_text() */

        explicit_bzero(value, strlen(value));
        free(value);
    }
    free(config->text_settings);
    free((void *)config->text_setting_origins);
    free(config->data_folder);
}

const char *config_setting_origin(const struct config *config, const char *name)
{
    for (size_t i = config->setting_count; i > 0; i--) {
        if (strcmp(config->settings[i - 1].name, name) == 0) {
            return config->setting_origins[i - 1];
        }
    }
    return "default";
}

const char *config_text_setting(const struct config *config, const char *name, const char **origin)
{
    for (size_t i = config->text_setting_count; i > 0; i--) {
        if (strcmp(config->text_settings[i - 1].name, name) == 0) {
            *origin = config->text_setting_origins[i - 1];
            return config->text_settings[i - 1].value;
        }
    }
    *origin = "default";
    return NULL;
}

/* The configuration: from flags, environment variables, the configuration file and defaults, in this order of
 * precedence. */
#ifndef CLI_OPTIONS_CONFIG_H
#define CLI_OPTIONS_CONFIG_H

#include <contextpack/engine.h>

#include <stdbool.h>

/* A value and its origin: "--database", "CONTEXTPACK_DATABASE", the path of the file, "default". */
struct config_value {
    char *text; /* NULL: not set */
    const char *origin;
};

struct config {
    char *file; /* the configuration file's path; it may not exist */
    struct config_value database;
    struct config_value storage;
    struct config_value analyzer;
    struct config_value user;
    cpk_setting *settings; /* later entries take precedence */
    const char **setting_origins;
    size_t setting_count;
    cpk_text_setting *text_settings; /* later entries take precedence; values are copies, wiped when freed */
    const char **text_setting_origins;
    size_t text_setting_count;
    char *data_folder;          /* $XDG_DATA_HOME/contextpack */
    const char *secret_in_file; /* the name of a secret in the configuration file, or NULL */
};

struct cli;

/* Reads the whole configuration. On an error reports it and returns the exit code, else 0. Creates no files. */
int config_load(struct cli *cli);
void config_free(struct config *config);

/* Returns a copy of a URI without the password and without parameters that contain a secret, because the output of
 * doctor is passed on. Freed with free(); NULL without memory. */
char *config_without_secrets(const char *uri);

/* Returns where the value of a setting came from; "default" if it was not set. */
const char *config_setting_origin(const struct config *config, const char *name);

/* Returns the value and the origin of a text setting; NULL and "default" if it was not set. */
const char *config_text_setting(const struct config *config, const char *name, const char **origin);

#endif

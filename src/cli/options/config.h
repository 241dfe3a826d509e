/* What the program works with, by flag, then environment, then configuration file, then default. */
#ifndef CLI_OPTIONS_CONFIG_H
#define CLI_OPTIONS_CONFIG_H

#include <contextpack/engine.h>

#include <stdbool.h>

/* One value, and where it came from: "--database", "CONTEXTPACK_DATABASE", the file's path, "default". */
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
    cpk_setting *settings; /* later ones win */
    const char **setting_origins;
    size_t setting_count;
    cpk_text_setting *text_settings; /* later ones win; the values are the config's own, and wiped */
    const char **text_setting_origins;
    size_t text_setting_count;
    char *data_folder;          /* $XDG_DATA_HOME/contextpack */
    const char *secret_in_file; /* the name of a secret that the configuration file holds, or NULL */
};

struct cli;

/* Settles everything; on a mistake says so and gives the exit code, else 0. Creates nothing. */
int config_load(struct cli *cli);
void config_free(struct config *config);

/* A setting that is a URI, without the password of its user and without parameters that name a secret: what doctor
 * prints is sent to others. Freed with free(); NULL without memory. */
char *config_without_secrets(const char *uri);

/* The explained value of a setting given by name: "default" where nothing was said. */
const char *config_setting_origin(const struct config *config, const char *name);

/* The same for a text setting, whose value is NULL where nothing was said. */
const char *config_text_setting(const struct config *config, const char *name, const char **origin);

#endif

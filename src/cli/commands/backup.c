#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "resource.h"
#include "terminal/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int command_backup(struct cli *cli)
{
    const char *path = cli->options.arguments[0];
    const char *folder = options_text(&cli->options, "files", NULL);
    cpk_backup_report report = CPK_BACKUP_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    char *storage = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_engine(cli, 0);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (folder != NULL && asprintf(&storage, "file:%s", folder) < 0) {
        return EXIT_CODE_INTERNAL;
    }
    notes_begin(&notes, cli, "backup", &options);
    options.progress = NULL; /* the unit changes from pages to bytes */
    status = cpk_engine_backup(cli->engine, path, storage, options_flag(&cli->options, "replace"), &options, &report,
                               &error);
    notes_end(&notes);
    free(storage);
    if (status != CPK_OK) {
        return report_failure(cli, path, error);
    }
    resource_print(cli, folder != NULL ? &RECORD_BACKUP : &RECORD_BACKUP_WITHOUT_FILES, &report);
    return EXIT_CODE_OK;
}

/* Functions shared by several commands. */
#ifndef CLI_COMMON_H
#define CLI_COMMON_H

#include "files/files.h"
#include "terminal/columns.h"
#include "terminal/json_out.h"

#include <contextpack/pack.h>
#include <contextpack/report.h>

struct cli;

/* Reads --limit and --after. Returns an exit code, 0 on success. */
int common_page(struct cli *cli, cpk_page *page);

/* Reads --from, --until and --format (--json implies json). Returns an exit code, 0 on success. */
int common_period(struct cli *cli, cpk_report_options *options);

/* Reads the day or time of an option into *time_us; 0 if it is absent. Returns an exit code, 0 on success. */
int common_time(struct cli *cli, const char *name, int64_t *time_us);

/* Reads --partial and --max-chunks into run options. Returns an exit code, 0 on success. */
int common_part(struct cli *cli, uint32_t *flags, int64_t *max_chunks);

/* Reads --max-tokens, a document's budget; 0 if it is absent. Returns an exit code, 0 on success. */
int common_budget(struct cli *cli, int64_t *max_tokens);

/* Finds a pack by id, then by name. */
cpk_status common_get_pack(cpk_session *session, const char *text, cpk_pack **pack, cpk_error **error);

/* The same. On failure reports it and returns its exit code. */
int common_find_pack(struct cli *cli, const char *text, cpk_pack **pack);

/* Without a terminal, or with --json, requires --yes. Returns an exit code, 0 on success. */
int common_need_yes(struct cli *cli);

/* Asks for confirmation on the terminal, unless --yes is given. Returns true if confirmed. */
bool common_confirm(struct cli *cli, const char *what);

/* Prints {"deleted": id}, or a line for people. */
void common_print_deleted(struct cli *cli, const char *what, const char *id);

/* Target of the `read` commands: standard output, or the file --output, which appears complete or not at all. */
struct common_target {
    struct cli *cli;
    bool is_file;
    struct files_draft draft;
    struct output out; /* writes to the draft */
};

int common_open_target(struct cli *cli, struct common_target *target);
struct output *common_target_output(struct common_target *target);

/* Publishes the file if `status` is CPK_OK, otherwise discards it. Frees `error`. Returns the exit code. */
int common_close_target(struct common_target *target, const char *subject, cpk_status status, cpk_error *error);

#endif

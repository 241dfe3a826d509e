/* What the commands on packs, sources, documents and users share. */
#ifndef CLI_COMMON_H
#define CLI_COMMON_H

#include "files/files.h"
#include "terminal/columns.h"
#include "terminal/json_out.h"

#include <contextpack/pack.h>
#include <contextpack/report.h>

struct cli;

/* Reads --limit and --after; gives an exit code, 0 when good. */
int common_page(struct cli *cli, cpk_page *page);

/* Reads --from, --until and --format (--json means json); gives an exit code, 0 when good. */
int common_period(struct cli *cli, cpk_report_options *options);

/* Reads a day or a time of the option; 0 when it is not there. Gives an exit code, 0 when good. */
int common_time(struct cli *cli, const char *name, int64_t *time_us);

/* Reads --partial and --max-chunks into what a run is asked for; gives an exit code, 0 when good. */
int common_part(struct cli *cli, uint32_t *flags, int64_t *max_chunks);

/* {"items":[ ... ],"next":...} */
void common_begin_json(struct cli *cli, struct json_out *json);
void common_end_json(struct json_out *json, const char *next);

/* Prints the table, or `nothing` when it holds no rows but its heading, and how to go on. */
void common_print(struct cli *cli, struct columns *columns, const char *nothing, const char *next);

/* A pack by id, else by name: *pack is set, or the failure is told and its exit code given. */
int common_find_pack(struct cli *cli, const char *text, cpk_pack **pack);

/* Without a terminal to ask on, or with --json, --yes must be given; gives an exit code, 0 when good. */
int common_need_yes(struct cli *cli);

/* Asks on the terminal, unless --yes is given; true to go on. */
bool common_confirm(struct cli *cli, const char *what);

/* {"deleted": id}, or a line that says so. */
void common_print_deleted(struct cli *cli, const char *what, const char *id);

/* Where `read` commands write: standard output, or the file of --output, which appears whole or not at all. */
struct common_target {
    struct cli *cli;
    bool is_file;
    struct files_draft draft;
    struct output out; /* into the draft */
};

int common_open_target(struct cli *cli, struct common_target *target);
struct output *common_target_output(struct common_target *target);

/* Ends it after a call that gave `status` and `error`, which is freed; gives the exit code. */
int common_close_target(struct common_target *target, const char *subject, cpk_status status, cpk_error *error);

#endif

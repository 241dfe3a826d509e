/* Messages on standard error: usage errors, failures, warnings and notes, for people or as JSON. */
#ifndef CLI_TERMINAL_REPORT_H
#define CLI_TERMINAL_REPORT_H

#include <contextpack/error.h>

#include <stdbool.h>
#include <stdint.h>

struct cli;

/* Prints "contextpack: <what>" and a reference to help. Returns EXIT_CODE_USAGE. */
int report_usage(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "contextpack: <subject>: <message>"; the subject may be NULL. Frees the error and returns its exit code. */
int report_failure(struct cli *cli, const char *subject, cpk_error *error);

/* Prints "contextpack: skipped: <subject>: <message>" for a file of a folder, unless --quiet or --json. */
void report_skipped(struct cli *cli, const char *subject, const cpk_error *error);

/* Reports a failure that the command itself detected. */
int report_problem(struct cli *cli, cpk_status code, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

int report_out_of_memory(struct cli *cli);

/* Prints a line for people on standard error, unless --quiet or --json. */
void report_info(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A cpk_log_fn; `user` is the struct cli. */
void report_log(void *user, int32_t level, const char *domain, const char *message);

#endif

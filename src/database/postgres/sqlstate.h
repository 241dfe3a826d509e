/* The five letters that PostgreSQL classes an error with, as codes of the library. */
#ifndef DATABASE_POSTGRES_SQLSTATE_H
#define DATABASE_POSTGRES_SQLSTATE_H

#include <contextpack/error.h>

#define SQLSTATE_BYTES 6 /* with the NUL */

/* An error as the server, or a pooler before it, reports it. */
struct sqlstate_report {
    const char *sqlstate;
    const char *message;   /* may be NULL */
    int32_t is_fatal;      /* it ended the connection */
    int32_t is_of_standby; /* see failure_is_of_standby() */
    int32_t is_of_pooler;  /* a pooler made it: without what every error of PostgreSQL has */
};

cpk_status sqlstate_code(const struct sqlstate_report *report);
int32_t sqlstate_is_retryable(const struct sqlstate_report *report);
/* 1 when its first two letters are those of `class_of`. */
int32_t sqlstate_is_class(const char *sqlstate, const char *class_of);

#endif

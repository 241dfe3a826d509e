/* Maps SQLSTATEs, PostgreSQL's five-character error codes, to codes of the library. */
#ifndef DATABASE_POSTGRES_SQLSTATE_H
#define DATABASE_POSTGRES_SQLSTATE_H

#include <contextpack/error.h>

#define SQLSTATE_BYTES 6 /* with the NUL */

/* An error as the server or a pooler reports it. */
struct sqlstate_report {
    const char *sqlstate;
    const char *message;   /* may be NULL */
    int32_t is_fatal;      /* the error ended the connection */
    int32_t is_of_standby; /* see failure_is_of_standby() */
    int32_t is_of_pooler;  /* from a pooler: it lacks the source location that PostgreSQL adds to every error */
};

cpk_status sqlstate_code(const struct sqlstate_report *report);
int32_t sqlstate_is_retryable(const struct sqlstate_report *report);
/* Returns 1 if the SQLSTATE begins with the two characters of `class_of`. */
int32_t sqlstate_is_class(const char *sqlstate, const char *class_of);

#endif

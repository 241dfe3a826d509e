/* The commands list, show, read and delete, for any resource of the library. */
#ifndef CLI_RESOURCE_H
#define CLI_RESOURCE_H

#include "terminal/records.h"

struct cli;
struct output;

/* A resource whose records are found by an id. */
struct resource {
    const struct record_type *type;
    cpk_status (*get)(cpk_session *session, const char *id, void **record, cpk_error **error);
    cpk_status (*remove)(cpk_session *session, const char *id, cpk_error **error); /* or NULL */
    void (*free)(void *record);
    const char *(*id)(const void *record);
    const char *(*name)(const void *record);    /* for the confirmation and the message of a deletion */
    const char *(*subject)(const void *record); /* for error messages */
};

/* Defines functions of struct resource that call those of cpk_<resource>. */
#define RESOURCE_CALLS(resource)                                                                                       \
    static cpk_status resource##_get(cpk_session *session, const char *id, void **record, cpk_error **error)           \
    {                                                                                                                  \
        cpk_##resource *got = NULL;                                                                                    \
        const cpk_status status = cpk_##resource##_get(session, id, &got, error);                                      \
                                                                                                                       \
        *record = got;                                                                                                 \
        return status;                                                                                                 \
    }                                                                                                                  \
    RESOURCE_TEXT(resource, id)                                                                                        \
    static void resource##_free(void *record)                                                                          \
    {                                                                                                                  \
        cpk_##resource##_free(record);                                                                                 \
    }

#define RESOURCE_TEXT(resource, field)                                                                                 \
    static const char *resource##_##field(const void *record)                                                          \
    {                                                                                                                  \
        return cpk_##resource##_##field(record);                                                                       \
    }

/* Connects as a user and reads the record that the first argument names. Returns an exit code, 0 on success. */
int resource_open(struct cli *cli, const struct resource *resource, void **record);

/* Whole commands: show, delete, and read to --output. Return the exit code. */
int resource_show(struct cli *cli, const struct resource *resource);
int resource_delete(struct cli *cli, const struct resource *resource);
typedef cpk_status (*resource_read_fn)(struct cli *cli, const char *id, struct output *out, cpk_error **error);
int resource_read(struct cli *cli, const struct resource *resource, resource_read_fn read);

/* Prints a record, as JSON or for people. */
void resource_print(struct cli *cli, const struct record_type *type, const void *record);
/* Ends a command whose call returned `status`: prints the call's report, or why it failed. Returns the exit code. */
int resource_report(struct cli *cli, const struct record_type *type, const void *report, cpk_status status,
                    cpk_error *error);

/* --- lists --- */

enum listing_scope { LISTING_OF_SERVICE, LISTING_OF_USER, LISTING_OF_PACK };

/* A list of records. */
struct listing {
    const struct record_type *type;
    size_t (*count)(const void *list);
    const void *(*at)(const void *list, size_t index);
    const char *(*next)(const void *list);
    void (*free)(void *list);
    const char *nothing; /* printed if the list is empty */
};

/* Defines functions of struct listing that call those of cpk_<resource>_list. */
#define LISTING_CALLS(resource)                                                                                        \
    static size_t resource##_list_count(const void *list)                                                              \
    {                                                                                                                  \
        return cpk_##resource##_list_count(list);                                                                      \
    }                                                                                                                  \
    static const void *resource##_list_at(const void *list, size_t index)                                              \
    {                                                                                                                  \
        return cpk_##resource##_list_at(list, index);                                                                  \
    }                                                                                                                  \
    static const char *resource##_list_next(const void *list)                                                          \
    {                                                                                                                  \
        return cpk_##resource##_list_next(list);                                                                       \
    }                                                                                                                  \
    static void resource##_list_free(void *list)                                                                       \
    {                                                                                                                  \
        cpk_##resource##_list_free(list);                                                                              \
    }

#define LISTING(resource, record_type, nothing)                                                                        \
    {                                                                                                                  \
        record_type, resource##_list_count, resource##_list_at, resource##_list_next, resource##_list_free, nothing    \
    }

/* Reads a page. pack_id is NULL unless the list belongs to a pack. */
typedef cpk_status (*listing_get_fn)(struct cli *cli, const char *pack_id, const cpk_page *page, void **list,
                                     cpk_error **error);

/* Defines a listing_get_fn. `call` reads the list into `got`. */
#define LISTING_GET(function, resource, call)                                                                          \
    static cpk_status function(struct cli *cli, const char *pack_id, const cpk_page *page, void **list,                \
                               cpk_error **error)                                                                      \
    {                                                                                                                  \
        cpk_##resource##_list *got = NULL;                                                                             \
        const cpk_status status = call;                                                                                \
                                                                                                                       \
        (void)pack_id;                                                                                                 \
        *list = got;                                                                                                   \
        return status;                                                                                                 \
    }

/* A whole command: connects, and prints the page that --limit and --after select. Returns the exit code. */
int listing_show(struct cli *cli, const struct listing *listing, enum listing_scope scope, listing_get_fn get);

/* Prints the list if `code` is 0, and frees it. Returns `code`. */
int listing_end(struct cli *cli, const struct listing *listing, void *list, int code);

#endif

#include "host.h"
#include "library.h"
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

host *host_create(bridge *bridge, uint32_t id)
{
    host *made = calloc(1, sizeof *made);

    if (made != NULL) {
        atomic_init(&made->references, 1);
        made->bridge = bridge_keep(bridge);
        made->id = id;
    }
    return made;
}

host *host_keep(host *host)
{
    if (host != NULL) {
        atomic_fetch_add(&host->references, 1);
    }
    return host;
}

void host_release(host *host)
{
    if (host == NULL || atomic_fetch_sub(&host->references, 1) != 1) {
        return;
    }
    bridge_tell(host->bridge, EVENT_RELEASE, host->id, NULL, 0);
    bridge_release(host->bridge);
    free(host->identity);
    free(host);
}

cpk_status host_ask(host *host, int32_t method, cell *arguments, size_t count, bool may_abandon, cell *reply,
                    cpk_error **error)
{
    question question = {host->id, method, arguments, count, may_abandon};

    return bridge_ask(host->bridge, &question, reply, error);
}

int64_t host_clock(void *user)
{
    host *host = user;
    cell reply;

    if (host_ask(host, ASK_CLOCK, NULL, 0, false, &reply, NULL) == CPK_OK) {
        int64_t micros = reply.integer;
        bool is_number = reply.kind == CELL_INTEGER || reply.kind == CELL_BIGINT;

        cell_free(&reply);
        if (is_number) {
            return micros;
        }
    }
    return CPK_TIME_UNKNOWN; /* the environment is shutting down, or JavaScript threw or returned no number */
}

int32_t host_random(void *user, void *bytes, size_t length)
{
    cell wanted = cell_integer((int64_t)length);
    cell reply;
    int32_t failed = 1;

    if (host_ask(user, ASK_RANDOM, &wanted, 1, false, &reply, NULL) != CPK_OK) {
        return 1;
    }
    if (reply.kind == CELL_BYTES && reply.length == length) {
        memcpy(bytes, reply.bytes, length);
        failed = 0;
    }
    cell_free(&reply);
    return failed;
}

void host_log(void *user, int32_t level, const char *domain, const char *message)
{
    host *host = user;
    cell values[] = {cell_integer(level), cell_text(domain), cell_text(message)};

    bridge_tell(host->bridge, EVENT_LOG, host->id, values, 3);
}

/* Close, rollback and destroy, which have no result. */
static void tell(host *host, int32_t method, cell *arguments, size_t count)
{
    host_ask(host, method, arguments, count, false, NULL, NULL);
}

static cpk_status wrong_answer(const char *what, cpk_error **error)
{
    if (error != NULL) {
        *error = library.cpk_error_new(CPK_ERROR_INVALID_DATA, "node", what, "", 0);
    }
    return CPK_ERROR_INVALID_DATA;
}

/* JavaScript identifies its objects by numbers from 1, which are passed as the library's opaque pointers. */
static cpk_status open_number(const cell *reply, void **opened, const char *what, cpk_error **error)
{
    if (reply->kind != CELL_INTEGER || reply->integer < 1) {
        return wrong_answer(what, error);
    }
    *opened = (void *)(uintptr_t)reply->integer;
    return CPK_OK;
}

static int64_t number_of(const void *opened)
{
    return (int64_t)(uintptr_t)opened;
}

/* ---- storage ---- */

static void storage_destroy(void *self)
{
    tell(self, ASK_STORAGE_DESTROY, NULL, 0);
}

static cpk_status storage_write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    cell arguments[] = {cell_text(key), cell_integer(size_hint)};
    cell reply;

    CPK_NODE_TRY(host_ask(self, ASK_STORAGE_WRITE_OPEN, arguments, 2, false, &reply, error));
    return open_number(&reply, writer, "a storage driver's writer", error);
}

static cpk_status storage_write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    cell arguments[] = {cell_integer(number_of(writer)), cell_bytes(data, length)};

    return host_ask(self, ASK_STORAGE_WRITE_DATA, arguments, 2, false, NULL, error);
}

static cpk_status storage_write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    cell arguments[] = {cell_integer(number_of(writer)), cell_integer(commit)};

    return host_ask(self, ASK_STORAGE_WRITE_CLOSE, arguments, 2, false, NULL, error);
}

static cpk_status storage_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                                    cpk_error **error)
{
    cell arguments[] = {cell_text(key), cell_integer(offset), cell_integer(length)};
    cell reply;

    CPK_NODE_TRY(host_ask(self, ASK_STORAGE_READ_OPEN, arguments, 3, false, &reply, error));
    return open_number(&reply, reader, "a storage driver's reader", error);
}

static cpk_status storage_read_data(void *self, void *reader, void *buffer, size_t capacity, size_t *got,
                                    cpk_error **error)
{
    cell arguments[] = {cell_integer(number_of(reader)), cell_integer((int64_t)capacity)};
    cell reply;
    cpk_status status = CPK_OK;

    *got = 0;
    CPK_NODE_TRY(host_ask(self, ASK_STORAGE_READ_DATA, arguments, 2, false, &reply, error));
    if (reply.kind != CELL_BYTES || reply.length > capacity) {
        status = wrong_answer("a storage driver's reader gave no bytes", error);
    } else if (reply.length > 0) {
        memcpy(buffer, reply.bytes, reply.length);
        *got = reply.length;
    }
    cell_free(&reply);
    return status;
}

static void storage_read_close(void *self, void *reader)
{
    cell argument = cell_integer(number_of(reader));

    tell(self, ASK_STORAGE_READ_CLOSE, &argument, 1);
}

static void fill_info(cpk_blob_info *info, const cell *size, const cell *modified)
{
    info->size_bytes = size->integer;
    info->modified_us = modified->kind == CELL_INTEGER ? modified->integer : CPK_TIME_UNKNOWN;
}

static cpk_status storage_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    cell argument = cell_text(key);
    cell reply;
    cpk_status status = CPK_OK;

    CPK_NODE_TRY(host_ask(self, ASK_STORAGE_STAT, &argument, 1, false, &reply, error));
    if (reply.kind == CELL_LIST && reply.length == 2) {
        fill_info(info, &reply.items[0], &reply.items[1]);
    } else {
        status = wrong_answer("a storage driver's stat() gave no size", error);
    }
    cell_free(&reply);
    return status;
}

static cpk_status storage_remove(void *self, const char *key, cpk_error **error)
{
    cell argument = cell_text(key);

    return host_ask(self, ASK_STORAGE_REMOVE, &argument, 1, false, NULL, error);
}

static cpk_status storage_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    cell argument = cell_text(prefix);
    cell reply;

    CPK_NODE_TRY(host_ask(self, ASK_STORAGE_LIST, &argument, 1, false, &reply, error));
    for (size_t i = 0; reply.kind == CELL_LIST && i < reply.length; i++) {
        const cell *item = &reply.items[i];
        cpk_blob_info info = {.struct_size = sizeof info};

        if (item->kind != CELL_LIST || item->length != 3 || item->items[0].kind != CELL_TEXT) {
            continue;
        }
        fill_info(&info, &item->items[1], &item->items[2]);
        if (each(user, item->items[0].bytes, &info) != 0) {
            break;
        }
    }
    cell_free(&reply);
    return CPK_OK;
}

void host_storage(host *host)
{
    host->storage = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof(cpk_storage_driver),
        .self = host,
        .destroy = storage_destroy,
        .write_open = storage_write_open,
        .write_data = storage_write_data,
        .write_close = storage_write_close,
        .read_open = storage_read_open,
        .read_data = storage_read_data,
        .read_close = storage_read_close,
        .stat = storage_stat,
        .remove = storage_remove,
        .list = storage_list,
    };
}

/* ---- database ---- */

typedef struct cursor {
    int64_t number;
    int64_t changes;
    bool is_done; /* JavaScript has no more rows */
    cell reply;   /* [number, changes, is_done, rows] */
    size_t next;  /* in rows */
    cpk_value *columns;
} cursor;

static void database_destroy(void *self)
{
    tell(self, ASK_DATABASE_DESTROY, NULL, 0);
}

static cpk_status database_session_open(void *self, const cpk_actor *actor, void **session, cpk_error **error)
{
    cell arguments[] = {cell_integer(actor->kind), cell_text(actor->user_id)};
    cell reply;

    CPK_NODE_TRY(host_ask(self, ASK_DATABASE_OPEN, arguments, 2, false, &reply, error));
    return open_number(&reply, session, "a database driver's session", error);
}

static void database_session_close(void *self, void *session)
{
    cell argument = cell_integer(number_of(session));

    tell(self, ASK_DATABASE_CLOSE, &argument, 1);
}

static cpk_status database_begin(void *self, void *session, int32_t mode, cpk_error **error)
{
    cell arguments[] = {cell_integer(number_of(session)), cell_integer(mode)};

    return host_ask(self, ASK_DATABASE_BEGIN, arguments, 2, false, NULL, error);
}

static cpk_status database_commit(void *self, void *session, cpk_error **error)
{
    cell argument = cell_integer(number_of(session));

    return host_ask(self, ASK_DATABASE_COMMIT, &argument, 1, false, NULL, error);
}

static cpk_status database_rollback(void *self, void *session, cpk_error **error)
{
    cell argument = cell_integer(number_of(session));

    return host_ask(self, ASK_DATABASE_ROLLBACK, &argument, 1, false, NULL, error);
}

static cell value_cell(const cpk_value *value)
{
    if (value->is_null) {
        return (cell){.kind = CELL_NULL};
    }
    switch (value->type) {
    case CPK_VALUE_INT64:
        return (cell){.kind = CELL_BIGINT, .integer = value->int64_value};
    case CPK_VALUE_DOUBLE:
        return (cell){.kind = CELL_DOUBLE, .real = value->double_value};
    case CPK_VALUE_TEXT:
        return (cell){.kind = CELL_TEXT, .bytes = value->bytes, .length = value->length};
    default:
        return cell_bytes(value->bytes, value->length);
    }
}

static cpk_value cell_column(const cell *cell)
{
    cpk_value value = {.type = CPK_VALUE_TEXT, .is_null = 1};

    switch (cell->kind) {
    case CELL_INTEGER:
    case CELL_BIGINT:
        return (cpk_value){.type = CPK_VALUE_INT64, .int64_value = cell->integer};
    case CELL_DOUBLE:
        return (cpk_value){.type = CPK_VALUE_DOUBLE, .double_value = cell->real};
    case CELL_TEXT:
    case CELL_BYTES:
        return (cpk_value){.type = cell->kind == CELL_TEXT ? CPK_VALUE_TEXT : CPK_VALUE_BLOB,
                           .bytes = cell->bytes,
                           .length = cell->length};
    default:
        return value;
    }
}

/* Stores the answer of JavaScript to execute or next. */
static cpk_status take_rows(cursor *cursor, cell *reply, cpk_error **error)
{
    cell_free(&cursor->reply);
    cursor->reply = *reply;
    cursor->next = 0;
    if (reply->kind != CELL_LIST || reply->length != 4 || reply->items[3].kind != CELL_LIST) {
        return wrong_answer("a database driver's rows", error);
    }
    cursor->number = reply->items[0].integer;
    cursor->changes = reply->items[1].integer;
    cursor->is_done = reply->items[2].integer != 0;
    return CPK_OK;
}

static void cursor_free(cursor *cursor)
{
    cell_free(&cursor->reply);
    free(cursor->columns);
    free(cursor);
}

static cpk_status database_exec(void *self, void *session, uint32_t statement_id, const char *sql,
                                const cpk_value *values, size_t value_count, void **result, cpk_error **error)
{
    cursor *made = calloc(1, sizeof *made);
    cell *cells = calloc(2 * value_count + 1, sizeof *cells);
    cell arguments[5], reply;
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;

    if (made != NULL && cells != NULL) {
        for (size_t i = 0; i < value_count; i++) {
            cells[i] = value_cell(&values[i]);
            cells[value_count + i] = cell_integer(values[i].type);
        }
        arguments[0] = cell_integer(number_of(session));
        arguments[1] = cell_integer(statement_id);
        arguments[2] = cell_text(sql);
        arguments[3] = cell_list(cells, value_count);
        arguments[4] = cell_list(cells + value_count, value_count);
        status = host_ask(self, ASK_DATABASE_EXECUTE, arguments, 5, false, &reply, error);
    }
    free(cells);
    if (status == CPK_OK) {
        status = take_rows(made, &reply, error);
    }
    if (status != CPK_OK && made != NULL) {
        cursor_free(made);
        made = NULL;
    }
    *result = made;
    return status;
}

static cpk_status database_cursor_next(void *self, void *opaque, const cpk_value **columns, size_t *column_count,
                                       cpk_error **error)
{
    cursor *cursor = opaque;
    const cell *row;
    cpk_value *grown;

    *columns = NULL;
    *column_count = 0;
    while (cursor->next == cursor->reply.items[3].length && !cursor->is_done) {
        cell argument = cell_integer(cursor->number);
        cell reply;

        CPK_NODE_TRY(host_ask(self, ASK_DATABASE_NEXT, &argument, 1, false, &reply, error));
        CPK_NODE_TRY(take_rows(cursor, &reply, error));
    }
    if (cursor->next == cursor->reply.items[3].length) {
        return CPK_OK;
    }
    row = &cursor->reply.items[3].items[cursor->next++];
    grown = realloc(cursor->columns, (row->length + 1) * sizeof *grown);
    if (row->kind != CELL_LIST || grown == NULL) {
        cursor->columns = grown != NULL ? grown : cursor->columns;
        return grown == NULL ? CPK_ERROR_OUT_OF_MEMORY : wrong_answer("a database driver's row is no list", error);
    }
    cursor->columns = grown;
    for (size_t i = 0; i < row->length; i++) {
        grown[i] = cell_column(&row->items[i]);
    }
    *columns = grown;
    *column_count = row->length;
    return CPK_OK;
}

static void database_cursor_close(void *self, void *opaque)
{
    cursor *cursor = opaque;
    cell argument = cell_integer(cursor->number);

    if (!cursor->is_done) {
        tell(self, ASK_DATABASE_CURSOR_CLOSE, &argument, 1);
    }
    cursor_free(cursor);
}

static int64_t database_cursor_changes(void *self, void *opaque)
{
    (void)self;
    return ((cursor *)opaque)->changes;
}

void host_database(host *host, int32_t dialect, uint64_t capabilities)
{
    host->database = (cpk_database_driver){
        .abi_version = CPK_DATABASE_ABI,
        .struct_size = sizeof(cpk_database_driver),
        .capabilities = capabilities,
        .self = host,
        .destroy = database_destroy,
        .dialect = dialect,
        .session_open = database_session_open,
        .session_close = database_session_close,
        .begin = database_begin,
        .commit = database_commit,
        .rollback = database_rollback,
        .exec = database_exec,
        .cursor_next = database_cursor_next,
        .cursor_close = database_cursor_close,
        .cursor_changes = database_cursor_changes,
    };
}

/* ---- analyzer ---- */

static void analyzer_destroy(void *self)
{
    tell(self, ASK_ANALYZER_DESTROY, NULL, 0);
}

static const char *analyzer_identity(void *self)
{
    return ((host *)self)->identity;
}

typedef struct message_list {
    cell *messages;
    cell *parts;
} message_list;

static bool make_messages(const cpk_analyzer_request *request, message_list *list)
{
    const size_t each = MESSAGE_CELLS + MESSAGE_ATTACHMENTS_MAX * 5;
    size_t used = 0, needed = 0;

    for (size_t i = 0; i < request->message_count; i++) {
        needed += request->messages[i].attachment_count > 0 ? each : MESSAGE_CELLS;
    }
    list->messages = calloc(request->message_count + 1, sizeof *list->messages);
    list->parts = calloc(needed + 1, sizeof *list->parts);
    if (list->messages == NULL || list->parts == NULL) {
        return false;
    }
    for (size_t i = 0; i < request->message_count; i++) {
        const cpk_message *message = &request->messages[i];
        cell *parts = list->parts + used;

        list->messages[i] = message_cells(message, parts, parts + MESSAGE_CELLS);
        used += message->attachment_count > 0 ? each : MESSAGE_CELLS;
    }
    return true;
}

static int32_t narrow(int64_t number)
{
    return number < 0 || number > INT32_MAX ? -1 : (int32_t)number; /* the library rejects -1 */
}

/* Receives the pieces of the answer, until the list with the usage. */
static cpk_status take_answer(host *host, int64_t number, cpk_write_fn write, void *write_user,
                              cpk_analyzer_usage *usage, cpk_error **error)
{
    for (;;) {
        cell argument = cell_integer(number);
        cell piece;
        bool is_end, is_refused = false;

        CPK_NODE_TRY(host_ask(host, ASK_ANALYZER_NEXT, &argument, 1, true, &piece, error));
        is_end = piece.kind == CELL_LIST && piece.length == 7;
        if (is_end) {
            usage->input_tokens = piece.items[0].integer;
            usage->output_tokens = piece.items[1].integer;
            usage->cached_input_tokens = piece.items[2].integer;
            usage->cost_micros = piece.items[3].integer;
            usage->reasoning_output_tokens = piece.items[4].integer;
            usage->outcome = narrow(piece.items[5].integer);
            usage->request_count = narrow(piece.items[6].integer);
        } else if (piece.kind == CELL_TEXT || piece.kind == CELL_BYTES) {
            is_refused = write(write_user, piece.bytes, piece.length) != 0;
        } else {
            is_end = true;
            is_refused = true;
        }
        cell_free(&piece);
        if (is_refused && is_end) {
            return wrong_answer("an analyzer's answer must be text", error);
        }
        if (is_end || is_refused) {
            return is_refused ? CPK_ERROR_CANCELLED : CPK_OK;
        }
    }
}

static cpk_status analyzer_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write,
                                   void *write_user, cpk_analyzer_usage *usage, cpk_error **error)
{
    message_list list = {NULL, NULL};
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    cell reply, number;

    if (make_messages(request, &list)) {
        cell arguments[] = {
            cell_text(request->system_prompt),
            {.kind = CELL_TEXT, .bytes = request->text, .length = request->text_length},
            cell_integer(request->text_tokens),
            cell_list(list.messages, request->message_count),
            cell_integer(request->max_output_tokens),
            cell_text(request->response_schema),
            cell_text(request->response_name),
        };

        status = host_ask(self, ASK_ANALYZER_BEGIN, arguments, 7, true, &reply, error);
    }
    free(list.messages);
    free(list.parts);
    if (status != CPK_OK) {
        return status;
    }
    number = reply;
    status = take_answer(self, number.integer, write, write_user, usage, error);
    tell(self, ASK_ANALYZER_END, &number, 1);
    return status;
}

void host_analyzer(host *host, uint64_t capabilities)
{
    host->analyzer = (cpk_analyzer_driver){
        .abi_version = CPK_ANALYZER_ABI,
        .struct_size = sizeof(cpk_analyzer_driver),
        .capabilities = capabilities,
        .self = host,
        .destroy = analyzer_destroy,
        .identity = analyzer_identity,
        .analyze = analyzer_analyze,
    };
}

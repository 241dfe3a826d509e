#include "extractor.h"
#include "library.h"

#include <stdlib.h>
#include <string.h>

/*
 * Runs an extractor in JavaScript step by step: the worker requests the next step, which is a message, a note, or a
 request for bytes that the worker passes with its next request.
 */

#define READ_BYTES_MAX (16 * 1024 * 1024)

enum { STEP_END, STEP_MESSAGE, STEP_NOTE, STEP_READ, STEP_READ_AT, STEP_PROGRESS };

static cpk_status refuse(const char *what, cpk_error **error)
{
    if (error != NULL) {
        *error = library.cpk_error_new(CPK_ERROR_INVALID_DATA, "node", what, "", 0);
    }
    return CPK_ERROR_INVALID_DATA;
}

static void extractor_destroy(void *self)
{
    host_extractor *extractor = self;
    cell argument = cell_integer(extractor->index);

    host_ask(extractor->host, ASK_EXTRACTOR_DESTROY, &argument, 1, false, NULL, NULL);
}

static const char *extractor_name(void *self)
{
    return ((host_extractor *)self)->name;
}

static int32_t extractor_sniff(void *self, const void *head, size_t length, const char *name)
{
    host_extractor *extractor = self;
    cell arguments[] = {cell_integer(extractor->index), cell_bytes(head, length), cell_text(name)};
    cell reply;
    int32_t sure = 0;

    if (host_ask(extractor->host, ASK_EXTRACTOR_SNIFF, arguments, 3, true, &reply, NULL) == CPK_OK) {
        sure = reply.kind == CELL_INTEGER && reply.integer >= 0 && reply.integer <= 100 ? (int32_t)reply.integer : 0;
        cell_free(&reply);
    }
    return sure;
}

static const char *text_of(const cell *cell)
{
    return cell->kind == CELL_TEXT ? cell->bytes : NULL;
}

/* [kind, flags, role, kind, time, provider, conversation, title, id, parent, model, text] */
static cpk_status take_message(const cell *step, const cpk_sink *sink, cpk_error **error)
{
    const cell *parts = step->items;
    cpk_message message = {.struct_size = sizeof message};

    if (step->length != 12 || parts[11].kind != CELL_TEXT) {
        return refuse("an extractor's message has no text", error);
    }
    message.flags = (uint32_t)parts[1].integer;
    message.role = (int32_t)parts[2].integer;
    message.kind = (int32_t)parts[3].integer;
    message.time_us = parts[4].kind == CELL_NULL ? CPK_TIME_UNKNOWN : parts[4].integer;
    message.provider = text_of(&parts[5]);
    message.conversation_id = text_of(&parts[6]);
    message.conversation_title = text_of(&parts[7]);
    message.message_id = text_of(&parts[8]);
    message.parent_id = text_of(&parts[9]);
    message.model = text_of(&parts[10]);
    message.text = parts[11].bytes;
    message.text_length = parts[11].length;
    return sink->message(sink->self, &message, error);
}

/* Reads the requested bytes into `carried`, for the next request. */
static cpk_status take_read(const cell *step, const cpk_reader *reader, cell *carried, cpk_error **error)
{
    bool is_at = step->items[0].integer == STEP_READ_AT;
    int64_t wanted = step->length > 1 ? step->items[1].integer : 0;
    size_t got = 0;
    char *bytes;
    cpk_status status;

    if (wanted < 1 || wanted > READ_BYTES_MAX || (is_at && (step->length < 3 || reader->read_at == NULL))) {
        return refuse("an extractor may read 1 byte to 16 MiB at a time, and elsewhere only where readAt is", error);
    }
    bytes = malloc((size_t)wanted + 1);
    if (bytes == NULL) {
        return CPK_ERROR_OUT_OF_MEMORY;
    }
    status = is_at ? reader->read_at(reader->self, step->items[2].integer, bytes, (size_t)wanted, &got, error)
                   : reader->read(reader->self, bytes, (size_t)wanted, &got, error);
    if (status != CPK_OK) {
        free(bytes);
        return status;
    }
    *carried = cell_bytes(bytes, got);
    return CPK_OK;
}

static cpk_status take_step(const cell *step, const cpk_reader *reader, const cpk_sink *sink, cell *carried,
                            bool *is_end, cpk_error **error)
{
    if (step->kind != CELL_LIST || step->length < 1) {
        return refuse("an extractor's step is no list", error);
    }
    switch (step->items[0].integer) {
    case STEP_END:
        *is_end = true;
        return CPK_OK;
    case STEP_MESSAGE:
        return take_message(step, sink, error);
    case STEP_NOTE:
        return step->length == 4 ? sink->note(sink->self, (int32_t)step->items[1].integer, text_of(&step->items[2]),
                                              text_of(&step->items[3]), error)
                                 : refuse("an extractor's note", error);
    case STEP_READ:
    case STEP_READ_AT:
        return take_read(step, reader, carried, error);
    default:
        return step->length == 2 ? sink->progress(sink->self, step->items[1].integer, error)
                                 : refuse("an extractor's step is of no known kind", error);
    }
}

/* An answer has several steps; only the last may be a request for bytes. */
static cpk_status take_steps(const cell *steps, const cpk_reader *reader, const cpk_sink *sink, cell *carried,
                             bool *is_end, cpk_error **error)
{
    cpk_status status = steps->kind == CELL_LIST ? CPK_OK : refuse("an extractor's steps are no list", error);

    for (size_t i = 0; status == CPK_OK && !*is_end && i < steps->length; i++) {
        status = take_step(&steps->items[i], reader, sink, carried, is_end, error);
    }
    return status;
}

static cpk_status extractor_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    host_extractor *extractor = self;
    host *host = extractor->host;
    cell begin[] = {cell_integer(extractor->index), cell_text(reader->name), cell_integer(reader->size_bytes),
                    cell_integer(reader->read_at != NULL), cell_text(reader->password)};
    cell number, carried = {.kind = CELL_NULL};
    cpk_status status;
    bool is_end = false;

    CPK_NODE_TRY(host_ask(host, ASK_EXTRACTOR_BEGIN, begin, 5, false, &number, error));
    do {
        cell arguments[] = {number, carried};
        cell steps;

        status = host_ask(host, ASK_EXTRACTOR_NEXT, arguments, 2, true, &steps, error);
        cell_free(&carried);
        if (status == CPK_OK) {
            status = take_steps(&steps, reader, sink, &carried, &is_end, error);
            cell_free(&steps);
        }
    } while (status == CPK_OK && !is_end);
    cell_free(&carried);
    host_ask(host, ASK_EXTRACTOR_END, &number, 1, false, NULL, NULL);
    return status;
}

void extractor_add(host *host, const char *name)
{
    host_extractor *extractor;

    if (host->extractor_count == HOST_EXTRACTORS_MAX || name == NULL) {
        return;
    }
    extractor = &host->extractors[host->extractor_count];
    extractor->host = host;
    extractor->index = (int32_t)host->extractor_count;
    strncpy(extractor->name, name, sizeof extractor->name - 1);
    extractor->driver = (cpk_extractor_driver){
        .abi_version = CPK_EXTRACTOR_ABI,
        .struct_size = sizeof(cpk_extractor_driver),
        .self = extractor,
        .destroy = extractor_destroy,
        .name = extractor_name,
        .sniff = extractor_sniff,
        .extract = extractor_extract,
    };
    host->extractor_drivers[host->extractor_count++] = &extractor->driver;
}

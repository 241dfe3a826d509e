/* Whatever a language model's server sends: as a stream in pieces of any size, as an error, as a text with JSON in it.
 * The first byte chooses the protocol and the size of the pieces. */
#include "analyze/models/answer_text.h"
#include "analyze/models/reply.h"
#include "analyze/models/throttle.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_BYTES_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_reply(struct reply *reply, enum model_protocol protocol, const char *text, size_t length, size_t piece)
{
    int32_t stops = 0;

    reply_init(reply, protocol, &memory_default, ANSWER_BYTES_MAX);
    for (size_t at = 0; at < length && !stops; at += piece) {
        stops = reply_add(reply, "text/event-stream", text + at, length - at < piece ? length - at : piece) != 0;
    }
    if (!stops) {
        reply_end(reply);
    }
    if (reply_answer(reply)->length > ANSWER_BYTES_MAX || reply->usage.input_tokens < 0 ||
        reply->usage.output_tokens < 0) {
        abort();
    }
}

/* The pieces that the network makes of it change nothing. */
static void try_pieces(enum model_protocol protocol, const char *text, size_t length, size_t piece)
{
    struct reply whole, parts;

    read_reply(&whole, protocol, text, length, length + 1);
    read_reply(&parts, protocol, text, length, piece);
    if (reply_is_complete(&whole) != reply_is_complete(&parts) || whole.finish != parts.finish ||
        whole.text.length != parts.text.length || whole.form.length != parts.form.length ||
        memcmp(buffer_text(&whole.text), buffer_text(&parts.text), whole.text.length) != 0) {
        abort();
    }
    reply_free(&whole);
    reply_free(&parts);
}

static void try_document(enum model_protocol protocol, const char *text, size_t length)
{
    struct reply reply;

    reply_init(&reply, protocol, &memory_default, ANSWER_BYTES_MAX);
    if (reply_add(&reply, "application/json", text, length) == 0) {
        reply_end(&reply);
    }
    reply_free(&reply);
}

static void try_failure(const char *text, size_t length)
{
    struct failure failure;

    if (failure_read(&failure, 400, text, length, &memory_default) == CPK_OK &&
        (strlen(failure.message) >= FAILURE_MESSAGE_BYTES || strpbrk(failure.message, "\r\n") != NULL)) {
        abort();
    }
}

static void try_answer(const char *text, size_t length)
{
    struct buffer json;
    int32_t found;

    buffer_init(&json, &memory_default);
    if (answer_text_find_json(text, length, &json, &found) == CPK_OK && found &&
        (json.length == 0 || (json.data[0] != '{' && json.data[0] != '['))) {
        abort();
    }
    buffer_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text != NULL && size > 0) {
        const enum model_protocol protocol = data[0] % 2 == 0 ? MODEL_OPENAI : MODEL_ANTHROPIC;
        const size_t length = size - 1;

        memcpy(text, data + 1, length);
        text[length] = '\0';
        try_pieces(protocol, text, length, data[0] / 2 % 32 + 1);
        try_document(protocol, text, length);
        try_failure(text, length);
        try_answer(text, length);
        if (throttle_parse_reset(text, 0) < -1) {
            abort();
        }
    }
    free(text);
    return 0;
}

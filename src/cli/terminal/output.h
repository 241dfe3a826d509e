/* A buffered stream to a file descriptor. After a failed write further output is discarded. */
#ifndef CLI_TERMINAL_OUTPUT_H
#define CLI_TERMINAL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OUTPUT_BYTES ((size_t)256 << 10)

struct output {
    int fd;
    int error_number; /* errno of the first failed write, or 0 */
    bool terminal;
    bool color;
    size_t length;
    char bytes[OUTPUT_BYTES];
};

void output_init(struct output *out, int fd);
void output_flush(struct output *out);

/* Returns space for `length` <= OUTPUT_BYTES bytes; output_advance() adds them to the stream. */
static inline char *output_reserve(struct output *out, size_t length)
{
    if (OUTPUT_BYTES - out->length < length) {
        output_flush(out);
    }
    return out->bytes + out->length;
}

static inline void output_advance(struct output *out, size_t length)
{
    out->length += length;
}

void output_write_long(struct output *out, const char *data, size_t length);

static inline void output_write(struct output *out, const char *data, size_t length)
{
    if (length > OUTPUT_BYTES - out->length) {
        output_write_long(out, data, length);
        return;
    }
    if (length > 0) {
        memcpy(out->bytes + out->length, data, length);
        out->length += length;
    }
}

static inline void output_string(struct output *out, const char *text)
{
    output_write(out, text, strlen(text));
}

void output_format(struct output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes untrusted text: control characters are replaced by '?'. */
void output_foreign(struct output *out, const char *text);

/* Starts (STYLE_*) or ends (STYLE_PLAIN) a style, if colours are on. */
#define STYLE_PLAIN  "0"
#define STYLE_BOLD   "1"
#define STYLE_DIM    "2"
#define STYLE_RED    "31"
#define STYLE_GREEN  "32"
#define STYLE_YELLOW "33"
void output_style(struct output *out, const char *style);
void output_styled(struct output *out, const char *style, const char *text);

/* True if the reader closed the pipe, as `head` does. */
bool output_is_closed(const struct output *out);

/* A cpk_write_fn; `user` is the output. */
int32_t output_take(void *user, const void *data, size_t length_bytes);

#endif

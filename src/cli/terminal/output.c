#include "terminal/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void output_init(struct output *out, int fd)
{
    out->fd = fd;
    out->error_number = 0;
    out->terminal = isatty(fd) != 0;
    out->color = false;
    out->length = 0;
}

static void write_all(struct output *out, const char *data, size_t length)
{
    while (length > 0 && out->error_number == 0) {
        ssize_t written = write(out->fd, data, length);

        if (written >= 0) {
            data += written;
            length -= (size_t)written;
        } else if (errno != EINTR) {
            out->error_number = errno;
        }
    }
}

void output_flush(struct output *out)
{
    write_all(out, out->bytes, out->length);
    out->length = 0;
}

void output_write_long(struct output *out, const char *data, size_t length)
{
    output_flush(out);
    if (length >= OUTPUT_BYTES) {
        write_all(out, data, length);
    } else {
        output_write(out, data, length);
    }
}

void output_format(struct output *out, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    int length = 0;

    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        out->error_number = out->error_number == 0 ? ENOMEM : out->error_number;
        return;
    }
    output_write(out, text, (size_t)length);
    free(text);
}

/* Bytes of a control character at the start of a text, 0 if there is none: C0, U+0080 to U+009F, and those that turn
 * the direction of what follows, U+202A to U+202E and U+2066 to U+2069. */
static size_t control_length(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;

    if (bytes[0] < 0x20 || bytes[0] == 0x7f) {
        return 1;
    }
    if (bytes[0] == 0xc2 && bytes[1] < 0xa0) {
        return bytes[1] != '\0' ? 2 : 1;
    }
    return bytes[0] == 0xe2 && ((bytes[1] == 0x80 && bytes[2] >= 0xaa && bytes[2] <= 0xae) ||
                                (bytes[1] == 0x81 && bytes[2] >= 0xa6 && bytes[2] <= 0xa9))
               ? 3
               : 0;
}

void output_foreign(struct output *out, const char *text)
{
    while (*text != '\0') {
        size_t length = 0;

        while (text[length] != '\0' && control_length(text + length) == 0) {
            length++;
        }
        output_write(out, text, length);
        text += length;
        if (*text != '\0') {
            output_write(out, *text == '\n' || *text == '\t' ? " " : "?", 1);
            text += control_length(text);
        }
    }
}

void output_style(struct output *out, const char *style)
{
    if (out->color) {
        output_format(out, "\033[%sm", style);
    }
}

void output_styled(struct output *out, const char *style, const char *text)
{
    output_style(out, style);
    output_string(out, text);
    output_style(out, STYLE_PLAIN);
}

bool output_is_closed(const struct output *out)
{
    return out->error_number == EPIPE;
}

int32_t output_take(void *user, const void *data, size_t length_bytes)
{
    struct output *out = user;

    output_write(out, data, length_bytes);
    return out->error_number != 0;
}

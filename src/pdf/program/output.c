#include "pdf/program/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PENDING_BYTES 65536

static char pending[PENDING_BYTES];
static size_t pending_length;

void bytes_append(struct bytes *bytes, const void *data, size_t length)
{
    if (length > bytes->capacity - bytes->length) {
        size_t capacity = (bytes->capacity + length) * 2 + 256;
        char *grown = capacity > PDF_FRAME_BYTES_MAX ? NULL : realloc(bytes->data, capacity);

        if (grown == NULL) {
            output_failure(PDF_FAILURE_MEMORY, "words of a page");
            output_flush();
            _exit(1);
        }
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void write_all(const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(PDF_FD_SOCKET, data, length);

        if (written < 0 && errno != EINTR) {
            _exit(0);
        }
        data += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
}

void output_flush(void)
{
    write_all(pending, pending_length);
    pending_length = 0;
}

static void put(const void *data, size_t length)
{
    if (length > PENDING_BYTES - pending_length) {
        output_flush();
    }
    if (length > PENDING_BYTES) {
        write_all(data, length);
        return;
    }
    memcpy(pending + pending_length, data, length);
    pending_length += length;
}

void output_frame(enum pdf_frame_kind kind, const void *payload, size_t length)
{
    struct pdf_frame frame = {PDF_MAGIC, kind, (uint32_t)length, 0};

    put(&frame, sizeof frame);
    put(payload, length);
}

void output_failure(enum pdf_failure failure, const char *detail)
{
    char payload[1024];
    uint32_t code = failure;
    size_t length = strlen(detail);

    if (length > sizeof payload - sizeof code - 1) {
        length = sizeof payload - sizeof code - 1;
    }
    memcpy(payload, &code, sizeof code);
    memcpy(payload + sizeof code, detail, length);
    payload[sizeof code + length] = '\0';
    output_frame(PDF_FAILED, payload, sizeof code + length + 1);
}

int input_read(void *data, size_t length)
{
    char *at = data;

    while (length > 0) {
        ssize_t got = read(PDF_FD_SOCKET, at, length);

        if (got == 0 || (got < 0 && errno != EINTR)) {
            return 0;
        }
        at += got > 0 ? got : 0;
        length -= got > 0 ? (size_t)got : 0;
    }
    return 1;
}

int input_request(struct pdf_request *request, int *document)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {request, sizeof *request};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header;
    ssize_t got;

    do {
        got = recvmsg(PDF_FD_SOCKET, &message, 0);
    } while (got < 0 && errno == EINTR);
    header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return 0;
    }
    memcpy(document, CMSG_DATA(header), sizeof(int));
    return (size_t)got == sizeof *request || input_read((char *)request + got, sizeof *request - (size_t)got);
}

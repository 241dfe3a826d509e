/* contextpack-pdf MEMORY_BYTES LIBRARY...: started by the library, never by hand. */
#include "pdf/program/program.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_started_by_library(int argc)
{
    int type;
    socklen_t length = sizeof type;

    return argc >= 3 && getsockopt(PDF_FD_SOCKET, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
}

static int prepare(char **arguments)
{
    const char *failed;
    char detail[512];
    char *text_end;
    unsigned long long memory_bytes = strtoull(arguments[1], &text_end, 10);

    guard_close_descriptors();
    mallopt(M_ARENA_MAX, 1); /* an arena for the waiting thread would reserve address space */
    if (!pdfium_load(arguments + 2, detail, sizeof detail)) {
        output_failure(PDF_FAILURE_LIBRARY, detail);
        output_flush();
        return 0;
    }
    guard_report_crashes();
    failed = guard_end_with_host();
    failed = failed == NULL ? guard_limit(memory_bytes) : failed;
    failed = failed == NULL ? sandbox_enter() : failed;
    if (failed != NULL) {
        output_failure(PDF_FAILURE_SANDBOX, failed);
        output_flush();
        return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static char password[PDF_PASSWORD_BYTES_MAX + 1];
    const uint32_t version = PDF_PROTOCOL_VERSION;
    struct pdf_request request;
    int document;

    if (!is_started_by_library(argc)) {
        fputs("contextpack-pdf is started by libcontextpack to read PDF documents; it does nothing else.\n", stderr);
        return 2;
    }
    if (!prepare(argv)) {
        return 1;
    }
    output_frame(PDF_HELLO, &version, sizeof version);
    output_flush();
    while (input_request(&request, &document)) {
        if (request.magic != PDF_MAGIC || request.password_length > PDF_PASSWORD_BYTES_MAX ||
            !input_read(password, request.password_length)) {
            break;
        }
        password[request.password_length] = '\0';
        allocation_failed = 0;
        document_read(&request, document, request.password_length > 0 ? password : NULL);
        explicit_bzero(password, sizeof password);
        close(document);
        output_flush();
    }
    _exit(0);
}

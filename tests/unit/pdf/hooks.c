/* contextpack-pdf without PDFium: documents of the tests say how it misbehaves. The rest is the program's own code. */
#include "model/page.h"
#include "pdf/program/pdfium.h"
#include "pdf/program/program.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct pdfium pdfium; /* never called: every document is a hook */

int pdfium_load(char *const *candidates, char *detail, size_t detail_bytes)
{
    snprintf(detail, detail_bytes, "%s is missing", candidates[0]);
    return strstr(candidates[0], "missing") == NULL;
}

static void send_page(uint32_t index, const char *text)
{
    struct pdf_page_head head = {index, 0, 600, 800, 1};
    struct pdf_word word = {50, 90, 100, 100, 98, 10, 0, (uint32_t)strlen(text)};
    struct bytes payload = {NULL, 0, 0};

    bytes_append(&payload, &head, sizeof head);
    bytes_append(&payload, &word, sizeof word);
    bytes_append(&payload, text, strlen(text));
    output_frame(PDF_PAGE, payload.data, payload.length);
    output_flush();
    free(payload.data);
}

static void send_head(uint32_t pages)
{
    struct pdf_document_head head = {pages, 0};

    output_frame(PDF_DOCUMENT, &head, sizeof head);
    output_flush();
}

static void send_text(const char *text)
{
    send_head(1);
    send_page(0, text);
    output_frame(PDF_DONE, NULL, 0);
}

static void crash(void)
{
    *(volatile int *)NULL = 1;
}

static volatile int depth_wanted = 1 << 30; /* the compiler can't know that this overflows */

static int overflow_stack(int depth)
{
    volatile char block[4096];

    block[0] = (char)depth;
    return depth < depth_wanted ? overflow_stack(depth + 1) + block[0] : 0;
}

static void eat_memory(void)
{
    for (;;) {
        char *block = malloc(16 << 20);

        if (block == NULL) {
            abort(); /* as PDFium does */
        }
        block[0] = 1;
    }
}

static void loop(void)
{
    for (volatile unsigned i = 0;; i++) {
    }
}

static int own_parent; /* taken before the sandbox refuses the call */
static char own_pid[32];

/* Every way out that was thought of; the answer names those that worked. */
static void escape(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    char found[512] = "none";
    char byte = 0;
    int open_errno = 0;

#define TRY(name, works)                                                                                               \
    do {                                                                                                               \
        if (works) {                                                                                                   \
            strcat(found, " " name);                                                                                   \
        }                                                                                                              \
    } while (0)
    TRY("open", open("/etc/passwd", O_RDONLY) >= 0);
    open_errno = errno;
    TRY("create", open("escaped", O_CREAT | O_WRONLY, 0600) >= 0);
    TRY("creat", creat("escaped", 0600) >= 0);
    TRY("openat2", syscall(437, AT_FDCWD, "/etc/passwd", found, 24) >= 0);
    TRY("socket", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    TRY("socketpair", syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, found + 256) >= 0);
    TRY("connect", connect(PDF_FD_SOCKET, (struct sockaddr *)&address, sizeof address) == 0);
    TRY("sendto", send(PDF_FD_SOCKET, &byte, 1, 0) == 1);
    TRY("stdout", write(1, &byte, 1) == 1);
    TRY("life", write(PDF_FD_LIFE, &byte, 1) == 1);
    TRY("read", read(0, &byte, 1) >= 0);
    TRY("pread", pread(PDF_FD_LIFE + 1, &byte, 1, 0) >= 0);
    TRY("fork", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
    TRY("kill", kill(getppid(), 0) == 0);
    TRY("kill1", syscall(SYS_kill, 1, 0) == 0);
    TRY("ptrace", ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
    TRY("exec", execl("/bin/true", "true", (char *)NULL) == 0);
    TRY("unlink", unlink("/tmp/contextpack-no-such-file") == 0 || errno == ENOENT);
    TRY("getpid", syscall(SYS_getpid) > 0);
    TRY("executable", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    TRY("dup", dup(PDF_FD_SOCKET) >= 0);
    TRY("memfd_create", syscall(SYS_memfd_create, "x", 0) >= 0);
    TRY("mkdir", syscall(SYS_mkdirat, AT_FDCWD, "escaped", 0700) == 0);
    TRY("rename", syscall(SYS_renameat2, AT_FDCWD, "/tmp", AT_FDCWD, "escaped", 0) == 0);
    TRY("symlink", syscall(SYS_symlinkat, "/tmp", AT_FDCWD, "escaped") == 0);
    TRY("read_process", syscall(SYS_process_vm_readv, own_parent, NULL, 0, NULL, 0, 0) >= 0);
    TRY("io_uring", syscall(425, 1, found + 256) >= 0);
    TRY("unshare", syscall(SYS_unshare, 0) == 0);
    TRY("ioctl", syscall(SYS_ioctl, PDF_FD_SOCKET, 0x541B, found + 256) == 0);
    TRY("write_executable", mprotect((void *)((uintptr_t)found & ~(uintptr_t)4095), 4096, PROT_EXEC) == 0);
    TRY("limit", syscall(SYS_prlimit64, 0, 0, NULL, found + 256) == 0);
#undef TRY
    if (open_errno != ENOENT) {
        strcat(found, " wrong-errno");
    }
    send_text(found);
}

static void send_pages(const struct pdf_request *request, uint32_t pages, uint32_t bad_page, void (*misbehave)(void))
{
    send_head(pages);
    for (uint32_t i = request->first_page; i < pages; i++) {
        char text[32];

        if (i == bad_page) {
            misbehave();
        }
        snprintf(text, sizeof text, "page%u", i);
        send_page(i, text);
    }
    output_frame(PDF_DONE, NULL, 0);
}

static void send_garbage(void)
{
    unsigned char bytes[256];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 37 + 11);
    }
    if (write(PDF_FD_SOCKET, bytes, sizeof bytes) < 0) {
        _exit(1);
    }
}

static void stay(void)
{
    static sem_t never;

    sem_init(&never, 0, 0);
    while (sem_wait(&never) != 0) {
    }
}

__attribute__((constructor)) static void take_pid(void)
{
    own_parent = (int)getppid();
    snprintf(own_pid, sizeof own_pid, "pid%d", (int)getpid());
}

void document_read(const struct pdf_request *request, int descriptor, const char *password)
{
    char command[64] = "";
    char *data = mmap(NULL, request->document_bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    size_t length = request->document_bytes < sizeof command - 1 ? request->document_bytes : sizeof command - 1;

    if (data == MAP_FAILED) {
        output_failure(PDF_FAILURE_MEMORY, "document");
        return;
    }
    memcpy(command, data, length);
    munmap(data, request->document_bytes);
    if (strcmp(command, "pid") == 0) {
        send_text(own_pid);
    } else if (strcmp(command, "password") == 0) {
        send_text(password != NULL ? password : "none");
    } else if (strcmp(command, "escape") == 0) {
        escape();
    } else if (strcmp(command, "crash") == 0) {
        crash();
    } else if (strcmp(command, "stack") == 0) {
        exit(overflow_stack(0));
    } else if (strcmp(command, "memory") == 0) {
        eat_memory();
    } else if (strcmp(command, "loop") == 0) {
        loop();
    } else if (strcmp(command, "stay") == 0) {
        stay();
    } else if (strcmp(command, "exit") == 0) {
        _exit(0);
    } else if (strcmp(command, "garbage") == 0) {
        send_garbage();
    } else if (strcmp(command, "crash on page 2") == 0) {
        send_pages(request, 4, 2, crash);
    } else if (strcmp(command, "memory on page 1") == 0) {
        send_pages(request, 3, 1, eat_memory);
    } else if (strcmp(command, "loop on page 2") == 0) {
        send_pages(request, 3, 2, loop);
    } else if (strncmp(command, "fail ", 5) == 0) {
        output_failure((enum pdf_failure)strtol(command + 5, NULL, 10), "");
    } else {
        send_text("other");
    }
}

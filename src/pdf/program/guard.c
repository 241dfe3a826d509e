#include "pdf/program/program.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIGNAL_STACK_BYTES 65536
#define DESCRIPTORS_MAX    (PDF_FD_LIFE + 2) /* one more for the document */

volatile int allocation_failed;

/* PDFium calls these instead of the C library's, so that a crash after a refused allocation can be told from others. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size)
{
    void *block = __libc_malloc(size);

    allocation_failed |= block == NULL;
    return block;
}

void *calloc(size_t count, size_t size)
{
    void *block = __libc_calloc(count, size);

    allocation_failed |= block == NULL;
    return block;
}

void *realloc(void *block, size_t size)
{
    void *grown = __libc_realloc(block, size);

    allocation_failed |= grown == NULL && size > 0;
    return grown;
}

void guard_close_descriptors(void)
{
    struct rlimit limit;

#ifdef SYS_close_range
    if (syscall(SYS_close_range, PDF_FD_LIFE + 1, UINT_MAX, 0) == 0) {
        return;
    }
#endif
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536) {
        limit.rlim_cur = 65536;
    }
    for (int fd = PDF_FD_LIFE + 1; fd < (int)limit.rlim_cur; fd++) {
        close(fd);
    }
}

/* Writes one frame with nothing but write(), which is safe in a signal handler. What was pending is lost. */
static void report_crash(int number)
{
    struct {
        struct pdf_frame frame;
        uint32_t code;
        char detail[4];
    } report;

    memset(&report, 0, sizeof report);
    report.frame.magic = PDF_MAGIC;
    report.frame.kind = PDF_FAILED;
    report.frame.length = sizeof report.code + sizeof report.detail;
    report.code = allocation_failed ? PDF_FAILURE_MEMORY : PDF_FAILURE_CRASH;
    report.detail[0] = (char)('0' + number / 10);
    report.detail[1] = (char)('0' + number % 10);
    if (write(PDF_FD_SOCKET, &report, sizeof report) < 0) {
        _exit(2);
    }
    _exit(2);
}

void guard_report_crashes(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    static char stack[SIGNAL_STACK_BYTES];
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action;

    sigaltstack(&alternative, NULL); /* a stack overflow is reported too */
    memset(&action, 0, sizeof action);
    action.sa_handler = report_crash;
    action.sa_flags = SA_ONSTACK | (int)SA_RESETHAND;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        sigaction(fatal[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

static const char *set_limit(int resource, unsigned long long value, const char *name)
{
    struct rlimit limit = {value, value};

    return setrlimit(resource, &limit) == 0 ? NULL : name;
}

const char *guard_limit(unsigned long long memory_bytes)
{
    const char *failed = set_limit(RLIMIT_AS, memory_bytes, "RLIMIT_AS");

    failed = failed == NULL ? set_limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE") : failed;
    failed = failed == NULL ? set_limit(RLIMIT_CORE, 0, "RLIMIT_CORE") : failed;
    failed = failed == NULL ? set_limit(RLIMIT_NOFILE, DESCRIPTORS_MAX, "RLIMIT_NOFILE") : failed;
    return failed == NULL && prctl(PR_SET_DUMPABLE, 0) != 0 ? "PR_SET_DUMPABLE" : failed;
}

static void *wait_for_host(void *started)
{
    char byte;

    sem_post(started);
    while (read(PDF_FD_LIFE, &byte, 1) < 0 && errno == EINTR) {
    }
    _exit(0);
}

/* PR_SET_PDEATHSIG would fire when the thread of the host that started this process ends, while other threads still use
 * it. A thread that waits for the end of a pipe ends this process at once with the host, also in a long computation. */
const char *guard_end_with_host(void)
{
    static sem_t started;
    pthread_attr_t attributes;
    pthread_t thread;
    int failed;

    if (sem_init(&started, 0, 0) != 0 || pthread_attr_init(&attributes) != 0) {
        return "pthread_attr_init";
    }
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN + 16384);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    failed = pthread_create(&thread, &attributes, wait_for_host, &started);
    pthread_attr_destroy(&attributes);
    while (failed == 0 && sem_wait(&started) != 0) { /* its start needs system calls that the sandbox refuses */
    }
    return failed == 0 ? NULL : "pthread_create";
}

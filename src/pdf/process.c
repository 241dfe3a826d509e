#include "pdf/process.h"

#include "base/error.h"
#include "pdf/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIBRARIES_MAX    16
#define DESCRIPTOR_FLOOR 16 /* the parent's ends are above the numbers that the program uses */

static void close_open(int *descriptor)
{
    if (*descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
}

/* Moves a descriptor above those that posix_spawn() will assign. */
static int32_t move_up(int *descriptor)
{
    int raised = fcntl(*descriptor, F_DUPFD_CLOEXEC, DESCRIPTOR_FLOOR);

    close_open(descriptor);
    *descriptor = raised;
    return raised >= 0;
}

/* ends[0] is the host's end of the socket, ends[1] the program's, ends[2] the program's end of the pipe, ends[3] the
 * host's. */
static cpk_status open_ends(int ends[4], cpk_error **error)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 || pipe2(ends + 2, O_CLOEXEC) != 0) {
        return error_set_errno(error, errno, "pdf", "can't connect to the program contextpack-pdf");
    }
    for (int i = 0; i < 4; i++) {
        if (!move_up(&ends[i])) {
            return error_set_errno(error, errno, "pdf", "can't connect to the program contextpack-pdf");
        }
    }
    return CPK_OK;
}

static int set_actions(posix_spawn_file_actions_t *actions, const int ends[4])
{
    int failed = 0;

    for (int fd = 0; fd < 3 && failed == 0; fd++) {
        failed = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0);
    }
    failed = failed == 0 ? posix_spawn_file_actions_adddup2(actions, ends[1], PDF_FD_SOCKET) : failed;
    return failed == 0 ? posix_spawn_file_actions_adddup2(actions, ends[2], PDF_FD_LIFE) : failed;
}

/* The program starts with the default handling of all signals and none blocked, whatever the host does. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;
    int failed;

    sigfillset(&all);
    sigemptyset(&none);
    failed = posix_spawnattr_setsigdefault(attributes, &all);
    failed = failed == 0 ? posix_spawnattr_setsigmask(attributes, &none) : failed;
    return failed == 0 ? posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) : failed;
}

static int spawn(pid_t *pid, const char *program, char *const *arguments, const int ends[4])
{
    char *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0) {
        return failed;
    }
    failed = posix_spawnattr_init(&attributes);
    if (failed == 0) {
        failed = set_actions(&actions, ends);
        failed = failed == 0 ? set_signals(&attributes) : failed;
        failed = failed == 0 ? posix_spawn(pid, program, &actions, &attributes, arguments, environment) : failed;
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

cpk_status pdf_process_start(struct pdf_process *process, const char *program, int64_t memory_bytes,
                             const char *const *libraries, cpk_error **error)
{
    char *arguments[LIBRARIES_MAX + 3] = {(char *)program};
    char memory[24];
    int ends[4] = {-1, -1, -1, -1};
    cpk_status status;
    int failed;

    snprintf(memory, sizeof memory, "%lld", (long long)memory_bytes);
    arguments[1] = memory;
    for (size_t i = 0; libraries[i] != NULL && i < LIBRARIES_MAX; i++) {
        arguments[i + 2] = (char *)libraries[i];
    }
    memset(process, 0, sizeof *process);
    status = open_ends(ends, error);
    if (status == CPK_OK) {
        failed = spawn(&process->pid, program, arguments, ends);
        if (failed != 0) {
            status = error_set_errno(error, failed, "pdf", "can't start %s", program);
        }
    }
    close_open(&ends[1]);
    close_open(&ends[2]);
    if (status != CPK_OK) {
        close_open(&ends[0]);
        close_open(&ends[3]);
        return status;
    }
    process->pidfd = open_pidfd(process->pid);
    process->socket = ends[0];
    process->life = ends[3];
    return CPK_OK;
}

void pdf_process_abandon(struct pdf_process *process)
{
    close_open(&process->socket);
    close_open(&process->life);
    close_open(&process->pidfd);
}

/* By pidfd where possible: a host that waits for every child may have freed the pid, and another process may have it.
 */
static void send_kill(const struct pdf_process *process)
{
#ifdef SYS_pidfd_send_signal
    if (process->pidfd >= 0) {
        syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
        return;
    }
#endif
    kill(process->pid, SIGKILL);
}

void pdf_process_stop(struct pdf_process *process)
{
    siginfo_t info;

    if (process->pid <= 0) {
        return;
    }
    send_kill(process);
    /* ECHILD: the host ignores SIGCHLD or waits for every child. */
    while (waitid(P_PID, (id_t)process->pid, &info, WEXITED) != 0 && errno == EINTR) {
    }
    pdf_process_abandon(process);
    process->pid = 0;
}

int64_t pdf_process_cpu_us(const struct pdf_process *process)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(process->pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return -1;
    }
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

void pdf_process_bound_cpu(const struct pdf_process *process, int64_t cpu_us)
{
    struct rlimit limit = {(rlim_t)(cpu_us / 1000000) + 2, RLIM_INFINITY};

    prlimit(process->pid, RLIMIT_CPU, &limit, NULL);
}

cpk_status pdf_process_send(const struct pdf_process *process, const void *request, size_t length, int document,
                            cpk_error **error)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {(void *)request, length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header;
    ssize_t sent;

    memset(&control, 0, sizeof control);
    header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &document, sizeof(int));
    do {
        sent = sendmsg(process->socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    /* A request is shorter than any socket's buffer. */
    return sent == (ssize_t)length ? CPK_OK
                                   : error_set(error, CPK_ERROR_IO, "pdf", "the program contextpack-pdf has ended");
}

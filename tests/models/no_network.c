/* Runs a program that is killed (SIGSYS) when it opens a socket for the internet: nothing can leave the machine without
 * one. Usage: no_network PROGRAM ARGUMENT... */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Goes on behind the next `skip` statements unless the loaded number is `value`. */
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define RETURN(action)      BPF_STMT(BPF_RET | BPF_K, (action))

int main(int count, char **arguments)
{
    struct sock_filter filter[] = {
        LOAD(nr),
        UNLESS(__NR_socket, 5),
        LOAD(args[0]), /* the low half, on the machines that the tests run on */
        UNLESS(AF_INET, 1),
        RETURN(SECCOMP_RET_KILL_PROCESS),
        UNLESS(AF_INET6, 1),
        RETURN(SECCOMP_RET_KILL_PROCESS),
        RETURN(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};

    if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("no_network");
        return 125;
    }
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    return 126;
}

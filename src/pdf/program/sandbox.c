#include "pdf/program/program.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>

/* Reading and writing is allowed on the program's own descriptors alone (a document is mapped, not read), memory can't
 * become executable, and opening a
 * file says that there is none: PDFium looks for fonts and works without. Everything else is refused with EPERM. */
static int add_rules(scmp_filter_ctx filter)
{
    static const int free_calls[] = {SCMP_SYS(brk),
                                     SCMP_SYS(munmap),
                                     SCMP_SYS(mremap),
                                     SCMP_SYS(madvise),
                                     SCMP_SYS(futex),
                                     SCMP_SYS(clock_gettime),
                                     SCMP_SYS(clock_gettime64),
                                     SCMP_SYS(gettimeofday),
                                     SCMP_SYS(getrusage),
                                     SCMP_SYS(rt_sigreturn),
                                     SCMP_SYS(exit),
                                     SCMP_SYS(exit_group),
                                     SCMP_SYS(sched_yield),
                                     SCMP_SYS(restart_syscall)};
    static const int missing_calls[] = {SCMP_SYS(open),       SCMP_SYS(openat), SCMP_SYS(openat2),  SCMP_SYS(stat),
                                        SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(faccessat)};
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int failed = 0;

    for (size_t i = 0; i < sizeof free_calls / sizeof free_calls[0]; i++) {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, free_calls[i], 0);
    }
    for (size_t i = 0; i < sizeof missing_calls / sizeof missing_calls[0]; i++) {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), missing_calls[i], 0);
    }
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, PDF_FD_SOCKET, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, PDF_FD_LIFE, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1, SCMP_A0(SCMP_CMP_EQ, PDF_FD_SOCKET, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(close), 1, SCMP_A0(SCMP_CMP_GT, PDF_FD_LIFE, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, PDF_FD_SOCKET, 0));
    return failed;
}

const char *sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int failed;

    if (filter == NULL) {
        return "seccomp_init";
    }
    failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); /* the thread of guard.c too */
    failed |= add_rules(filter);
    failed |= seccomp_load(filter); /* sets no_new_privs */
    seccomp_release(filter);
    return failed == 0 ? NULL : "seccomp";
}

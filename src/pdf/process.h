/* One process of the helper program. */
#ifndef PDF_PROCESS_H
#define PDF_PROCESS_H

#include <contextpack/error.h>

#include <sys/types.h>

struct pdf_process {
    pid_t pid;
    int pidfd;  /* -1: the kernel has none */
    int socket; /* requests and frames */
    int life;   /* held open while this process lives */
    int64_t documents;
};

/* Starts the program with clean descriptors, environment and signals. The host's handling of SIGCHLD is not touched.
 * `libraries` ends with NULL. */
cpk_status pdf_process_start(struct pdf_process *process, const char *program, int64_t memory_bytes,
                             const char *const *libraries, cpk_error **error);

/* Kills the process and waits for it. */
void pdf_process_stop(struct pdf_process *process);

/* Closes the descriptors only: in a forked copy of the host, whose parent has the process. */
void pdf_process_abandon(struct pdf_process *process);

/* Processor time that the process used, in microseconds; -1 if it is gone. */
int64_t pdf_process_cpu_us(const struct pdf_process *process);

/* Lets the kernel end the process when it has used that much time, should the host be stopped. */
void pdf_process_bound_cpu(const struct pdf_process *process, int64_t cpu_us);

/* Sends a request and the document's descriptor. CPK_ERROR_IO if the process is gone. */
cpk_status pdf_process_send(const struct pdf_process *process, const void *request, size_t length, int document,
                            cpk_error **error);

#endif

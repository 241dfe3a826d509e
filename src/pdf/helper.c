#include "pdf/helper.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/thread.h"
#include "base/time.h"
#include "pdf/locate.h"
#include "pdf/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLL_MS         100
#define BLOCK_BYTES     ((size_t)64 * 1024)
#define START_US        INT64_C(10000000) /* until a new process must have answered */
#define ELAPSED_PER_CPU 5                 /* a machine under load gives a process a part of its time */
#define LOST_PAGES_MAX  20                /* pages of one document that PDFium may crash on */

struct pdf_helper {
    const struct context *context;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pid_t owner;             /* the process that started the programs: a fork has none */
    struct pdf_process idle; /* pid 0: none */
    int32_t running;         /* idle or reading */
};

/* One call of pdf_helper_read(). */
struct pdf_read {
    struct pdf_helper *helper;
    const char *name;
    const char *password; /* "": none */
    const struct pdf_sink *sink;
    struct pdf_frames frames;
    struct pdf_process process;
    int document;
    int64_t document_bytes;
    int64_t cpu_left_us;
    int64_t cpu_start_us;
    int64_t deadline_us;
    int32_t has_ended; /* the process closed its end */
    int32_t is_over_cpu;
};

cpk_status pdf_helper_create(const struct context *context, struct pdf_helper **helper, cpk_error **error)
{
    struct pdf_helper *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    if (created == NULL) {
        return error_out_of_memory(error);
    }
    if (pthread_mutex_init(&created->lock, NULL) != 0) {
        memory_release(&context->allocator, created, sizeof *created);
        return error_out_of_memory(error);
    }
    if (thread_condition_init(&created->changed) != 0) {
        pthread_mutex_destroy(&created->lock);
        memory_release(&context->allocator, created, sizeof *created);
        return error_out_of_memory(error);
    }
    created->context = context;
    created->owner = getpid();
    *helper = created;
    return CPK_OK;
}

static void stop_idle(struct pdf_helper *helper)
{
    if (helper->idle.pid > 0) {
        if (helper->owner == getpid()) {
            pdf_process_stop(&helper->idle);
        } else {
            pdf_process_abandon(&helper->idle);
        }
        helper->idle.pid = 0;
        helper->running--;
    }
}

void pdf_helper_free(struct pdf_helper *helper)
{
    if (helper == NULL) {
        return;
    }
    stop_idle(helper);
    pthread_cond_destroy(&helper->changed);
    pthread_mutex_destroy(&helper->lock);
    memory_release(&helper->context->allocator, helper, sizeof *helper);
}

static void adopt_fork(struct pdf_helper *helper)
{
    if (helper->owner != getpid()) {
        stop_idle(helper);
        helper->owner = getpid();
        helper->running = 0;
    }
}

/* Takes the idle process, or the right to start one (pid 0), when fewer than pdf.processes run. */
static cpk_status acquire(struct pdf_read *read, cpk_error **error)
{
    struct pdf_helper *helper = read->helper;
    cpk_status status = CPK_OK;

    pthread_mutex_lock(&helper->lock);
    adopt_fork(helper);
    while (status == CPK_OK && helper->idle.pid == 0 &&
           helper->running >= context_setting(helper->context, SETTING_PDF_PROCESSES)) {
        thread_wait(&helper->changed, &helper->lock, time_monotonic_us() + POLL_MS * 1000);
        pthread_mutex_unlock(&helper->lock);
        status = read->sink->progress(read->sink->self, 0, 0, error);
        pthread_mutex_lock(&helper->lock);
    }
    if (status == CPK_OK) {
        read->process = helper->idle;
        helper->running += helper->idle.pid == 0;
        helper->idle.pid = 0;
    }
    pthread_mutex_unlock(&helper->lock);
    return status;
}

/* Keeps the process for the next document, or stops it. */
static void release(struct pdf_read *read, int32_t is_good)
{
    struct pdf_helper *helper = read->helper;
    int32_t is_kept = 0;

    pthread_mutex_lock(&helper->lock);
    if (is_good && helper->idle.pid == 0 && helper->owner == getpid() &&
        read->process.documents < context_setting(helper->context, SETTING_PDF_RECYCLE_AFTER)) {
        helper->idle = read->process;
        is_kept = 1;
    }
    helper->running -= !is_kept;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    if (!is_kept) {
        pdf_process_stop(&read->process);
    }
    read->process.pid = 0;
}

/* Copies the document to sealed shared memory, which the program maps: nobody can shorten it under its eyes. */
static cpk_status copy_document(struct pdf_read *read, const cpk_reader *reader, cpk_error **error)
{
    const cpk_allocator *allocator = &read->helper->context->allocator;
    int64_t limit = context_setting(read->helper->context, SETTING_PDF_MAX_FILE_BYTES);
    char *block = memory_allocate(allocator, BLOCK_BYTES);
    cpk_status status = block != NULL ? CPK_OK : error_out_of_memory(error);
    size_t got = 1;

    while (status == CPK_OK && got > 0) {
        status = reader->read(reader->self, block, BLOCK_BYTES, &got, error);
        if (status == CPK_OK && read->document_bytes + (int64_t)got > limit) {
            status = error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "pdf", "%s is longer than pdf.max_file_bytes (%lld)",
                               read->name, (long long)limit);
        }
        for (size_t at = 0; status == CPK_OK && at < got;) {
            ssize_t written = write(read->document, block + at, got - at);

            if (written < 0 && errno != EINTR) {
                status = error_set_errno(error, errno, "pdf", "can't hold %s in memory", read->name);
            }
            at += written > 0 ? (size_t)written : 0;
        }
        read->document_bytes += status == CPK_OK ? (int64_t)got : 0;
        if (status == CPK_OK) {
            status = read->sink->progress(read->sink->self, 0, 0, error);
        }
    }
    memory_release(allocator, block, BLOCK_BYTES);
    return status;
}

static cpk_status seal_document(struct pdf_read *read, const cpk_reader *reader, cpk_error **error)
{
    read->document = memfd_create("contextpack-pdf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (read->document < 0) {
        return error_set_errno(error, errno, "pdf", "can't hold %s in memory", read->name);
    }
    CPK_TRY(copy_document(read, reader, error));
    if (fcntl(read->document, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        return error_set_errno(error, errno, "pdf", "can't seal the memory of %s", read->name);
    }
    return CPK_OK;
}

static cpk_status check_time(struct pdf_read *read, cpk_error **error)
{
    int64_t used_us = pdf_process_cpu_us(&read->process);

    if ((used_us >= 0 && used_us - read->cpu_start_us > read->cpu_left_us) || time_monotonic_us() > read->deadline_us) {
        read->is_over_cpu = 1;
        return CPK_OK;
    }
    return read->sink->progress(read->sink->self, read->frames.next_page, read->frames.pages_total, error);
}

/* Receives frames until the document is done, the process ends, or a limit is reached. */
static cpk_status receive(struct pdf_read *read, char *block, cpk_error **error)
{
    struct pollfd ready = {read->process.socket, POLLIN, 0};
    int64_t checked_us = time_monotonic_us();

    while (!read->frames.is_done && !read->has_ended && !read->is_over_cpu) {
        ssize_t got = -1;

        if (poll(&ready, 1, POLL_MS) > 0) {
            got = recv(read->process.socket, block, BLOCK_BYTES, MSG_DONTWAIT);
            read->has_ended = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
        }
        if (got > 0) {
            CPK_TRY(pdf_frames_take(&read->frames, block, (size_t)got, error));
        }
        if (time_monotonic_us() - checked_us >= POLL_MS * 1000) {
            CPK_TRY(check_time(read, error));
            checked_us = time_monotonic_us();
        }
    }
    return CPK_OK;
}

static cpk_status refuse_start(const struct pdf_read *read, cpk_error **error)
{
    if (read->frames.failure == PDF_FAILURE_LIBRARY) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                         "%s can't be read: PDFium (libpdfium.so) is not installed. Run scripts/install-pdfium of "
                         "libcontextpack, or \"pip install pypdfium2\", which is the extra contextpack[pdf] in Python, "
                         "and set pdf.library to its pypdfium2_raw/libpdfium.so (%s)",
                         read->name, read->frames.detail);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                     "PDF documents can't be read: the sandbox of contextpack-pdf can't be set up on this machine%s%s",
                     read->frames.detail[0] != '\0' ? ": " : "", read->frames.detail);
}

static cpk_status start(struct pdf_read *read, char *block, cpk_error **error)
{
    const struct context *context = read->helper->context;
    struct pdf_location *location = memory_allocate(&context->allocator, sizeof *location);
    struct pollfd ready = {0, POLLIN, 0};
    cpk_status status = location != NULL ? CPK_OK : error_out_of_memory(error);

    if (status == CPK_OK) {
        status = pdf_locate(context, location, error);
    }
    if (status == CPK_OK) {
        status = pdf_process_start(&read->process, location->program,
                                   context_setting(context, SETTING_PDF_MAX_MEMORY_BYTES), location->libraries, error);
    }
    memory_release(&context->allocator, location, sizeof *location);
    read->deadline_us = time_monotonic_us() + START_US;
    ready.fd = read->process.socket;
    while (status == CPK_OK && read->frames.hello_version == 0) {
        ssize_t got = -1;

        if (poll(&ready, 1, POLL_MS) > 0) {
            got = recv(read->process.socket, block, BLOCK_BYTES, MSG_DONTWAIT);
        }
        if (got > 0) {
            status = pdf_frames_take(&read->frames, block, (size_t)got, error);
        }
        if (status == CPK_OK && (read->frames.failure != 0 || got == 0 || time_monotonic_us() > read->deadline_us)) {
            status = refuse_start(read, error);
        }
    }
    if (status == CPK_OK && read->frames.hello_version != PDF_PROTOCOL_VERSION) {
        status = error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                           "PDF documents can't be read: contextpack-pdf is of another version than the library");
    }
    return status;
}

static cpk_status request(struct pdf_read *read, cpk_error **error)
{
    const struct context *context = read->helper->context;
    const char *password = read->password;
    char bytes[sizeof(struct pdf_request) + PDF_PASSWORD_BYTES_MAX];
    struct pdf_request head = {PDF_MAGIC,
                               (uint32_t)strnlen(password, PDF_PASSWORD_BYTES_MAX),
                               (uint64_t)read->document_bytes,
                               (uint64_t)context_setting(context, SETTING_PDF_MAX_TEXT_BYTES),
                               (uint32_t)context_setting(context, SETTING_PDF_MAX_PAGES),
                               read->frames.next_page};
    cpk_status status;

    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, password, head.password_length);
    read->cpu_start_us = pdf_process_cpu_us(&read->process);
    read->cpu_start_us = read->cpu_start_us < 0 ? 0 : read->cpu_start_us;
    read->deadline_us = time_monotonic_us() + read->cpu_left_us * ELAPSED_PER_CPU;
    pdf_process_bound_cpu(&read->process, read->cpu_start_us + read->cpu_left_us);
    read->process.documents++;
    status = pdf_process_send(&read->process, bytes, sizeof head + head.password_length, read->document, error);
    explicit_bzero(bytes, sizeof bytes);
    return status;
}

/* Sends the document to one process and receives what it finds. A kept process may have been killed meanwhile: then a
 * new one is started. */
static cpk_status run_once(struct pdf_read *read, char *block, cpk_error **error)
{
    cpk_status status;
    int32_t was_idle;

    read->has_ended = 0;
    pdf_frames_restart(&read->frames);
    CPK_TRY(acquire(read, error));
    was_idle = read->process.pid > 0;
    status = was_idle ? CPK_OK : start(read, block, error);
    if (status == CPK_OK) {
        status = request(read, error);
    }
    if (status == CPK_OK) {
        status = receive(read, block, error);
    }
    if (was_idle && !read->frames.is_done && !read->is_over_cpu &&
        (status == CPK_ERROR_IO || (status == CPK_OK && read->has_ended))) {
        error_clear(error);
        release(read, 0);
        return run_once(read, block, error); /* at most once: release() left no idle process of ours */
    }
    if (status == CPK_OK) {
        int64_t used_us = pdf_process_cpu_us(&read->process);

        read->cpu_left_us -= used_us > read->cpu_start_us ? used_us - read->cpu_start_us : 0;
    }
    release(read, status == CPK_OK && read->frames.is_done && read->frames.failure != PDF_FAILURE_CRASH &&
                      read->frames.failure != PDF_FAILURE_MEMORY);
    return status;
}

static cpk_status report_limit(const struct pdf_read *read, enum setting setting, cpk_error **error)
{
    return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "pdf", "%s can't be read within %s (%lld)", read->name,
                     settings_info(setting)->name, (long long)context_setting(read->helper->context, setting));
}

static cpk_status report_failure(const struct pdf_read *read, cpk_error **error)
{
    if (read->is_over_cpu) {
        return report_limit(read, SETTING_PDF_MAX_CPU_MS, error);
    }
    switch (read->frames.failure) {
    case PDF_FAILURE_PASSWORD:
        return error_set(
            error, CPK_ERROR_ENCRYPTED, "pdf",
            read->password[0] == '\0'
                ? "%s is encrypted: give its password with the call (--password-file of the command), or set "
                  "pdf.password"
                : "%s is encrypted, and the password that was given does not open it",
            read->name);
    case PDF_FAILURE_SECURITY:
        return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf", "%s is encrypted in a way that can't be read",
                         read->name);
    case PDF_FAILURE_PAGES:
        return report_limit(read, SETTING_PDF_MAX_PAGES, error);
    case PDF_FAILURE_TEXT:
        return report_limit(read, SETTING_PDF_MAX_TEXT_BYTES, error);
    case PDF_FAILURE_MEMORY:
        return report_limit(read, SETTING_PDF_MAX_MEMORY_BYTES, error);
    case PDF_FAILURE_FORMAT:
        return error_set(error, CPK_ERROR_INVALID_DATA, "pdf", "%s is not a PDF document, or too damaged to be read",
                         read->name);
    default:
        return error_set(error, CPK_ERROR_INVALID_DATA, "pdf", "PDFium crashed while it read %s", read->name);
    }
}

/* 1 if a failure concerns one page, so that a new process can go on behind it. */
static int32_t is_of_one_page(const struct pdf_read *read)
{
    return read->frames.has_document && read->frames.next_page < read->frames.pages_total &&
           (read->frames.failure == PDF_FAILURE_CRASH || read->frames.failure == PDF_FAILURE_MEMORY ||
            !read->frames.is_done);
}

static cpk_status read_pages(struct pdf_read *read, char *block, enum pdf_loss *loss, uint32_t *lost_from,
                             cpk_error **error)
{
    for (int32_t lost = 0; lost <= LOST_PAGES_MAX; lost++) {
        uint32_t index;

        CPK_TRY(run_once(read, block, error));
        if (read->frames.is_done && read->frames.failure == 0) {
            return CPK_OK;
        }
        index = read->frames.next_page;
        if (read->is_over_cpu && index > 0) {
            *loss = PDF_LOSS_CPU;
            *lost_from = index;
            return CPK_OK;
        }
        if (read->is_over_cpu || !is_of_one_page(read) || read->cpu_left_us <= 0) {
            return report_failure(read, error);
        }
        *loss = read->frames.failure == PDF_FAILURE_MEMORY ? PDF_LOSS_MEMORY : PDF_LOSS_CRASH;
        *lost_from = index;
        if (index + 1 == read->frames.pages_total && index == 0) {
            return report_failure(read, error);
        }
        read->frames.next_page = index + 1;
        CPK_TRY(read->sink->page_lost(read->sink->self, index, error));
        if (read->frames.next_page == read->frames.pages_total) {
            return CPK_OK;
        }
    }
    return report_failure(read, error);
}

cpk_status pdf_helper_read(struct pdf_helper *helper, const cpk_reader *reader, const struct pdf_sink *sink,
                           enum pdf_loss *loss, uint32_t *lost_from, cpk_error **error)
{
    const cpk_allocator *allocator = &helper->context->allocator;
    struct pdf_read read = {.helper = helper, .name = reader->name, .sink = sink, .document = -1};
    char *block = memory_allocate(allocator, BLOCK_BYTES);
    cpk_status status = block != NULL ? CPK_OK : error_out_of_memory(error);

    *loss = PDF_LOSS_NONE;
    *lost_from = 0;
    read.password =
        reader->password != NULL ? reader->password : context_text_setting(helper->context, TEXT_SETTING_PDF_PASSWORD);
    read.cpu_left_us = context_setting(helper->context, SETTING_PDF_MAX_CPU_MS) * 1000;
    pdf_frames_init(&read.frames, allocator, sink);
    if (status == CPK_OK) {
        status = seal_document(&read, reader, error);
    }
    if (status == CPK_OK) {
        status = read_pages(&read, block, loss, lost_from, error);
    }
    pdf_frames_free(&read.frames);
    if (read.document >= 0) {
        close(read.document);
    }
    memory_release(allocator, block, BLOCK_BYTES);
    return status;
}

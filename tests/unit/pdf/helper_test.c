/* The library's side of the helper program, with a program that misbehaves as documents say (hooks.c). */
#include "pdf/helper.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4

struct reading {
    const char *bytes;
    size_t at;
    char pages[512];
    char lost[128];
    int32_t progress_calls;
    int32_t cancel_after; /* calls of progress; 0: never */
    enum pdf_loss loss;
    uint32_t lost_from;
    cpk_error *error;
};

struct fixture {
    const char *password; /* of the calls */
    struct context context;
    struct pdf_helper *helper;
};

static cpk_status take_document(void *self, const struct pdf_document_head *head, cpk_error **error)
{
    (void)self;
    (void)head;
    (void)error;
    return CPK_OK;
}

static cpk_status take_text(void *self, const char *key, const char *value, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)value;
    (void)error;
    return CPK_OK;
}

static cpk_status take_outline(void *self, uint32_t depth, uint32_t page, const char *title, cpk_error **error)
{
    (void)depth;
    (void)page;
    return take_text(self, title, title, error);
}

static cpk_status take_page(void *self, const struct page *page, cpk_error **error)
{
    struct reading *reading = self;
    size_t length = strlen(reading->pages);

    (void)error;
    for (size_t i = 0; i < page->word_count; i++) {
        snprintf(reading->pages + length, sizeof reading->pages - length, "%s%.*s", length > 0 ? " " : "",
                 (int)page->words[i].length, page->words[i].text);
        length = strlen(reading->pages);
    }
    return CPK_OK;
}

static cpk_status take_page_lost(void *self, uint32_t index, cpk_error **error)
{
    struct reading *reading = self;
    size_t length = strlen(reading->lost);

    (void)error;
    snprintf(reading->lost + length, sizeof reading->lost - length, "%u ", index);
    return CPK_OK;
}

static cpk_status take_progress(void *self, uint32_t pages, uint32_t total, cpk_error **error)
{
    struct reading *reading = self;

    (void)pages;
    (void)total;
    reading->progress_calls++;
    return reading->cancel_after > 0 && reading->progress_calls >= reading->cancel_after
               ? error_set(error, CPK_ERROR_CANCELLED, "test", "cancelled")
               : CPK_OK;
}

static cpk_status read_bytes(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct reading *reading = self;
    size_t left = strlen(reading->bytes) - reading->at;

    (void)error;
    *got = left < capacity ? left : capacity;
    memcpy(buffer, reading->bytes + reading->at, *got);
    reading->at += *got;
    return CPK_OK;
}

static cpk_status read_cancelled(struct fixture *fixture, const char *bytes, int32_t cancel_after,
                                 struct reading *reading)
{
    const struct pdf_sink sink = {reading,   take_document,  take_text,    take_outline,
                                  take_page, take_page_lost, take_progress};
    cpk_reader reader = CPK_READER_INIT;

    memset(reading, 0, sizeof *reading);
    reading->bytes = bytes;
    reading->cancel_after = cancel_after;
    reader.self = reading;
    reader.name = "test.pdf";
    reader.read = read_bytes;
    reader.password = fixture->password;
    return pdf_helper_read(fixture->helper, &reader, &sink, &reading->loss, &reading->lost_from, &reading->error);
}

static cpk_status read_pdf(struct fixture *fixture, const char *bytes, struct reading *reading)
{
    return read_cancelled(fixture, bytes, 0, reading);
}

static void assert_pages(struct fixture *fixture, const char *bytes, const char *pages)
{
    struct reading reading;

    assert_ok(read_pdf(fixture, bytes, &reading), reading.error);
    assert_string_equal(reading.pages, pages);
}

/* The document fails with the status and a message that contains the text, and the next one is read. */
static void assert_fails(struct fixture *fixture, const char *bytes, cpk_status status, const char *text)
{
    struct reading reading;

    assert_int_equal(read_pdf(fixture, bytes, &reading), status);
    if (strstr(cpk_error_message(reading.error), text) == NULL) {
        fail_msg("\"%s\" lacks \"%s\"", cpk_error_message(reading.error), text);
    }
    cpk_error_free(reading.error);
    assert_pages(fixture, "next", "other");
}

static int pid_of_program(struct fixture *fixture)
{
    struct reading reading;

    assert_ok(read_pdf(fixture, "pid", &reading), reading.error);
    assert_memory_equal(reading.pages, "pid", 3);
    return (int)strtol(reading.pages + 3, NULL, 10);
}

static void set(struct fixture *fixture, const char *name, int64_t value)
{
    assert_int_equal(settings_set(&fixture->context.settings, name, value, NULL), CPK_OK);
}

static void set_text(struct fixture *fixture, const char *name, const char *value)
{
    assert_int_equal(settings_set_text(&fixture->context.settings, &fixture->context.allocator, name, value, NULL),
                     CPK_OK);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    context_init(&fixture->context);
    set_text(fixture, "pdf.program", PDF_HOOKS_PROGRAM);
    set_text(fixture, "pdf.library", "none");
    set(fixture, "pdf.max_cpu_ms", 300);
    *state = fixture;
    return pdf_helper_create(&fixture->context, &fixture->helper, NULL) == CPK_OK ? 0 : 1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    siginfo_t info = {0};

    pdf_helper_free(fixture->helper);
    context_free(&fixture->context);
    free(fixture);
    /* No process is left, not even a zombie. */
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    return 0;
}

static void a_process_is_kept(void **state)
{
    int first = pid_of_program(*state);

    assert_int_equal(pid_of_program(*state), first);
}

static void a_process_is_replaced_after_some_documents(void **state)
{
    int first;

    set(*state, "pdf.recycle_after", 2);
    first = pid_of_program(*state);
    assert_int_equal(pid_of_program(*state), first);
    assert_int_not_equal(pid_of_program(*state), first);
}

static void a_killed_process_is_replaced(void **state)
{
    int first = pid_of_program(*state);

    assert_int_equal(kill(first, SIGKILL), 0);
    assert_int_not_equal(pid_of_program(*state), first);
}

static void crashes_are_named(void **state)
{
    assert_fails(*state, "crash", CPK_ERROR_INVALID_DATA, "PDFium crashed while it read test.pdf");
    assert_fails(*state, "stack", CPK_ERROR_INVALID_DATA, "PDFium crashed");
    assert_fails(*state, "exit", CPK_ERROR_INVALID_DATA, "PDFium crashed");
    assert_fails(*state, "garbage", CPK_ERROR_INVALID_DATA, "sent invalid data");
}

static void limits_are_named(void **state)
{
    int64_t start_us = time_monotonic_us();

    assert_fails(*state, "loop", CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_cpu_ms (300)");
    assert_fails(*state, "stay", CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_cpu_ms (300)");
    assert_true(time_monotonic_us() - start_us < 20000000);
    assert_fails(*state, "memory", CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_memory_bytes (536870912)");
    assert_fails(*state, "fail 6", CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_pages (20000)");
    assert_fails(*state, "fail 7", CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_text_bytes (67108864)");
    set(*state, "pdf.max_file_bytes", 1024);
    {
        char large[2000];

        memset(large, 'x', sizeof large - 1);
        large[sizeof large - 1] = '\0';
        assert_fails(*state, large, CPK_ERROR_LIMIT_EXCEEDED, "pdf.max_file_bytes (1024)");
    }
}

static void failures_are_told_apart(void **state)
{
    assert_fails(*state, "fail 3", CPK_ERROR_ENCRYPTED, "or set pdf.password");
    assert_fails(*state, "fail 4", CPK_ERROR_UNSUPPORTED, "encrypted in a way");
    assert_fails(*state, "fail 5", CPK_ERROR_INVALID_DATA, "not a PDF document");
    assert_pages(*state, "password", "none");
    set_text(*state, "pdf.password", "secret word");
    assert_pages(*state, "password", "secret word");
    assert_fails(*state, "fail 3", CPK_ERROR_ENCRYPTED, "the password that was given does not open it");
    ((struct fixture *)*state)->password = "of the call";
    assert_pages(*state, "password", "of the call");
}

static void pages_behind_a_crash_are_read(void **state)
{
    struct reading reading;

    assert_ok(read_pdf(*state, "crash on page 2", &reading), reading.error);
    assert_string_equal(reading.pages, "page0 page1 page3");
    assert_string_equal(reading.lost, "2 ");
    assert_int_equal(reading.loss, PDF_LOSS_CRASH);
    assert_ok(read_pdf(*state, "memory on page 1", &reading), reading.error);
    assert_string_equal(reading.pages, "page0 page2");
    assert_int_equal(reading.loss, PDF_LOSS_MEMORY);
    assert_ok(read_pdf(*state, "loop on page 2", &reading), reading.error);
    assert_string_equal(reading.pages, "page0 page1");
    assert_int_equal(reading.loss, PDF_LOSS_CPU);
    assert_int_equal(reading.lost_from, 2);
}

/* From inside: no file is opened, read or written, no connection made, no process touched. */
static void nothing_leaves_the_sandbox(void **state)
{
    assert_pages(*state, "escape", "none");
    assert_int_not_equal(access("escaped", F_OK), 0);
}

static void a_call_is_cancelled(void **state)
{
    struct reading reading;

    set(*state, "pdf.max_cpu_ms", 60000);
    assert_int_equal(read_cancelled(*state, "loop", 4, &reading), CPK_ERROR_CANCELLED);
    cpk_error_free(reading.error);
    assert_pages(*state, "next", "other");
}

static void what_is_missing_is_named(void **state)
{
    struct reading reading;

    set_text(*state, "pdf.library", "/missing/libpdfium.so");
    assert_int_equal(read_pdf(*state, "x", &reading), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(reading.error), "scripts/install-pdfium"));
    assert_non_null(strstr(cpk_error_message(reading.error), "pypdfium2"));
    cpk_error_free(reading.error);
    set_text(*state, "pdf.program", "/missing/contextpack-pdf");
    assert_int_equal(read_pdf(*state, "x", &reading), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(reading.error), "pdf.program (/missing/contextpack-pdf)"));
    cpk_error_free(reading.error);
    set_text(*state, "pdf.program", "/bin/false"); /* ends at once */
    assert_int_equal(read_pdf(*state, "x", &reading), CPK_ERROR_UNSUPPORTED);
    cpk_error_free(reading.error);
}

static void *read_many(void *argument)
{
    static const char *const documents[] = {"other", "crash on page 2", "crash", "memory on page 1", "other"};
    struct fixture *fixture = argument;

    for (int i = 0; i < 10; i++) {
        struct reading reading;
        const char *document = documents[i % 5];
        cpk_status status = read_pdf(fixture, document, &reading);

        if (status != (strcmp(document, "crash") == 0 ? CPK_ERROR_INVALID_DATA : CPK_OK)) {
            return cpk_error_message(reading.error) != NULL ? (void *)"failed" : (void *)"failed without a message";
        }
        cpk_error_free(reading.error);
    }
    return NULL;
}

static void threads_share_the_processes(void **state)
{
    pthread_t threads[THREADS];

    set(*state, "pdf.max_cpu_ms", 10000);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_many, *state), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failure = NULL;

        assert_int_equal(pthread_join(threads[i], &failure), 0);
        assert_null(failure);
    }
}

/* A host that ignores SIGCHLD, so that no exit status is kept for it. */
static void a_host_may_ignore_its_children(void **state)
{
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);

    assert_fails(*state, "crash", CPK_ERROR_INVALID_DATA, "crashed");
    assert_pages(*state, "next", "other");
    signal(SIGCHLD, before);
}

static volatile sig_atomic_t children_ended;

static void count_child(int number)
{
    (void)number;
    children_ended++;
}

static void the_hosts_handler_is_not_replaced(void **state)
{
    struct sigaction action = {.sa_handler = count_child};
    struct sigaction before;
    struct sigaction after;

    sigaction(SIGCHLD, &action, &before);
    assert_fails(*state, "crash", CPK_ERROR_INVALID_DATA, "crashed");
    sigaction(SIGCHLD, &before, &after);
    assert_ptr_equal(after.sa_handler, count_child);
    assert_true(children_ended > 0);
}

static int is_running(int pid)
{
    char path[64];
    char line[256] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    if (fgets(line, sizeof line, file) == NULL) {
        line[0] = '\0';
    }
    fclose(file);
    return strstr(line, ") Z ") == NULL;
}

/* The process ends with its host, also while it computes. */
static void the_process_ends_with_the_host(void **state)
{
    struct fixture *fixture = *state;
    int ends[2];
    int program = 0;
    pid_t host;

    assert_int_equal(pipe(ends), 0);
    host = fork();
    assert_true(host >= 0);
    if (host == 0) {
        struct reading reading;
        int pid = pid_of_program(fixture);

        set(fixture, "pdf.max_cpu_ms", 60000);
        if (write(ends[1], &pid, sizeof pid) == sizeof pid) {
            read_pdf(fixture, "loop", &reading);
        }
        _exit(0);
    }
    assert_int_equal(read(ends[0], &program, sizeof program), sizeof program);
    close(ends[0]);
    close(ends[1]);
    usleep(100000);
    assert_true(is_running(program));
    kill(host, SIGKILL);
    waitpid(host, NULL, 0);
    for (int i = 0; i < 100 && is_running(program); i++) {
        usleep(20000);
    }
    assert_false(is_running(program));
}

/* A forked copy of the host starts a process of its own, and leaves the parent's alone. */
static void a_forked_host_has_its_own_process(void **state)
{
    int first = pid_of_program(*state);
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        int own = pid_of_program(*state);

        pdf_helper_free(((struct fixture *)*state)->helper);
        _exit(own != first && is_running(first) ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(pid_of_program(*state), first);
}

static int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static void no_descriptor_is_left(void **state)
{
    int before;

    pid_of_program(*state);
    before = count_descriptors();
    for (int i = 0; i < 5; i++) {
        assert_fails(*state, "crash", CPK_ERROR_INVALID_DATA, "crashed");
    }
    assert_int_equal(count_descriptors(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_process_is_kept),
        TEST(a_process_is_replaced_after_some_documents),
        TEST(a_killed_process_is_replaced),
        TEST(crashes_are_named),
        TEST(limits_are_named),
        TEST(failures_are_told_apart),
        TEST(pages_behind_a_crash_are_read),
        TEST(nothing_leaves_the_sandbox),
        TEST(a_call_is_cancelled),
        TEST(what_is_missing_is_named),
        TEST(threads_share_the_processes),
        TEST(a_host_may_ignore_its_children),
        TEST(the_hosts_handler_is_not_replaced),
        TEST(the_process_ends_with_the_host),
        TEST(a_forked_host_has_its_own_process),
        TEST(no_descriptor_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

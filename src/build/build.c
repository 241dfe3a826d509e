#include "api/check.h"
#include "build/names.h"
#include "build/result.h"
#include "engine/lease.h"
#include "files/files.h"
#include "ingest/archive_documents.h"
#include "ingest/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_MS_MAX  30000 /* for other processes that work on the same, in one build */
#define WAIT_STEP_MS 1000  /* at most, and at least a twentieth */
#define ALL_TYPES    (CPK_BUILD_COMPACT | CPK_BUILD_STANDARD | CPK_BUILD_COMPLETE)

/* A document of a ZIP that is built, in memory. */
struct member {
    const char *name;
    struct buffer bytes;
};

/* State of one build. */
struct build {
    cpk_session *session;
    cpk_build_options options;
    cpk_run_options run; /* what the caller's run options say, for one input */
    struct document_target target;
    int64_t max_chunks; /* of all inputs together; 0: all */
    struct files_list inputs;
    const struct member *member; /* the input's bytes, or NULL: it is a file, a stream or a link */
    cpk_build_result *result;
    cpk_pack *pack; /* NULL until there is something to put into it */
    char **resumed; /* ids of the sources that this build finished for an earlier one */
    size_t resumed_count;
    cpk_error *failure;    /* the first that is not an input's fault */
    cpk_error *bad_input;  /* the first that is */
    int64_t waited_ms;     /* for other processes */
    bool is_stopped;       /* continuing makes no sense */
    bool has_lost;         /* something of an unfinished source is lost, which one of the inputs may bring back */
    bool is_last_pass;     /* over the unfinished sources, after the inputs */
    bool is_out_of_memory; /* the result is not complete */
};

void cpk_build_options_init(cpk_build_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

static bool is_cancelled(const struct build *build)
{
    return build->run.cancel != NULL && cpk_cancel_requested(build->run.cancel) != 0;
}

/* After a failure because another process holds the lease: waits a moment, and clears the error for another attempt.
 * Two builds of one pack would otherwise each stop at what the other has in hand. */
static bool wait_for_holder(struct build *build, cpk_error **error)
{
    int64_t step_ms = build->waited_ms + WAIT_STEP_MS / 20; /* each as long as all before */
    struct timespec step = {0};

    if (!lease_is_held(*error) || build->waited_ms >= WAIT_MS_MAX || is_cancelled(build)) {
        return false;
    }
    step_ms = step_ms < WAIT_STEP_MS ? step_ms : WAIT_STEP_MS;
    step.tv_sec = step_ms / 1000;
    step.tv_nsec = step_ms % 1000 * 1000000;
    nanosleep(&step, NULL);
    build->waited_ms += step_ms;
    error_clear(error);
    return true;
}

static void tell(struct build *build, cpk_build_event *event)
{
    event->struct_size = sizeof *event;
    if (build->options.event != NULL) {
        build->options.event(build->options.event_user, event);
    }
}

static void tell_step(struct build *build, int32_t kind, const char *input, bool is_done)
{
    cpk_build_event event = {.event = kind, .input = input, .is_done = is_done};

    tell(build, &event);
}

/* Records what came of an input, and tells it. */
static void tell_input(struct build *build, const char *input, int32_t outcome, uint32_t flags,
                       const cpk_source *source, const cpk_error *error)
{
    cpk_build_event event = {
        .event = CPK_BUILD_INPUT, .outcome = outcome, .flags = flags, .input = input, .source = source, .error = error};

    if (result_add_input(build->result, input, outcome, source, error, NULL) != CPK_OK) {
        build->is_out_of_memory = true;
    }
    tell(build, &event);
}

/* The input itself is at fault: the build continues with the others. */
static bool is_input_fault(cpk_status status)
{
    return status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NO_CONTENT ||
           status == CPK_ERROR_ENCRYPTED || status == CPK_ERROR_LIMIT_EXCEEDED;
}

/* The page cannot be read, and will not be the next time. */
static bool is_link_fault(const char *path, const cpk_error *error)
{
    const char *domain = cpk_error_domain(error);

    return names_is_link(path) && cpk_error_retryable(error) == 0 &&
           (strcmp(domain, "link") == 0 || strcmp(domain, "net") == 0) &&
           cpk_error_code(error) != CPK_ERROR_OUT_OF_MEMORY && cpk_error_code(error) != CPK_ERROR_CANCELLED;
}

/* Not the input's fault, but the next one may still be built. */
static bool is_passing(cpk_status status)
{
    return status == CPK_ERROR_INSUFFICIENT_CREDITS || status == CPK_ERROR_BUSY || status == CPK_ERROR_ANALYZER ||
           status == CPK_ERROR_TIMEOUT || status == CPK_ERROR_NETWORK || status == CPK_ERROR_NOT_FOUND ||
           status == CPK_ERROR_CONFLICT;
}

/* Keeps the first error of a kind; owns it. */
static void keep_error(cpk_error **kept, cpk_error *error)
{
    if (*kept == NULL) {
        *kept = error;
    } else {
        cpk_error_free(error);
    }
}

/* Takes a failure over that concerns no input, or one of them that is not at fault. */
static void keep_failure(struct build *build, cpk_error *error)
{
    build->is_stopped = build->is_stopped || !is_passing(cpk_error_code(error));
    keep_error(&build->failure, error);
}

static void fail_input(struct build *build, const char *input, uint32_t flags, const cpk_source *source, bool is_fault,
                       cpk_error *error)
{
    tell_input(build, input, CPK_INPUT_FAILED, flags | (is_fault ? CPK_BUILD_INPUT_IS_BAD : 0), source, error);
    if (is_fault) {
        build->result->failed_count++;
        keep_error(&build->bad_input, error);
    } else {
        keep_failure(build, error);
    }
}

static void fail(struct build *build, cpk_error *error)
{
    cpk_build_event event = {.event = CPK_BUILD_FAILED, .error = error};

    tell(build, &event);
    keep_failure(build, error);
}

/* What can be read only once, such as standard input. */
static bool is_stream(const struct build *build, const char *path)
{
    return names_is_stream(path) || (build->options.open != NULL && strcmp(path, "-") == 0);
}

/* A cpk_message_fn that has seen enough. */
static int32_t see_message(void *user, const cpk_message *message)
{
    (void)message;
    *(bool *)user = true;
    return 1;
}

static bool is_strict(const struct build *build)
{
    return (build->options.flags & CPK_BUILD_STRICT) != 0;
}

static cpk_status refuse_loss(const char *loss_summary, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, "build", "not added, because content would be lost: %s",
                     loss_summary);
}

static void set_input(const struct build *build, const char *path, cpk_input *input)
{
    if (build->member != NULL) {
        input->name = build->member->name;
        input->data = buffer_text(&build->member->bytes);
        input->length = build->member->bytes.length;
    } else {
        *(names_is_link(path) ? &input->url : &input->path) = path;
    }
}

/* Reads up to the first message, so that a file that is no export leaves no failed source in the pack; to the end if
 * nothing may be lost. A stream is believed. */
static cpk_status probe(struct build *build, const char *path, cpk_error **error)
{
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    bool seen = false;
    cpk_status status;

    if (names_is_link(path)) { /* its page is checked when it is added, fetched once */
        return link_check(path, error);
    }
    if (is_stream(build, path)) {
        return CPK_OK;
    }
    set_input(build, path, &input);
    options.cancel = build->run.cancel;
    options.password = build->run.password;
    status = cpk_extract(build->session->engine, &input, is_strict(build) ? NULL : see_message, &seen, &options,
                         &report, error);
    if (seen && status == CPK_ERROR_CANCELLED) {
        error_clear(error);
        status = CPK_OK;
    }
    return status == CPK_OK && is_strict(build) && report.is_partial ? refuse_loss(report.loss_summary, error) : status;
}

/* build->pack stays NULL where there is none and none is to be created. */
static cpk_status find_pack(struct build *build, bool create, cpk_error **error)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_status status;

    if (build->pack != NULL) {
        return CPK_OK;
    }
    if (create) {
        params.name = build->result->pack_name;
        return cpk_pack_ensure(build->session, &params, NULL, &build->pack, error);
    }
    status = cpk_pack_find(build->session, build->result->pack_name, &build->pack, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = CPK_OK;
    }
    return status;
}

/* Takes a source to its end; *source becomes what it is afterwards, also when it failed. */
static cpk_status run_source(struct build *build, const char *input, cpk_source **source, cpk_error **error)
{
    int64_t analyzed = build->result->analyzed_chunks;
    bool is_enough = build->max_chunks > 0 && analyzed >= build->max_chunks;
    cpk_run_options options = build->run;
    cpk_source *after = NULL;
    cpk_status status;

    options.max_chunks = build->max_chunks > 0 && !is_enough ? build->max_chunks - analyzed : 0;
    tell_step(build, CPK_BUILD_STARTED, input, false);
    status = cpk_source_run(build->session, cpk_source_id(*source),
                            is_enough ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED, &options, &after, error);
    tell_step(build, CPK_BUILD_ENDED, input, status == CPK_OK);
    if (status == CPK_ERROR_INSUFFICIENT_CREDITS && build->run.flags != 0 && analyzed > 0) {
        error_clear(error); /* an earlier source took what there was: the part that was asked for is done */
        status = CPK_OK;
    }
    if (after != NULL) {
        build->result->analyzed_chunks += cpk_source_processed_chunks(after) - cpk_source_processed_chunks(*source);
        cpk_source_free(*source);
        *source = after;
    }
    return status;
}

static cpk_status add_source(struct build *build, const char *path, int32_t *added, cpk_source **source,
                             cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_run_options options = build->run;
    cpk_status status;

    options.flags = 0;
    if (is_stream(build, path) && build->options.open != NULL) {
        build->options.open(build->options.open_user, path, &input);
    }
    if (input.read == NULL && input.data == NULL && input.url == NULL) {
        set_input(build, path, &input);
    }
    tell_step(build, CPK_BUILD_STARTED, path, false);
    status = cpk_source_add(build->session, cpk_pack_id(build->pack), &input, &options, added, source, error);
    tell_step(build, CPK_BUILD_ENDED, path, status == CPK_OK && *added != 0);
    return status;
}

/* A stream can't be read twice: it is stored and extracted, and deleted again if content was lost. */
static cpk_status check_stream(struct build *build, const char *path, cpk_source **source, cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_source *after = NULL;
    cpk_status status;

    options.password = build->run.password;
    if (!is_strict(build) || !is_stream(build, path)) {
        return CPK_OK;
    }
    CPK_TRY(
        cpk_source_run(build->session, cpk_source_id(*source), CPK_SOURCE_READY_FOR_ANALYSIS, &options, &after, error));
    cpk_source_free(*source);
    *source = after;
    if (!cpk_source_is_partial(after)) {
        return CPK_OK;
    }
    status = refuse_loss(cpk_source_loss_summary(after), error);
    if (cpk_source_delete(build->session, cpk_source_id(after), NULL) == CPK_OK) {
        cpk_source_free(after);
        *source = NULL;
    }
    return status;
}

static bool was_resumed(const struct build *build, const cpk_source *source)
{
    for (size_t i = 0; i < build->resumed_count; i++) {
        if (strcmp(build->resumed[i], cpk_source_id(source)) == 0) {
            return true;
        }
    }
    return false;
}

static int32_t outcome_of(const cpk_source *source)
{
    if (cpk_source_status(source) != CPK_SOURCE_COMPLETED) {
        return CPK_INPUT_PARTIAL;
    }
    if (cpk_source_known_messages(source) == 0) {
        return CPK_INPUT_NEW;
    }
    return cpk_source_message_count(source) > 0 ? CPK_INPUT_GROWN : CPK_INPUT_KNOWN;
}

static cpk_status take_input(struct build *build, const char *path, cpk_source **source, bool *ran, cpk_error **error)
{
    int32_t added = 0;
    cpk_status status;

    CPK_TRY(find_pack(build, true, error));
    do {
        status = add_source(build, path, &added, source, error);
    } while (status != CPK_OK && !is_stream(build, path) && wait_for_holder(build, error));
    CPK_TRY(status);
    if (was_resumed(build, *source)) {
        return CPK_OK;
    }
    CPK_TRY(check_stream(build, path, source, error));
    do {
        *ran = cpk_source_status(*source) != CPK_SOURCE_COMPLETED;
        status = run_source(build, path, source, error); /* of a completed one: restores what the storage has lost */
    } while (status != CPK_OK && wait_for_holder(build, error));
    return status;
}

static void build_source(struct build *build, const char *path)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    bool ran = false;
    cpk_status status = take_input(build, path, &source, &ran, &error);

    if (status != CPK_OK) {
        fail_input(build, path, 0, source, is_input_fault(status) || is_link_fault(path, error), error);
    } else {
        bool is_changed = ran || cpk_source_status(source) != CPK_SOURCE_COMPLETED;

        build->result->good_count++;
        tell_input(build, path, is_changed ? outcome_of(source) : CPK_INPUT_UNCHANGED,
                   !ran && was_resumed(build, source) ? CPK_BUILD_FINISHED_BEFORE : 0, source, NULL);
    }
    cpk_source_free(source);
}

/* Takes the error over. */
static void skip_input(struct build *build, const char *path, cpk_error *error)
{
    build->result->skipped_count++;
    tell_input(build, path, CPK_INPUT_SKIPPED, 0, NULL, error);
    cpk_error_free(error);
}

static void build_input(struct build *build, const struct files_item *item)
{
    cpk_error *error = NULL;
    cpk_status status = probe(build, item->path, &error);

    if (status == CPK_OK) {
        build_source(build, item->path);
    } else if (item->from_folder && (status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_NO_CONTENT)) {
        skip_input(build, item->path, error);
    } else { /* nothing but the input was touched, so whatever failed is the input's */
        fail_input(build, item->path, 0, NULL,
                   status != CPK_ERROR_CANCELLED && status != CPK_ERROR_OUT_OF_MEMORY && status != CPK_ERROR_INTERNAL,
                   error);
    }
}

/* One document of a ZIP: `label` is what is told of it, "notes.zip/cv.docx". */
static cpk_status build_member(struct build *build, struct archive_documents *documents, size_t index, char *label)
{
    const char *slash = strrchr(label, '/');
    struct files_item item = {.path = label, .from_folder = true};
    struct member member = {.name = slash != NULL ? slash + 1 : label};
    cpk_error *error = NULL;
    cpk_status status;

    buffer_init(&member.bytes, &build->session->engine->context.allocator);
    status = archive_documents_read(documents, index, &member.bytes, &error);
    if (status == CPK_OK) {
        build->member = &member;
        build_input(build, &item);
        build->member = NULL;
    } else {
        fail_input(build, label, 0, NULL, is_input_fault(status), error);
    }
    buffer_free(&member.bytes);
    return status;
}

static void build_members(struct build *build, struct archive_documents *documents, const char *path)
{
    size_t count = archive_documents_count(documents);
    cpk_status status = CPK_OK;

    /* Beyond a limit, nothing else in the archive is trusted. */
    for (size_t i = 0; i < count && status != CPK_ERROR_LIMIT_EXCEEDED && !build->is_stopped && !is_cancelled(build);
         i++) {
        const char *name = archive_documents_name(documents, i);
        size_t bytes = strlen(path) + strlen(name) + 2;
        char *label = malloc(bytes);

        if (label == NULL) {
            build->is_out_of_memory = build->is_stopped = true;
            return;
        }
        snprintf(label, bytes, "%s/%s", path, name);
        status = build_member(build, documents, i, label);
        free(label);
    }
}

static void build_file(struct build *build, const struct files_item *item)
{
    struct archive_documents *documents = NULL;
    cpk_error *error = NULL;

    if (is_stream(build, item->path) || names_is_link(item->path)) {
        build_input(build, item);
    } else if (archive_documents_open(&build->session->engine->context, item->path, &documents, &error) != CPK_OK) {
        fail(build, error);
    } else if (documents == NULL) {
        build_input(build, item);
    } else {
        build_members(build, documents, item->path);
        archive_documents_close(documents);
    }
}

static void build_inputs(struct build *build)
{
    for (size_t i = 0; i < build->inputs.count && !build->is_stopped && !is_cancelled(build); i++) {
        build_file(build, &build->inputs.items[i]);
    }
}

/* Without memory the input is told once more; nothing else depends on it. */
static void keep_resumed(struct build *build, const cpk_source *source)
{
    char **resumed = reallocarray(build->resumed, build->resumed_count + 1, sizeof *resumed);

    if (resumed == NULL) {
        return;
    }
    build->resumed = resumed;
    build->resumed[build->resumed_count] = strdup(cpk_source_id(source));
    build->resumed_count += build->resumed[build->resumed_count] != NULL;
}

static void resume_source(struct build *build, const char *source_id)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    cpk_status status = cpk_source_get(build->session, source_id, &source, &error);
    bool may_come_back = false;
    const char *name;

    if (status == CPK_OK) {
        status = run_source(build, cpk_source_name(source), &source, &error);
    }
    name = source != NULL ? cpk_source_name(source) : source_id;
    may_come_back = status == CPK_ERROR_STORAGE && !build->is_last_pass;
    if (status == CPK_OK) {
        keep_resumed(build, source);
        tell_input(build, name,
                   cpk_source_status(source) == CPK_SOURCE_COMPLETED ? CPK_INPUT_RESUMED : CPK_INPUT_PARTIAL,
                   CPK_BUILD_FROM_EARLIER, source, NULL);
    } else if (may_come_back || status == CPK_ERROR_BUSY || status == CPK_ERROR_NOT_FOUND) {
        /* Another process does it, or bytes are missing: its input may be among those that follow. */
        build->has_lost = build->has_lost || may_come_back;
        tell_input(build, name, CPK_INPUT_DEFERRED, CPK_BUILD_FROM_EARLIER, source, error);
        cpk_error_free(error);
    } else {
        fail_input(build, name, CPK_BUILD_FROM_EARLIER, source, is_input_fault(status), error);
    }
    cpk_source_free(source);
}

static void resume_page(struct build *build, const cpk_source_list *list)
{
    for (size_t i = 0; i < cpk_source_list_count(list) && !build->is_stopped; i++) {
        const cpk_source *source = cpk_source_list_at(list, i);
        int32_t status = cpk_source_status(source);

        if (status != CPK_SOURCE_COMPLETED && status != CPK_SOURCE_FAILED) {
            resume_source(build, cpk_source_id(source));
        }
    }
}

/* Finishes what a build that was killed left unfinished in the pack. */
static void resume_all(struct build *build)
{
    cpk_page page = CPK_PAGE_INIT;
    cpk_source_list *list = NULL;
    cpk_source_list *before = NULL;
    cpk_error *error = NULL;

    if (find_pack(build, false, &error) != CPK_OK) {
        fail(build, error);
        return;
    }
    while (build->pack != NULL && !build->is_stopped) {
        if (cpk_source_list_get(build->session, cpk_pack_id(build->pack), &page, &list, &error) != CPK_OK) {
            fail(build, error);
            break;
        }
        cpk_source_list_free(before); /* page.after pointed into it */
        before = list;
        resume_page(build, list);
        page.after = cpk_source_list_next(list);
        if (page.after == NULL) {
            break;
        }
    }
    cpk_source_list_free(before);
}

static void write_document(struct build *build, int32_t type)
{
    struct document *document = &build->result->documents[build->result->document_count];
    cpk_run_options options = build->run;
    cpk_error *error = NULL;
    cpk_build_event event = {.event = CPK_BUILD_DOCUMENT};

    build->target.session = build->session;
    build->target.pack_id = cpk_pack_id(build->pack);
    options.flags = 0;
    options.max_tokens = type != CPK_EXPORT_COMPLETE ? build->options.max_tokens : 0;
    while (document_write(&build->target, type, &options, document, &error) != CPK_OK) {
        document_free(document);
        memset(document, 0, sizeof *document);
        if (!wait_for_holder(build, &error)) {
            fail(build, error);
            return;
        }
    }
    build->result->document_count++;
    event.is_done = document->is_new;
    event.pack = build->pack;
    event.document = document->result;
    event.markdown_path = document->markdown_path;
    event.json_path = document->json_path;
    tell(build, &event);
}

/* The pack as it is after the inputs; the one from before when it can't be read again. */
static void reload_pack(struct build *build)
{
    cpk_pack *pack = NULL;

    if (build->pack == NULL) {
        return;
    }
    if (cpk_pack_get(build->session, cpk_pack_id(build->pack), &pack, NULL) == CPK_OK) {
        cpk_pack_free(build->pack);
        build->pack = pack;
    }
    if (result_set_pack(build->result, build->pack, NULL) != CPK_OK) {
        build->is_out_of_memory = true;
    }
}

static void write_documents(struct build *build)
{
    const uint32_t types[] = {CPK_BUILD_COMPACT, CPK_BUILD_STANDARD, CPK_BUILD_COMPLETE};
    bool is_useful = build->pack != NULL && (build->result->good_count > 0 || build->resumed_count > 0);
    cpk_build_event event = {.event = CPK_BUILD_PACK};

    build->is_stopped = build->is_stopped || is_cancelled(build);
    reload_pack(build);
    event.pack = build->pack;
    event.is_done = !build->is_stopped;
    tell(build, &event);
    for (int32_t i = 0; is_useful && !build->is_stopped && i < 3; i++) {
        if ((build->options.types & types[i]) != 0) {
            write_document(build, CPK_EXPORT_COMPACT + i);
        }
    }
}

/* A files_left_fn. */
static void take_left(void *user, const struct files_left *left)
{
    struct build *build = user;
    cpk_error *error = NULL;

    files_left_error(left, &error);
    if (left->kind != FILES_LEFT_UNREADABLE) {
        skip_input(build, left->path, error);
        return;
    }
    tell_input(build, left->path, CPK_INPUT_UNREADABLE, 0, NULL, error);
    keep_error(&build->bad_input, error);
}

static cpk_status list_inputs(struct build *build, const char *const *paths, size_t path_count, cpk_error **error)
{
    for (size_t i = 0; i < path_count; i++) {
        bool is_folder = !is_stream(build, paths[i]) && files_is_folder(paths[i]);

        if (!(is_folder ? files_list_add_folder(&build->inputs, paths[i], take_left, build)
                        : files_list_add(&build->inputs, paths[i]))) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

/* The status of the whole build; takes the kept errors. */
static cpk_status conclude(struct build *build, cpk_error **error)
{
    cpk_error **first = build->failure != NULL ? &build->failure : &build->bad_input;
    cpk_error *taken = *first;

    if (build->failure == NULL && is_cancelled(build)) {
        return error_set(error, CPK_ERROR_CANCELLED, "build", "the build was cancelled");
    }
    if (build->is_out_of_memory) {
        return error_out_of_memory(error);
    }
    if (build->failure == NULL && build->result->good_count > 0) {
        return CPK_OK;
    }
    if (taken == NULL) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "build", "no input has usable content");
    }
    *first = NULL;
    return error_give(error, taken);
}

static cpk_status build_names(struct build *build, const char *first_path, cpk_error **error)
{
    char *name = NULL;
    char *folder = NULL;
    cpk_status status = CPK_OK;

    name = build->options.name != NULL ? strdup(build->options.name) : names_pack(first_path);
    folder = build->options.output != NULL ? strdup(build->options.output) : names_folder(name != NULL ? name : "");
    status = name != NULL && folder != NULL ? result_create(name, folder, &build->result, error)
                                            : error_out_of_memory(error);
    free(name);
    free(folder);
    return status;
}

static cpk_status run(struct build *build, const char *const *paths, size_t path_count, cpk_error **error)
{
    CPK_TRY(build_names(build, paths[0], error));
    build->target.folder = build->result->output;
    CPK_TRY(list_inputs(build, paths, path_count, error));
    resume_all(build);
    build_inputs(build);
    if (build->has_lost && !build->is_stopped && !is_cancelled(build)) {
        build->is_last_pass = true;
        resume_all(build);
    }
    write_documents(build);
    return conclude(build, error);
}

static void build_free(struct build *build)
{
    for (size_t i = 0; i < build->resumed_count; i++) {
        free(build->resumed[i]);
    }
    free(build->resumed);
    files_list_free(&build->inputs);
    cpk_pack_free(build->pack);
    cpk_error_free(build->failure);
    cpk_error_free(build->bad_input);
    cpk_build_result_free(build->result);
}

/* The person's own installation, when the caller has no session. */
static cpk_status open_own(cpk_session **own, cpk_error **error)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_status status;

    options.flags = CPK_ENGINE_LOCAL;
    CPK_TRY(cpk_engine_open(&options, &engine, error));
    status = cpk_session_open_local(engine, own, error);
    cpk_engine_close(engine); /* the session keeps it */
    return status;
}

static cpk_status read_options(struct build *build, const cpk_build_options *given, cpk_error **error)
{
    cpk_build_options *options = &build->options;

    CPK_TRY(params_read(options, sizeof *options, given, "build options", error));
    CPK_TRY(params_read(&build->run, sizeof build->run, options->run_options, "run options", error));
    CPK_CHECK_ARG((build->run.flags & ~CPK_RUN_PARTIAL) == 0, "options.run_options.flags (CPK_RUN_PARTIAL)", error);
    CPK_CHECK_ARG(build->run.max_chunks >= 0, "options.run_options.max_chunks", error);
    CPK_CHECK_ARG((options->types & ~ALL_TYPES) == 0, "options.types (CPK_BUILD_COMPACT ...)", error);
    CPK_CHECK_ARG((options->formats & ~(CPK_BUILD_MARKDOWN | CPK_BUILD_JSON)) == 0,
                  "options.formats (CPK_BUILD_MARKDOWN ...)", error);
    CPK_CHECK_ARG((options->flags & ~CPK_BUILD_STRICT) == 0, "options.flags (CPK_BUILD_STRICT)", error);
    CPK_CHECK_ARG((options->file_mode & ~0777U) == 0 && (options->file_mode == 0 || (options->file_mode & 0400) != 0),
                  "options.file_mode", error);
    CPK_CHECK_ARG(options->max_tokens >= 0, "options.max_tokens", error);
    CPK_CHECK_ARG(options->output == NULL || options->output[0] != '\0', "options.output", error);
    options->types = options->types != 0 ? options->types : CPK_BUILD_STANDARD;
    build->max_chunks = build->run.max_chunks;
    build->run.max_chunks = 0;
    build->run.max_tokens = 0;
    build->target.formats = options->formats != 0 ? options->formats : CPK_BUILD_MARKDOWN | CPK_BUILD_JSON;
    build->target.file_mode = options->file_mode != 0 ? options->file_mode : FILES_PRIVATE_MODE;
    return CPK_OK;
}

cpk_status cpk_build(cpk_session *session, const char *const *paths, size_t path_count,
                     const cpk_build_options *options, cpk_build_result **result, cpk_error **error)
{
    struct build build = {.session = session, .options = CPK_BUILD_OPTIONS_INIT, .run = CPK_RUN_OPTIONS_INIT};
    cpk_session *own = NULL;
    cpk_status status;

    if (result != NULL) {
        *result = NULL;
    }
    CPK_CHECK_ARG(paths != NULL && path_count > 0, "paths", error);
    for (size_t i = 0; i < path_count; i++) {
        CPK_CHECK_ARG(paths[i] != NULL && paths[i][0] != '\0', "paths[]", error);
    }
    CPK_TRY(read_options(&build, options, error));
    if (session == NULL) {
        CPK_TRY(open_own(&own, error));
        build.session = own;
    }
    status = run(&build, paths, path_count, error);
    if (result != NULL) {
        *result = build.result;
        build.result = NULL;
    }
    build_free(&build);
    cpk_session_close(own);
    return status;
}

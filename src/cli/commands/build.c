#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "documents.h"
#include "files/files.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/records.h"

#include <stdlib.h>
#include <string.h>

#define SKIPPED_SHOWN_MAX 20 /* an unpacked export may contain thousands of pictures */
#define WITHHELD_BYTES    512

/* The outcome of one input. */
enum outcome {
    OUTCOME_NEW,
    OUTCOME_GROWN,     /* the pack had some of its messages already */
    OUTCOME_KNOWN,     /* the pack had all of its messages already */
    OUTCOME_UNCHANGED, /* the pack had the same bytes already */
    OUTCOME_PARTIAL,   /* some of its chunks are analysed, because of --partial or --max-chunks */
    OUTCOME_RESUMED,   /* left unfinished by an earlier run, finished by this one */
    OUTCOME_SKIPPED,   /* a file of a folder without usable content */
    OUTCOME_FAILED,
};

static const char *const OUTCOME_NAMES[] = {"new",     "grown",   "known",   "unchanged",
                                            "partial", "resumed", "skipped", "failed"};

struct build {
    struct cli *cli;
    struct json_out json;
    const char *name; /* of the pack */
    const char *folder;
    cpk_pack *pack; /* NULL until the first source is added */
    char **resumed; /* ids of the sources of earlier runs that this run finished */
    size_t resumed_count;
    size_t good;
    size_t bad;
    size_t skipped;
    uint32_t part_flags;
    int64_t max_chunks; /* chunks that may be analysed, over all inputs; 0: all */
    int64_t analyzed;   /* chunks analysed by this build */
    int failure_code;   /* exit code of the first failure that no input caused */
    bool stop;          /* the build stops */
    bool has_lost;      /* an unfinished source has lost stored data that an input may restore */
    bool is_last_pass;  /* second pass over the unfinished sources, after the inputs */
};

/* What a source costs, if the balance is too low. */
static bool quote_shortage(const struct build *build, const cpk_source *source, const cpk_error *error,
                           cpk_quote *quote)
{
    cpk_quote_init(quote, sizeof *quote);
    return source != NULL && error != NULL && cpk_error_code(error) == CPK_ERROR_INSUFFICIENT_CREDITS &&
           cpk_quote_source(build->cli->session, cpk_source_id(source), quote, NULL) == CPK_OK;
}

/* Counts of what was withheld from analyzers, as JSON: {"api_key":1}; "" if unreadable or too long. */
struct withheld {
    char json[WITHHELD_BYTES];
    size_t length;
};

static int32_t take_withheld(void *user, const void *data, size_t length_bytes)
{
    struct withheld *withheld = user;

    if (length_bytes >= sizeof withheld->json - withheld->length) {
        return 1;
    }
    memcpy(withheld->json + withheld->length, data, length_bytes);
    withheld->length += length_bytes;
    withheld->json[withheld->length] = '\0';
    return 0;
}

static void read_withheld(struct build *build, const cpk_source *source, struct withheld *withheld)
{
    memset(withheld, 0, sizeof *withheld);
    if (cpk_source_read(build->cli->session, cpk_source_id(source), CPK_PART_WITHHELD, take_withheld, withheld, NULL) !=
        CPK_OK) {
        withheld->json[0] = '\0';
    }
}

static void write_json(struct build *build, const char *path, enum outcome outcome, const cpk_source *source,
                       const cpk_error *error)
{
    struct json_out *json = &build->json;
    cpk_quote quote;

    json_out_begin(json, NULL, '{');
    json_out_text(json, "input", path);
    json_out_text(json, "outcome", OUTCOME_NAMES[outcome]);
    if (source != NULL) {
        struct withheld withheld;

        read_withheld(build, source, &withheld);
        records_json(json, "source", &RECORD_SOURCE, source);
        json_out_raw(json, "withheld", withheld.json[0] != '\0' ? withheld.json : NULL);
    } else {
        json_out_null(json, "source");
        json_out_null(json, "withheld");
    }
    records_error_json(json, "error", error);
    if (quote_shortage(build, source, error, &quote)) {
        records_quote_json(json, "quote", &quote);
    }
    json_out_end(json, '}');
}

static void write_amounts(struct output *out, const cpk_source *source)
{
    char number[FORMAT_NUMBER_BYTES];
    const struct {
        int64_t count;
        const char *one;
        const char *many;
    } amounts[] = {
        {cpk_source_conversation_count(source), "conversation", "conversations"},
        {cpk_source_message_count(source), "message", "messages"},
        {cpk_source_text_tokens(source), "token", "tokens"},
        {cpk_source_total_chunks(source), "chunk", "chunks"},
    };

    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        output_format(out, "%s%s %s", i == 0 ? "" : ", ", format_count(number, amounts[i].count),
                      format_plural(amounts[i].count, amounts[i].one, amounts[i].many));
    }
    if (cpk_source_known_messages(source) > 0) {
        output_format(out, " (%s %s known already)", format_count(number, cpk_source_known_messages(source)),
                      format_plural(cpk_source_known_messages(source), "message was", "messages were"));
    }
}

/* Formats {"api_key":1,"password":2} as "; withheld: 1 api key, 2 passwords". */
static void write_withheld(struct build *build, const cpk_source *source)
{
    struct output *out = &build->cli->out;
    struct withheld withheld;
    char *at;

    read_withheld(build, source, &withheld);
    for (at = strchr(withheld.json, '"'); at != NULL; at = strchr(at, '"')) {
        char *name = at + 1;
        char *end = strchr(name, '"');
        long long count = end != NULL && end[1] == ':' ? strtoll(end + 2, &at, 10) : 0;

        if (count <= 0) {
            return;
        }
        *end = '\0';
        for (char *letter = name; *letter != '\0'; letter++) {
            *letter = *letter == '_' ? ' ' : *letter;
        }
        output_format(out, "%s%lld %s%s", name == withheld.json + 2 ? "; withheld: " : ", ", count, name,
                      count == 1 ? "" : "s");
    }
}

static void write_text(struct build *build, const char *path, enum outcome outcome, const cpk_source *source)
{
    struct output *out = &build->cli->out;
    char number[FORMAT_NUMBER_BYTES];

    if (build->cli->quiet) {
        return;
    }
    output_foreign(out, path);
    output_string(out, ": ");
    if (outcome == OUTCOME_UNCHANGED) {
        output_string(out, "already in the pack: nothing to do");
    } else if (outcome == OUTCOME_KNOWN) {
        output_string(out, "known: the pack has all of its messages: nothing to do");
    } else {
        output_styled(out, STYLE_GREEN, OUTCOME_NAMES[outcome]);
        output_string(out, ": ");
        write_amounts(out, source);
    }
    if (cpk_source_status(source) != CPK_SOURCE_COMPLETED) {
        output_format(out, "; %s analysed", format_count(number, cpk_source_processed_chunks(source)));
    }
    write_withheld(build, source);
    output_string(out, "\n");
    output_flush(out);
}

static void tell_good(struct build *build, const char *path, enum outcome outcome, const cpk_source *source)
{
    build->good++;
    progress_hide(&build->cli->progress);
    if (build->cli->json) {
        write_json(build, path, outcome, source, NULL);
    } else {
        write_text(build, path, outcome, source);
    }
}

static void tell_skipped(struct build *build, const char *path, const cpk_error *error)
{
    if (build->cli->json) {
        write_json(build, path, OUTCOME_SKIPPED, NULL, error);
    } else if (build->skipped < SKIPPED_SHOWN_MAX || build->cli->verbose) {
        report_skipped(build->cli, path, error);
    }
    build->skipped++;
}

/* True if the input is unusable: the build continues with the others. */
static bool is_input_fault(cpk_status status)
{
    return status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NO_CONTENT ||
           status == CPK_ERROR_ENCRYPTED || status == CPK_ERROR_LIMIT_EXCEEDED;
}

/* True for other failures after which the build continues with the next input. */
static bool is_passing(cpk_status status)
{
    return status == CPK_ERROR_INSUFFICIENT_CREDITS || status == CPK_ERROR_BUSY || status == CPK_ERROR_ANALYZER ||
           status == CPK_ERROR_TIMEOUT || status == CPK_ERROR_NETWORK || status == CPK_ERROR_NOT_FOUND ||
           status == CPK_ERROR_CONFLICT;
}

static void tell_shortage(struct build *build, const char *path, const cpk_quote *quote)
{
    char needed[FORMAT_NUMBER_BYTES];
    char covered[FORMAT_NUMBER_BYTES];
    char cost[FORMAT_NUMBER_BYTES] = "";

    if (quote->price_micros > 0) {
        format_money(cost, quote->cost_micros, quote->currency);
    }
    report_info(build->cli, "%s: %s chunks are left, %s credits%s%s%s; the balance covers %s%s", path,
                format_count((char[FORMAT_NUMBER_BYTES]){0}, quote->chunks_left),
                format_count(needed, quote->credits_needed), cost[0] != '\0' ? " (" : "", cost,
                cost[0] != '\0' ? ")" : "", format_count(covered, quote->chunks_covered),
                quote->chunks_covered > 0 ? ": --partial analyses those" : "");
}

/* Reports and counts a failure, and frees the error. */
static void tell_failed(struct build *build, const char *path, const cpk_source *source, bool input_fault,
                        cpk_error *error)
{
    cpk_status status = cpk_error_code(error);
    cpk_quote quote;
    bool is_short = quote_shortage(build, source, error, &quote);
    int code = EXIT_CODE_OK;

    if (build->cli->json && path != NULL && status != CPK_ERROR_CANCELLED) {
        write_json(build, path, OUTCOME_FAILED, source, error);
    }
    code = report_failure(build->cli, path, error);
    if (is_short) {
        tell_shortage(build, path, &quote);
    }
    if (input_fault) {
        build->bad++;
        return;
    }
    build->failure_code = build->failure_code == EXIT_CODE_OK ? code : build->failure_code;
    build->stop = build->stop || !is_passing(status);
}

/* A cpk_message_fn that stops at the first message. */
static int32_t see_message(void *user, const cpk_message *message)
{
    (void)message;
    *(bool *)user = true;
    return 1;
}

/* Reads up to the first message, so that a file that is not an export leaves no failed source in the pack. Inputs that
 * can be read only once, such as standard input, are not checked. */
static cpk_status probe(struct build *build, const char *path, cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    bool seen = false;
    cpk_status status = CPK_OK;

    if (inputs_is_stream(path)) {
        return CPK_OK;
    }
    input.path = path;
    options.cancel = build->cli->cancel;
    status = cpk_extract(build->cli->engine, &input, see_message, &seen, &options, NULL, error);
    if (seen && status == CPK_ERROR_CANCELLED) {
        cpk_error_free(*error);
        *error = NULL;
        status = CPK_OK;
    }
    return status;
}

/* build->pack stays NULL if there is no such pack and none is to be created. */
static cpk_status find_pack(struct build *build, bool create, cpk_error **error)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_status status = CPK_OK;

    if (build->pack != NULL) {
        return CPK_OK;
    }
    if (create) {
        params.name = build->name;
        return cpk_pack_ensure(build->cli->session, &params, NULL, &build->pack, error);
    }
    status = cpk_pack_find(build->cli->session, build->name, &build->pack, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        cpk_error_free(*error);
        *error = NULL;
        status = CPK_OK;
    }
    return status;
}

/* Runs a source to completion; *source is replaced by its new state, also on failure. */
static cpk_status run_source(struct build *build, const char *subject, cpk_source **source, cpk_error **error)
{
    bool is_enough = build->max_chunks > 0 && build->analyzed >= build->max_chunks;
    cpk_source *after = NULL;
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, build->cli, subject, &options);
    options.flags = build->part_flags;
    options.max_chunks = build->max_chunks > 0 ? build->max_chunks - build->analyzed : 0;
    if (is_enough) {
        options.max_chunks = 0;
    }
    progress_begin(&build->cli->progress, subject);
    status = cpk_source_run(build->cli->session, cpk_source_id(*source),
                            is_enough ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED, &options, &after, error);
    progress_end(&build->cli->progress, status == CPK_OK);
    notes_end(&notes);
    if (status == CPK_ERROR_INSUFFICIENT_CREDITS && build->part_flags != 0 && build->analyzed > 0) {
        cpk_error_free(*error); /* earlier sources used up --max-chunks */
        *error = NULL;
        status = CPK_OK;
    }
    if (after != NULL) {
        build->analyzed += cpk_source_processed_chunks(after) - cpk_source_processed_chunks(*source);
        cpk_source_free(*source);
        *source = after;
    }
    return status;
}

static cpk_status add_source(struct build *build, const char *path, int32_t *added, cpk_source **source,
                             cpk_error **error)
{
    cpk_run_options options;
    struct input_source opened;
    struct notes notes;
    cpk_status status = CPK_OK;

    inputs_open(build->cli, path, &opened);
    notes_begin(&notes, build->cli, path, &options);
    progress_begin(&build->cli->progress, path);
    status =
        cpk_source_add(build->cli->session, cpk_pack_id(build->pack), &opened.input, &options, added, source, error);
    progress_end(&build->cli->progress, status == CPK_OK && *added != 0);
    inputs_close(&opened);
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

static enum outcome judge(const cpk_source *source)
{
    if (cpk_source_status(source) != CPK_SOURCE_COMPLETED) {
        return OUTCOME_PARTIAL;
    }
    if (cpk_source_known_messages(source) == 0) {
        return OUTCOME_NEW;
    }
    return cpk_source_message_count(source) > 0 ? OUTCOME_GROWN : OUTCOME_KNOWN;
}

static void build_source(struct build *build, const char *path)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    int32_t added = 0;
    bool ran = false;
    cpk_status status = find_pack(build, true, &error);

    if (status == CPK_OK) {
        status = add_source(build, path, &added, &source, &error);
    }
    if (status == CPK_OK && !was_resumed(build, source)) {
        ran = cpk_source_status(source) != CPK_SOURCE_COMPLETED;
        status = run_source(build, path, &source, &error); /* stored data of a completed source is missing */
    }
    if (status != CPK_OK) {
        tell_failed(build, path, source, is_input_fault(status), error);
    } else if (!ran && was_resumed(build, source) && !build->cli->json) {
        build->good++; /* already reported when it was finished */
    } else {
        tell_good(build, path,
                  ran || cpk_source_status(source) != CPK_SOURCE_COMPLETED ? judge(source) : OUTCOME_UNCHANGED, source);
    }
    cpk_source_free(source);
}

static void build_input(struct build *build, const struct files_item *item)
{
    cpk_error *error = NULL;
    cpk_status status = probe(build, item->path, &error);

    if (status == CPK_OK) {
        build_source(build, item->path);
    } else if (item->from_folder && (status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_NO_CONTENT)) {
        tell_skipped(build, item->path, error);
        cpk_error_free(error);
    } else { /* only the input was read, so every failure is caused by it */
        tell_failed(build, item->path, NULL,
                    status != CPK_ERROR_CANCELLED && status != CPK_ERROR_OUT_OF_MEMORY && status != CPK_ERROR_INTERNAL,
                    error);
    }
}

static void keep_resumed(struct build *build, const cpk_source *source)
{
    char **resumed = realloc(build->resumed, (build->resumed_count + 1) * sizeof *resumed);

    if (resumed == NULL) {
        return; /* one more line of output */
    }
    build->resumed = resumed;
    build->resumed[build->resumed_count] = strdup(cpk_source_id(source));
    build->resumed_count += build->resumed[build->resumed_count] != NULL;
}

static void resume_source(struct build *build, const char *source_id)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    cpk_status status = cpk_source_get(build->cli->session, source_id, &source, &error);
    const char *name = NULL;

    if (status == CPK_OK) {
        status = run_source(build, cpk_source_name(source), &source, &error);
    }
    name = source != NULL ? cpk_source_name(source) : source_id;
    if (status == CPK_OK) {
        keep_resumed(build, source);
        tell_good(build, name, cpk_source_status(source) == CPK_SOURCE_COMPLETED ? OUTCOME_RESUMED : OUTCOME_PARTIAL,
                  source);
        build->good--; /* not requested by the user */
    } else if (status == CPK_ERROR_STORAGE && !build->is_last_pass) {
        report_info(build->cli, "%s: left unfinished for now: %s", name, cpk_error_message(error));
        build->has_lost = true;
        cpk_error_free(error);
    } else if (status == CPK_ERROR_BUSY || status == CPK_ERROR_NOT_FOUND) {
        /* Another process works on it, or its bytes were not stored: its input may follow. */
        report_info(build->cli, "%s: left unfinished for now: %s", name, cpk_error_message(error));
        cpk_error_free(error);
    } else {
        tell_failed(build, name, source, is_input_fault(status), error);
    }
    cpk_source_free(source);
}

static void resume_page(struct build *build, const cpk_source_list *list)
{
    for (size_t i = 0; i < cpk_source_list_count(list) && !build->stop; i++) {
        const cpk_source *source = cpk_source_list_at(list, i);
        int32_t status = cpk_source_status(source);

        if (status != CPK_SOURCE_COMPLETED && status != CPK_SOURCE_FAILED) {
            resume_source(build, cpk_source_id(source));
        }
    }
}

/* Finishes the sources that interrupted runs left unfinished in the pack. */
static void resume_all(struct build *build)
{
    cpk_page page = CPK_PAGE_INIT;
    cpk_source_list *list = NULL;
    cpk_source_list *before = NULL;
    cpk_error *error = NULL;

    if (find_pack(build, false, &error) != CPK_OK) {
        tell_failed(build, NULL, NULL, false, error);
        return;
    }
    while (build->pack != NULL && !build->stop) {
        if (cpk_source_list_get(build->cli->session, cpk_pack_id(build->pack), &page, &list, &error) != CPK_OK) {
            tell_failed(build, NULL, NULL, false, error);
            break;
        }
        cpk_source_list_free(before); /* page.after is borrowed from the list */
        before = list;
        resume_page(build, list);
        page.after = cpk_source_list_next(list);
        if (page.after == NULL) {
            break;
        }
    }
    cpk_source_list_free(before);
}

static void tell_document(struct build *build, const struct document *document)
{
    struct output *out = &build->cli->out;
    struct json_out *json = &build->json;
    char tokens[FORMAT_NUMBER_BYTES];
    char size[FORMAT_NUMBER_BYTES];

    if (build->cli->json) {
        json_out_begin(json, NULL, '{');
        records_json_members(json, &RECORD_EXPORT, document->result);
        json_out_bool(json, "made", document->made != 0);
        json_out_text(json, "markdown", document->markdown_path);
        json_out_text(json, "json", document->json_path);
        json_out_end(json, '}');
        return;
    }
    output_foreign(out, document->markdown_path);
    if (!build->cli->quiet) {
        output_format(out, ": %s tokens, %s%s", format_count(tokens, cpk_export_token_count(document->result)),
                      format_size(size, cpk_export_file_size(document->result)),
                      document->made != 0 ? "" : " (unchanged)");
    }
    output_string(out, "\n");
    output_flush(out);
}

static bool is_wanted_type(const struct options *options, const char *type)
{
    bool any = false;

    for (size_t i = 0; i < options->value_count; i++) {
        if (strcmp(options->values[i].option->name, "type") == 0) {
            any = true;
            if (strcmp(options->values[i].text, type) == 0 || strcmp(options->values[i].text, "all") == 0) {
                return true;
            }
        }
    }
    return !any && strcmp(type, "standard") == 0;
}

static void write_documents(struct build *build)
{
    static const char *const TYPES[] = {"compact", "standard", "complete"};
    bool useful = build->pack != NULL && (build->good > 0 || build->resumed_count > 0);

    for (size_t i = 0; useful && !build->stop && i < sizeof TYPES / sizeof TYPES[0]; i++) {
        cpk_error *error = NULL;
        struct document document = {0};

        if (!is_wanted_type(&build->cli->options, TYPES[i])) {
            continue;
        }
        if (documents_write(build->cli, build->pack, cpk_export_type_from_name(TYPES[i]), build->folder, &document,
                            &error) == CPK_OK) {
            tell_document(build, &document);
        } else {
            tell_failed(build, NULL, NULL, false, error);
        }
        documents_free(&document);
    }
}

static void tell_interrupted(const struct build *build)
{
    if (build->pack != NULL) {
        report_info(build->cli, "interrupted: what is done stays in the pack \"%s\"; run the same command to continue",
                    build->name);
    } else {
        report_info(build->cli, "interrupted: nothing was kept; run the same command to start again");
    }
}

static int build_code(struct build *build)
{
    if (signals_caught() != 0) {
        tell_interrupted(build);
        return signals_exit_code();
    }
    if (build->failure_code != EXIT_CODE_OK) {
        return build->failure_code;
    }
    if (build->good == 0 && build->bad == 0) {
        return report_problem(build->cli, CPK_ERROR_NO_CONTENT, NULL, "no input has usable content");
    }
    if (build->bad > 0) {
        return build->good > 0 ? EXIT_CODE_PARTIAL : EXIT_CODE_UNUSABLE;
    }
    return EXIT_CODE_OK;
}

static void build_inputs(struct build *build, const struct files_list *inputs)
{
    for (size_t i = 0; i < inputs->count && !build->stop; i++) {
        if (signals_caught() != 0) {
            break;
        }
        if (!inputs->items[i].from_folder || !documents_is_own(build->folder, inputs->items[i].path)) {
            build_input(build, &inputs->items[i]);
        }
    }
    if (build->skipped > SKIPPED_SHOWN_MAX && !build->cli->verbose) {
        report_info(build->cli, "%zu more files were skipped (--verbose names them)",
                    build->skipped - SKIPPED_SHOWN_MAX);
    }
}

/* Reads the pack again after the build; keeps the old record if that fails. */
static void reload_pack(struct build *build)
{
    cpk_pack *pack = NULL;

    if (build->pack != NULL && cpk_pack_get(build->cli->session, cpk_pack_id(build->pack), &pack, NULL) == CPK_OK) {
        cpk_pack_free(build->pack);
        build->pack = pack;
    }
}

/* Reports the pack and writes its documents. */
static void finish(struct build *build)
{
    struct json_out *json = &build->json;
    char number[FORMAT_NUMBER_BYTES];

    build->stop = build->stop || signals_caught() != 0;
    reload_pack(build);
    if (build->cli->json) {
        json_out_end(json, ']');
        if (build->pack != NULL) {
            records_json(json, "pack", &RECORD_PACK, build->pack);
        } else {
            json_out_null(json, "pack");
        }
        json_out_begin(json, "exports", '[');
    } else if (build->pack != NULL && !build->stop && !build->cli->quiet && build->good > 0) {
        output_string(&build->cli->out, "pack \"");
        output_foreign(&build->cli->out, cpk_pack_name(build->pack));
        output_format(&build->cli->out, "\": %s %s, %s tokens\n",
                      format_count(number, cpk_pack_total_sources(build->pack)),
                      format_plural(cpk_pack_total_sources(build->pack), "source", "sources"),
                      format_count((char[FORMAT_NUMBER_BYTES]){0}, cpk_pack_total_tokens(build->pack)));
    }
    write_documents(build);
    if (build->cli->json) {
        json_out_end(json, ']');
        json_out_end(json, '}');
        json_out_line(json);
    }
}

static int run_build(struct build *build, const struct files_list *inputs)
{
    int code = connect_user(build->cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    json_out_init(&build->json, &build->cli->out);
    if (build->cli->json) {
        json_out_begin(&build->json, NULL, '{');
        json_out_begin(&build->json, "inputs", '[');
    }
    resume_all(build);
    build_inputs(build, inputs);
    if (build->has_lost && !build->stop && signals_caught() == 0) {
        build->is_last_pass = true;
        resume_all(build);
    }
    finish(build);
    return build_code(build);
}

int command_build(struct cli *cli)
{
    struct build build = {.cli = cli};
    struct files_list inputs = {0};
    char *name = NULL;
    char *folder = NULL;
    int code = common_part(cli, &build.part_flags, &build.max_chunks);

    if (code == EXIT_CODE_OK) {
        code = inputs_collect(cli, &inputs);
    }
    if (code == EXIT_CODE_OK) {
        name = inputs_pack_name(cli->options.arguments[0]);
        build.name = options_text(&cli->options, "name", name);
        folder = documents_folder_name(build.name != NULL ? build.name : "");
        build.folder = options_text(&cli->options, "output", folder);
        code = name == NULL || folder == NULL ? report_out_of_memory(cli) : run_build(&build, &inputs);
    }
    for (size_t i = 0; i < build.resumed_count; i++) {
        free(build.resumed[i]);
    }
    free(build.resumed);
    cpk_pack_free(build.pack);
    free(name);
    free(folder);
    files_list_free(&inputs);
    return code;
}

#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/records.h"
#include "terminal/skips.h"

#include <stdlib.h>
#include <string.h>

#define WITHHELD_BYTES 512

struct build {
    struct cli *cli;
    struct json_out json;
    bool is_begun; /* something was told */
    struct input_source opened;
    struct notes notes;
    cpk_run_options run_options;
    size_t good;
    size_t unreadable; /* folders below the inputs */
    struct skips skips;
    int failure_code;               /* of the first failure that is not an input's fault */
    char *pack_name;                /* NULL: nothing was put into a pack */
    char shown[INPUTS_SHOWN_BYTES]; /* the current input: progress and notes keep it to the end of the step */
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

static void write_json(struct build *build, const char *path, int32_t outcome, const cpk_source *source,
                       const cpk_error *error)
{
    struct json_out *json = &build->json;
    cpk_quote quote;

    json_out_begin(json, NULL, '{');
    json_out_text(json, "input", path);
    json_out_text(json, "outcome", cpk_input_outcome_name(outcome));
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
        records_json(json, "quote", &RECORD_QUOTE, &quote);
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

/* What of the input was not read. */
static void write_losses(struct output *out, const cpk_source *source)
{
    if (cpk_source_loss_summary(source) != NULL) {
        output_string(out, "; ");
        output_styled(out, cpk_source_is_partial(source) ? STYLE_YELLOW : STYLE_PLAIN, cpk_source_loss_summary(source));
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

static void write_text(struct build *build, const char *path, int32_t outcome, const cpk_source *source)
{
    struct output *out = &build->cli->out;
    char number[FORMAT_NUMBER_BYTES];

    if (build->cli->quiet) {
        return;
    }
    output_foreign(out, path);
    output_string(out, ": ");
    if (outcome == CPK_INPUT_UNCHANGED) {
        output_string(out, "already in the pack: nothing to do");
    } else if (outcome == CPK_INPUT_KNOWN) {
        output_string(out, "known: the pack has all of its messages: nothing to do");
    } else {
        output_styled(out, STYLE_GREEN, cpk_input_outcome_name(outcome));
        output_string(out, ": ");
        write_amounts(out, source);
    }
    if (cpk_source_status(source) != CPK_SOURCE_COMPLETED) {
        output_format(out, "; %s analysed", format_count(number, cpk_source_processed_chunks(source)));
    }
    write_losses(out, source);
    write_withheld(build, source);
    output_string(out, "\n");
    output_flush(out);
}

static void tell_skipped(struct build *build, const char *path, const cpk_error *error)
{
    if (build->cli->json) {
        write_json(build, path, CPK_INPUT_SKIPPED, NULL, error);
    } else {
        skips_add(&build->skips, build->cli, path, error);
    }
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

/* The error as one of the command's own, to be freed. */
static cpk_error *copy_error(const cpk_error *error)
{
    return cpk_error_new(cpk_error_code(error), cpk_error_domain(error), cpk_error_message(error),
                         cpk_error_native(error), cpk_error_retryable(error));
}

static void tell_failed(struct build *build, const cpk_build_event *event)
{
    cpk_quote quote;
    bool is_short = quote_shortage(build, event->source, event->error, &quote);
    int code = EXIT_CODE_OK;

    if (build->cli->json && event->input != NULL && cpk_error_code(event->error) != CPK_ERROR_CANCELLED) {
        write_json(build, event->input, CPK_INPUT_FAILED, event->source, event->error);
    }
    code = report_failure(build->cli, event->input, copy_error(event->error));
    if (is_short) {
        tell_shortage(build, event->input, &quote);
    }
    if ((event->flags & CPK_BUILD_INPUT_IS_BAD) == 0) {
        build->failure_code = build->failure_code == EXIT_CODE_OK ? code : build->failure_code;
    }
}

static void tell_good(struct build *build, const cpk_build_event *event)
{
    build->good += (event->flags & CPK_BUILD_FROM_EARLIER) == 0;
    progress_hide(&build->cli->progress);
    if (build->cli->json) {
        write_json(build, event->input, event->outcome, event->source, NULL);
    } else if ((event->flags & CPK_BUILD_FINISHED_BEFORE) == 0) {
        write_text(build, event->input, event->outcome, event->source);
    }
}

static void tell_input(struct build *build, const cpk_build_event *event)
{
    switch (event->outcome) {
    case CPK_INPUT_DEFERRED:
        report_info(build->cli, "%s: left unfinished for now: %s", event->input, cpk_error_message(event->error));
        break;
    case CPK_INPUT_SKIPPED:
        tell_skipped(build, event->input, event->error);
        break;
    case CPK_INPUT_FAILED:
        tell_failed(build, event);
        break;
    case CPK_INPUT_UNREADABLE:
        build->unreadable++;
        report_failure(build->cli, event->input, copy_error(event->error));
        break;
    default:
        tell_good(build, event);
        break;
    }
}

/* After the inputs: the pack, and the beginning of the documents. */
static void tell_pack(struct build *build, const cpk_build_event *event)
{
    struct json_out *json = &build->json;
    struct output *out = &build->cli->out;
    const cpk_pack *pack = event->pack;
    char number[FORMAT_NUMBER_BYTES];

    skips_end(&build->skips, build->cli);
    if (build->cli->json) {
        json_out_end(json, ']');
        if (pack != NULL) {
            records_json(json, "pack", &RECORD_PACK, pack);
        } else {
            json_out_null(json, "pack");
        }
        json_out_begin(json, "exports", '[');
    } else if (pack != NULL && event->is_done && !build->cli->quiet && build->good > 0) {
        output_string(out, "pack \"");
        output_foreign(out, cpk_pack_name(pack));
        output_format(out, "\": %s %s, %s tokens\n", format_count(number, cpk_pack_total_sources(pack)),
                      format_plural(cpk_pack_total_sources(pack), "source", "sources"),
                      format_count((char[FORMAT_NUMBER_BYTES]){0}, cpk_pack_total_tokens(pack)));
    }
    if (pack != NULL) {
        build->pack_name = strdup(cpk_pack_name(pack));
        notes_begin(&build->notes, build->cli, build->pack_name != NULL ? build->pack_name : "", NULL);
    }
}

static void tell_document(struct build *build, const cpk_build_event *event)
{
    struct output *out = &build->cli->out;
    struct json_out *json = &build->json;
    char tokens[FORMAT_NUMBER_BYTES];
    char size[FORMAT_NUMBER_BYTES];

    if (build->cli->json) {
        json_out_begin(json, NULL, '{');
        records_json_members(json, &RECORD_EXPORT, event->document);
        json_out_bool(json, "made", event->is_done != 0);
        json_out_text(json, "markdown", event->markdown_path);
        json_out_text(json, "json", event->json_path);
        json_out_end(json, '}');
        return;
    }
    output_foreign(out, event->markdown_path);
    if (!build->cli->quiet) {
        output_format(out, ": %s tokens, %s%s", format_count(tokens, cpk_export_token_count(event->document)),
                      format_size(size, cpk_export_file_size(event->document)), event->is_done ? "" : " (unchanged)");
    }
    output_string(out, "\n");
    output_flush(out);
}

static void begin_step(struct build *build, const char *input)
{
    notes_begin(&build->notes, build->cli, input, NULL);
    progress_begin(&build->cli->progress, input);
}

static void end_step(struct build *build, bool is_done)
{
    progress_end(&build->cli->progress, is_done);
    notes_end(&build->notes);
    inputs_close(&build->opened);
    build->opened.fd = -1;
}

static void begin_output(struct build *build)
{
    build->is_begun = true;
    if (build->cli->json) {
        json_out_begin(&build->json, NULL, '{');
        json_out_begin(&build->json, "inputs", '[');
    }
}

/* A cpk_build_event_fn. */
static void take_event(void *user, const cpk_build_event *told)
{
    struct build *build = user;
    cpk_build_event copy = *told;
    const cpk_build_event *event = &copy;

    copy.input = told->input != NULL ? inputs_shown(told->input, build->shown) : NULL;
    if (!build->is_begun) {
        begin_output(build);
    }
    switch (event->event) {
    case CPK_BUILD_STARTED:
        begin_step(build, event->input);
        break;
    case CPK_BUILD_ENDED:
        end_step(build, event->is_done != 0);
        break;
    case CPK_BUILD_INPUT:
        tell_input(build, event);
        break;
    case CPK_BUILD_PACK:
        tell_pack(build, event);
        break;
    case CPK_BUILD_DOCUMENT:
        tell_document(build, event);
        break;
    case CPK_BUILD_FAILED:
        tell_failed(build, event);
        break;
    default:
        break;
    }
}

/* A cpk_build_open_fn: standard input and pipes, which Ctrl-C interrupts. */
static void open_stream(void *user, const char *path, cpk_input *input)
{
    struct build *build = user;

    inputs_open(build->cli, path, &build->opened);
    *input = build->opened.input;
}

static void tell_interrupted(const struct build *build)
{
    if (build->pack_name != NULL) {
        report_info(build->cli, "interrupted: what is done stays in the pack \"%s\"; run the same command to continue",
                    build->pack_name);
    } else {
        report_info(build->cli, "interrupted: nothing was kept; run the same command to start again");
    }
}

static int build_code(struct build *build, const cpk_build_result *result)
{
    int32_t bad = cpk_build_result_failed_count(result);

    if (signals_caught() != 0) {
        tell_interrupted(build);
        return signals_exit_code();
    }
    if (build->failure_code != EXIT_CODE_OK) {
        return build->failure_code;
    }
    if (build->good == 0 && bad == 0) {
        return report_problem(build->cli, CPK_ERROR_NO_CONTENT, NULL, "no input has usable content");
    }
    if (bad > 0 && build->good == 0) {
        return EXIT_CODE_UNUSABLE;
    }
    return bad > 0 || build->unreadable > 0 || cpk_build_result_partial_count(result) > 0 ? EXIT_CODE_PARTIAL
                                                                                          : EXIT_CODE_OK;
}

static uint32_t wanted_types(const struct options *options)
{
    static const struct {
        const char *name;
        uint32_t types;
    } NAMES[] = {{"compact", CPK_BUILD_COMPACT},
                 {"standard", CPK_BUILD_STANDARD},
                 {"complete", CPK_BUILD_COMPLETE},
                 {"all", CPK_BUILD_COMPACT | CPK_BUILD_STANDARD | CPK_BUILD_COMPLETE}};
    uint32_t types = 0;

    for (size_t i = 0; i < options->value_count; i++) {
        for (size_t j = 0; j < sizeof NAMES / sizeof NAMES[0]; j++) {
            if (strcmp(options->values[i].option->name, "type") == 0 &&
                strcmp(options->values[i].text, NAMES[j].name) == 0) {
                types |= NAMES[j].types;
            }
        }
    }
    return types;
}

static int run_build(struct build *build, cpk_build_options *options)
{
    struct cli *cli = build->cli;
    cpk_build_result *result = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = EXIT_CODE_OK;

    json_out_init(&build->json, &cli->out);
    status = cpk_build(cli->session, cli->options.arguments, cli->options.argument_count, options, &result, &error);
    if (!build->is_begun) {
        code = status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, NULL, error);
    } else {
        if (cli->json) {
            json_out_end(&build->json, ']');
            json_out_end(&build->json, '}');
            json_out_line(&build->json);
        }
        cpk_error_free(error); /* the events have told it */
        code = build_code(build, result);
    }
    cpk_build_result_free(result);
    return code;
}

int command_build(struct cli *cli)
{
    struct build build = {.cli = cli, .opened.fd = -1};
    cpk_build_options options = CPK_BUILD_OPTIONS_INIT;
    uint32_t part_flags = 0;
    int64_t max_chunks = 0;
    int code = common_part(cli, &part_flags, &max_chunks);

    code = code == EXIT_CODE_OK ? common_budget(cli, &options.max_tokens) : code;
    code = code == EXIT_CODE_OK ? inputs_check(cli) : code;
    code = code == EXIT_CODE_OK ? connect_user(cli) : code;
    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&build.notes, cli, "", &build.run_options);
    build.run_options.flags = part_flags;
    build.run_options.max_chunks = max_chunks;
    options.run_options = &build.run_options;
    options.types = wanted_types(&cli->options);
    options.name = options_text(&cli->options, "name", NULL);
    options.output = options_text(&cli->options, "output", NULL);
    options.file_mode = cli->file_mode;
    options.event = take_event;
    options.event_user = &build;
    options.open = open_stream;
    options.open_user = &build;
    options.flags = options_flag(&cli->options, "strict") ? CPK_BUILD_STRICT : 0;
    code = run_build(&build, &options);
    free(build.pack_name);
    return code;
}

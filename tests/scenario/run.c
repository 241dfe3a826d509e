/* Carries out a scenario through the C API: scenario_run scenario.json DATA_DIR OUT_DIR. See README.md. */
#include <contextpack/contextpack.h>
#include <errno.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096
#define ROLES      5

struct label {
    char name[64];
    char id[128];
};

struct scenario {
    const char *data_dir;
    const char *out_dir;
    cpk_engine *engine;
    cpk_session *service;
    cpk_session *session;
    cpk_cancel *cancel;
    struct label labels[64];
    size_t label_count;
    int32_t cancel_stage; /* of the step at hand; 0: none */
    int64_t notes;
    char path[PATH_BYTES];
    cpk_run_options run;
};

typedef cpk_status step_fn(struct scenario *all, json_object *step, json_object *result, cpk_error **error);

static void die(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static const char *text_of(json_object *step, const char *key)
{
    json_object *value;

    return json_object_object_get_ex(step, key, &value) ? json_object_get_string(value) : NULL;
}

static int64_t number_of(json_object *step, const char *key)
{
    json_object *value;

    return json_object_object_get_ex(step, key, &value) ? json_object_get_int64(value) : 0;
}

static void put_text(json_object *result, const char *key, const char *text)
{
    json_object_object_add(result, key, text != NULL ? json_object_new_string(text) : NULL);
}

static void put_number(json_object *result, const char *key, int64_t number)
{
    json_object_object_add(result, key, json_object_new_int64(number));
}

static void put_bool(json_object *result, const char *key, int32_t value)
{
    json_object_object_add(result, key, json_object_new_boolean(value));
}

/* The id that the step's `key` names: of a label, or literally. */
static const char *id_of(struct scenario *all, json_object *step, const char *key)
{
    const char *name = text_of(step, key);

    for (size_t i = 0; name != NULL && i < all->label_count; i++) {
        if (strcmp(all->labels[i].name, name) == 0) {
            return all->labels[i].id;
        }
    }
    return name;
}

static void keep(struct scenario *all, json_object *step, const char *id)
{
    const char *name = text_of(step, "as");
    size_t i = 0;

    if (name == NULL) {
        return;
    }
    while (i < all->label_count && strcmp(all->labels[i].name, name) != 0) {
        i++;
    }
    if (i == sizeof all->labels / sizeof all->labels[0]) {
        die("too many labels");
    }
    all->label_count = i == all->label_count ? i + 1 : all->label_count;
    snprintf(all->labels[i].name, sizeof all->labels[i].name, "%s", name);
    snprintf(all->labels[i].id, sizeof all->labels[i].id, "%s", id);
}

static int32_t watch(void *user, int32_t stage, int64_t done, int64_t total)
{
    struct scenario *all = user;

    (void)done;
    (void)total;
    if (stage == all->cancel_stage) {
        cpk_cancel_request(all->cancel);
    }
    return 0;
}

static void take_note(void *user, int32_t note, const char *where, const char *text)
{
    (void)note;
    (void)where;
    (void)text;
    ((struct scenario *)user)->notes++;
}

static const cpk_run_options *run_of(struct scenario *all, json_object *step)
{
    static const char *const stages[] = {"", "store", "extract", "chunk", "analyze", "export"};
    const char *stage = text_of(step, "cancel_at");

    cpk_run_options_init(&all->run, sizeof all->run);
    cpk_cancel_reset(all->cancel);
    all->cancel_stage = 0;
    for (int32_t i = 1; stage != NULL && i <= CPK_STAGE_EXPORT; i++) {
        all->cancel_stage = strcmp(stages[i], stage) == 0 ? i : all->cancel_stage;
    }
    all->notes = 0;
    all->run.flags = json_object_get_boolean(json_object_object_get(step, "partial")) ? CPK_RUN_PARTIAL : 0;
    all->run.max_chunks = number_of(step, "max_chunks");
    all->run.progress = watch;
    all->run.progress_user = all;
    all->run.note = take_note;
    all->run.note_user = all;
    all->run.cancel = all->cancel;
    return &all->run;
}

static const cpk_input *input_of(struct scenario *all, json_object *step, cpk_input *input)
{
    cpk_input_init(input, sizeof *input);
    input->name = text_of(step, "name");
    if (text_of(step, "path") != NULL) {
        snprintf(all->path, sizeof all->path, "%s/%s", all->data_dir, text_of(step, "path"));
        input->path = all->path;
    } else {
        input->data = text_of(step, "text");
        input->length = strlen(text_of(step, "text"));
    }
    return input;
}

struct writer {
    FILE *file;
    int64_t bytes;
};

static int32_t write_to(void *user, const void *data, size_t length_bytes)
{
    struct writer *out = user;

    out->bytes += (int64_t)length_bytes;
    return fwrite(data, 1, length_bytes, out->file) == length_bytes ? 0 : -1;
}

static struct writer writer_open(struct scenario *all, json_object *step)
{
    char path[PATH_BYTES];
    struct writer out = {NULL, 0};

    snprintf(path, sizeof path, "%s/files/%s", all->out_dir, text_of(step, "to"));
    out.file = fopen(path, "wb");
    if (out.file == NULL) {
        die(path);
    }
    return out;
}

static void put_report(json_object *result, const cpk_extract_report *report)
{
    put_text(result, "format", report->format);
    put_number(result, "source_type", report->source_type);
    put_number(result, "conversations", report->conversations);
    put_number(result, "messages", report->messages);
    put_number(result, "skipped", report->skipped);
    put_number(result, "damaged", report->damaged);
    put_number(result, "missing_files", report->missing_files);
}

static cpk_status count_tokens(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    const char *name = text_of(step, "encoding");
    const char *text = text_of(step, "text");
    int32_t encoding = cpk_encoding_from_name(name);
    int64_t count = 0;
    cpk_status status;

    (void)all;
    status = cpk_tokens_count(encoding != 0 ? encoding : -1, text, strlen(text), &count, error);
    put_number(result, "count", count);
    return status;
}

static cpk_status encode_tokens(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    const char *text = text_of(step, "text");
    json_object *list = json_object_new_array();
    uint32_t ids[256];
    size_t count = 0;
    cpk_status status;

    (void)all;
    status = cpk_tokens_encode(cpk_encoding_from_name(text_of(step, "encoding")), text, strlen(text), ids,
                               sizeof ids / sizeof ids[0], &count, error);
    for (size_t i = 0; status == CPK_OK && i < count; i++) {
        json_object_array_add(list, json_object_new_int64(ids[i]));
    }
    json_object_object_add(result, "ids", list);
    return status;
}

static cpk_status setting(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int64_t value = 0;
    cpk_status status = cpk_engine_setting(all->engine, text_of(step, "name"), &value, error);

    put_number(result, "value", value);
    return status;
}

struct tally {
    int64_t roles[ROLES];
    int64_t text_bytes;
};

static int32_t count_message(void *user, const cpk_message *message)
{
    struct tally *sums = user;

    sums->roles[message->role < ROLES ? message->role : 0]++;
    sums->text_bytes += (int64_t)message->text_length;
    return 0;
}

static cpk_status extract(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    json_object *roles = json_object_new_object();
    struct tally sums = {{0}, 0};
    cpk_input input;
    cpk_status status =
        cpk_extract(all->engine, input_of(all, step, &input), count_message, &sums, run_of(all, step), &report, error);

    put_report(result, &report);
    for (int32_t i = 0; i < ROLES; i++) {
        if (sums.roles[i] > 0) {
            put_number(roles, cpk_role_name(i), sums.roles[i]);
        }
    }
    json_object_object_add(result, "roles", roles);
    put_number(result, "text_bytes", sums.text_bytes);
    put_number(result, "notes", all->notes);
    return status;
}

static cpk_status extract_text(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    struct writer out = writer_open(all, step);
    cpk_input input;
    cpk_status status =
        cpk_extract_text(all->engine, input_of(all, step, &input), write_to, &out, run_of(all, step), &report, error);

    fclose(out.file);
    put_report(result, &report);
    return status;
}

static int32_t add_chunk(void *user, const cpk_chunk *chunk)
{
    json_object *numbers = json_object_new_array();

    json_object_array_add(numbers, json_object_new_int64(chunk->offset));
    json_object_array_add(numbers, json_object_new_int64(chunk->length));
    json_object_array_add(numbers, json_object_new_int64(chunk->tokens));
    json_object_array_add(user, numbers);
    return 0;
}

static cpk_status chunk(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_chunk_options options = CPK_CHUNK_OPTIONS_INIT;
    json_object *chunks = json_object_new_array();
    cpk_input input;

    options.max_tokens = number_of(step, "max_tokens");
    options.overlap_tokens = number_of(step, "overlap_tokens");
    json_object_object_add(result, "chunks", chunks);
    return cpk_chunk_input(all->engine, input_of(all, step, &input), &options, add_chunk, chunks, run_of(all, step),
                           NULL, error);
}

static void take_user(struct scenario *all, json_object *step, json_object *result, cpk_user *user)
{
    if (user != NULL) {
        keep(all, step, cpk_user_id(user));
        put_text(result, "email", cpk_user_email(user));
        put_text(result, "full_name", cpk_user_full_name(user));
        put_text(result, "avatar_url", cpk_user_avatar_url(user));
        put_text(result, "payment_plan", cpk_user_payment_plan(user) == CPK_PLAN_UNLIMITED ? "unlimited" : "credits");
        put_number(result, "credits_balance", cpk_user_credits_balance(user));
        put_number(result, "chunks_analyzed", cpk_user_chunks_analyzed(user));
        cpk_user_free(user);
    }
}

static cpk_status create_user(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    const char *plan = text_of(step, "plan");
    cpk_user *user;
    cpk_status status;

    params.email = text_of(step, "email");
    params.full_name = text_of(step, "full_name");
    params.payment_plan = plan != NULL && strcmp(plan, "unlimited") == 0 ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    status = cpk_user_create(all->service, &params, &user, error);
    take_user(all, step, result, user);
    return status;
}

static cpk_status find_user(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_user *user;
    cpk_status status = cpk_user_find(all->service, text_of(step, "email"), &user, error);

    take_user(all, step, result, user);
    return status;
}

static cpk_status get_user(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_user *user;
    cpk_status status = cpk_user_get(all->service, id_of(all, step, "user"), &user, error);

    take_user(all, step, result, user);
    return status;
}

static cpk_status update_user(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_user *user;
    cpk_status status = cpk_user_update(all->session, id_of(all, step, "user"), text_of(step, "full_name"),
                                        text_of(step, "avatar_url"), &user, error);

    take_user(all, step, result, user);
    return status;
}

static cpk_status open_session(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_session *session;
    cpk_status status = cpk_session_open_user(all->engine, id_of(all, step, "user"), &session, error);

    (void)result;
    if (status == CPK_OK) {
        cpk_session_close(all->session);
        all->session = session;
    }
    return status;
}

static cpk_status credits(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int64_t balance = 0;
    int64_t held = 0;
    cpk_status status = cpk_credits_balance(all->session, NULL, &balance, &held, error);

    (void)step;
    put_number(result, "balance", balance);
    put_number(result, "held", held);
    return status;
}

static void take_pack(struct scenario *all, json_object *step, json_object *result, cpk_pack *pack)
{
    if (pack != NULL) {
        keep(all, step, cpk_pack_id(pack));
        put_text(result, "name", cpk_pack_name(pack));
        put_text(result, "description", cpk_pack_description(pack));
        put_text(result, "custom_system_prompt", cpk_pack_custom_system_prompt(pack));
        put_number(result, "total_sources", cpk_pack_total_sources(pack));
        put_number(result, "total_tokens", cpk_pack_total_tokens(pack));
        cpk_pack_free(pack);
    }
}

static cpk_pack_params pack_params_of(json_object *step)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;

    params.name = text_of(step, "name");
    params.description = text_of(step, "description");
    params.custom_system_prompt = text_of(step, "custom_system_prompt");
    return params;
}

static cpk_status create_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack_params params = pack_params_of(step);
    cpk_pack *pack;
    cpk_status status = cpk_pack_create(all->session, &params, &pack, error);

    take_pack(all, step, result, pack);
    return status;
}

static cpk_status ensure_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack_params params = pack_params_of(step);
    int32_t created = 0;
    cpk_pack *pack;
    cpk_status status = cpk_pack_ensure(all->session, &params, &created, &pack, error);

    take_pack(all, step, result, pack);
    put_bool(result, "created", created);
    return status;
}

static cpk_status get_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack *pack;
    cpk_status status = cpk_pack_get(all->session, id_of(all, step, "pack"), &pack, error);

    take_pack(all, step, result, pack);
    return status;
}

static cpk_status find_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack *pack;
    cpk_status status = cpk_pack_find(all->session, text_of(step, "name"), &pack, error);

    take_pack(all, step, result, pack);
    return status;
}

static cpk_status update_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack_params params = pack_params_of(step);
    cpk_pack *pack;
    cpk_status status = cpk_pack_update(all->session, id_of(all, step, "pack"), &params, &pack, error);

    take_pack(all, step, result, pack);
    return status;
}

static cpk_status pack_progress(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_pack_progress progress = {sizeof progress, 0, 0, 0, 0, 0};
    cpk_status status = cpk_pack_get_progress(all->session, id_of(all, step, "pack"), &progress, error);

    put_number(result, "sources", progress.sources);
    put_number(result, "completed_sources", progress.completed_sources);
    put_number(result, "failed_sources", progress.failed_sources);
    put_number(result, "analysis_tokens", progress.analysis_tokens);
    return status;
}

static void take_source(struct scenario *all, json_object *step, json_object *result, cpk_source *source)
{
    if (source != NULL) {
        keep(all, step, cpk_source_id(source));
        put_text(result, "name", cpk_source_name(source));
        put_text(result, "type", cpk_source_type_name(source));
        put_text(result, "status", cpk_source_status_name(source));
        put_number(result, "progress", cpk_source_progress(source));
        put_text(result, "error_message", cpk_source_error_message(source));
        put_text(result, "file_name", cpk_source_file_name(source));
        put_number(result, "file_size", cpk_source_file_size(source));
        put_text(result, "format", cpk_source_format(source));
        put_text(result, "sha256", cpk_source_sha256(source));
        put_number(result, "message_count", cpk_source_message_count(source));
        put_number(result, "conversation_count", cpk_source_conversation_count(source));
        put_number(result, "known_messages", cpk_source_known_messages(source));
        put_number(result, "text_tokens", cpk_source_text_tokens(source));
        put_number(result, "total_chunks", cpk_source_total_chunks(source));
        put_number(result, "processed_chunks", cpk_source_processed_chunks(source));
        put_number(result, "input_tokens", cpk_source_input_tokens(source));
        put_number(result, "output_tokens", cpk_source_output_tokens(source));
        put_number(result, "cost_micros", cpk_source_cost_micros(source));
        cpk_source_free(source);
    }
}

static cpk_status add_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int32_t added = 0;
    cpk_source *source;
    cpk_input input;
    cpk_status status = cpk_source_add(all->session, id_of(all, step, "pack"), input_of(all, step, &input),
                                       run_of(all, step), &added, &source, error);

    take_source(all, step, result, source);
    put_bool(result, "added", added);
    return status;
}

static cpk_status run_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int32_t until =
        strcmp(text_of(step, "until"), "completed") == 0 ? CPK_SOURCE_COMPLETED : CPK_SOURCE_READY_FOR_ANALYSIS;
    cpk_source *source = NULL;
    cpk_status status =
        cpk_source_run(all->session, id_of(all, step, "source"), until, run_of(all, step), &source, error);

    take_source(all, step, result, source);
    return status;
}

static void take_quote(json_object *result, const cpk_quote *quote)
{
    put_bool(result, "can_proceed", quote->can_proceed);
    put_bool(result, "is_unlimited", quote->is_unlimited);
    put_number(result, "sources", quote->sources);
    put_number(result, "unknown_sources", quote->unknown_sources);
    put_number(result, "chunks_total", quote->chunks_total);
    put_number(result, "chunks_done", quote->chunks_done);
    put_number(result, "chunks_left", quote->chunks_left);
    put_number(result, "credits_needed", quote->credits_needed);
    put_number(result, "balance", quote->balance);
    put_number(result, "held", quote->held);
    put_number(result, "held_here", quote->held_here);
    put_number(result, "chunks_covered", quote->chunks_covered);
    put_number(result, "price_micros", quote->price_micros);
    put_number(result, "cost_micros", quote->cost_micros);
    put_text(result, "currency", quote->currency);
}

static cpk_status quote_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_status status = cpk_quote_source(all->session, id_of(all, step, "source"), &quote, error);

    take_quote(result, &quote);
    return status;
}

static cpk_status quote_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_status status = cpk_quote_pack(all->session, id_of(all, step, "pack"), &quote, error);

    take_quote(result, &quote);
    return status;
}

static cpk_status get_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_source *source;
    cpk_status status = cpk_source_get(all->session, id_of(all, step, "source"), &source, error);

    take_source(all, step, result, source);
    return status;
}

static cpk_status read_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    struct writer out = writer_open(all, step);
    int32_t part = strcmp(text_of(step, "part"), "raw") == 0 ? CPK_PART_RAW : CPK_PART_EXTRACTED;
    cpk_status status = cpk_source_read(all->session, id_of(all, step, "source"), part, write_to, &out, error);

    fclose(out.file);
    put_number(result, "bytes", out.bytes);
    return status;
}

static void take_export(struct scenario *all, json_object *step, json_object *result, cpk_export *document)
{
    if (document != NULL) {
        keep(all, step, cpk_export_id(document));
        put_text(result, "type", cpk_export_type_name(document));
        put_text(result, "status", cpk_export_status_name(document));
        put_text(result, "error_message", cpk_export_error_message(document));
        put_number(result, "token_count", cpk_export_token_count(document));
        put_number(result, "file_size", cpk_export_file_size(document));
        cpk_export_free(document);
    }
}

static cpk_status create_export(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int32_t made = 0;
    cpk_export *document;
    cpk_status status =
        cpk_export_create(all->session, id_of(all, step, "pack"), cpk_export_type_from_name(text_of(step, "type")),
                          run_of(all, step), &made, &document, error);

    take_export(all, step, result, document);
    put_bool(result, "made", made);
    return status;
}

static cpk_status get_export(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_export *document;
    cpk_status status = cpk_export_get(all->session, id_of(all, step, "export"), &document, error);

    take_export(all, step, result, document);
    return status;
}

static cpk_status read_export(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    struct writer out = writer_open(all, step);
    int32_t format = strcmp(text_of(step, "format"), "json") == 0 ? CPK_FORMAT_JSON : CPK_FORMAT_MARKDOWN;
    cpk_status status = cpk_export_read(all->session, id_of(all, step, "export"), format, write_to, &out, error);

    fclose(out.file);
    put_number(result, "bytes", out.bytes);
    return status;
}

/* A page of the step's list: its texts are added to `texts`, the cursor of the next page is written to `next`. */
typedef cpk_status page_fn(struct scenario *all, json_object *step, const cpk_page *page, json_object *texts,
                           char *next, size_t next_bytes, cpk_error **error);

static cpk_status all_pages(struct scenario *all, json_object *step, page_fn *one, json_object *result, const char *key,
                            cpk_error **error)
{
    json_object *texts = json_object_new_array();
    char next[256] = "";
    int64_t pages = 0;
    cpk_status status;

    json_object_object_add(result, key, texts);
    do {
        cpk_page page = CPK_PAGE_INIT;
        char after[sizeof next];

        snprintf(after, sizeof after, "%s", next);
        page.limit = (int32_t)number_of(step, "limit");
        page.after = after[0] != '\0' ? after : NULL;
        next[0] = '\0';
        status = one(all, step, &page, texts, next, sizeof next, error);
        pages++;
    } while (status == CPK_OK && next[0] != '\0');
    put_number(result, "pages", pages);
    return status;
}

#define PAGE(noun, get_list, text)                                                                                     \
    static cpk_status noun##_page(struct scenario *all, json_object *step, const cpk_page *page, json_object *texts,   \
                                  char *next, size_t next_bytes, cpk_error **error)                                    \
    {                                                                                                                  \
        cpk_##noun##_list *list;                                                                                       \
        cpk_status status = get_list;                                                                                  \
        const char *cursor = cpk_##noun##_list_next(list);                                                             \
                                                                                                                       \
        (void)step;                                                                                                    \
        for (size_t i = 0; i < cpk_##noun##_list_count(list); i++) {                                                   \
            const cpk_##noun *item = cpk_##noun##_list_at(list, i);                                                    \
            json_object_array_add(texts, text);                                                                        \
        }                                                                                                              \
        snprintf(next, next_bytes, "%s", cursor != NULL ? cursor : "");                                                \
        cpk_##noun##_list_free(list);                                                                                  \
        return status;                                                                                                 \
    }

static json_object *entry_text(const cpk_transaction *entry)
{
    char text[128];

    snprintf(text, sizeof text, "%s %lld", cpk_transaction_type_name(entry), (long long)cpk_transaction_credits(entry));
    return json_object_new_string(text);
}

PAGE(pack, cpk_pack_list_get(all->session, page, &list, error), json_object_new_string(cpk_pack_name(item)))
PAGE(source, cpk_source_list_get(all->session, id_of(all, step, "pack"), page, &list, error),
     json_object_new_string(cpk_source_name(item)))
PAGE(export, cpk_export_list_get(all->session, id_of(all, step, "pack"), page, &list, error),
     json_object_new_string(cpk_export_type_name(item)))
PAGE(transaction, cpk_transaction_list_get(all->session, NULL, page, &list, error), entry_text(item))

static cpk_status list_packs(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    return all_pages(all, step, pack_page, result, "names", error);
}

static cpk_status list_sources(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    return all_pages(all, step, source_page, result, "names", error);
}

static cpk_status list_exports(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    return all_pages(all, step, export_page, result, "types", error);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(json_object_get_string(*(json_object *const *)a), json_object_get_string(*(json_object *const *)b));
}

static cpk_status list_transactions(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    cpk_status status = all_pages(all, step, transaction_page, result, "entries", error);

    json_object_array_sort(json_object_object_get(result, "entries"), by_text);
    json_object_object_del(result, "pages");
    return status;
}

static cpk_status delete_pack(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    (void)result;
    return cpk_pack_delete(all->session, id_of(all, step, "pack"), error);
}

static cpk_status delete_source(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    (void)result;
    return cpk_source_delete(all->session, id_of(all, step, "source"), error);
}

static cpk_status delete_export(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    (void)result;
    return cpk_export_delete(all->session, id_of(all, step, "export"), error);
}

static void ignore(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    (void)outcome;
    (void)subject;
    (void)text;
}

static cpk_status check(struct scenario *all, json_object *step, json_object *result, cpk_error **error)
{
    int32_t failures = 0;
    cpk_status status = cpk_engine_check(all->engine, ignore, NULL, &failures, error);

    (void)step;
    put_number(result, "failures", failures);
    return status;
}

#define STEP(name)                                                                                                     \
    {                                                                                                                  \
#name, name                                                                                                    \
    }

static const struct {
    const char *name;
    step_fn *run;
} steps[] = {
    STEP(add_source),    STEP(check),         STEP(chunk),       STEP(count_tokens),  STEP(create_export),
    STEP(create_pack),   STEP(create_user),   STEP(credits),     STEP(delete_export), STEP(delete_pack),
    STEP(delete_source), STEP(encode_tokens), STEP(ensure_pack), STEP(extract),       STEP(extract_text),
    STEP(find_pack),     STEP(find_user),     STEP(get_export),  STEP(get_pack),      STEP(get_source),
    STEP(get_user),      STEP(list_exports),  STEP(list_packs),  STEP(list_sources),  STEP(list_transactions),
    STEP(open_session),  STEP(pack_progress), STEP(quote_pack),  STEP(quote_source),  STEP(read_export),
    STEP(read_source),   STEP(run_source),    STEP(setting),     STEP(update_pack),   STEP(update_user),
};

static step_fn *step_find(const char *name)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(steps[i].name, name) == 0) {
            return steps[i].run;
        }
    }
    die(name);
    return NULL;
}

static json_object *error_record(const cpk_error *error)
{
    json_object *record = json_object_new_object();

    put_text(record, "code", cpk_status_name(cpk_error_code(error)));
    put_text(record, "domain", cpk_error_domain(error));
    put_text(record, "native", cpk_error_native(error));
    put_bool(record, "retryable", cpk_error_retryable(error));
    return record;
}

static void step_run(struct scenario *all, json_object *step, size_t number, FILE *transcript)
{
    json_object *line = json_object_new_object();
    json_object *result = json_object_new_object();
    cpk_error *error = NULL;
    cpk_status status = step_find(text_of(step, "do"))(all, step, result, &error);

    put_number(line, "step", (int64_t)number);
    put_text(line, "do", text_of(step, "do"));
    if (status == CPK_OK) {
        json_object_object_add(line, "result", json_object_get(result));
    } else {
        json_object_object_add(line, "error", error_record(error));
    }
    fprintf(transcript, "%s\n", json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
    cpk_error_free(error);
    json_object_put(result);
    json_object_put(line);
}

static void engine_open(struct scenario *all, json_object *file)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    json_object *given = json_object_object_get(file, "settings");
    cpk_setting settings[16];
    char database[PATH_BYTES];
    char storage[PATH_BYTES];
    cpk_error *error = NULL;

    json_object_object_foreach(given, name, value)
    {
        if (options.setting_count == sizeof settings / sizeof settings[0]) {
            die("too many settings");
        }
        settings[options.setting_count++] = (cpk_setting){name, json_object_get_int64(value)};
    }
    snprintf(database, sizeof database, "sqlite:%s/packs.db", all->out_dir);
    if (getenv("CONTEXTPACK_TEST_STORAGE") != NULL) {
        snprintf(storage, sizeof storage, "%s", getenv("CONTEXTPACK_TEST_STORAGE"));
    } else {
        snprintf(storage, sizeof storage, "file:%s/blobs", all->out_dir);
    }
    options.database = database;
    options.storage = storage;
    options.settings = settings;
    if (cpk_engine_open(&options, &all->engine, &error) != CPK_OK ||
        cpk_session_open_service(all->engine, &all->service, &error) != CPK_OK ||
        cpk_cancel_create(&all->cancel, &error) != CPK_OK) {
        die(cpk_error_message(error));
    }
}

int main(int argc, char **argv)
{
    json_object *file = argc == 4 ? json_object_from_file(argv[1]) : NULL;
    struct scenario all = {.data_dir = argc == 4 ? argv[2] : NULL, .out_dir = argc == 4 ? argv[3] : NULL};
    json_object *list;
    char path[PATH_BYTES];
    FILE *transcript;

    if (file == NULL) {
        die("usage: scenario_run scenario.json DATA_DIR OUT_DIR");
    }
    snprintf(path, sizeof path, "%s/files", all.out_dir);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        die(path);
    }
    snprintf(path, sizeof path, "%s/transcript.jsonl", all.out_dir);
    transcript = fopen(path, "w");
    if (transcript == NULL) {
        die(path);
    }
    engine_open(&all, file);
    list = json_object_object_get(file, "steps");
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        step_run(&all, json_object_array_get_idx(list, i), i, transcript);
    }
    cpk_session_close(all.session);
    cpk_session_close(all.service);
    cpk_engine_close(all.engine);
    cpk_cancel_free(all.cancel);
    json_object_put(file);
    return fclose(transcript) == 0 ? 0 : 1;
}

#include "model/finding.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/json/json_view.h"
#include "base/memory.h"
#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

#define FINDINGS_FORMAT    "contextpack-findings"
#define FINDINGS_MAX_DEPTH 32

static const char *const category_names[FINDING_CATEGORY_COUNT] = {
    "instruction", "identity", "background", "person", "project", "skill",     "preference", "goal",
    "constraint",  "event",    "excerpt",    "topic",  "style",   "reference", "note",
};

const char *finding_category_name(enum finding_category category)
{
    return (size_t)category < FINDING_CATEGORY_COUNT ? category_names[category] : "note";
}

static const char *const drop_names[FINDING_DROP_COUNT] = {
    "no_quote", "foreign", "unsupported", "category", "too_long", "unsure", "too_many",
};

const char *finding_drop_name(enum finding_drop why)
{
    return (size_t)why < FINDING_DROP_COUNT ? drop_names[why] : "";
}

/* FINDING_CATEGORY_COUNT when there is none. */
static enum finding_category category_find(const char *name)
{
    for (size_t i = 0; i < FINDING_CATEGORY_COUNT; i++) {
        if (name != NULL && strcmp(category_names[i], name) == 0) {
            return (enum finding_category)i;
        }
    }
    return FINDING_CATEGORY_COUNT;
}

void finding_set_init(struct finding_set *set, const cpk_allocator *allocator)
{
    memset(set, 0, sizeof *set);
    arena_init(&set->arena, allocator);
    set->first_us = CPK_TIME_UNKNOWN;
    set->last_us = CPK_TIME_UNKNOWN;
}

void finding_set_free(struct finding_set *set)
{
    const cpk_allocator *allocator = set->arena.allocator;

    memory_release_array(allocator, set->items, set->capacity, sizeof *set->items);
    arena_free(&set->arena);
    set->items = NULL;
    set->count = 0;
    set->capacity = 0;
}

static int32_t grow_set(struct finding_set *set)
{
    size_t capacity = set->capacity == 0 ? 32 : set->capacity * 2;
    struct finding *items =
        memory_resize_array(set->arena.allocator, set->items, set->capacity, capacity, sizeof *items);

    if (items == NULL) {
        return 0;
    }
    set->items = items;
    set->capacity = capacity;
    return 1;
}

/* Copies a text to the arena; NULL counts as "". Sets *failed if there is no memory. */
static const char *copy_text(struct arena *arena, const char *text, int32_t *failed)
{
    const char *copy = arena_copy_text(arena, text == NULL ? "" : text);

    if (copy == NULL) {
        *failed = 1;
    }
    return copy;
}

static struct finding_evidence *copy_evidence(struct arena *arena, const struct finding_evidence *source, size_t count,
                                              int32_t *failed)
{
    struct finding_evidence *copy = arena_allocate_zeroed(arena, count, sizeof *copy);

    if (copy == NULL) {
        *failed = 1;
        return NULL;
    }
    for (size_t i = 0; i < count && !*failed; i++) {
        copy[i].provider = copy_text(arena, source[i].provider, failed);
        copy[i].conversation_id = copy_text(arena, source[i].conversation_id, failed);
        copy[i].conversation_title = copy_text(arena, source[i].conversation_title, failed);
        copy[i].message_id = copy_text(arena, source[i].message_id, failed);
        copy[i].time_us = source[i].time_us;
        copy[i].quote = copy_text(arena, source[i].quote, failed);
    }
    return copy;
}

struct finding *finding_set_add(struct finding_set *set, const struct finding *source)
{
    struct finding *item;
    int32_t failed = 0;

    if (set->count == set->capacity && !grow_set(set)) {
        return NULL;
    }
    item = &set->items[set->count];
    *item = *source;
    item->subject = copy_text(&set->arena, source->subject, &failed);
    item->value = copy_text(&set->arena, source->value, &failed);
    item->text = copy_text(&set->arena, source->text, &failed);
    item->evidence = NULL;
    if (source->evidence_count > 0) {
        item->evidence = copy_evidence(&set->arena, source->evidence, source->evidence_count, &failed);
    }
    if (failed) {
        return NULL;
    }
    set->count++;
    return item;
}

static void write_evidence(struct json_writer *writer, const struct finding_evidence *evidence)
{
    json_write_begin_object(writer);
    json_write_key(writer, "provider");
    json_write_string(writer, evidence->provider);
    json_write_key(writer, "conversation_id");
    json_write_string(writer, evidence->conversation_id);
    json_write_key(writer, "conversation_title");
    json_write_string(writer, evidence->conversation_title);
    json_write_key(writer, "message_id");
    json_write_string(writer, evidence->message_id);
    json_write_key(writer, "time");
    json_write_time(writer, evidence->time_us);
    json_write_key(writer, "quote");
    json_write_string(writer, evidence->quote);
    json_write_end_object(writer);
}

static void write_finding(struct json_writer *writer, const struct finding *finding)
{
    json_write_begin_object(writer);
    json_write_key(writer, "category");
    json_write_string(writer, finding_category_name(finding->category));
    json_write_key(writer, "subject");
    json_write_string(writer, finding->subject);
    json_write_key(writer, "value");
    json_write_string(writer, finding->value);
    json_write_key(writer, "text");
    json_write_string(writer, finding->text);
    json_write_key(writer, "exclusive");
    json_write_bool(writer, finding->exclusive);
    json_write_key(writer, "superseded");
    json_write_bool(writer, finding->superseded);
    json_write_key(writer, "confidence");
    json_write_int64(writer, finding->confidence);
    json_write_key(writer, "mentions");
    json_write_int64(writer, finding->mentions);
    json_write_key(writer, "conversations");
    json_write_int64(writer, finding->conversations);
    json_write_key(writer, "first_time");
    json_write_time(writer, finding->first_us);
    json_write_key(writer, "last_time");
    json_write_time(writer, finding->last_us);
    json_write_key(writer, "until");
    json_write_time(writer, finding->until_us);
    json_write_key(writer, "score");
    json_write_int64(writer, finding->score);
    json_write_key(writer, "evidence");
    json_write_begin_array(writer);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        write_evidence(writer, &finding->evidence[i]);
    }
    json_write_end_array(writer);
    json_write_end_object(writer);
}

/* Only counts above 0, and nothing if there are none. */
static void write_dropped(struct json_writer *writer, const struct finding_set *set)
{
    int32_t is_open = 0;

    for (size_t i = 0; i < FINDING_DROP_COUNT; i++) {
        if (set->dropped[i] <= 0) {
            continue;
        }
        if (!is_open) {
            json_write_key(writer, "dropped");
            json_write_begin_object(writer);
            is_open = 1;
        }
        json_write_key(writer, drop_names[i]);
        json_write_int64(writer, set->dropped[i]);
    }
    if (is_open) {
        json_write_end_object(writer);
    }
}

/* Nothing if no usage is known. */
static void write_usage(struct json_writer *writer, const struct finding_set *set)
{
    if (set->input_tokens <= 0 && set->output_tokens <= 0 && set->cost_micros <= 0) {
        return;
    }
    json_write_key(writer, "usage");
    json_write_begin_object(writer);
    json_write_key(writer, "input_tokens");
    json_write_int64(writer, set->input_tokens);
    json_write_key(writer, "output_tokens");
    json_write_int64(writer, set->output_tokens);
    json_write_key(writer, "cost_micros");
    json_write_int64(writer, set->cost_micros);
    json_write_end_object(writer);
}

cpk_status finding_set_write_json(const struct finding_set *set, struct buffer *target, cpk_error **error)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_object(&writer);
    json_write_key(&writer, "format");
    json_write_string(&writer, FINDINGS_FORMAT);
    json_write_key(&writer, "version");
    json_write_int64(&writer, 1);
    json_write_key(&writer, "user_messages");
    json_write_int64(&writer, set->user_messages);
    json_write_key(&writer, "first_time");
    json_write_time(&writer, set->first_us);
    json_write_key(&writer, "last_time");
    json_write_time(&writer, set->last_us);
    write_dropped(&writer, set);
    write_usage(&writer, set);
    json_write_key(&writer, "findings");
    json_write_begin_array(&writer);
    for (size_t i = 0; i < set->count; i++) {
        write_finding(&writer, &set->items[i]);
    }
    json_write_end_array(&writer);
    json_write_end_object(&writer);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}

/* Reads the findings of an answer. */
struct finding_reader {
    struct finding_set *set;
    struct arena scratch; /* of one finding */
    struct buffer text;
};

/* Copies a text to the arena as valid UTF-8, cut at the first NUL; "" for other types. NULL without memory. */
static const char *read_text(struct finding_reader *reader, struct json_view view)
{
    const char *text;
    size_t length;
    struct buffer repaired;
    const char *copy;

    buffer_clear(&reader->text);
    json_append_text(&reader->text, view);
    text = buffer_text(&reader->text);
    length = strlen(text);
    if (reader->text.failed) {
        return NULL;
    }
    if (utf8_valid_prefix(text, length) == length) {
        return arena_copy_bytes(&reader->scratch, text, length);
    }
    buffer_init(&repaired, reader->scratch.allocator);
    utf8_append_repaired(&repaired, text, length);
    copy = repaired.failed ? NULL : arena_copy_text(&reader->scratch, buffer_text(&repaired));
    buffer_free(&repaired);
    return copy;
}

/* Implausible times, such as the year 9999, become unknown, because one of them would outrank all other findings. */
static int64_t read_time(struct json_view view)
{
    int64_t time_us = json_time(view);

    return time_is_plausible(time_us) ? time_us : CPK_TIME_UNKNOWN;
}

/* Extends the range *first_us to *last_us, each of which may be unknown, to include the time. */
static void extend_range(int64_t *first_us, int64_t *last_us, int64_t time_us)
{
    if (time_us != CPK_TIME_UNKNOWN) {
        *first_us = *first_us == CPK_TIME_UNKNOWN || time_us < *first_us ? time_us : *first_us;
        *last_us = *last_us == CPK_TIME_UNKNOWN || time_us > *last_us ? time_us : *last_us;
    }
}

/* Reads first_time and last_time in ascending order; a missing or implausible one is set to the other. */
static void read_period(struct json_view first, struct json_view last, int64_t *first_us, int64_t *last_us)
{
    *first_us = CPK_TIME_UNKNOWN;
    *last_us = CPK_TIME_UNKNOWN;
    extend_range(first_us, last_us, read_time(first));
    extend_range(first_us, last_us, read_time(last));
}

static int32_t read_evidence(struct finding_reader *reader, struct json_view view, struct finding_evidence *evidence)
{
    static const struct json_name names[] = {
        JSON_NAME("provider"),   JSON_NAME("conversation_id"), JSON_NAME("conversation_title"),
        JSON_NAME("message_id"), JSON_NAME("quote"),           JSON_NAME("time")};
    struct json_view values[sizeof names / sizeof names[0]];

    json_select(view, names, sizeof names / sizeof names[0], values);
    evidence->provider = read_text(reader, values[0]);
    evidence->conversation_id = read_text(reader, values[1]);
    evidence->conversation_title = read_text(reader, values[2]);
    evidence->message_id = read_text(reader, values[3]);
    evidence->quote = read_text(reader, values[4]);
    evidence->time_us = read_time(values[5]);
    return evidence->provider != NULL && evidence->conversation_id != NULL && evidence->conversation_title != NULL &&
           evidence->message_id != NULL && evidence->quote != NULL;
}

static int64_t clamp(int64_t value, int64_t minimum, int64_t maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : value;
}

enum finding_member {
    MEMBER_CATEGORY,
    MEMBER_SUBJECT,
    MEMBER_VALUE,
    MEMBER_TEXT,
    MEMBER_EXCLUSIVE,
    MEMBER_SUPERSEDED,
    MEMBER_CONFIDENCE,
    MEMBER_MENTIONS,
    MEMBER_CONVERSATIONS,
    MEMBER_FIRST_TIME,
    MEMBER_LAST_TIME,
    MEMBER_UNTIL,
    MEMBER_SCORE,
    MEMBER_EVIDENCE,
    MEMBER_QUOTE,
    MEMBER_COUNT
};

static const struct json_name member_names[MEMBER_COUNT] = {
    JSON_NAME("category"),      JSON_NAME("subject"),    JSON_NAME("value"),      JSON_NAME("text"),
    JSON_NAME("exclusive"),     JSON_NAME("superseded"), JSON_NAME("confidence"), JSON_NAME("mentions"),
    JSON_NAME("conversations"), JSON_NAME("first_time"), JSON_NAME("last_time"),  JSON_NAME("until"),
    JSON_NAME("score"),         JSON_NAME("evidence"),   JSON_NAME("quote"),
};

/* Reads the evidence of a finding. 0 if there is no memory. */
static int32_t read_evidences(struct finding_reader *reader, struct json_view list, struct finding *item)
{
    struct finding_evidence *evidence;
    struct json_iter iter;
    size_t count = 0;

    if (list.type != JSON_VIEW_ARRAY) {
        return 1;
    }
    for (json_iter_init(&iter, list); json_iter_next(&iter);) {
        count++;
    }
    evidence = arena_allocate_zeroed(&reader->scratch, count, sizeof *evidence);
    for (json_iter_init(&iter, list); evidence != NULL && json_iter_next(&iter);) {
        if (!read_evidence(reader, iter.value, &evidence[item->evidence_count])) {
            return 0;
        }
        extend_range(&item->first_us, &item->last_us, evidence[item->evidence_count].time_us);
        item->evidence_count++;
    }
    item->evidence = evidence;
    return evidence != NULL;
}

/* The short form of one piece of evidence: "quote" in the finding itself. 0 if there is no memory. */
static int32_t read_quote(struct finding_reader *reader, struct json_view quote, struct finding *item)
{
    struct finding_evidence *evidence;

    if (item->evidence_count > 0 || json_is_empty_text(quote)) {
        return 1;
    }
    evidence = arena_allocate_zeroed(&reader->scratch, 1, sizeof *evidence);
    if (evidence == NULL) {
        return 0;
    }
    *evidence = (struct finding_evidence){"", "", "", "", CPK_TIME_UNKNOWN, read_text(reader, quote)};
    item->evidence = evidence;
    item->evidence_count = 1;
    return evidence->quote != NULL;
}

/* Reads one finding; skips one that has neither text nor value. 0 if there is no memory. */
static int32_t read_finding(struct finding_reader *reader, struct json_view view)
{
    struct json_view values[MEMBER_COUNT];
    struct finding item = {0};
    const char *category;

    arena_reset(&reader->scratch);
    json_select(view, member_names, MEMBER_COUNT, values);
    category = read_text(reader, values[MEMBER_CATEGORY]);
    item.subject = read_text(reader, values[MEMBER_SUBJECT]);
    item.value = read_text(reader, values[MEMBER_VALUE]);
    item.text = read_text(reader, values[MEMBER_TEXT]);
    if (category == NULL || item.subject == NULL || item.value == NULL || item.text == NULL) {
        return 0;
    }
    if (item.text[0] == '\0') {
        item.text = item.value;
    }
    if (item.text[0] == '\0') {
        return 1;
    }
    item.category = category_find(category);
    if (item.category == FINDING_CATEGORY_COUNT) {
        item.category = FINDING_NOTE;
    }
    item.exclusive = json_is_true(values[MEMBER_EXCLUSIVE]);
    item.superseded = json_is_true(values[MEMBER_SUPERSEDED]);
    item.confidence = (int32_t)clamp(json_int64(values[MEMBER_CONFIDENCE], 500), 0, 1000);
    item.mentions = clamp(json_int64(values[MEMBER_MENTIONS], 1), 1, INT64_C(1) << 40);
    item.conversations = clamp(json_int64(values[MEMBER_CONVERSATIONS], 1), 0, item.mentions);
    read_period(values[MEMBER_FIRST_TIME], values[MEMBER_LAST_TIME], &item.first_us, &item.last_us);
    item.until_us = read_time(values[MEMBER_UNTIL]);
    item.score = json_int64(values[MEMBER_SCORE], 0);
    return read_evidences(reader, values[MEMBER_EVIDENCE], &item) && read_quote(reader, values[MEMBER_QUOTE], &item) &&
           finding_set_add(reader->set, &item) != NULL;
}

static cpk_status read_document(struct finding_set *set, struct json_view document, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("user_messages"), JSON_NAME("first_time"),
                                             JSON_NAME("last_time"),     JSON_NAME("findings"),
                                             JSON_NAME("dropped"),       JSON_NAME("usage")};
    struct json_view values[sizeof names / sizeof names[0]];
    struct finding_reader reader = {.set = set};
    struct json_iter iter;
    int32_t done = 1;

    json_select(document, names, sizeof names / sizeof names[0], values);
    set->user_messages = clamp(json_int64(values[0], 0), 0, INT64_C(1) << 40);
    read_period(values[1], values[2], &set->first_us, &set->last_us);
    for (size_t i = 0; i < FINDING_DROP_COUNT; i++) {
        set->dropped[i] = clamp(json_int64(json_get(values[4], drop_names[i]), 0), 0, INT64_C(1) << 40);
    }
    set->input_tokens = clamp(json_int64(json_get(values[5], "input_tokens"), 0), 0, INT64_C(1) << 40);
    set->output_tokens = clamp(json_int64(json_get(values[5], "output_tokens"), 0), 0, INT64_C(1) << 40);
    set->cost_micros = clamp(json_int64(json_get(values[5], "cost_micros"), 0), 0, INT64_C(1) << 40);
    arena_init(&reader.scratch, set->arena.allocator);
    buffer_init(&reader.text, set->arena.allocator);
    if (values[3].type == JSON_VIEW_ARRAY) {
        for (json_iter_init(&iter, values[3]); done && json_iter_next(&iter);) {
            done = read_finding(&reader, iter.value);
        }
    }
    buffer_free(&reader.text);
    arena_free(&reader.scratch);
    for (size_t i = 0; i < set->count; i++) {
        extend_range(&set->first_us, &set->last_us, set->items[i].first_us);
        extend_range(&set->first_us, &set->last_us, set->items[i].last_us);
    }
    return done ? CPK_OK : error_out_of_memory(error);
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\0';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_space((*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_space((*text)[*length - 1])) {
        (*length)--;
    }
}

/* Removes a Markdown code fence, which models often put around JSON: "```json\n{...}\n```". */
static void strip_fence(const char **text, size_t *length)
{
    const char *line;

    if (*length < 6 || memcmp(*text, "```", 3) != 0 || memcmp(*text + *length - 3, "```", 3) != 0) {
        return;
    }
    line = memchr(*text, '\n', *length - 3);
    if (line != NULL) {
        *length -= (size_t)(line + 1 - *text) + 3;
        *text = line + 1;
        trim(text, length);
    }
}

static cpk_status add_note(struct finding_set *set, const char *text, size_t length, cpk_error **error)
{
    cpk_status status = CPK_OK;
    struct finding note = {.category = FINDING_NOTE,
                           .subject = "note",
                           .value = "",
                           .confidence = 500,
                           .mentions = 1,
                           .first_us = CPK_TIME_UNKNOWN,
                           .last_us = CPK_TIME_UNKNOWN,
                           .until_us = CPK_TIME_UNKNOWN};
    struct buffer repaired;

    buffer_init(&repaired, set->arena.allocator);
    utf8_append_repaired(&repaired, text, length);
    note.text = buffer_text(&repaired);
    if (repaired.failed || finding_set_add(set, &note) == NULL) {
        status = error_out_of_memory(error);
    }
    buffer_free(&repaired);
    return status;
}

/* A document of this format, or one that names none and has a list of findings, as the prompt asks for it. */
static int32_t is_findings(struct json_view root)
{
    struct json_view format = json_get(root, "format");

    return format.type == JSON_VIEW_NONE ? json_get(root, "findings").type == JSON_VIEW_ARRAY
                                         : json_is_text(format, FINDINGS_FORMAT);
}

cpk_status finding_set_read_answer(struct finding_set *set, const char *text, size_t length, cpk_error **error)
{
    struct json_doc document;
    const char *content;
    size_t content_length;
    cpk_status status = CPK_ERROR_INVALID_DATA;

    trim(&text, &length);
    if (length == 0) {
        return CPK_OK;
    }
    content = text;
    content_length = length;
    strip_fence(&content, &content_length);
    json_doc_init(&document, set->arena.allocator);
    if (content_length > 0 && content[0] == '{') {
        status = json_doc_read(&document, content, content_length, FINDINGS_MAX_DEPTH, SIZE_MAX);
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        status = error_out_of_memory(error);
    } else if (status == CPK_OK && is_findings(json_doc_root(&document))) {
        status = read_document(set, json_doc_root(&document), error);
    } else {
        status = add_note(set, text, length, error);
    }
    json_doc_free(&document);
    return status;
}

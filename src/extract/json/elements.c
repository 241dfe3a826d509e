#include "extract/json/elements.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/import_run.h"

#include <stdio.h>
#include <string.h>

#define SPANS_KEPT     65536 /* larger indexes are freed after their element */
#define CANDIDATES_MAX 4     /* known elements with the same head that are tried */
#define SPACE_MAX      64    /* white space after an element, before the comma or bracket */
#define IN_VAIN_MAX    ((size_t)1 << 20)

struct elements {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    struct json_doc doc; /* reused for all elements */
    element_fn each;
    void *user;
    struct import_run *run;           /* of `known` */
    const struct import_known *known; /* NULL: all elements are read */
    int32_t has_known;                /* known->find() may find something */
    uint64_t seed;                    /* hash of all that decides what an element gives, besides its bytes */
    int64_t expected_messages;        /* of an element that is_expected */
    uint64_t expected_conversation;
    int64_t known_messages;
    int32_t may_be_known;  /* too little of the element was read to expect it */
    size_t hashed_in_vain; /* bytes of expected elements that were others, less those of all elements since: above
                              IN_VAIN_MAX none is expected, so that the work stays proportional to the file */
};

static cpk_status add_note(struct elements *elements, int32_t note, const char *text, cpk_error **error)
{
    return elements->sink->note(elements->sink->self, note, elements->reader->name, text, error);
}

static cpk_status note_refused(struct elements *elements, const struct json_element *raw, cpk_error **error)
{
    char text[256];

    snprintf(text, sizeof text, "conversation %lld can't be read: not valid JSON at byte %lld: %s",
             (long long)raw->index + 1, (long long)raw->offset + (long long)elements->doc.problem_at,
             elements->doc.problem);
    return add_note(elements, CPK_NOTE_UNREADABLE_CONVERSATION, text, error);
}

static cpk_status note_values(struct elements *elements, const struct json_element *raw, cpk_error **error)
{
    char text[256];

    snprintf(text, sizeof text,
             "conversation %lld (byte %lld) has more values than import.max_json_values (%lld) and was skipped",
             (long long)raw->index + 1, (long long)raw->offset,
             (long long)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_VALUES));
    return add_note(elements, CPK_NOTE_OVER_LIMIT, text, error);
}

static cpk_status validate_element(struct elements *elements, struct json_element *raw, cpk_error **error)
{
    struct json_doc *doc = &elements->doc;
    cpk_status status = CPK_OK;

    if (!raw->is_read) {
        status = json_doc_read(doc, raw->json, raw->length,
                               (size_t)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_DEPTH),
                               (size_t)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_VALUES));
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (status == CPK_OK) {
        status = elements->each(elements->user, json_doc_root(doc), raw, error);
    } else if (raw->uncertain) {
        status = CPK_OK;
    } else if (doc->problem != NULL) {
        status = note_refused(elements, raw, error);
    } else {
        status = note_values(elements, raw, error);
    }
    json_doc_release_above(doc, SPANS_KEPT);
    return status;
}

static uint64_t hash_head(const struct elements *elements, const char *json)
{
    return hash_words(elements->seed, json, IMPORT_HEAD_BYTES);
}

/* 0 if no element of a list can end before `end`. */
static int32_t may_end(const char *json, size_t end, size_t length)
{
    size_t stop = length - end < SPACE_MAX ? length : end + SPACE_MAX;
    size_t at = end;

    while (at < stop && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
        at++;
    }
    return json[end - 1] == '}' && (at == length || json[at] == ',' || json[at] == ']');
}

/* Looks for an element that starts like this, with as many bytes. */
static cpk_status expect_element(void *user, const char *json, size_t length, size_t *expected, cpk_error **error)
{
    struct elements *elements = user;
    const struct import_known *known = elements->known;
    struct import_element element;
    size_t end;

    elements->may_be_known = length < IMPORT_HEAD_BYTES;
    if (length < IMPORT_HEAD_BYTES) {
        return CPK_OK;
    }
    element.head = hash_head(elements, json);
    for (size_t i = 0; i < CANDIDATES_MAX; i++) {
        element.length = known->find_length(known->self, element.head, i);
        end = (size_t)element.length;
        if (end == 0) {
            break;
        }
        if (end > length) {
            elements->may_be_known = 1;
            *expected = end;
            continue;
        }
        if (elements->hashed_in_vain > IN_VAIN_MAX || !may_end(json, end, length)) {
            continue;
        }
        hash_wide(elements->seed, json, end, element.hash);
        CPK_TRY(
            known->find(known->self, &element, &elements->expected_messages, &elements->expected_conversation, error));
        if (elements->expected_messages >= 0) {
            *expected = end;
            break;
        }
        elements->hashed_in_vain += end;
    }
    return CPK_OK;
}

static void pass_known(struct elements *elements, struct json_element *raw)
{
    elements->known_messages += elements->expected_messages;
    import_run_count_known(elements->run, elements->expected_conversation, elements->expected_messages);
    raw->accepted = 1;
}

/* Reads an element unless the caller of the import knows it. */
static cpk_status read_element(void *user, struct json_element *raw, cpk_error **error)
{
    struct elements *elements = user;
    const struct import_known *known = elements->known;
    struct import_element element = {.length = (int64_t)raw->length};

    elements->hashed_in_vain -= raw->length < elements->hashed_in_vain ? raw->length : elements->hashed_in_vain;
    if (known == NULL || raw->uncertain || raw->length < IMPORT_HEAD_BYTES) {
        return validate_element(elements, raw, error);
    }
    if (raw->is_expected) {
        pass_known(elements, raw);
        return CPK_OK;
    }
    element.head = hash_head(elements, raw->json);
    hash_wide(elements->seed, raw->json, raw->length, element.hash);
    if (elements->may_be_known) {
        elements->may_be_known = 0;
        CPK_TRY(
            known->find(known->self, &element, &elements->expected_messages, &elements->expected_conversation, error));
        if (elements->expected_messages >= 0) {
            pass_known(elements, raw);
            return CPK_OK;
        }
    }
    if (elements->run->mail_depth > 0) { /* the same bytes of an export of the person's give other roles */
        return validate_element(elements, raw, error);
    }
    known->begin(known->self);
    CPK_TRY(validate_element(elements, raw, error));
    known->end(known->self, &element);
    return CPK_OK;
}

/* Hash of the importer, its version and the settings that importers read. */
static uint64_t hash_versions(const struct context *context, const char *format)
{
    uint64_t hash = hash_bytes(hash_bytes(0, CPK_VERSION, strlen(CPK_VERSION)), format, strlen(format));

    for (int32_t id = 0; id < SETTING_COUNT; id++) {
        const char *name = settings_info(id)->name;
        int64_t value = context_setting(context, id);

        if (strncmp(name, "import.", 7) == 0) {
            hash = hash_bytes(hash, &value, sizeof value);
        }
    }
    return hash;
}

static cpk_status read_elements(struct elements *elements, int32_t is_unwrapped, cpk_error **error)
{
    const struct context *context = elements->context;
    struct json_split_options options = {is_unwrapped, &elements->doc, elements->has_known ? expect_element : NULL};
    cpk_status status;

    json_doc_init(&elements->doc, &context->allocator);
    CPK_TRY_CLEANUP(context_random(context, elements->doc.hash_key, sizeof elements->doc.hash_key, error));
    status = json_split_read_with(context, elements->reader, elements->sink, &options, read_element, elements, error);
cleanup:
    json_doc_free(&elements->doc);
    return status;
}

cpk_status elements_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error)
{
    struct elements elements = {.context = context, .reader = reader, .sink = sink, .each = each, .user = user};

    return read_elements(&elements, 0, error);
}

cpk_status elements_read_conversations(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                       const char *format, element_fn each, void *user, int64_t *known,
                                       cpk_error **error)
{
    struct elements elements = {.context = context, .reader = reader, .sink = sink, .each = each, .user = user};
    cpk_status status;

    elements.run = import_run_of(sink);
    elements.known = elements.run != NULL ? elements.run->options->known : NULL;
    if (elements.known != NULL) {
        elements.seed = hash_versions(context, format);
        CPK_TRY(elements.known->prepare(elements.known->self, &elements.has_known, error));
    }
    status = read_elements(&elements, 0, error);
    if (known != NULL) {
        *known += elements.known_messages;
    }
    return status;
}

cpk_status elements_read_values(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                element_fn each, void *user, cpk_error **error)
{
    struct elements elements = {.context = context, .reader = reader, .sink = sink, .each = each, .user = user};

    return read_elements(&elements, 1, error);
}

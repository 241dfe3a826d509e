#include "analyze/answer.h"

#include "analyze/rules/kind.h"
#include "base/error.h"
#include "base/json/json_view.h"
#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

#define ANSWER_BYTES_MAX   ((size_t)4 * 1024 * 1024) /* the rest of a longer answer is not read */
#define DEPTH_MAX          16
#define VALUES_MAX         100000
#define BROKEN_OBJECTS_MAX 64 /* beginnings of objects that are not whole, before the rest is left */
#define CONFIDENCE_UNTOLD  700
#define NEW_WORDS_MAX      3 /* words of a statement that the person did not use, such as "works as" */

enum member {
    MEMBER_MESSAGE,
    MEMBER_QUOTE,
    MEMBER_CATEGORY,
    MEMBER_SUBJECT,
    MEMBER_VALUE,
    MEMBER_TEXT,
    MEMBER_ENDED,
    MEMBER_UNTIL,
    MEMBER_CONFIDENCE,
    MEMBER_EVIDENCE,
    MEMBER_COUNT
};

static const struct json_name members[MEMBER_COUNT] = {
    JSON_NAME("message"), JSON_NAME("quote"), JSON_NAME("category"), JSON_NAME("subject"),    JSON_NAME("value"),
    JSON_NAME("text"),    JSON_NAME("ended"), JSON_NAME("until"),    JSON_NAME("confidence"), JSON_NAME("evidence"),
};

/* Reads one answer. */
struct checker {
    const struct evidence *evidence;
    struct finding_set *set;
    struct arena scratch; /* of one finding */
    struct buffer text;
    size_t seen;    /* findings read */
    size_t objects; /* JSON objects found */
    int32_t failed; /* there was no memory */
};

/* A finding as the model wrote it. */
struct claim {
    struct finding item;
    struct folded_text value;
    struct folded_text quote;
    size_t likely; /* index of the message that it names; SIZE_MAX: none */
};

/* A text on one line, cut at `bytes_max` + 1 bytes so that a longer one is seen; "" for other types. */
static const char *read_line(struct checker *checker, struct json_view view, size_t bytes_max)
{
    char *line;

    buffer_clear(&checker->text);
    json_append_start(&checker->text, view, bytes_max + 4);
    line = checker->text.failed ? NULL : arena_copy_text(&checker->scratch, buffer_text(&checker->text));
    if (line == NULL) {
        checker->failed = 1;
        return "";
    }
    utf8_clean_line(line);
    return line;
}

static struct folded_text fold(struct checker *checker, const char *text)
{
    struct folded_text folded = {0};

    if (!folded_text_make(&checker->scratch, text, strlen(text), &folded)) {
        checker->failed = 1;
    }
    return folded;
}

/* Cuts dots and quotation marks, which models add, from the ends of a quote. */
static struct folded_text trim_quote(struct folded_text quote)
{
    while (quote.length > 0 && strchr(" .\"'", quote.text[0]) != NULL) {
        quote.text++;
        quote.offsets++;
        quote.length--;
    }
    while (quote.length > 0 && strchr(" .\"'", quote.text[quote.length - 1]) != NULL) {
        quote.length--;
    }
    return quote;
}

/* 0 to 1000; also from a fraction of 1. */
static int32_t read_confidence(struct json_view view)
{
    double number;

    if (!json_number(view, &number)) {
        return CONFIDENCE_UNTOLD;
    }
    number = number > 0 && number <= 1 ? number * 1000 : number;
    return !(number >= 0) ? 0 : number > ANSWER_CONFIDENCE_MAX ? ANSWER_CONFIDENCE_MAX : (int32_t)number;
}

static int32_t is_asked_for(enum finding_category category)
{
    switch (category) {
    case FINDING_IDENTITY:
    case FINDING_BACKGROUND:
    case FINDING_PERSON:
    case FINDING_PROJECT:
    case FINDING_SKILL:
    case FINDING_PREFERENCE:
    case FINDING_GOAL:
    case FINDING_CONSTRAINT:
    case FINDING_EVENT:
    case FINDING_REFERENCE:
        return 1;
    default: /* words of the person come from the offline analyzer, verbatim */
        return 0;
    }
}

static enum finding_category read_category(struct json_view view)
{
    for (size_t i = 0; i < FINDING_CATEGORY_COUNT; i++) {
        if (json_is_text(view, finding_category_name((enum finding_category)i))) {
            return (enum finding_category)i;
        }
    }
    return FINDING_CATEGORY_COUNT;
}

/* What a subject of the offline analyzer says of its category and whether it has one value at a time; of another
 * subject a model may not say so. */
static void set_kind(struct finding *item)
{
    int32_t is_known = 0;

    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct kind_info *kind = &kind_table[i];

        if (strcmp(kind->subject, item->subject) == 0 && kind->subject[0] != '\0') {
            item->exclusive |= (kind->flags & STATES_EXCLUSIVE) != 0;
            item->category = is_known ? item->category : kind->category;
            is_known = 1;
        }
    }
}

static void read_claim(struct checker *checker, struct json_view view, struct claim *claim)
{
    struct json_view values[MEMBER_COUNT];
    struct finding *item = &claim->item;
    struct json_view quoted;
    int64_t number;

    json_select(view, members, MEMBER_COUNT, values);
    quoted = values[MEMBER_EVIDENCE].type == JSON_VIEW_ARRAY ? json_item(values[MEMBER_EVIDENCE], 0)
                                                             : values[MEMBER_EVIDENCE];
    if (values[MEMBER_QUOTE].type != JSON_VIEW_STRING && quoted.type == JSON_VIEW_OBJECT) {
        values[MEMBER_QUOTE] = json_get(quoted, "quote");
        values[MEMBER_MESSAGE] = json_get(quoted, "message");
    }
    memset(claim, 0, sizeof *claim);
    item->category = read_category(values[MEMBER_CATEGORY]);
    item->subject = fold(checker, read_line(checker, values[MEMBER_SUBJECT], ANSWER_VALUE_BYTES)).text;
    item->value = read_line(checker, values[MEMBER_VALUE], ANSWER_VALUE_BYTES);
    item->text = read_line(checker, values[MEMBER_TEXT], ANSWER_TEXT_BYTES);
    item->superseded = json_is_true(values[MEMBER_ENDED]);
    item->until_us = json_time(values[MEMBER_UNTIL]);
    item->until_us = time_is_plausible(item->until_us) ? item->until_us : CPK_TIME_UNKNOWN;
    item->confidence = read_confidence(values[MEMBER_CONFIDENCE]);
    item->mentions = 1;
    item->conversations = 1;
    claim->value = fold(checker, item->value);
    claim->quote = trim_quote(fold(checker, read_line(checker, values[MEMBER_QUOTE], (size_t)4 * ANSWER_QUOTE_BYTES)));
    number = json_int64(values[MEMBER_MESSAGE], 0);
    claim->likely = number > 0 && (uint64_t)number <= checker->evidence->count ? (size_t)number - 1 : SIZE_MAX;
}

static void drop(struct checker *checker, enum finding_drop why)
{
    checker->set->dropped[why]++;
}

/* 1 if each word of the value stands in the text. */
static int32_t has_value(const struct folded_text *text, const struct folded_text *value)
{
    struct folded_word word;
    size_t words = 0;

    if (folded_text_find(text, 0, value) != SIZE_MAX) {
        return 1;
    }
    for (size_t at = 0; folded_text_word(value, &at, &word);) {
        if (!folded_text_has_word(text, &word)) {
            return 0;
        }
        words++;
    }
    return words > 0;
}

static int32_t has_address(const char *text)
{
    return strstr(text, "://") != NULL || strstr(text, "www.") != NULL || strchr(text, '@') != NULL;
}

/* 1 if a statement says no more than its message: every number of it stands there and most other words do, it has a
 * word of the value, and no address that the quote does not have. */
static int32_t is_supported(struct checker *checker, const struct claim *claim, const struct folded_text *message,
                            const char *quote)
{
    const struct folded_text text = fold(checker, claim->item.text);
    struct folded_word word;
    size_t known = 0;
    size_t unknown = 0;
    int32_t names_value = 0;

    if (checker->failed) {
        return 0;
    }
    for (size_t at = 0; folded_text_word(&text, &at, &word);) {
        int32_t is_known = folded_text_has_word(message, &word);

        if (!is_known && word.is_number) {
            return 0;
        }
        known += is_known != 0;
        unknown += is_known == 0;
        names_value = names_value || folded_text_has_word(&claim->value, &word);
    }
    return names_value && (unknown <= NEW_WORDS_MAX || unknown <= known / 2) &&
           (!has_address(claim->item.text) || has_address(quote));
}

/* The words that prove the claim, as they stand in the message. */
static const char *quote_at(struct checker *checker, const struct evidence_place *place)
{
    const char *start = checker->evidence->messages[place->message].text + place->start;
    size_t length = place->end - place->start;
    char *quote;

    if (length > ANSWER_QUOTE_BYTES) {
        length = utf8_floor(start, length, ANSWER_QUOTE_BYTES);
    }
    quote = arena_copy_bytes(&checker->scratch, start, length);
    if (quote == NULL) {
        checker->failed = 1;
        return "";
    }
    for (char *at = quote; *at != '\0'; at++) { /* a clause is one line */
        *at = *at == '\n' || *at == '\r' || *at == '\t' ? ' ' : *at;
    }
    return quote;
}

static void keep(struct checker *checker, struct claim *claim, const struct evidence_place *place, const char *quote)
{
    const cpk_message *message = &checker->evidence->messages[place->message];
    const struct finding_evidence evidence = {.provider = message->provider,
                                              .conversation_id = message->conversation_id,
                                              .conversation_title = message->conversation_title,
                                              .message_id = message->message_id,
                                              .time_us = message->time_us,
                                              .quote = quote};
    struct finding *item = &claim->item;

    item->evidence = &evidence;
    item->evidence_count = 1;
    item->first_us = message->time_us;
    item->last_us = message->time_us;
    if (checker->evidence->items[place->message].grade == EVIDENCE_DOCUMENT) {
        item->category = FINDING_REFERENCE; /* what a document says is said of the document */
        item->exclusive = 0;
    } else if (item->category != FINDING_REFERENCE) {
        set_kind(item);
    }
    checker->failed |= finding_set_add(checker->set, item) == NULL;
}

/* Looks for what proves the claim. */
static void check_evidence(struct checker *checker, struct claim *claim)
{
    const struct evidence *evidence = checker->evidence;
    struct evidence_place place;
    struct folded_text shown;
    const char *quote;
    int32_t found = evidence_find(evidence, claim->likely, &claim->quote, &place);

    if (found != EVIDENCE_FOUND) {
        drop(checker, found == EVIDENCE_FOREIGN ? FINDING_DROP_FOREIGN : FINDING_DROP_NO_QUOTE);
        return;
    }
    quote = quote_at(checker, &place);
    shown = fold(checker, quote);
    if (checker->failed) {
        return;
    }
    if (!has_value(&shown, &claim->value) ||
        !is_supported(checker, claim, &evidence->items[place.message].folded, quote)) {
        drop(checker, FINDING_DROP_UNSUPPORTED);
        return;
    }
    keep(checker, claim, &place, quote);
}

static void check_claim(struct checker *checker, struct json_view view)
{
    struct claim claim;

    arena_reset(&checker->scratch);
    if (checker->seen == ANSWER_FINDINGS_MAX) {
        drop(checker, FINDING_DROP_TOO_MANY);
        return;
    }
    checker->seen++;
    read_claim(checker, view, &claim);
    if (checker->failed) {
        return;
    }
    if (claim.item.category == FINDING_CATEGORY_COUNT || !is_asked_for(claim.item.category)) {
        drop(checker, FINDING_DROP_CATEGORY);
    } else if (strlen(claim.item.text) > ANSWER_TEXT_BYTES || strlen(claim.item.value) > ANSWER_VALUE_BYTES) {
        drop(checker, FINDING_DROP_TOO_LONG);
    } else if (claim.item.confidence < ANSWER_CONFIDENCE_MIN) {
        drop(checker, FINDING_DROP_UNSURE);
    } else if (claim.quote.length == 0) {
        drop(checker, FINDING_DROP_NO_QUOTE);
    } else if (claim.value.length == 0 || claim.item.text[0] == '\0' || claim.item.subject[0] == '\0') {
        drop(checker, FINDING_DROP_UNSUPPORTED);
    } else {
        check_evidence(checker, &claim);
    }
}

/* A finding has words that should prove it. */
static int32_t is_claim(struct json_view view)
{
    return view.type == JSON_VIEW_OBJECT &&
           (json_get(view, "quote").type != JSON_VIEW_NONE || json_get(view, "evidence").type != JSON_VIEW_NONE ||
            json_get(view, "category").type != JSON_VIEW_NONE);
}

static void check_object(struct checker *checker, struct json_view view)
{
    struct json_view list = json_get(view, "findings");
    struct json_iter iter;

    checker->objects++;
    if (list.type == JSON_VIEW_ARRAY) {
        for (json_iter_init(&iter, list); !checker->failed && json_iter_next(&iter);) {
            check_claim(checker, iter.value);
        }
    } else if (is_claim(view)) {
        check_claim(checker, view);
    }
}

/* Reads every whole JSON object of the answer; of one that is not whole, those in it. */
static void check_objects(struct checker *checker, const char *answer, size_t length)
{
    struct json_doc document;
    size_t broken = 0;
    size_t at = 0;

    json_doc_init(&document, checker->scratch.allocator);
    while (!checker->failed && broken < BROKEN_OBJECTS_MAX && at < length) {
        const char *start = memchr(answer + at, '{', length - at);
        cpk_status status;

        if (start == NULL) {
            break;
        }
        at = (size_t)(start - answer);
        status = json_doc_read_first(&document, start, length - at, DEPTH_MAX, VALUES_MAX);
        checker->failed |= status == CPK_ERROR_OUT_OF_MEMORY;
        if (status == CPK_OK) {
            check_object(checker, json_doc_root(&document));
            at += document.length > 0 ? document.length : 1;
        } else {
            broken++;
            at++;
        }
    }
    json_doc_free(&document);
}

cpk_status answer_check(const struct evidence *evidence, const char *answer, size_t length, struct finding_set *set,
                        cpk_error **error)
{
    struct checker checker = {.evidence = evidence, .set = set};

    arena_init(&checker.scratch, set->arena.allocator);
    buffer_init(&checker.text, set->arena.allocator);
    check_objects(&checker, answer, length < ANSWER_BYTES_MAX ? length : ANSWER_BYTES_MAX);
    buffer_free(&checker.text);
    arena_free(&checker.scratch);
    if (checker.failed) {
        return error_out_of_memory(error);
    }
    return checker.objects > 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_ANALYZER, "analyze", "the model's answer has no JSON object");
}

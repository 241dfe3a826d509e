#include "analyze/extractive.h"

#include "analyze/language/disclosure.h"
#include "analyze/language/language.h"
#include "analyze/language/own_text.h"
#include "analyze/language/sentence.h"
#include "analyze/profile/excerpt.h"
#include "analyze/profile/finding_merge.h"
#include "analyze/profile/style.h"
#include "analyze/profile/topics.h"
#include "analyze/rules/instruction.h"
#include "analyze/rules/rules.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <pthread.h>
#include <string.h>

#define EXTRACTIVE_IDENTITY "extractive/1"
#define CONFIDENCE_SIGNED   720
#define QUOTE_MAX_BYTES     240
#define SAID_IN_MESSAGE     64 /* distinct statements tracked per message */
#define WRITE_BYTES         ((size_t)64 * 1024)
#define BRANCH_TEXTS        256 /* texts tracked per conversation, to detect repeated branches */

/* Words and patterns that all analyses of an engine share: built by the first one, read-only afterwards. */
struct tables {
    struct arena arena;
    struct language_table *languages;
    struct common_words *common;
    struct cue_table *cues;
    struct disclosure_table *disclosures;
    struct rules *rules;
};

struct extractive {
    const struct context *context;
    pthread_mutex_t mutex;
    int32_t is_built;
    struct tables tables;
};

/* State of one analysis and of the current message. */
struct analysis {
    const struct context *context;
    const struct tables *tables;
    struct arena arena;   /* for the whole analysis */
    struct arena scratch; /* for one message */
    struct topics *topics;
    struct style_counts style;
    struct finding_merge *merge;
    struct finding_set totals; /* only the counts and the first and last time */
    struct word *words;
    struct rule_reader reader; /* of the current message */
    struct buffer subject;
    struct buffer value;
    struct buffer line;
    struct buffer quote;
    struct own_text_state own_state;
    enum language conversation_language; /* of its last message that tells one */
    int32_t is_opening;                  /* no message of the user was read in it */
    enum language language;              /* of the current message */
    size_t conversation;                 /* number of the current one */
    char *conversation_id;
    uint64_t texts[BRANCH_TEXTS];
    size_t text_count;
    const cpk_message *message;
    int32_t scale; /* factor of confidence for the current sentence, in thousandths */
    uint64_t said[SAID_IN_MESSAGE];
    size_t said_count;
    int32_t signing;   /* the previous line was "Thanks," */
    cpk_status status; /* the first failure inside a callback */
    cpk_error **error;
};

static int32_t build_tables(struct tables *tables)
{
    tables->languages = language_table_create(&tables->arena);
    tables->common = common_words_create(&tables->arena, tables->languages);
    tables->cues = cue_table_create(&tables->arena);
    tables->disclosures = disclosure_table_create(&tables->arena);
    tables->rules = rules_create(&tables->arena);
    return tables->languages != NULL && tables->common != NULL && tables->cues != NULL && tables->disclosures != NULL &&
           tables->rules != NULL;
}

/* The tables of the driver; NULL if there is no memory. */
static const struct tables *get_tables(struct extractive *extractive)
{
    int32_t is_built;

    pthread_mutex_lock(&extractive->mutex);
    if (!extractive->is_built) {
        extractive->is_built = build_tables(&extractive->tables);
        if (!extractive->is_built) {
            arena_free(&extractive->tables.arena);
        }
    }
    is_built = extractive->is_built;
    pthread_mutex_unlock(&extractive->mutex);
    return is_built ? &extractive->tables : NULL;
}

static cpk_status analysis_init(struct analysis *analysis, struct extractive *extractive, cpk_error **error)
{
    const struct context *context = extractive->context;

    memset(analysis, 0, sizeof *analysis);
    analysis->context = context;
    analysis->error = error;
    arena_init(&analysis->arena, &context->allocator);
    arena_init(&analysis->scratch, &context->allocator);
    buffer_init(&analysis->subject, &context->allocator);
    buffer_init(&analysis->value, &context->allocator);
    buffer_init(&analysis->line, &context->allocator);
    buffer_init(&analysis->quote, &context->allocator);
    finding_set_init(&analysis->totals, &context->allocator);
    analysis->tables = get_tables(extractive);
    analysis->words = arena_allocate_zeroed(&analysis->arena, WORDS_MAX, sizeof *analysis->words);
    if (analysis->tables == NULL || analysis->words == NULL) {
        return error_out_of_memory(error);
    }
    analysis->topics = topics_create(&analysis->arena, analysis->tables->common);
    if (analysis->topics == NULL) {
        return error_out_of_memory(error);
    }
    return finding_merge_create(&context->allocator, &analysis->merge, error);
}

static void analysis_free(struct analysis *analysis)
{
    finding_merge_free(analysis->merge);
    finding_set_free(&analysis->totals);
    buffer_free(&analysis->quote);
    buffer_free(&analysis->line);
    buffer_free(&analysis->value);
    buffer_free(&analysis->subject);
    arena_free(&analysis->scratch);
    arena_free(&analysis->arena);
}

/* Makes a quote of the user's words: one line of limited length. */
static void make_quote(struct analysis *analysis, const struct statement *said)
{
    const char *text = analysis->message->text;
    size_t length = said->quote_end - said->quote_start;
    size_t kept = length > QUOTE_MAX_BYTES ? utf8_floor(text + said->quote_start, length, QUOTE_MAX_BYTES) : length;
    int32_t space = 0;

    buffer_clear(&analysis->quote);
    for (size_t i = 0; i < kept; i++) {
        char byte = text[said->quote_start + i];

        if (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r') {
            space = 1;
            continue;
        }
        if (space && analysis->quote.length > 0) {
            buffer_append_byte(&analysis->quote, ' ');
        }
        space = 0;
        buffer_append_byte(&analysis->quote, byte);
    }
    if (kept < length) {
        buffer_append_text(&analysis->quote, "...");
    }
}

/* 1 if the same was already said in this message, because mentions count messages. */
static int32_t is_said_again(struct analysis *analysis, const struct statement *said)
{
    uint64_t hash = hash_bytes((uint64_t)said->category, said->subject, strlen(said->subject) + 1);

    hash = hash_bytes(hash, said->value, strlen(said->value));
    for (size_t i = 0; i < analysis->said_count; i++) {
        if (analysis->said[i] == hash) {
            return 1;
        }
    }
    if (analysis->said_count < SAID_IN_MESSAGE) {
        analysis->said[analysis->said_count] = hash;
        analysis->said_count++;
    }
    return 0;
}

static void take_statement(void *user, const struct statement *said)
{
    struct analysis *analysis = user;
    const cpk_message *message = analysis->message;
    struct finding_evidence evidence = {message->provider,   message->conversation_id, message->conversation_title,
                                        message->message_id, message->time_us,         ""};
    struct finding item = {.category = said->category,
                           .subject = said->subject,
                           .value = said->value,
                           .text = said->text,
                           .exclusive = said->exclusive,
                           .superseded = said->superseded,
                           .mentions = 1,
                           .conversations = 1,
                           .first_us = message->time_us,
                           .last_us = message->time_us,
                           .until_us = said->until_us,
                           .evidence = &evidence,
                           .evidence_count = 1};
    struct finding_set one = {.items = &item, .count = 1, .first_us = CPK_TIME_UNKNOWN, .last_us = CPK_TIME_UNKNOWN};

    if (analysis->status != CPK_OK || is_said_again(analysis, said)) {
        return;
    }
    buffer_clear(&analysis->quote);
    if (message->kind != CPK_KIND_MEMORY) { /* whose words are the assistant's */
        make_quote(analysis, said);
    }
    if (analysis->quote.failed || analysis->subject.failed || analysis->value.failed || analysis->line.failed) {
        analysis->status = error_out_of_memory(analysis->error);
        return;
    }
    evidence.quote = buffer_text(&analysis->quote);
    item.confidence = (int32_t)((int64_t)said->confidence * analysis->scale / 1000);
    if (message->kind == CPK_KIND_INSTRUCTIONS || message->kind == CPK_KIND_MEMORY) {
        item.confidence = 700 + item.confidence * 3 / 10; /* custom instructions and memories are intended to last */
    }
    analysis->status = finding_merge_add(analysis->merge, &one, analysis->error);
}

/* Adds an instruction as it was written. */
static void take_instruction(void *user, const struct instruction *instruction)
{
    struct analysis *analysis = user;
    const cpk_message *message = analysis->message;
    struct finding_evidence evidence = {message->provider,   message->conversation_id, message->conversation_title,
                                        message->message_id, instruction->time_us,     ""};
    struct finding item = {.category = FINDING_INSTRUCTION,
                           .subject = instruction->subject,
                           .value = instruction->value,
                           .text = instruction->text,
                           .superseded = instruction->ended,
                           .confidence = 1000,
                           .mentions = 1,
                           .conversations = 1,
                           .first_us = instruction->time_us,
                           .last_us = instruction->time_us,
                           .until_us = CPK_TIME_UNKNOWN,
                           .evidence = &evidence,
                           .evidence_count = 1};
    struct finding_set one = {.items = &item, .count = 1, .first_us = CPK_TIME_UNKNOWN, .last_us = CPK_TIME_UNKNOWN};

    if (analysis->status == CPK_OK) {
        analysis->status = finding_merge_add(analysis->merge, &one, analysis->error);
    }
}

/* Reads the instructions of a message. 0 if there is no memory. */
static int32_t read_instructions(struct analysis *analysis, const char *masked, int32_t persona)
{
    const cpk_message *message = analysis->message;

    switch (message->kind) {
    case CPK_KIND_INSTRUCTIONS:
    case CPK_KIND_MEMORY:
        return instruction_read_told(&analysis->scratch, message, take_instruction, analysis);
    case CPK_KIND_TEXT:
    case CPK_KIND_TRANSCRIPT:
        return persona || (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) == 0 ||
               instruction_read_speech(&analysis->scratch, message, masked, take_instruction, analysis);
    default:
        return 1;
    }
}

/* Verbs of "the user" in the form that follows "I". NULL if there is no memory. */
static const char *first_person_form(struct arena *arena, const char *key)
{
    size_t length = strlen(key);

    if (strcmp(key, "is") == 0) {
        return "am";
    }
    if (strcmp(key, "has") == 0) {
        return "have";
    }
    return length > 3 && key[length - 1] == 's' ? arena_copy_bytes(arena, key, length - 1) : key;
}

/* Memories refer to "the user": reads their sentences as if the user said "I". Returns the number of words; 0 if there
 * is no memory. */
static size_t read_as_first_person(struct arena *arena, struct word *words, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (word_is(&words[i], "user")) {
            int32_t owner = i + 1 < count && word_is(&words[i + 1], "'s");

            if (kept > 0 && word_is(&words[kept - 1], "the")) {
                kept--;
            }
            words[kept] = words[i];
            words[kept].key = owner ? "my" : "i";
            if (!owner && i + 1 < count) {
                words[i + 1].key = first_person_form(arena, words[i + 1].key);
                if (words[i + 1].key == NULL) {
                    return 0;
                }
            }
            i += (size_t)owner;
        } else {
            words[kept] = words[i];
        }
        kept++;
    }
    return kept;
}

/* Confidence factor of a message in thousandths: lower for inactive branches and hidden messages. */
static int32_t message_scale(const cpk_message *message)
{
    int32_t told = message->kind == CPK_KIND_INSTRUCTIONS || message->kind == CPK_KIND_MEMORY;
    int32_t scale = 1000;

    if ((message->flags & CPK_MESSAGE_ACTIVE_BRANCH) == 0) {
        scale = scale * 7 / 10;
    }
    if ((message->flags & CPK_MESSAGE_HIDDEN) != 0 && !told) {
        scale /= 2;
    }
    return scale;
}

/* A name on a separate line: "Ana" or "Ana Duarte". */
static int32_t is_signature(const struct common_words *common, const struct word *words, size_t count)
{
    if (count != 1 && count != 2) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if ((words[i].flags & WORD_CAPITAL) == 0 || (words[i].gap & GAP_BREAK) != 0 ||
            common_words_find(common, words[i].key, strlen(words[i].key)) != 0) {
            return 0;
        }
    }
    return 1;
}

/* Reads the name under "Thanks,". */
static void read_signature(struct analysis *analysis, const struct sentence *sentence, size_t count)
{
    const struct word *words = analysis->words;

    if (analysis->signing && sentence->line_end && is_signature(analysis->tables->common, words, count)) {
        struct statement made = {.category = FINDING_IDENTITY,
                                 .subject = "name",
                                 .exclusive = 1,
                                 .confidence = CONFIDENCE_SIGNED,
                                 .until_us = CPK_TIME_UNKNOWN,
                                 .quote_start = words[0].offset,
                                 .quote_end = words[count - 1].offset + words[count - 1].length};

        buffer_clear(&analysis->value);
        buffer_append(&analysis->value, analysis->message->text + made.quote_start, made.quote_end - made.quote_start);
        buffer_clear(&analysis->line);
        buffer_append_text(&analysis->line, "Name: ");
        buffer_append_text(&analysis->line, buffer_text(&analysis->value));
        made.value = buffer_text(&analysis->value);
        made.text = buffer_text(&analysis->line);
        take_statement(analysis, &made);
    }
    analysis->signing = count > 0 && count <= 3 && sentence->line_end &&
                        word_in(&words[0], "thanks thank cheers best regards kind love yours");
}

/* The language of a sentence, of its message if its words do not tell. */
static enum language sentence_language(const struct analysis *analysis, const char *text, size_t length)
{
    enum language own = language_detect(analysis->tables->languages, text, length);

    return own != LANGUAGE_UNKNOWN ? own : analysis->language;
}

static void read_sentence(struct analysis *analysis, const struct sentence *sentence, const char *masked)
{
    const cpk_message *message = analysis->message;
    enum language language = sentence_language(analysis, masked + sentence->start, sentence->end - sentence->start);
    size_t at = sentence->start;
    int32_t failed = 0;

    if (language >= LANGUAGE_JA) {
        rules_read_frames(&analysis->reader, language, sentence->start, sentence->end, sentence->question);
        return;
    }
    while (at < sentence->end && analysis->status == CPK_OK) {
        size_t count = words_split(&analysis->scratch, masked, at, sentence->end, analysis->words, &at, &failed);

        if (message->kind == CPK_KIND_MEMORY && !failed && count > 0) {
            count = read_as_first_person(&analysis->scratch, analysis->words, count);
            failed = count == 0;
        }
        if (failed) {
            analysis->status = error_out_of_memory(analysis->error);
            return;
        }
        if (!analysis->reader.scanning) {
            read_signature(analysis, sentence, count);
        }
        rules_read(&analysis->reader, language, analysis->words, count, sentence->question);
    }
}

/* End of the paragraph that begins at `start` if it is short enough to be told whole; otherwise the sentence's end. */
static size_t reference_end(const struct analysis *analysis, const struct sentence *sentence)
{
    const char *text = analysis->message->text;
    size_t length = analysis->message->text_length;
    size_t end = sentence->start;

    while (end < length && end - sentence->start <= QUOTE_MAX_BYTES && text[end] != '\0' &&
           !(text[end] == '\n' && end + 1 < length && text[end + 1] == '\n')) {
        end++;
    }
    return end - sentence->start <= QUOTE_MAX_BYTES ? end : sentence->end;
}

/* Adds a finding for a document from its title and the start of its sections. */
static void read_reference(struct analysis *analysis, const struct sentence *sentence, size_t number)
{
    const char *text = analysis->message->text;
    size_t end = reference_end(analysis, sentence);
    size_t length = end - sentence->start;
    size_t kept = length > QUOTE_MAX_BYTES ? utf8_floor(text + sentence->start, length, QUOTE_MAX_BYTES) : length;
    struct statement said = {.category = FINDING_REFERENCE,
                             .subject = number == 0 ? "title" : "sentence",
                             .confidence = number == 0 ? 700 : 500 - (int32_t)number * 20,
                             .quote_start = sentence->start,
                             .quote_end = end};

    while (kept > 0 && (text[sentence->start + kept - 1] == '\n' || text[sentence->start + kept - 1] == ' ')) {
        kept--;
    }
    buffer_clear(&analysis->line);
    for (size_t i = 0; i < kept; i++) {
        char byte = text[sentence->start + i];

        buffer_append_byte(&analysis->line, byte == '\n' || byte == '\r' ? ' ' : byte);
    }
    said.text = buffer_text(&analysis->line);
    said.value = said.text;
    analysis->scale = 1000;
    take_statement(analysis, &said);
}

#define REFERENCE_SENTENCES 6
#define REFERENCE_MIN_BYTES 12

static void read_message_text(struct analysis *analysis, const char *masked, int32_t persona)
{
    struct sentence_reader reader;
    struct sentence sentence;
    size_t references = 0;
    size_t paragraph = SIZE_MAX;

    sentence_reader_init(&reader, masked, analysis->message->text_length);
    while (analysis->status == CPK_OK && sentence_next(&reader, &sentence)) {
        if (analysis->message->kind == CPK_KIND_DOCUMENT && references < REFERENCE_SENTENCES &&
            sentence.paragraph != paragraph && sentence.end - sentence.start >= REFERENCE_MIN_BYTES &&
            masked[sentence.start] != MASK_BYTE) {
            read_reference(analysis, &sentence, references);
            references++;
            paragraph = sentence.paragraph;
        }
        if (analysis->message->kind != CPK_KIND_DOCUMENT && !persona) {
            read_sentence(analysis, &sentence, masked);
        }
    }
}

static int32_t is_read(const cpk_message *message)
{
    switch (message->kind) {
    case CPK_KIND_TEXT:
    case CPK_KIND_TRANSCRIPT: /* other branches have what was edited or taken back */
        return message->role == CPK_ROLE_USER && (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0;
    case CPK_KIND_INSTRUCTIONS:
    case CPK_KIND_MEMORY:
        return 1;
    case CPK_KIND_DOCUMENT:
        return message->role == CPK_ROLE_USER; /* not a transcript whose speakers can't be told */
    default:
        return 0;
    }
}

/* Resets the state at the start of a new conversation. 0 if there is no memory. */
static int32_t enter_conversation(struct analysis *analysis, const cpk_message *message)
{
    if (analysis->conversation_id != NULL && strcmp(analysis->conversation_id, message->conversation_id) == 0) {
        return 1;
    }
    analysis->conversation_id = arena_copy_text(&analysis->arena, message->conversation_id);
    analysis->conversation++;
    analysis->text_count = 0;
    analysis->conversation_language = LANGUAGE_UNKNOWN;
    analysis->is_opening = 1;
    memset(&analysis->own_state, 0, sizeof analysis->own_state);
    return analysis->conversation_id != NULL;
}

/* 1 if the conversation already had this text, in another branch or a retry: it is counted once. */
static int32_t is_repeated(struct analysis *analysis, const cpk_message *message)
{
    uint64_t hash = hash_bytes(0, message->text, message->text_length);

    for (size_t i = 0; i < analysis->text_count; i++) {
        if (analysis->texts[i] == hash) {
            return 1;
        }
    }
    if (analysis->text_count < BRANCH_TEXTS) {
        analysis->texts[analysis->text_count] = hash;
        analysis->text_count++;
    }
    return 0;
}

static void note_time(struct finding_set *totals, int64_t time_us)
{
    if (time_us != CPK_TIME_UNKNOWN) {
        totals->first_us =
            totals->first_us == CPK_TIME_UNKNOWN || time_us < totals->first_us ? time_us : totals->first_us;
        totals->last_us = time_us > totals->last_us ? time_us : totals->last_us;
    }
}

/* Sets the language of the message: that of the conversation if its words do not tell. */
static void note_language(struct analysis *analysis, const char *text, size_t length)
{
    analysis->language = language_detect(analysis->tables->languages, text, length);
    if (analysis->language == LANGUAGE_UNKNOWN) {
        analysis->language = analysis->conversation_language;
    }
    analysis->conversation_language = analysis->language;
}

static void take_excerpt(void *user, const char *text, int32_t score, const int32_t counts[EXCERPT_FEATURES])
{
    struct analysis *analysis = user;
    const cpk_message *message = analysis->message;
    const struct finding_evidence evidence = {
        message->provider,   message->conversation_id, message->conversation_title,
        message->message_id, message->time_us,         ""};
    struct finding item = {.category = FINDING_EXCERPT,
                           .subject = language_code(analysis->language),
                           .value = "",
                           .text = text,
                           .confidence = score,
                           .mentions = 1,
                           .conversations = 1,
                           .first_us = message->time_us,
                           .last_us = message->time_us,
                           .until_us = CPK_TIME_UNKNOWN,
                           .evidence = &evidence,
                           .evidence_count = 1};
    const struct finding_set one = {
        .items = &item, .count = 1, .first_us = CPK_TIME_UNKNOWN, .last_us = CPK_TIME_UNKNOWN};

    (void)counts;
    if (analysis->status == CPK_OK) {
        analysis->status = finding_merge_add(analysis->merge, &one, analysis->error);
    }
}

static cpk_status read_excerpts(struct analysis *analysis, const struct own_text *own)
{
    const cpk_message *message = analysis->message;
    const struct excerpt_message excerpts = {.masked = own->quotable,
                                             .sure = own->text,
                                             .length = message->text_length,
                                             .language = analysis->language,
                                             .is_opening = analysis->is_opening,
                                             .weight = message_scale(message)};

    excerpts_read(analysis->tables->disclosures, &excerpts, &analysis->line, take_excerpt, analysis);
    return analysis->line.failed ? error_out_of_memory(analysis->error) : analysis->status;
}

/* Looks for requests to translate, continue or play in the whole message: other people's text that was not recognised
 * as such states nothing about the user either. */
static void scan_requests(struct analysis *analysis)
{
    struct sentence_reader reader;
    struct sentence sentence;

    analysis->reader.scanning = 1;
    sentence_reader_init(&reader, analysis->message->text, analysis->message->text_length);
    while (analysis->status == CPK_OK && !analysis->reader.play && sentence_next(&reader, &sentence)) {
        read_sentence(analysis, &sentence, analysis->message->text);
    }
}

static void begin_reading(struct analysis *analysis, const char *text)
{
    memset(&analysis->reader, 0, sizeof analysis->reader);
    analysis->reader.rules = analysis->tables->rules;
    analysis->reader.arena = &analysis->scratch;
    analysis->reader.text = text;
    analysis->reader.time_us = analysis->message->time_us;
    analysis->reader.subject = &analysis->subject;
    analysis->reader.value = &analysis->value;
    analysis->reader.line = &analysis->line;
    analysis->reader.emit = take_statement;
    analysis->reader.emit_user = analysis;
    analysis->reader.told =
        analysis->message->kind == CPK_KIND_INSTRUCTIONS || analysis->message->kind == CPK_KIND_MEMORY;
    analysis->scale = message_scale(analysis->message);
}

static cpk_status read_message(struct analysis *analysis, const cpk_message *message)
{
    struct own_text_state document = {OWN_TEXT, OWN_TEXT};
    struct own_text said;
    int32_t own = message->kind == CPK_KIND_TEXT || message->kind == CPK_KIND_TRANSCRIPT;
    int32_t told = message->kind == CPK_KIND_INSTRUCTIONS || message->kind == CPK_KIND_MEMORY;

    note_time(&analysis->totals, message->time_us);
    if (!is_read(message)) {
        return CPK_OK;
    }
    arena_reset(&analysis->scratch);
    if (!enter_conversation(analysis, message)) {
        return error_out_of_memory(analysis->error);
    }
    if (message->text_length == 0 || is_repeated(analysis, message)) {
        return CPK_OK;
    }
    analysis->message = message;
    analysis->said_count = 0;
    analysis->signing = 0;
    if (!own_text_find(&analysis->scratch, analysis->tables->cues, message->text, message->text_length,
                       own ? &analysis->own_state : &document, &said)) {
        return error_out_of_memory(analysis->error);
    }
    note_language(analysis, said.text, message->text_length);
    if (!read_instructions(analysis, said.text, said.persona)) {
        return error_out_of_memory(analysis->error);
    }
    begin_reading(analysis, told ? message->text : said.text);
    read_message_text(analysis, told ? message->text : said.text, own && said.persona);
    if (!told && rules_has_statements(&analysis->reader)) {
        scan_requests(analysis);
    }
    if (!rules_finish(&analysis->reader,
                      told ? message->text_length : own_text_introduction(message->text, message->text_length))) {
        return error_out_of_memory(analysis->error);
    }
    if (own && !said.persona) {
        CPK_TRY(read_excerpts(analysis, &said));
    }
    if (own || message->kind == CPK_KIND_DOCUMENT) {
        if (!topics_count(analysis->topics, analysis->language, said.text, message->text_length, analysis->conversation,
                          message->time_us)) {
            return error_out_of_memory(analysis->error);
        }
    }
    if (own) {
        analysis->totals.user_messages++;
        analysis->is_opening = 0;
        style_count(&analysis->style, analysis->language, message->text, said.text, message->text_length);
    }
    return analysis->status;
}

static cpk_status write_all(const struct buffer *answer, cpk_write_fn write, void *write_user, cpk_error **error)
{
    for (size_t at = 0; at < answer->length;) {
        size_t length = answer->length - at < WRITE_BYTES ? answer->length - at : WRITE_BYTES;

        if (write(write_user, answer->data + at, length) != 0) {
            return error_set(error, CPK_ERROR_CANCELLED, "analyzer", "the answer was refused by its receiver");
        }
        at += length;
    }
    return CPK_OK;
}

static cpk_status write_answer(struct analysis *analysis, cpk_write_fn write, void *write_user, cpk_error **error)
{
    size_t max_findings = (size_t)context_setting(analysis->context, SETTING_ANALYZE_MAX_FINDINGS);
    struct finding_set result;
    struct buffer answer;
    cpk_status status;

    finding_set_init(&result, &analysis->context->allocator);
    buffer_init(&answer, &analysis->context->allocator);
    CPK_TRY_CLEANUP(topics_write(analysis->topics, &analysis->totals, error));
    CPK_TRY_CLEANUP(style_write(&analysis->style, &analysis->totals, error));
    CPK_TRY_CLEANUP(finding_merge_add(analysis->merge, &analysis->totals, error));
    CPK_TRY_CLEANUP(finding_merge_collect(analysis->merge, max_findings, &result, error));
    CPK_TRY_CLEANUP(finding_set_write_json(&result, &answer, error));
    status = write_all(&answer, write, write_user, error);
cleanup:
    buffer_free(&answer);
    finding_set_free(&result);
    return status;
}

static const char *extractive_identity(void *self)
{
    (void)self;
    return EXTRACTIVE_IDENTITY;
}

static cpk_status extractive_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write,
                                     void *write_user, cpk_analyzer_usage *usage, cpk_error **error)
{
    struct analysis analysis;
    cpk_status status = analysis_init(&analysis, self, error);

    for (size_t i = 0; i < request->message_count && status == CPK_OK; i++) {
        status = cancel_check(request->cancel, error);
        if (status == CPK_OK) {
            status = read_message(&analysis, &request->messages[i]);
        }
    }
    if (status == CPK_OK) {
        status = write_answer(&analysis, write, write_user, error);
    }
    usage->input_tokens = request->text_tokens;
    analysis_free(&analysis);
    return status;
}

static void extractive_destroy(void *self)
{
    struct extractive *extractive = self;

    arena_free(&extractive->tables.arena);
    pthread_mutex_destroy(&extractive->mutex);
    memory_release(&extractive->context->allocator, extractive, sizeof *extractive);
}

const struct cue_table *extractive_cues(const cpk_analyzer_driver *driver)
{
    const struct tables *tables = get_tables(driver->self);

    return tables != NULL ? tables->cues : NULL;
}

cpk_status extractive_driver_create(cpk_analyzer_driver *driver, const struct context *context, cpk_error **error)
{
    struct extractive *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    memset(driver, 0, sizeof *driver);
    if (created == NULL || pthread_mutex_init(&created->mutex, NULL) != 0) {
        memory_release(&context->allocator, created, sizeof *created);
        return error_out_of_memory(error);
    }
    created->context = context;
    arena_init(&created->tables.arena, &context->allocator);
    driver->abi_version = CPK_ANALYZER_ABI;
    driver->struct_size = sizeof *driver;
    driver->self = created;
    driver->destroy = extractive_destroy;
    driver->identity = extractive_identity;
    driver->analyze = extractive_analyze;
    return CPK_OK;
}

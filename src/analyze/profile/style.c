#include "analyze/profile/style.h"

#include "base/error.h"

#include <string.h>

#define SHORT_WORDS 12
#define LONG_WORDS  120
#define FEW         5 /* minimum number of messages for describing habits */

static const char *const counter_names[STYLE_LANGUAGES] = {
    "messages", "words", "short", "long", "questions", "code", "polite", "lists", "lowercase",
};

static const char *const language_names[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "English",    [LANGUAGE_DE] = "German",     [LANGUAGE_ES] = "Spanish",
    [LANGUAGE_FR] = "French",     [LANGUAGE_PT] = "Portuguese", [LANGUAGE_IT] = "Italian",
    [LANGUAGE_NL] = "Dutch",      [LANGUAGE_PL] = "Polish",     [LANGUAGE_TR] = "Turkish",
    [LANGUAGE_SV] = "Swedish",    [LANGUAGE_DA] = "Danish",     [LANGUAGE_NO] = "Norwegian",
    [LANGUAGE_FI] = "Finnish",    [LANGUAGE_CS] = "Czech",      [LANGUAGE_RO] = "Romanian",
    [LANGUAGE_HU] = "Hungarian",  [LANGUAGE_CA] = "Catalan",    [LANGUAGE_ID] = "Indonesian",
    [LANGUAGE_VI] = "Vietnamese", [LANGUAGE_RU] = "Russian",    [LANGUAGE_UK] = "Ukrainian",
    [LANGUAGE_EL] = "Greek",      [LANGUAGE_AR] = "Arabic",     [LANGUAGE_FA] = "Persian",
    [LANGUAGE_HE] = "Hebrew",     [LANGUAGE_HI] = "Hindi",      [LANGUAGE_TH] = "Thai",
    [LANGUAGE_JA] = "Japanese",   [LANGUAGE_ZH] = "Chinese",    [LANGUAGE_KO] = "Korean",
};

#define POLITE_MAX_BYTES 12

/* 1 if the word, in any case, says please or thanks. */
static int32_t is_polite(const char *word, size_t length)
{
    static const char *const polite[] = {"please",  "thanks", "thank",    "bitte",    "danke", "merci",
                                         "gracias", "grazie", "obrigado", "obrigada", "pls",   "favor"};
    char lower[POLITE_MAX_BYTES];

    if (length < 3 || length >= sizeof lower) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
    }
    for (size_t i = 0; i < sizeof polite / sizeof polite[0]; i++) {
        if (polite[i][0] == lower[0] && strlen(polite[i]) == length && memcmp(polite[i], lower, length) == 0) {
            return 1;
        }
    }
    return 0;
}

struct message_traits {
    int64_t words;
    int32_t polite;
};

/* Letters that are not separated by spaces count as words. */
static struct message_traits read_traits(const char *text, size_t length)
{
    struct message_traits traits = {0, 0};
    size_t start = 0;
    int32_t inside = 0;

    for (size_t at = 0; at <= length;) {
        uint32_t c;
        size_t taken = code_point_read(text, at, length, &c);
        int32_t wide = c >= 0x3040 && c <= 0x9FFF;

        if ((code_point_is_word(c) || c == '\'') && !wide) {
            start = inside ? start : at;
            inside = 1;
        } else if (inside) {
            traits.words++;
            traits.polite |= is_polite(text + start, at - start);
            inside = 0;
        }
        traits.words += wide;
        at += taken;
    }
    return traits;
}

static int32_t has_bullets(const char *text, size_t length)
{
    for (size_t i = 0; i + 2 < length; i++) {
        if ((i == 0 || text[i - 1] == '\n') && (text[i] == '-' || text[i] == '*') && text[i + 1] == ' ') {
            return 1;
        }
    }
    return 0;
}

void style_count(struct style_counts *counts, enum language language, const char *text, const char *masked,
                 size_t length)
{
    struct message_traits traits = read_traits(masked, length);
    size_t first = 0;

    if (traits.words == 0) {
        return;
    }
    while (first < length && (masked[first] == MASK_BYTE || masked[first] == ' ' || masked[first] == '\n')) {
        first++;
    }
    counts->counts[STYLE_MESSAGES]++;
    counts->counts[STYLE_WORDS] += traits.words;
    counts->counts[STYLE_SHORT] += traits.words <= SHORT_WORDS;
    counts->counts[STYLE_LONG] += traits.words >= LONG_WORDS;
    counts->counts[STYLE_QUESTIONS] += memchr(masked, '?', length) != NULL || strstr(masked, "\xEF\xBC\x9F") != NULL;
    counts->counts[STYLE_CODE] += memchr(text, '`', length) != NULL;
    counts->counts[STYLE_POLITE] += traits.polite;
    counts->counts[STYLE_LISTS] += has_bullets(text, length);
    counts->counts[STYLE_LOWERCASE] += first < length && masked[first] >= 'a' && masked[first] <= 'z';
    if (language != LANGUAGE_UNKNOWN) {
        counts->counts[STYLE_LANGUAGES + language]++;
    }
}

static cpk_status add_finding(struct finding_set *set, const char *subject, const char *value, const char *text,
                              int32_t confidence, int64_t mentions, cpk_error **error)
{
    struct finding item = {.category = FINDING_STYLE,
                           .subject = subject,
                           .value = value,
                           .text = text,
                           .confidence = confidence,
                           .mentions = mentions,
                           .first_us = CPK_TIME_UNKNOWN,
                           .last_us = CPK_TIME_UNKNOWN,
                           .until_us = CPK_TIME_UNKNOWN,
                           .score = (int64_t)confidence * 5};

    return finding_set_add(set, &item) == NULL ? error_out_of_memory(error) : CPK_OK;
}

static void counter_subject(size_t i, struct buffer *subject)
{
    buffer_clear(subject);
    buffer_append_text(subject, STYLE_COUNTER_PREFIX);
    if (i >= STYLE_LANGUAGES) {
        buffer_append_format(subject, "language %s", language_names[i - STYLE_LANGUAGES]);
    } else {
        buffer_append_text(subject, counter_names[i]);
    }
}

cpk_status style_write(const struct style_counts *counts, struct finding_set *set, cpk_error **error)
{
    struct buffer subject;
    struct buffer value;
    cpk_status status = CPK_OK;

    buffer_init(&subject, set->arena.allocator);
    buffer_init(&value, set->arena.allocator);
    for (size_t i = 0; i < STYLE_COUNTERS && status == CPK_OK; i++) {
        if (counts->counts[i] == 0 || i == STYLE_LANGUAGES + LANGUAGE_UNKNOWN) {
            continue;
        }
        counter_subject(i, &subject);
        buffer_clear(&value);
        buffer_append_format(&value, "%lld", (long long)counts->counts[i]);
        status = subject.failed || value.failed
                     ? error_out_of_memory(error)
                     : add_finding(set, buffer_text(&subject), buffer_text(&value), buffer_text(&value), 500, 1, error);
    }
    buffer_free(&value);
    buffer_free(&subject);
    return status;
}

struct description {
    struct finding_set *set;
    struct buffer *line;
    int64_t messages;
    cpk_error **error;
};

/* Adds a habit if at least `percent` of the messages show it. */
static cpk_status tell_share(const struct description *description, int64_t count, int64_t percent, const char *subject,
                             const char *text)
{
    int64_t share = count < description->messages ? count * 100 / description->messages : 100;

    if (share < percent) {
        return CPK_OK;
    }
    buffer_clear(description->line);
    buffer_append_format(description->line, "%s (%lld%% of messages)", text, (long long)share);
    if (description->line->failed) {
        return error_out_of_memory(description->error);
    }
    return add_finding(description->set, subject, "", buffer_text(description->line), 600, count, description->error);
}

static cpk_status describe_languages(const struct description *description, const int64_t *counts)
{
    size_t told = 0;
    int64_t most = 0;

    buffer_clear(description->line);
    buffer_append_text(description->line, "Writes in ");
    for (size_t i = 1; i < LANGUAGE_COUNT; i++) {
        most = counts[i] > most ? counts[i] : most;
    }
    for (size_t i = 1; i < LANGUAGE_COUNT; i++) {
        if (counts[i] > 0 && (counts[i] * 20 >= most || counts[i] >= 5)) {
            buffer_append_format(description->line, "%s%s (%lld)", told > 0 ? ", " : "", language_names[i],
                                 (long long)counts[i]);
            told++;
        }
    }
    if (told == 0) {
        return CPK_OK;
    }
    return description->line->failed ? error_out_of_memory(description->error)
                                     : add_finding(description->set, "languages", "", buffer_text(description->line),
                                                   700, description->messages, description->error);
}

static cpk_status describe(const struct description *description, const int64_t *counts)
{
    int64_t average = counts[STYLE_WORDS] / description->messages;

    CPK_TRY(describe_languages(description, &counts[STYLE_LANGUAGES]));
    if (description->messages < FEW) {
        return CPK_OK;
    }
    buffer_clear(description->line);
    buffer_append_format(description->line, "Writes %s messages, %lld words on average",
                         average < 20   ? "short"
                         : average < 80 ? "medium-length"
                                        : "long",
                         (long long)average);
    if (description->line->failed) {
        return error_out_of_memory(description->error);
    }
    CPK_TRY(add_finding(description->set, "length", "", buffer_text(description->line), 650, description->messages,
                        description->error));
    CPK_TRY(tell_share(description, counts[STYLE_QUESTIONS], 50, "questions", "Mostly asks questions"));
    CPK_TRY(tell_share(description, counts[STYLE_CODE], 20, "code", "Often shares code"));
    CPK_TRY(tell_share(description, counts[STYLE_POLITE], 30, "politeness", "Polite: says please and thanks"));
    CPK_TRY(tell_share(description, counts[STYLE_LISTS], 20, "lists", "Uses bullet lists"));
    return tell_share(description, counts[STYLE_LOWERCASE], 40, "casing", "Writes casually, without capitals");
}

cpk_status style_describe(struct finding_set *set, int64_t (*counter)(void *user, const char *name), void *user,
                          cpk_error **error)
{
    int64_t counts[STYLE_COUNTERS] = {0};
    struct buffer line;
    struct description description = {set, &line, 0, error};
    cpk_status status = CPK_OK;

    buffer_init(&line, set->arena.allocator);
    for (size_t i = 0; i < STYLE_COUNTERS && status == CPK_OK; i++) {
        if (i == STYLE_LANGUAGES + LANGUAGE_UNKNOWN) {
            continue;
        }
        counter_subject(i, &line);
        if (line.failed) {
            status = error_out_of_memory(error);
        } else {
            counts[i] = counter(user, buffer_text(&line) + strlen(STYLE_COUNTER_PREFIX));
        }
    }
    description.messages = counts[STYLE_MESSAGES];
    if (status == CPK_OK && description.messages > 0) {
        status = describe(&description, counts);
    }
    buffer_free(&line);
    return status;
}

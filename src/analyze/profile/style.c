#include "analyze/profile/style.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

#define SHORT_WORDS 12
#define LONG_WORDS  120
#define FEW         5 /* minimum number of messages for describing habits */

static const char *const counter_names[STYLE_LANGUAGES] = {
    "messages", "words", "short", "long", "questions", "code", "polite", "lists", "lowercase",
};

struct style_language {
    const char *name;
    const char *words;    /* frequent words that few other languages have; NULL: detected by script */
    uint32_t first, last; /* range of its script */
};

static const struct style_language languages[STYLE_COUNTERS - STYLE_LANGUAGES] = {
    {"English", " the and is my what how with this that you are have it for can i'm i of ", 0, 0},
    {"German", " der die das und ist ich nicht ein eine mit wie für auf kann mein meine wir auch ", 0, 0},
    {"French", " le la les et est je ne pas une un des pour dans mon ma que avec comment suis ", 0, 0},
    {"Spanish", " el la los las y es que en un una mi para con cómo soy estoy por qué pero ", 0, 0},
    {"Portuguese", " o os e é que em um uma meu minha para com como não eu sou estou mas por ", 0, 0},
    {"Italian", " il lo gli e è che in un una mio mia per con come non sono sto della ma ", 0, 0},
    {"Dutch", " het een en is ik niet van mijn met voor hoe kan wat zijn ook maar ", 0, 0},
    {"Swedish", " och är jag inte ett en att som min mitt för med kan hur på ", 0, 0},
    {"Polish", " jest nie się jak mój moja co czy dla jestem mam ale w z i ", 0, 0},
    {"Turkish", " bir ve bu için ben nasıl ne değil çok var mı ile benim ", 0, 0},
    {"Chinese", NULL, 0x4E00, 0x9FFF},
    {"Japanese", NULL, 0x3041, 0x30FF},
    {"Korean", NULL, 0xAC00, 0xD7A3},
    {"Russian or another language in Cyrillic", NULL, 0x400, 0x52F},
    {"Arabic or another language in its script", NULL, 0x620, 0x6FF},
    {"Hindi or another language in Devanagari", NULL, 0x904, 0x97F},
    {"Greek", NULL, 0x370, 0x3FF},
    {"Hebrew", NULL, 0x5D0, 0x5EA},
    {"Thai", NULL, 0xE01, 0xE5B},
    {"Bengali", NULL, 0x980, 0x9FF},
};

#define LANGUAGE_COUNT (sizeof languages / sizeof languages[0])

static int32_t list_has(const char *list, const char *word, size_t length)
{
    const char *at = list;

    while ((at = strchr(at, ' ')) != NULL && at[1] != '\0') {
        at++;
        if (strncmp(at, word, length) == 0 && at[length] == ' ') {
            return 1;
        }
    }
    return 0;
}

struct message_traits {
    int64_t words;
    int64_t hits[LANGUAGE_COUNT];
    int32_t polite;
};

static void count_word(struct message_traits *traits, const char *word, size_t length)
{
    static const char polite[] = " please thanks thank bitte danke merci gracias obrigado obrigada grazie pls favor ";

    traits->words++;
    traits->polite |= list_has(polite, word, length);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        if (languages[i].words != NULL && list_has(languages[i].words, word, length)) {
            traits->hits[i]++;
        }
    }
}

#define TRAIT_WORDS 400 /* words per message that are examined to detect its language */

static void read_traits(struct message_traits *traits, const char *text, size_t length)
{
    char word[64];
    size_t used = 0;

    memset(traits, 0, sizeof *traits);
    for (size_t at = 0; at <= length;) {
        uint32_t c = ' ';
        int32_t valid = 1;
        size_t taken = at < length ? utf8_decode(text + at, length - at, &c, &valid) : 1;
        int32_t wide = c >= 0x3040 && c <= 0x9FFF;

        if ((code_point_is_word(c) || c == '\'') && !wide) {
            if (used + 4 < sizeof word) {
                used += utf8_encode(code_point_lower(c), word + used);
            }
        } else if (used > 0) {
            if (traits->words < TRAIT_WORDS) {
                count_word(traits, word, used);
            } else {
                traits->words++;
            }
            used = 0;
        }
        for (size_t i = 0; c >= 0x370 && i < LANGUAGE_COUNT; i++) {
            traits->hits[i] += languages[i].words == NULL && c >= languages[i].first && c <= languages[i].last;
        }
        traits->words += wide;
        at += taken;
    }
}

/* The language with most hits; kana distinguish Japanese from Chinese. LANGUAGE_COUNT if it is unknown. */
static size_t find_language(struct message_traits *traits)
{
    size_t best = 0;

    if (traits->hits[11] * 5 > traits->hits[10]) {
        traits->hits[11] += traits->hits[10];
        traits->hits[10] = 0;
    }
    for (size_t i = 1; i < LANGUAGE_COUNT; i++) {
        if (traits->hits[i] > traits->hits[best]) {
            best = i;
        }
    }
    return traits->hits[best] >= 2 ? best : LANGUAGE_COUNT;
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

void style_count(struct style_counts *counts, const char *text, const char *masked, size_t length)
{
    struct message_traits traits;
    size_t language;
    size_t first = 0;

    read_traits(&traits, masked, length);
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
    language = find_language(&traits);
    if (language < LANGUAGE_COUNT) {
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
        buffer_append_format(subject, "language %s", languages[i - STYLE_LANGUAGES].name);
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
        if (counts->counts[i] == 0) {
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
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        most = counts[i] > most ? counts[i] : most;
    }
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        if (counts[i] > 0 && (counts[i] * 20 >= most || counts[i] >= 5)) {
            buffer_append_format(description->line, "%s%s (%lld)", told > 0 ? ", " : "", languages[i].name,
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

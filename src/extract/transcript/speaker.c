#include "extract/transcript/speaker.h"

#include "base/utf8.h"

#include <contextpack/message.h>

#include <string.h>
#include <strings.h>

#define LABELS_MAX     64               /* different labels that are counted */
#define EXPORTER_BYTES ((size_t)4096)   /* of the start and of the end, where exporters name themselves */
#define DETECT_BYTES   ((size_t)131072) /* of the text that is read to detect its style */

/* Parts of a style. */
enum style_part { STYLE_LEVEL = 0x7, STYLE_BOLD = 0x8, STYLE_COLON = 0x10, STYLE_BRACKET = 0x20, STYLE_WIDE = 0x40 };

struct name {
    const char *text;
    int32_t role;
    int32_t is_weak; /* also used where nobody speaks: it counts only among several turns with markup */
};

/* Labels in lower case. */
static const struct name names[] = {
    {"you", CPK_ROLE_USER, 0},
    {"user", CPK_ROLE_USER, 0},
    {"human", CPK_ROLE_USER, 0},
    {"me", CPK_ROLE_USER, 1},
    {"myself", CPK_ROLE_USER, 1},
    {"prompt", CPK_ROLE_USER, 0},
    {"question", CPK_ROLE_USER, 1},
    {"query", CPK_ROLE_USER, 1},
    {"i", CPK_ROLE_USER, 1},
    {"vous", CPK_ROLE_USER, 1},
    {"tu", CPK_ROLE_USER, 1},
    {"utilisateur", CPK_ROLE_USER, 0},
    {"sie", CPK_ROLE_USER, 1},
    {"du", CPK_ROLE_USER, 1},
    {"nutzer", CPK_ROLE_USER, 0},
    {"benutzer", CPK_ROLE_USER, 0},
    {"usuario", CPK_ROLE_USER, 0},
    {"usu\xC3\xA1rio", CPK_ROLE_USER, 0},
    {"t\xC3\xBA", CPK_ROLE_USER, 0},
    {"voc\xC3\xAA", CPK_ROLE_USER, 0},
    {"utente", CPK_ROLE_USER, 0},
    {"gebruiker", CPK_ROLE_USER, 0},
    {"jij", CPK_ROLE_USER, 0},
    {"je", CPK_ROLE_USER, 1},
    {"\xD0\x92\xD1\x8B", CPK_ROLE_USER, 0},
    {"\xD0\xB2\xD1\x8B", CPK_ROLE_USER, 0},
    {"\xE4\xBD\xA0", CPK_ROLE_USER, 0},
    {"\xE6\x82\xA8", CPK_ROLE_USER, 0},
    {"\xE7\x94\xA8\xE6\x88\xB7", CPK_ROLE_USER, 0},
    {"\xE3\x81\x82\xE3\x81\xAA\xE3\x81\x9F", CPK_ROLE_USER, 0},
    {"\xE3\x83\xA6\xE3\x83\xBC\xE3\x82\xB6\xE3\x83\xBC", CPK_ROLE_USER, 0},
    {"\xEC\x82\xAC\xEC\x9A\xA9\xEC\x9E\x90", CPK_ROLE_USER, 0},
    {"assistant", CPK_ROLE_ASSISTANT, 0},
    {"asistente", CPK_ROLE_ASSISTANT, 0},
    {"assistent", CPK_ROLE_ASSISTANT, 0},
    {"assistente", CPK_ROLE_ASSISTANT, 0},
    {"ai", CPK_ROLE_ASSISTANT, 1},
    {"ai assistant", CPK_ROLE_ASSISTANT, 0},
    {"bot", CPK_ROLE_ASSISTANT, 1},
    {"agent", CPK_ROLE_ASSISTANT, 1},
    {"model", CPK_ROLE_ASSISTANT, 1},
    {"response", CPK_ROLE_ASSISTANT, 0},
    {"answer", CPK_ROLE_ASSISTANT, 1},
    {"reply", CPK_ROLE_ASSISTANT, 1},
    {"le chat", CPK_ROLE_ASSISTANT, 0},
    {"meta ai", CPK_ROLE_ASSISTANT, 0},
    {"\xE5\x8A\xA9\xE6\x89\x8B", CPK_ROLE_ASSISTANT, 0},
    {"system", CPK_ROLE_SYSTEM, 0},
    {"system prompt", CPK_ROLE_SYSTEM, 0},
    {"tool", CPK_ROLE_TOOL, 0},
};

/* Assistants, whose labels may go on with a model: "claude 3.5 sonnet". */
static const char *const families[] = {"chatgpt", "gpt",     "claude",     "gemini", "bard",  "grok", "deepseek",
                                       "copilot", "mistral", "perplexity", "llama",  "qwen",  "kimi", "bing",
                                       "o1",      "o3",      "o4",         "codex",  "cursor"};
static const char *const model_words[] = {"sonnet",    "opus",  "haiku",    "pro",     "flash",    "mini",
                                          "turbo",     "plus",  "deep",     "max",     "research", "thinking",
                                          "large",     "small", "nano",     "chat",    "code",     "model",
                                          "assistant", "ai",    "advanced", "preview", "medium"};

/* Ends of labels: "chatgpt said", "chatgpt a dit". */
static const char *const saids[] = {" said",
                                    " says",
                                    " wrote",
                                    " asked",
                                    " a dit",
                                    " avez dit",
                                    " as dit",
                                    " hat gesagt",
                                    " haben gesagt",
                                    " hast gesagt",
                                    " sagte",
                                    " sagten",
                                    " dijo",
                                    " dijiste",
                                    " ha dicho",
                                    " has dicho",
                                    " ha detto",
                                    " hai detto",
                                    " disse",
                                    " zei",
                                    " \xD1\x81\xD0\xBA\xD0\xB0\xD0\xB7\xD0\xB0\xD0\xBB",
                                    " \xD1\x81\xD0\xBA\xD0\xB0\xD0\xB7\xD0\xB0\xD0\xBB\xD0\xB8",
                                    " \xE8\xAF\xB4",
                                    "\xE8\xAF\xB4",
                                    "\xE8\xAA\xAA"};

/* What exporters write near the start or the end. */
static const char *const exporters[] = {
    "chatgpt exporter",     "exported from chatgpt", "exported from claude",      "exported by chatgpt",
    "exported from gemini", "exported from grok",    "exported with chatgpt",     "claude exporter",
    "save chatgpt",         "chatgpt conversation",  "conversation with chatgpt", "conversation with claude",
    "chat with claude",     "chat with chatgpt",     "generated by specstory",    "chatgpt-exporter"};

static int32_t is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static int32_t is_letter(char byte)
{
    return (unsigned char)byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_blank(**text)) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_blank((*text)[*length - 1])) {
        (*length)--;
    }
}

/* Length of a picture or an invisible character at the start; 0 if there is none. */
static size_t picture_length(const char *text, size_t length)
{
    uint32_t code_point;
    int32_t valid;
    size_t taken;

    if (length == 0 || (unsigned char)*text < 0x80) {
        return 0;
    }
    taken = utf8_decode(text, length, &code_point, &valid);
    return valid && ((code_point >= 0x2190 && code_point <= 0x2BFF) ||
                     (code_point >= 0x1F000 && code_point <= 0x1FAFF) || code_point == 0xFE0F || code_point == 0x200D ||
                     code_point == 0xA0)
               ? taken
               : 0;
}

static void skip_pictures(const char **text, size_t *length)
{
    for (size_t taken = picture_length(*text, *length); taken > 0; taken = picture_length(*text, *length)) {
        *text += taken;
        *length -= taken;
        trim(text, length);
    }
}

/* Cuts what exporters put after a name: a time, a model, a number. */
static size_t cut_suffix(const char *text, size_t length)
{
    static const char *const marks[] = {
        " (", " [", " - ", " | ", " @ ", " at ", " \xE2\x80\x94", " \xE2\x80\x93", " \xC2\xB7", " \xE2\x80\xA2"};
    size_t cut = length;

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const char *found = memmem(text, cut, marks[i], strlen(marks[i]));

        cut = found != NULL && found > text ? (size_t)(found - text) : cut;
    }
    return cut;
}

/* Copies a label in lower case without pictures, suffixes and colon. 0 if it can't be one. */
static int32_t copy_label(const char *text, size_t length, char label[SPEAKER_LABEL_BYTES])
{
    trim(&text, &length);
    skip_pictures(&text, &length);
    length = cut_suffix(text, length);
    while (length > 0 && (text[length - 1] == ':' || is_blank(text[length - 1]))) {
        length--;
    }
    if (length == 0 || length >= SPEAKER_LABEL_BYTES || !is_letter(*text)) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        label[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
    }
    label[length] = '\0';
    return 1;
}

/* Skips a colon, also the wide one; 1 if there was one. */
static int32_t skip_colon(const char **text, size_t *length)
{
    size_t taken = *length > 0 && **text == ':' ? 1 : *length >= 3 && memcmp(*text, "\xEF\xBC\x9A", 3) == 0 ? 3 : 0;

    *text += taken;
    *length -= taken;
    return taken > 0;
}

/* 1 if the text ends with a colon, which is then cut. */
static int32_t cut_colon(const char *text, size_t *length)
{
    size_t taken = *length > 0 && text[*length - 1] == ':'                              ? 1
                   : *length >= 3 && memcmp(text + *length - 3, "\xEF\xBC\x9A", 3) == 0 ? 3
                                                                                        : 0;

    *length -= taken;
    return taken > 0;
}

static const char *pass_marks(const char *at, const char *end)
{
    while (at < end && (*at == '*' || *at == '_')) {
        at++;
    }
    return at;
}

/* Emphasised label: "**You:** text", "_**User**_". */
static int32_t parse_bold(const char *text, size_t length, struct speaker_line *parsed)
{
    const char *end = text + length;
    const char *label = pass_marks(text, end);
    const char *close = label;
    size_t label_length;
    int32_t has_colon;

    while (close < end && *close != '*' && *close != '_') {
        close++;
    }
    if (close == end) {
        return 0;
    }
    label_length = (size_t)(close - label);
    has_colon = cut_colon(label, &label_length);
    close = pass_marks(close, end);
    parsed->rest = close;
    parsed->rest_length = (size_t)(end - close);
    has_colon |= skip_colon(&parsed->rest, &parsed->rest_length);
    trim(&parsed->rest, &parsed->rest_length);
    parsed->style |= STYLE_BOLD | (has_colon ? STYLE_COLON : 0);
    return (parsed->rest_length == 0 || has_colon) && copy_label(label, label_length, parsed->label);
}

/* The first colon of a line, ASCII or wide, that no digit follows as in "User (12:30):". Returns the length of what is
 * before it, all of the line if there is none; *colon_length is the colon's. */
static size_t label_end(const char *text, size_t length, size_t *colon_length)
{
    for (size_t i = 0; i < length && i < SPEAKER_LABEL_BYTES; i++) {
        if (text[i] == ':' && (i + 1 == length || !is_digit(text[i + 1]))) {
            *colon_length = 1;
            return i;
        }
        if (length - i >= 3 && memcmp(text + i, "\xEF\xBC\x9A", 3) == 0) {
            *colon_length = 3;
            return i;
        }
    }
    *colon_length = 0;
    return length;
}

/* A plain label: the whole line, or "Human: text". */
static int32_t parse_plain(const char *text, size_t length, struct speaker_line *parsed)
{
    size_t colon_length = 0;
    size_t label_length = label_end(text, length, &colon_length);

    parsed->rest = text + length;
    parsed->rest_length = 0;
    if (length > 0 && *text == '[' && text[length - 1] == ']') {
        parsed->style |= STYLE_BRACKET;
        return length > 2 && !is_digit(text[1]) && copy_label(text + 1, length - 2, parsed->label);
    }
    if ((parsed->style & STYLE_LEVEL) != 0) { /* a heading is all label */
        label_length = length;
        colon_length = (size_t)cut_colon(text, &label_length);
    } else {
        parsed->rest = text + label_length + colon_length;
        parsed->rest_length = length - label_length - colon_length;
        trim(&parsed->rest, &parsed->rest_length);
    }
    parsed->style |= (colon_length > 0 ? STYLE_COLON : 0) | (colon_length > 1 ? STYLE_WIDE : 0);
    return copy_label(text, label_length, parsed->label);
}

/* Skips "[10:12]" before a name. */
static void skip_time(const char **text, size_t *length)
{
    const char *close = *length > 2 && **text == '[' && is_digit((*text)[1]) ? memchr(*text, ']', *length) : NULL;

    if (close != NULL) {
        *length -= (size_t)(close + 1 - *text);
        *text = close + 1;
        trim(text, length);
    }
}

int32_t speaker_parse(const char *line, size_t length, struct speaker_line *parsed)
{
    size_t level = 0;

    memset(parsed, 0, sizeof *parsed);
    trim(&line, &length);
    while (level < length && line[level] == '#') {
        level++;
    }
    if (level > 6 || (level > 0 && level < length && !is_blank(line[level]))) {
        return 0;
    }
    line += level;
    length -= level;
    trim(&line, &length);
    skip_time(&line, &length);
    skip_pictures(&line, &length);
    if (length == 0 || !(is_letter(*line) || strchr("*_[", *line) != NULL)) {
        return 0;
    }
    parsed->style = (int32_t)level;
    return *line == '*' || *line == '_' ? parse_bold(line, length, parsed) : parse_plain(line, length, parsed);
}

static int32_t ends_with(const char *text, size_t length, const char *suffix)
{
    size_t taken = strlen(suffix);

    return length > taken && memcmp(text + length - taken, suffix, taken) == 0;
}

/* 1 if a word names a version or a size of a model. */
static int32_t is_model_word(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (is_digit(word[i])) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof model_words / sizeof model_words[0]; i++) {
        if (strlen(model_words[i]) == length && memcmp(model_words[i], word, length) == 0) {
            return 1;
        }
    }
    return length == 0;
}

static int32_t is_assistant(const char *label, size_t length)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        size_t taken = strlen(families[i]);
        int32_t is_known = length >= taken && memcmp(label, families[i], taken) == 0 && !is_letter(label[taken]);

        for (size_t at = taken; is_known && at < length;) {
            size_t word = strcspn(label + at, " -.");

            is_known = is_model_word(label + at, word);
            at += word + 1;
        }
        if (is_known) {
            return 1;
        }
    }
    return 0;
}

/* The role that a label names by itself; 0 if it names none. *is_said is 1 for "X said". *is_weak: see struct name. */
static int32_t label_role(const char *label, int32_t *is_said, int32_t *is_weak)
{
    size_t length = strlen(label);
    char base[SPEAKER_LABEL_BYTES];

    *is_said = 0;
    *is_weak = 0;
    memcpy(base, label, length + 1);
    for (size_t i = 0; i < sizeof saids / sizeof saids[0] && !*is_said; i++) {
        if (ends_with(base, length, saids[i])) {
            length -= strlen(saids[i]);
            base[length] = '\0';
            *is_said = 1;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].text, base) == 0) {
            *is_weak = names[i].is_weak && !*is_said;
            return names[i].role;
        }
    }
    return is_assistant(base, length) ? CPK_ROLE_ASSISTANT : strcmp(label, "dijiste") == 0 ? CPK_ROLE_USER : 0;
}

int32_t speaker_next_line(const char **at, const char *end, const char **line, size_t *length, int32_t *is_code)
{
    const char *feed;
    const char *text;
    size_t left;

    if (*at >= end) {
        return 0;
    }
    feed = memchr(*at, '\n', (size_t)(end - *at));
    *line = *at;
    *length = (size_t)((feed != NULL ? feed : end) - *at);
    *at = feed != NULL ? feed + 1 : end;
    text = *line;
    left = *length;
    trim(&text, &left);
    if (left >= 3 && (memcmp(text, "```", 3) == 0 || memcmp(text, "~~~", 3) == 0)) {
        *is_code = !*is_code;
    }
    return 1;
}

/* How often a label is used in a style. */
struct count {
    int32_t style;
    int32_t role; /* that it names by itself, or 0 */
    int32_t is_said;
    int32_t is_weak;
    size_t lines;
    char label[SPEAKER_LABEL_BYTES];
};

static void count_label(struct count *counts, size_t *used, const struct speaker_line *line)
{
    for (size_t i = 0; i < *used; i++) {
        if (counts[i].style == line->style && strcmp(counts[i].label, line->label) == 0) {
            counts[i].lines++;
            return;
        }
    }
    if (*used < LABELS_MAX) {
        struct count *count = &counts[(*used)++];

        count->style = line->style;
        count->lines = 1;
        memcpy(count->label, line->label, sizeof count->label);
        count->role = label_role(line->label, &count->is_said, &count->is_weak);
    }
}

/* The most frequent label of a role in a style; role 0: of those that name none. NULL if there is none. */
static const struct count *most_frequent(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    const struct count *best = NULL;

    for (size_t i = 0; i < used; i++) {
        if (counts[i].style == style && counts[i].role == role && (best == NULL || counts[i].lines > best->lines)) {
            best = &counts[i];
        }
    }
    return best;
}

static size_t count_role(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    size_t lines = 0;

    for (size_t i = 0; i < used; i++) {
        lines += counts[i].style == style && counts[i].role == role ? counts[i].lines : 0;
    }
    return lines;
}

static int32_t has_strong(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    for (size_t i = 0; i < used; i++) {
        if (counts[i].style == style && counts[i].role == role && !counts[i].is_weak) {
            return 1;
        }
    }
    return 0;
}

/* Judges one style. A speaker whose label names no role is the one that takes turns with a known one. */
static enum speaker_result judge_style(const struct count *counts, size_t used, int32_t style,
                                       struct speaker_style *found)
{
    size_t users = count_role(counts, used, style, CPK_ROLE_USER);
    size_t assistants = count_role(counts, used, style, CPK_ROLE_ASSISTANT);
    const struct count *user = most_frequent(counts, used, style, CPK_ROLE_USER);
    const struct count *other = most_frequent(counts, used, style, 0);
    const struct count *known = user != NULL ? user : most_frequent(counts, used, style, CPK_ROLE_ASSISTANT);
    size_t known_lines = users > 0 ? users : assistants;
    int32_t is_marked = (style & (STYLE_LEVEL | STYLE_BOLD | STYLE_COLON | STYLE_BRACKET)) != 0;

    memset(found, 0, sizeof *found);
    found->style = style;
    if (known == NULL || known->is_weak > (users > 0 && assistants > 0)) {
        return SPEAKER_NONE;
    }
    if (users > 0 && assistants > 0) {
        int32_t is_even = users >= 2 && assistants >= 2 && users <= 2 * assistants && assistants <= 2 * users;

        if (!has_strong(counts, used, style, CPK_ROLE_USER) || !has_strong(counts, used, style, CPK_ROLE_ASSISTANT)) {
            return (style & (STYLE_LEVEL | STYLE_BOLD)) != 0 && is_even ? SPEAKER_KNOWN : SPEAKER_NONE;
        }
        return is_marked || users + assistants >= 3 ? SPEAKER_KNOWN : SPEAKER_NONE;
    }
    if (is_marked && other != NULL && other->lines >= 2 && 2 * other->lines >= known_lines &&
        other->lines <= 2 * known_lines) {
        memcpy(users > 0 ? found->assistant : found->user, other->label, sizeof found->user);
        return SPEAKER_KNOWN;
    }
    return known->is_said || (assistants >= 2 && is_marked) ? SPEAKER_UNSURE : SPEAKER_NONE;
}

static int32_t contains_exporter(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof exporters / sizeof exporters[0]; i++) {
        size_t taken = strlen(exporters[i]);

        for (size_t at = 0; at + taken <= length; at++) {
            if (strncasecmp(text + at, exporters[i], taken) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

enum speaker_result speaker_detect(const char *text, size_t length, struct speaker_style *found)
{
    struct count counts[LABELS_MAX];
    const char *at = text;
    const char *end = text + (length < DETECT_BYTES ? length : DETECT_BYTES);
    const char *line;
    size_t line_length;
    size_t used = 0;
    size_t best = 0;
    int32_t is_code = 0;
    enum speaker_result result = SPEAKER_NONE;

    memset(counts, 0, sizeof counts);
    while (speaker_next_line(&at, end, &line, &line_length, &is_code)) {
        struct speaker_line parsed;

        if (!is_code && speaker_parse(line, line_length, &parsed)) {
            count_label(counts, &used, &parsed);
        }
    }
    for (size_t i = 0; i < used; i++) {
        struct speaker_style judged;
        enum speaker_result one =
            counts[i].role != 0 ? judge_style(counts, used, counts[i].style, &judged) : SPEAKER_NONE;
        size_t lines = count_role(counts, used, counts[i].style, CPK_ROLE_USER) +
                       count_role(counts, used, counts[i].style, CPK_ROLE_ASSISTANT);

        if (one > result || (one == result && one != SPEAKER_NONE && lines > best)) {
            result = one;
            best = lines;
            *found = judged;
        }
    }
    if (result == SPEAKER_NONE &&
        (contains_exporter(text, length < EXPORTER_BYTES ? length : EXPORTER_BYTES) ||
         (length > EXPORTER_BYTES && contains_exporter(text + length - EXPORTER_BYTES, EXPORTER_BYTES)))) {
        result = SPEAKER_UNSURE;
    }
    return result;
}

int32_t speaker_role(const struct speaker_style *style, const struct speaker_line *line)
{
    int32_t is_said;
    int32_t is_weak;

    if (line->style != style->style) {
        return 0;
    }
    if (style->user[0] != '\0' && strcmp(style->user, line->label) == 0) {
        return CPK_ROLE_USER;
    }
    if (style->assistant[0] != '\0' && strcmp(style->assistant, line->label) == 0) {
        return CPK_ROLE_ASSISTANT;
    }
    return label_role(line->label, &is_said, &is_weak);
}

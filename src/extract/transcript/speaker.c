#include "extract/transcript/speaker.h"

#include "base/utf8.h"
#include "extract/transcript/speaker_names.h"

#include <contextpack/message.h>

#include <string.h>
#include <strings.h>

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
                     (code_point >= 0x200E && code_point <= 0x200F) || (code_point >= 0x202A && code_point <= 0x202F) ||
                     code_point == 0xFEFF || code_point == 0xA0)
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
    parsed->style |= SPEAKER_BOLD | (has_colon ? SPEAKER_COLON : 0);
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
        parsed->style |= SPEAKER_BRACKET;
        return length > 2 && !is_digit(text[1]) && copy_label(text + 1, length - 2, parsed->label);
    }
    if ((parsed->style & SPEAKER_LEVEL) != 0) { /* a heading is all label */
        label_length = length;
        colon_length = (size_t)cut_colon(text, &label_length);
    } else {
        parsed->rest = text + label_length + colon_length;
        parsed->rest_length = length - label_length - colon_length;
        trim(&parsed->rest, &parsed->rest_length);
    }
    parsed->style |= (colon_length > 0 ? SPEAKER_COLON : 0) | (colon_length > 1 ? SPEAKER_WIDE : 0);
    return copy_label(text, label_length, parsed->label);
}

/* 1 if digits stand on both sides of a colon: a time of day. */
static int32_t has_time(const char *text, size_t length)
{
    for (size_t i = 1; i + 1 < length; i++) {
        if (text[i] == ':' && is_digit(text[i - 1]) && is_digit(text[i + 1])) {
            return 1;
        }
    }
    return 0;
}

/* 1 for what dates and times are made of; letters are those of "AM" and "p.m.". */
static int32_t is_time_byte(char byte)
{
    return is_digit(byte) || (unsigned char)byte >= 0x80 || (byte != '\0' && strchr(" /.,:-()[]apmAPM", byte) != NULL);
}

/* Length of the stamp of a log before a name: "2026-03-01 10:02:11 Ada", "2026-03-01T10:02Z Ada", "10:02:11 Ada". A
 * time without a date or seconds is that of a plan or a diary. */
static size_t stamp_length(const char *text, size_t length)
{
    size_t at = 0;
    size_t numbers = 0;

    while (at < length && is_digit(text[at])) {
        while (at < length && is_digit(text[at])) {
            at++;
        }
        numbers++;
        at += at + 1 < length && strchr("-/.:,T ", text[at]) != NULL && is_digit(text[at + 1]);
    }
    at += at < length && text[at] == 'Z';
    return numbers >= 3 && at < length && is_blank(text[at]) && has_time(text, at) ? at + 1 : 0;
}

/* Length of a date and time before a name: "[10:12]", "(10:12)", "12/03/2025, 10:02 - ". */
static size_t time_length(const char *text, size_t length)
{
    static const size_t bytes_max = 48;
    size_t end = length < bytes_max ? length : bytes_max;
    const char *close = length > 2 && *text == '[' ? memchr(text, ']', end) : NULL;

    close = length > 2 && *text == '(' ? memchr(text, ')', end) : close;
    if (close != NULL) {
        return is_digit(text[1]) || has_time(text, (size_t)(close - text)) ? (size_t)(close + 1 - text) : 0;
    }
    if (length == 0 || !is_digit(*text)) {
        return 0;
    }
    for (size_t at = 0; at < end && is_time_byte(text[at]); at++) {
        if (at + 3 <= length && memcmp(text + at, " - ", 3) == 0 && has_time(text, at)) {
            return at + 3;
        }
    }
    return stamp_length(text, end);
}

static void skip_time(const char **text, size_t *length, struct speaker_line *parsed)
{
    size_t taken = time_length(*text, *length);

    parsed->is_timed = has_time(*text, taken);
    *text += taken;
    *length -= taken;
    trim(text, length);
}

/* Length of a line that is a name with a date and time after it, without these: "Ada, [12.03.2025 10:02]", "Ada  10:02
 * AM"; 0 for others. */
static size_t headed_length(const char *text, size_t length)
{
    size_t at = length;

    while (at > 0 && length - at < 48 && is_time_byte(text[at - 1]) && (unsigned char)text[at - 1] < 0x80) {
        at--;
    }
    while (at < length && !is_digit(text[at])) {
        at++;
    }
    if (at == length || at == 0 || !has_time(text + at, length - at)) {
        return 0;
    }
    while (at > 0 && (is_blank(text[at - 1]) || strchr(",[(-|@", text[at - 1]) != NULL)) {
        at--;
    }
    return at;
}

/* "<ada> Hi", as in logs of channels. */
static int32_t parse_angle(const char *text, size_t length, struct speaker_line *parsed)
{
    const char *close = memchr(text, '>', length < SPEAKER_LABEL_BYTES ? length : SPEAKER_LABEL_BYTES);

    if (close == NULL || close == text + 1) {
        return 0;
    }
    parsed->style = SPEAKER_COLON;
    parsed->rest = close + 1;
    parsed->rest_length = length - (size_t)(close + 1 - text);
    trim(&parsed->rest, &parsed->rest_length);
    return copy_label(text + 1, (size_t)(close - text) - 1, parsed->label);
}

/* --- markers --- */

/* Beginnings of turns; without a label, a name follows up to `end`, or the end of the line. */
static const struct {
    const char *start;
    const char *label;
    const char *end;
    int32_t is_token;
} markers[] = {{"<|im_start|>", NULL, NULL, 1},
               {"<|start_header_id|>", NULL, "<|end_header_id|>", 1},
               {"<start_of_turn>", NULL, NULL, 1},
               {"<|user|>", "user", NULL, 1},
               {"<|assistant|>", "assistant", NULL, 1},
               {"<|system|>", "system", NULL, 1},
               {"[INST]", "user", NULL, 1},
               {"[/INST]", "assistant", NULL, 1},
               {"<user>", "user", NULL, 0},
               {"<human>", "human", NULL, 0},
               {"<assistant>", "assistant", NULL, 0},
               {"<chatgpt>", "chatgpt", NULL, 0},
               {"<claude>", "claude", NULL, 0},
               {"<gemini>", "gemini", NULL, 0},
               {"<message role=\"", NULL, "\">", 0},
               {"<turn role=\"", NULL, "\">", 0},
               {"<turn speaker=\"", NULL, "\">", 0}};

static const char *const end_markers[] = {
    "<|im_end|>", "<|eot_id|>",   "<|end|>",    "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>",
    "</s>",       "<s>",          "<bos>",      "</user>",       "</human>",      "</message>",
    "</turn>",    "</assistant>", "</chatgpt>", "</claude>",     "</gemini>",     "<|begin_of_text|>"};

static int32_t starts_with(const char *text, size_t length, const char *prefix)
{
    size_t taken = strlen(prefix);

    return length >= taken && strncasecmp(text, prefix, taken) == 0;
}

static size_t count_markers(void)
{
    return sizeof markers / sizeof markers[0];
}

/* The index of the marker at the start, or count_markers(). */
static size_t find_marker(const char *text, size_t length)
{
    size_t i = 0;

    while (length > 0 && (*text == '<' || *text == '[') && i < count_markers() &&
           !starts_with(text, length, markers[i].start)) {
        i++;
    }
    return length > 0 && (*text == '<' || *text == '[') ? i : count_markers();
}

size_t speaker_piece(const char *line, size_t length)
{
    size_t at = 0;

    while (at < length && is_blank(line[at])) {
        at++;
    }
    for (at++; at < length; at++) {
        if ((line[at] == '<' || line[at] == '[') && find_marker(line + at, length - at) < count_markers()) {
            return at;
        }
    }
    return length;
}

size_t speaker_trim_markers(const char *line, size_t length)
{
    size_t before = length + 1;

    while (length < before) {
        before = length;
        for (size_t i = 0; i < sizeof end_markers / sizeof end_markers[0]; i++) {
            size_t end = length;
            size_t taken = strlen(end_markers[i]);

            while (end > 0 && is_blank(line[end - 1])) {
                end--;
            }
            if (end >= taken && strncasecmp(line + end - taken, end_markers[i], taken) == 0) {
                length = end - taken;
            }
        }
    }
    return length;
}

static int32_t parse_marker(const char *text, size_t length, struct speaker_line *parsed)
{
    size_t marker = find_marker(text, length);
    const char *end;
    size_t taken;

    if (marker == count_markers()) {
        return 0;
    }
    parsed->style = SPEAKER_MARKER;
    parsed->is_token = markers[marker].is_token;
    taken = strlen(markers[marker].start);
    text += taken;
    length -= taken;
    if (markers[marker].label != NULL) {
        strcpy(parsed->label, markers[marker].label);
        trim(&text, &length);
        parsed->rest = text;
        parsed->rest_length = length;
        return 1;
    }
    end = markers[marker].end != NULL ? memmem(text, length, markers[marker].end, strlen(markers[marker].end))
                                      : text + length;
    if (end == NULL || !copy_label(text, (size_t)(end - text), parsed->label)) {
        return 0;
    }
    parsed->rest = end + (markers[marker].end != NULL ? strlen(markers[marker].end) : 0);
    parsed->rest_length = length - (size_t)(parsed->rest - text);
    return 1;
}

/* --- lines --- */

size_t speaker_quote_length(const char *line, size_t length)
{
    size_t at = 0;

    while (at < length && (is_blank(line[at]) || line[at] == '>')) {
        at++;
    }
    return memchr(line, '>', at) != NULL ? at : 0;
}

static int32_t parse_text(const char *line, size_t length, struct speaker_line *parsed)
{
    size_t headed;

    if (length == 0) {
        return 0;
    }
    if (*line == '<') {
        return parsed->is_timed && parse_angle(line, length, parsed);
    }
    if (!(is_letter(*line) || strchr("*_[", *line) != NULL)) {
        return 0;
    }
    if (*line == '*' || *line == '_') {
        return parse_bold(line, length, parsed);
    }
    headed = parsed->style == 0 && !parsed->is_timed ? headed_length(line, length) : 0;
    parsed->is_timed |= headed > 0;
    return parse_plain(line, headed > 0 ? headed : length, parsed);
}

int32_t speaker_parse(const char *line, size_t length, struct speaker_line *parsed)
{
    size_t quote = speaker_quote_length(line, length);
    size_t level = 0;

    memset(parsed, 0, sizeof *parsed);
    line += quote;
    length -= quote;
    trim(&line, &length);
    if (parse_marker(line, length, parsed)) {
        return 1;
    }
    while (level < length && line[level] == '#') {
        level++;
    }
    if (level > 6 || (level > 0 && level < length && !is_blank(line[level]))) {
        return 0;
    }
    line += level;
    length -= level;
    trim(&line, &length);
    skip_pictures(&line, &length);
    skip_time(&line, &length, parsed);
    skip_pictures(&line, &length);
    parsed->style = (int32_t)level;
    if (!parse_text(line, length, parsed)) {
        return 0;
    }
    parsed->style |= quote > 0 ? SPEAKER_QUOTE : 0;
    return 1;
}

int32_t speaker_begins_turn(const char *line, size_t length, int32_t follows_sentence)
{
    struct speaker_line parsed;
    int32_t is_said;
    int32_t is_weak;

    if (!speaker_parse(line, length, &parsed) || (parsed.style & SPEAKER_COLON) == 0) {
        return 0;
    }
    return parsed.is_timed || speaker_label_role(parsed.label, &is_said, &is_weak) != 0 ||
           (follows_sentence && speaker_is_name(parsed.label));
}

int32_t speaker_next_line(const char **at, const char *end, const char **line, size_t *length)
{
    const char *feed;

    if (*at >= end) {
        return 0;
    }
    feed = memchr(*at, '\n', (size_t)(end - *at));
    *line = *at;
    *length = (size_t)((feed != NULL ? feed : end) - *at);
    *at = feed != NULL ? feed + 1 : end;
    return 1;
}

int32_t speaker_parse_fence(const char *line, size_t length, struct speaker_fence *fence, int32_t *is_opener)
{
    trim(&line, &length);
    fence->length = 0;
    fence->mark = length > 0 ? *line : '\0';
    while (fence->length < length && line[fence->length] == fence->mark) {
        fence->length++;
    }
    *is_opener = fence->length < length;
    return fence->length >= 3 && (fence->mark == '~' || fence->mark == '`') &&
           (fence->mark == '~' || memchr(line + fence->length, '`', length - fence->length) == NULL);
}

int32_t speaker_closes(const struct speaker_fence *open, const struct speaker_fence *fence, int32_t is_opener)
{
    return !is_opener && fence->mark == open->mark && fence->length >= open->length;
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
    for (size_t i = 0; i < style->other_count; i++) {
        if (strcmp(style->others[i], line->label) == 0) {
            return SPEAKER_ROLE_OTHER;
        }
    }
    return speaker_label_role(line->label, &is_said, &is_weak);
}

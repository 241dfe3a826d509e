/* Frames around a value for scripts whose words are not separated by spaces or carry endings. */
#include "analyze/rules/kind.h"
#include "analyze/rules/place.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/slot.h"

#include <stdio.h>
#include <string.h>

#define VALUE_MAX_CHARACTERS 12

struct frame {
    enum language language;
    enum rule_kind kind;
    int32_t confidence;
    const char *before; /* directly before the value, or "" */
    char letter;        /* type of the value; 0: none, the frame is `before` alone */
    const char *after;  /* directly after it, or "" */
    int32_t of_person;  /* `before` follows a relative or pet */
};

struct frame_words {
    enum language language;
    char letter;
    const char *words; /* values of the type, "gloss" after "=", separated by spaces */
};

static const struct frame frames[] = {
#define FRAME(language, kind, confidence, before, letter, after)                                                       \
    {LANGUAGE_##language, KIND_##kind, confidence, before, letter, after, 0},
#define FRAME_OF(language, kind, confidence, before, letter, after)                                                    \
    {LANGUAGE_##language, KIND_##kind, confidence, before, letter, after, 1},
#include "analyze/rules/tables/frames.def"
#undef FRAME
#undef FRAME_OF
};

static const struct frame_words word_lists[] = {
#define FRAME_WORDS(language, letter, words) {LANGUAGE_##language, letter, words},
#include "analyze/rules/tables/frames.def"
#undef FRAME_WORDS
};

/* By language: marks and particles at which a value ends (|), words that take back what a sentence (!) or a message (*)
 * states. */
static const struct frame_words limits[] = {
    {LANGUAGE_JA, '|', "は が を に で と も の 、 。 「 」 , . ! ? ： :"},
    {LANGUAGE_ZH, '|', "， 。 、 的 在 是 ： “ ” 「 」 , . ! ? : 我 了 和 跟 有 叫"},
    {LANGUAGE_KO, '|', ", . ! ? : “ ” \" '"},
    {LANGUAGE_JA, '*', "訳して 翻訳 英語に 英語で 中国語に 続きを書 書き直 添削 校正 ロールプレイ 要約"},
    {LANGUAGE_ZH, '*',
     "翻译 译成 用英语 用英文 续写 改写 润色 扮演 校对 缩写 我演 你演 我扮 你扮 当考官 当面试官 角色"},
    {LANGUAGE_KO, '*', "번역 영어로 이어서 고쳐 다듬어 역할극 요약"},
    {LANGUAGE_JA, '!', "もし たら なら ば、 仮に 小説 物語 翻訳 訳して さんは さんが 彼 彼女 友達 友人"},
    {LANGUAGE_ZH, '!', "如果 假如 假设 要是 小说 翻译 扮演 故事 他说 她说 朋友 同事 想象"},
    {LANGUAGE_KO, '!', "만약 만일 라면 소설 번역 이야기 친구 동료 역할"},
};

static const char *find_bytes(const char *text, size_t length, const char *wanted)
{
    size_t size = strlen(wanted);

    for (size_t at = 0; size > 0 && at + size <= length; at++) {
        if (memcmp(text + at, wanted, size) == 0) {
            return text + at;
        }
    }
    return NULL;
}

/* Calls for each word of a list; the length of the one that `text` starts with (or ends with), 0 if none. */
static size_t listed_length(const char *words, const char *text, size_t length, int32_t whole, const char **gloss,
                            size_t *gloss_length)
{
    size_t best = 0;

    while (*words != '\0') {
        size_t entry = strcspn(words, " ");
        size_t size = strcspn(words, " =");

        if (size <= length && size > best && memcmp(text, words, size) == 0 && (!whole || size == length)) {
            best = size;
            *gloss = size < entry ? words + size + 1 : "";
            *gloss_length = size < entry ? entry - size - 1 : 0;
        }
        words += entry;
        words += strspn(words, " ");
    }
    return best;
}

static const char *limit_list(enum language language, char letter)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (limits[i].language == language && limits[i].letter == letter) {
            return limits[i].words;
        }
    }
    return "";
}

/* 1 if a value cannot contain the character at `text`. */
static int32_t is_limit(const struct frame *frame, const char *text, size_t length)
{
    const char *gloss;
    size_t gloss_length;

    return (unsigned char)text[0] <= ' ' ||
           listed_length(limit_list(frame->language, '|'), text, length, 0, &gloss, &gloss_length) > 0;
}

/* 1 if the text contains one of the words of a list. */
static int32_t has_any(const char *list, const char *text, size_t length)
{
    while (*list != '\0') {
        char word[32];
        size_t size = strcspn(list, " ");

        memcpy(word, list, size < sizeof word ? size : sizeof word - 1);
        word[size < sizeof word ? size : sizeof word - 1] = '\0';
        if (find_bytes(text, length, word) != NULL) {
            return 1;
        }
        list += size;
        list += strspn(list, " ");
    }
    return 0;
}

static int32_t is_taken_back(enum language language, const char *text, size_t length)
{
    return has_any(limit_list(language, '!'), text, length);
}

/* A value that a frame encloses. */
struct framed {
    const char *text;
    size_t length;
    const char *gloss;
    size_t gloss_length;
    const char *person; /* English word for the relative or pet, "" */
    size_t person_length;
};

static const char *words_of(enum language language, char letter)
{
    for (size_t i = 0; i < sizeof word_lists / sizeof word_lists[0]; i++) {
        if (word_lists[i].language == language && word_lists[i].letter == letter) {
            return word_lists[i].words;
        }
    }
    return "";
}

static int32_t ends_with_any(const char *text, size_t length, const char *const *marks)
{
    for (; *marks != NULL; marks++) {
        size_t size = strlen(*marks);

        if (length > size && memcmp(text + length - size, *marks, size) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t ends_with_place_mark(const char *text, size_t length)
{
    static const char *const marks[] = {"市", "県", "区", "町", "村", "府", "省",
                                        "州", "县", "镇", "시", "군", "구", NULL};

    return ends_with_any(text, length, marks);
}

/* A name in Latin capitals, or one that ends like a firm, bank, hospital or university. */
static int32_t is_organisation(const char *text, size_t length)
{
    static const char *const marks[] = {"会社", "銀行",   "病院", "大学",   "製作所", "自動車", "公司",
                                        "银行", "医院",   "学校", "集团",   "大學",   "회사",   "은행",
                                        "병원", "대학교", "전자", "자동차", NULL};

    return (text[0] >= 'A' && text[0] <= 'Z') || ends_with_any(text, length, marks);
}

static int32_t is_number(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return 0;
        }
    }
    return length > 0 && length < 4;
}

static int32_t is_value(const struct frame *frame, struct framed *value)
{
    for (size_t i = 0; i < sizeof word_lists / sizeof word_lists[0]; i++) {
        if (word_lists[i].language == frame->language && word_lists[i].letter == frame->letter &&
            listed_length(word_lists[i].words, value->text, value->length, 1, &value->gloss, &value->gloss_length) >
                0) {
            return 1;
        }
    }
    switch (frame->letter) {
    case 'P':
        return place_is_known(value->text, value->length, 1) || ends_with_place_mark(value->text, value->length);
    case 'A':
        return is_number(value->text, value->length);
    case 'N':
        return 1;
    case 'o':
        return is_organisation(value->text, value->length);
    default:
        return 0;
    }
}

/* The value between `before` and `after`, where one of them was found at [start, end). */
static int32_t read_value(const struct frame *frame, const char *text, size_t length, size_t start,
                          struct framed *value)
{
    size_t at = start;
    size_t characters = 0;

    while (at < length && characters < VALUE_MAX_CHARACTERS) {
        uint32_t c;
        size_t after = strlen(frame->after);

        if (after > 0 && at > start && length - at >= after && memcmp(text + at, frame->after, after) == 0) {
            break;
        }
        if (is_limit(frame, text + at, length - at)) {
            break;
        }
        at += code_point_read(text, at, length, &c);
        characters++;
    }
    value->text = text + start;
    value->length = at - start;
    value->gloss = "";
    value->gloss_length = 0;
    return at > start && characters < VALUE_MAX_CHARACTERS &&
           (strlen(frame->after) == 0 ||
            (length - at >= strlen(frame->after) && memcmp(text + at, frame->after, strlen(frame->after)) == 0)) &&
           is_value(frame, value);
}

static void append_framed(struct buffer *target, const char *template, const struct framed *value, int32_t is_line)
{
    buffer_clear(target);
    for (const char *at = template; *at != '\0'; at++) {
        if (*at != '$') {
            buffer_append_byte(target, *at);
            continue;
        }
        at++;
        if (value->person_length > 0 && (*at == 'R' || *at == 'F' || *at == 'Q')) {
            buffer_append_byte(target, is_line ? (char)(value->person[0] & ~0x20) : value->person[0]);
            buffer_append(target, value->person + 1, value->person_length - 1);
        } else if (value->gloss_length == 0) {
            buffer_append(target, value->text, value->length);
        } else if (is_line && target->length == 0) {
            buffer_append_byte(target, (char)(value->gloss[0] & ~0x20));
            buffer_append(target, value->gloss + 1, value->gloss_length - 1);
        } else {
            buffer_append(target, value->gloss, value->gloss_length);
        }
    }
}

static void tell_framed(struct rule_reader *reader, const struct frame *frame, const struct framed *value, size_t start,
                        size_t end)
{
    const struct kind_info *kind = &kind_table[frame->kind];
    struct statement made = {.category = kind->category,
                             .exclusive = (kind->flags & STATES_EXCLUSIVE) != 0,
                             .superseded = (kind->flags & STATES_FORMER) != 0,
                             .confidence = frame->confidence,
                             .until_us = CPK_TIME_UNKNOWN,
                             .quote_start = start,
                             .quote_end = end};

    append_framed(reader->subject, kind->subject, value, 0);
    append_framed(reader->value, kind->value, value, 0);
    append_framed(reader->line, kind->text, value, 1);
    made.subject = buffer_text(reader->subject);
    made.value = buffer_text(reader->value);
    made.text = buffer_text(reader->line);
    rules_keep(reader, &made);
}

/* Start of the value that ends at `end`: after the limit before it. */
static size_t value_start(const struct frame *frame, const char *text, size_t end, size_t length)
{
    size_t start = end;

    for (size_t characters = 0; start > 0 && characters < VALUE_MAX_CHARACTERS; characters++) {
        size_t before = start - 1;

        while (before > 0 && ((unsigned char)text[before] & 0xC0) == 0x80) {
            before--;
        }
        if (is_limit(frame, text + before, length - before)) {
            break;
        }
        start = before;
    }
    return start;
}

/* 1 if the frame was found and its value read. */
static int32_t read_frame(struct rule_reader *reader, const struct frame *frame, size_t start, size_t length)
{
    const char *text = reader->text + start;
    const char *anchor = frame->before[0] != '\0' ? frame->before : frame->after;
    const char *found = find_bytes(text, length, anchor);
    size_t from = found == NULL ? 0 : (size_t)(found - text);
    struct framed value = {"", 0, "", 0, "", 0};

    if (found == NULL) {
        return 0;
    }
    if (frame->letter == '\0') {
        tell_framed(reader, frame, &value, start, start + length);
        return 1;
    }
    from = frame->before[0] != '\0' ? from + strlen(anchor) : value_start(frame, text, from, length);
    if (!read_value(frame, text, length, from, &value)) {
        return 0;
    }
    tell_framed(reader, frame, &value, start, start + length);
    return 1;
}

/* Reads what follows each relative or pet that the sentence names: "妻の名前は...". Returns 1 if it names one. */
static int32_t read_people(struct rule_reader *reader, enum language language, size_t start, size_t length)
{
    const char *list = words_of(language, 'R');
    const char *text = reader->text + start;
    int32_t named = 0;

    while (*list != '\0') {
        char word[32];
        size_t entry = strcspn(list, " ");
        size_t size = strcspn(list, "=");
        const char *found;

        snprintf(word, sizeof word, "%.*s", (int)size, list);
        found = find_bytes(text, length, word);
        named |= found != NULL;
        for (size_t i = 0; found != NULL && i < sizeof frames / sizeof frames[0]; i++) {
            struct framed value = {"", 0, "", 0, list + size + 1, entry - size - 1};
            size_t from = (size_t)(found - text) + size;
            size_t before = strlen(frames[i].before);

            if (frames[i].language == language && frames[i].of_person && length - from >= before &&
                memcmp(text + from, frames[i].before, before) == 0 &&
                (frames[i].letter == '\0' || read_value(&frames[i], text, length, from + before, &value))) {
                tell_framed(reader, &frames[i], &value, start, start + length);
                break;
            }
        }
        list += entry;
        list += strspn(list, " ");
    }
    return named;
}

void rules_read_frames(struct rule_reader *reader, enum language language, size_t start, size_t end, int32_t question)
{
    int32_t told[KIND_COUNT] = {0}; /* a sentence gives one value of a kind */

    reader->play |= has_any(limit_list(language, '*'), reader->text + start, end - start);
    if (reader->play || reader->scanning || question || is_taken_back(language, reader->text + start, end - start)) {
        return;
    }
    if (read_people(reader, language, start, end - start)) {
        return;
    }
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        if (frames[i].language == language && !frames[i].of_person && !told[frames[i].kind]) {
            told[frames[i].kind] = read_frame(reader, &frames[i], start, end - start);
        }
    }
}

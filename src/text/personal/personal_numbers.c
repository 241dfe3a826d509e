/* What is found at signs and digits: e-mail addresses, URLs with credentials, IP addresses, phone numbers, dates of
 * birth, card and licence numbers. */
#include "text/personal/personal_internal.h"

#include <string.h>

#define LOCAL_BYTES_MAX  64
#define DOMAIN_BYTES_MAX 253
#define URL_BYTES_MAX    512
#define GROUPS_MAX       12
#define CUE_BYTES        40 /* between a word and the number that it announces */

size_t personal_digits_end(const struct personal_scan *scan, size_t at)
{
    while (at < scan->length && personal_is_digit(scan->text[at])) {
        at++;
    }
    return at;
}

static int32_t is_alnum(char c)
{
    return personal_is_digit(c) || personal_is_ascii_letter(c) || (unsigned char)c >= 0x80;
}

/* --- e-mail addresses and URLs --- */

static int32_t is_local(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("._%+-'~", c) != NULL);
}

/* End of a domain with a top-level domain of letters that is not the ending of a file; 0: none. */
static size_t domain_end(const struct personal_scan *scan, size_t at)
{
    static const char files[] = " png jpg jpeg gif svg webp pdf js ts py css html json md txt zip ";
    size_t label = at;
    size_t end = at;
    size_t dots = 0;
    char ending[8];
    size_t size;

    while (end < scan->length && end - at <= DOMAIN_BYTES_MAX &&
           (is_alnum(scan->text[end]) || scan->text[end] == '-' ||
            (scan->text[end] == '.' && end > label && is_alnum(personal_at(scan, end + 1))))) {
        if (scan->text[end] == '.') {
            dots++;
            label = end + 1;
        }
        end++;
    }
    size = end - label;
    if (dots == 0 || end - at > DOMAIN_BYTES_MAX || size < 2 || personal_is_digit(scan->text[label]) ||
        memchr(scan->text + label, '-', size) != NULL) {
        return 0;
    }
    if (size <= 4) {
        ending[0] = ' ';
        for (size_t i = 0; i < size; i++) {
            ending[i + 1] = (char)(scan->text[label + i] | 0x20);
        }
        ending[size + 1] = ' ';
        ending[size + 2] = '\0';
        if (strstr(files, ending) != NULL) {
            return 0;
        }
    }
    return end;
}

static int32_t verify_url(struct personal_scan *scan, size_t at)
{
    size_t least = at > URL_BYTES_MAX ? at - URL_BYTES_MAX : 0;
    size_t start = at;
    size_t end = at;

    least = least > scan->sign_end ? least : scan->sign_end;
    while (start > least && !strchr(" \t\r\n\"'<>()[]", scan->text[start - 1]) &&
           !(start >= 3 && memcmp(scan->text + start - 3, "://", 3) == 0)) {
        start--;
    }
    if (start < 4 || start == at || memcmp(scan->text + start - 3, "://", 3) != 0 ||
        memchr(scan->text + start, '/', at - start) != NULL) {
        return 0;
    }
    start -= 3;
    while (start > least && personal_is_ascii_letter(scan->text[start - 1])) {
        start--;
    }
    while (end < scan->length && end - at < 2048 && !strchr(" \t\r\n\"'<>`|", scan->text[end])) {
        end++;
    }
    while (end > at && strchr(".,;:)]}", scan->text[end - 1]) != NULL) {
        end--;
    }
    personal_add(scan, PERSONAL_URL, start, end);
    scan->next = end;
    scan->sign_end = end;
    return 1;
}

void personal_verify_sign(struct personal_scan *scan, size_t at)
{
    size_t least = at > LOCAL_BYTES_MAX ? at - LOCAL_BYTES_MAX : 0;
    size_t start = at;
    size_t end;

    if (verify_url(scan, at)) {
        return;
    }
    least = least > scan->sign_end ? least : scan->sign_end;
    while (start > least && is_local(scan->text[start - 1])) {
        start--;
    }
    scan->sign_end = at + 1;
    while (start < at && (scan->text[start] == '.' || scan->text[start] == '\'' || scan->text[start] == '-' ||
                          ((unsigned char)scan->text[start] & 0xC0) == 0x80)) {
        start++;
    }
    end = start < at ? domain_end(scan, at + 1) : 0;
    if (end == 0 || (at - start == 3 && memcmp(scan->text + start, "git", 3) == 0 && personal_at(scan, end) == ':')) {
        return;
    }
    personal_add(scan, PERSONAL_EMAIL, start, end);
    scan->next = end;
    scan->sign_end = end;
}

/* --- IP addresses --- */

static int32_t is_hex(char c)
{
    return personal_is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 6;
}

/* End of an IPv6 address; 0: none. "::1" and "a::b" are none. */
static size_t ip6_end(const struct personal_scan *scan, size_t at)
{
    size_t groups = 0;
    size_t doubles = 0;
    int32_t has_digit = 0;
    size_t end = at;

    for (;;) {
        size_t size = 0;

        while (size < 5 && is_hex(personal_at(scan, end + size))) {
            has_digit |= personal_is_digit(scan->text[end + size]);
            size++;
        }
        if (size > 4) {
            return 0;
        }
        groups += size > 0;
        end += size;
        if (personal_at(scan, end) != ':' || groups > 8) {
            break;
        }
        if (personal_at(scan, end + 1) == ':') {
            doubles++;
            end += 2;
        } else if (is_hex(personal_at(scan, end + 1))) {
            end++;
        } else {
            break;
        }
    }
    if (is_alnum(personal_at(scan, end)) || personal_at(scan, end) == '_' || !has_digit) {
        return 0;
    }
    return (groups == 8 && doubles == 0) || (doubles == 1 && groups >= 2 && groups < 8 && end - at >= 7) ? end : 0;
}

void personal_verify_ip6(struct personal_scan *scan, size_t at)
{
    size_t start = at;
    size_t end;

    if (!is_hex(personal_at(scan, at + 1)) && personal_at(scan, at + 1) != ':') {
        return;
    }
    while (start > 0 && at - start < 5 && is_hex(scan->text[start - 1])) {
        start--;
    }
    if (at == start || at - start > 4 || is_alnum(personal_before(scan, start)) ||
        personal_before(scan, start) == ':' || personal_before(scan, start) == '_') {
        return;
    }
    end = ip6_end(scan, start);
    if (end > 0) {
        personal_add(scan, PERSONAL_IP_ADDRESS, start, end);
        scan->next = end;
    }
}

static int32_t equals_before(const struct personal_scan *scan, size_t at, const char *word)
{
    size_t size = strlen(word);

    if (at < size) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        if ((scan->text[at - size + i] | 0x20) != word[i]) {
            return 0;
        }
    }
    return 1;
}

/* Words before numbers with dots that are not addresses. */
static int32_t is_version(const struct personal_scan *scan, size_t at)
{
    static const char *const words[] = {"v",        "version", "release", "section",   "chapter", "build",
                                        "firmware", "driver",  "kapitel", "abschnitt", "rfc"};

    while (at > 0 && (scan->text[at - 1] == ' ' || scan->text[at - 1] == '=' || scan->text[at - 1] == ':') &&
           at + 3 > at) {
        at--;
        if (at > 0 && scan->text[at - 1] == ' ') {
            break;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (equals_before(scan, at, words[i])) {
            return 1;
        }
    }
    return 0;
}

static int32_t verify_ip4(struct personal_scan *scan, size_t at)
{
    size_t end = at;
    int32_t first = 0;

    for (size_t part = 0; part < 4; part++) {
        size_t next = personal_digits_end(scan, end);
        int32_t value = 0;

        if (next == end || next - end > 3) {
            return 0;
        }
        for (size_t i = end; i < next; i++) {
            value = value * 10 + scan->text[i] - '0';
        }
        if (value > 255 || (next - end > 1 && scan->text[end] == '0')) {
            return 0;
        }
        first = part == 0 ? value : first;
        end = next;
        if (part < 3 && personal_at(scan, end++) != '.') {
            return 0;
        }
    }
    if (is_alnum(personal_at(scan, end)) || (personal_at(scan, end) == '.' && is_alnum(personal_at(scan, end + 1))) ||
        personal_before(scan, at) == '.' || first == 0 || first == 127 || first == 255 || is_version(scan, at)) {
        return 0;
    }
    personal_add(scan, PERSONAL_IP_ADDRESS, at, end);
    scan->next = end;
    return 1;
}

/* --- numbers in groups --- */

struct groups {
    size_t lengths[GROUPS_MAX];
    size_t starts[GROUPS_MAX];
    char signs[GROUPS_MAX]; /* before each group */
    size_t count;
    size_t digits;
    size_t end;
    int32_t has_plus, has_parentheses;
};

/* Reads groups of digits that are separated by one sign, or by a parenthesis and a space. */
static void read_groups(const struct personal_scan *scan, size_t at, struct groups *groups)
{
    char sign = '\0';

    memset(groups, 0, sizeof *groups);
    groups->end = at;
    groups->has_plus = personal_at(scan, at) == '+';
    at += groups->has_plus ? 1 : 0;
    for (;;) {
        size_t end;

        if (personal_at(scan, at) == '(' && !groups->has_parentheses) {
            groups->has_parentheses = 1;
            at++;
        }
        end = personal_digits_end(scan, at);
        if (end == at || groups->count == GROUPS_MAX) {
            return;
        }
        groups->starts[groups->count] = at;
        groups->lengths[groups->count] = end - at;
        groups->signs[groups->count++] = sign;
        groups->digits += end - at;
        groups->end = end;
        at = end;
        if (personal_at(scan, at) == ')' && groups->has_parentheses == 1) {
            groups->has_parentheses = 2;
            at++;
        }
        sign = personal_at(scan, at);
        if (sign == '-' || sign == '.' || sign == '/' || sign == ' ') {
            at++;
            at += sign != ' ' && personal_at(scan, at) == ' ' && personal_is_digit(personal_at(scan, at + 1));
            at += sign == ' ' && personal_at(scan, at) == '-' ? 1 : 0;
        } else if (at + 2 <= scan->length && memcmp(scan->text + at, "\xc2\xa0", 2) == 0) {
            at += 2;
        } else if (sign != '(' && groups->has_parentheses != 2) {
            return;
        }
    }
}

static int32_t value_of(const struct personal_scan *scan, const struct groups *groups, size_t which)
{
    int32_t value = 0;

    for (size_t i = 0; i < groups->lengths[which] && i < 4; i++) {
        value = value * 10 + scan->text[groups->starts[which] + i] - '0';
    }
    return value;
}

/* 1 if the first three groups are a date, and 2 if there is a time behind it. */
static int32_t is_date(const struct personal_scan *scan, const struct groups *groups)
{
    const size_t *lengths = groups->lengths;
    int32_t first;
    int32_t third;

    if (groups->count < 3 || groups->signs[1] != groups->signs[2] || groups->signs[1] == ' ' || lengths[1] > 2) {
        return 0;
    }
    first = value_of(scan, groups, 0);
    third = value_of(scan, groups, 2);
    if (lengths[0] == 4 && lengths[2] <= 2) {
        return first >= 1800 && first < 2200 && value_of(scan, groups, 1) <= 12 && third <= 31;
    }
    return lengths[0] <= 2 && (lengths[2] == 4 || lengths[2] == 2) && first <= 31 && value_of(scan, groups, 1) <= 31 &&
           (lengths[2] == 2 || (third >= 1800 && third < 2200));
}

/* --- phone numbers --- */

/* "3-3-4" and "1-3-3-4" digits from a group on. */
static int32_t is_north_american(const struct personal_scan *scan, const struct groups *groups)
{
    size_t first = groups->count == 4 && groups->lengths[0] == 1 ? 1 : 0;
    const size_t *lengths = groups->lengths + first;

    return groups->count == first + 3 && lengths[0] == 3 && lengths[1] == 3 && lengths[2] == 4 &&
           scan->text[groups->starts[first]] >= '2';
}

/* 1: a phone number by its form; 2: one only after a word that announces it; 0: none. */
static int32_t phone_form(const struct personal_scan *scan, const struct groups *groups)
{
    size_t longest = 0;

    if (groups->digits < 6 || groups->digits > 15 ||
        (is_date(scan, groups) && !groups->has_plus && !(groups->count > 3 && groups->signs[3] == groups->signs[2]))) {
        return 0;
    }
    for (size_t i = 0; i < groups->count; i++) {
        longest = groups->lengths[i] > longest ? groups->lengths[i] : longest;
    }
    if (groups->has_plus || (groups->has_parentheses == 2 && groups->digits >= 8 && groups->lengths[0] <= 5)) {
        return groups->digits >= 8 || groups->has_parentheses == 2 ? 1 : 2;
    }
    if (is_north_american(scan, groups)) {
        return groups->signs[groups->count - 1] == '-' || groups->signs[groups->count - 1] == '.' ? 1 : 2;
    }
    if (scan->text[groups->starts[0]] == '0' && groups->count >= 2 && groups->digits >= 9 && longest <= 8 &&
        groups->lengths[0] >= 2 && groups->lengths[0] <= 5 && groups->digits <= 13) {
        return 1;
    }
    return groups->digits >= 7 || groups->count >= 2 ? 2 : 0;
}

/* End of an extension: "x123", " ext. 45". */
static size_t extension_end(const struct personal_scan *scan, size_t at)
{
    static const char *const words[] = {"x", " x", " ext. ", " ext ", " Ext. ", "-x", " extension "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);

        if (at + size <= scan->length && memcmp(scan->text + at, words[i], size) == 0) {
            size_t end = personal_digits_end(scan, at + size);

            if (end > at + size && end - at - size <= 6) {
                return end;
            }
        }
    }
    return at;
}

static int32_t is_bounded(const struct personal_scan *scan, size_t start, size_t end)
{
    char before = personal_before(scan, start);
    char after = personal_at(scan, end);

    return !personal_is_ascii_letter(before) && !personal_is_digit(before) && before != '_' && before != '#' &&
           before != '$' && before != '/' && !personal_is_ascii_letter(after) && after != '_' && after != '%' &&
           !((after == ',' || after == '.' || after == ':') && personal_is_digit(personal_at(scan, end + 1))) &&
           !((before == '.' || before == ',' || before == '-') && start > 1 &&
             personal_is_digit(scan->text[start - 2]));
}

/* "(030) 12 34 56 office", "12345678-Fax": 1 if the word behind a number says that it is a phone's. */
static int32_t is_named_after(const struct personal_scan *scan, size_t end)
{
    struct personal_word word;
    char c = personal_at(scan, end);

    return (c == ' ' || c == '-') && personal_word_read(scan, end + 1 + (personal_at(scan, end + 1) == '('), &word) &&
           (word.flags & WORD_PHONE) != 0;
}

/* 1 if words beside a number say that it is a phone's; "number" alone needs nine digits or groups of them. */
static int32_t is_announced(const struct personal_scan *scan, size_t at, const struct groups *groups)
{
    return personal_is_near(scan->strong_phone_cue, at, CUE_BYTES) || is_named_after(scan, groups->end) ||
           (personal_is_near(scan->phone_cue, at, CUE_BYTES) && (groups->count > 1 || groups->digits >= 9));
}

int32_t personal_verify_phone(struct personal_scan *scan, size_t at)
{
    struct groups groups;
    int32_t form;
    size_t end;

    read_groups(scan, at, &groups);
    form = phone_form(scan, &groups);
    if (form == 0 || groups.has_parentheses == 1 || (form == 2 && !is_announced(scan, at, &groups))) {
        return 0;
    }
    end = extension_end(scan, groups.end);
    if (!is_bounded(scan, at, end)) {
        return 0;
    }
    personal_add(scan, PERSONAL_PHONE, at, end);
    scan->next = end;
    return 1;
}

/* --- dates of birth --- */

/* Reads a month's name after up to three signs; returns its end, or 0. */
static size_t month_after(const struct personal_scan *scan, size_t at)
{
    struct personal_word word;

    if (personal_at(scan, at) == 's' || personal_at(scan, at) == 't' || personal_at(scan, at) == 'n' ||
        personal_at(scan, at) == 'r') { /* 1st, 2nd, 3rd, 4th */
        at += 2;
    }
    for (size_t i = 0; i < 3 && at < scan->length && strchr(". -/", scan->text[at]) != NULL; i++) {
        at++;
    }
    if (!personal_word_read(scan, at, &word)) {
        return 0;
    }
    if ((word.flags & WORD_PARTICLE) != 0 || ((word.flags & WORD_MONTH) == 0 && word.end - word.start <= 3)) {
        size_t next = word.end + (personal_at(scan, word.end) == ' ');

        if (!personal_word_read(scan, next, &word)) { /* "5 de marzo" */
            return 0;
        }
    }
    return (word.flags & WORD_MONTH) != 0 ? word.end : 0;
}

/* End of the year after a day and month: " 1988", ", 1988", " de 1988"; `at` if none. */
static size_t year_after(const struct personal_scan *scan, size_t at)
{
    static const char *const signs[] = {" ", ", ", ". ", " de ", " del ", "-", "/", "."};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t size = strlen(signs[i]);
        size_t end = personal_digits_end(scan, at + size);

        if (at + size <= scan->length && memcmp(scan->text + at, signs[i], size) == 0 &&
            (end - at - size == 4 || end - at - size == 2)) {
            return end;
        }
    }
    return at;
}

/* "1988年3月5日" and "1988년 3월 5일". */
static size_t east_asian_date_end(const struct personal_scan *scan, size_t at)
{
    static const char *const signs[2][3] = {{"年", "月", "日"}, {"년", "월", "일"}};

    for (size_t script = 0; script < 2; script++) {
        size_t end = at;
        size_t i = 0;

        for (; i < 3; i++) {
            size_t next = personal_digits_end(scan, end + (personal_at(scan, end) == ' '));

            if (next == end || next + 3 > scan->length || memcmp(scan->text + next, signs[script][i], 3) != 0) {
                break;
            }
            end = next + 3;
        }
        if (i == 3) {
            return end;
        }
    }
    return 0;
}

int32_t personal_verify_birth(struct personal_scan *scan, size_t at)
{
    const struct personal_word *before;
    struct groups groups;
    size_t start = at;
    size_t end;

    if (!personal_is_near(scan->birth_cue, at, CUE_BYTES)) {
        return 0;
    }
    before = personal_word_before(scan, at, 0);
    read_groups(scan, at, &groups);
    if (is_date(scan, &groups)) {
        end = groups.starts[2] + groups.lengths[2];
    } else if ((end = east_asian_date_end(scan, at)) > 0) {
    } else if ((before->flags & WORD_MONTH) != 0 && at - before->end <= 2 && groups.lengths[0] <= 2) {
        size_t day = groups.starts[0] + groups.lengths[0];

        start = before->start;
        day += personal_is_ascii_letter(personal_at(scan, day)) ? 2 : 0; /* 5th */
        end = year_after(scan, day < scan->length ? day : scan->length);
    } else if (groups.lengths[0] <= 2 && (end = month_after(scan, at + groups.lengths[0])) > 0) {
        end = year_after(scan, end);
    } else if (groups.lengths[0] == 8 && groups.count == 1) {
        end = groups.end;
    } else {
        return 0;
    }
    personal_add(scan, PERSONAL_BIRTH_DATE, start, end);
    scan->next = end > scan->next ? end : scan->next;
    return 1;
}

/* --- cards and licences --- */

static int32_t passes_luhn(const struct personal_scan *scan, const struct groups *groups)
{
    int32_t sum = 0;
    size_t place = groups->digits;

    for (size_t i = 0; i < groups->count; i++) {
        for (size_t k = 0; k < groups->lengths[i]; k++) {
            int32_t digit = scan->text[groups->starts[i] + k] - '0';

            digit = place % 2 == 0 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
            place--;
        }
    }
    return sum % 10 == 0;
}

/* Cards of other lengths and issuers than text/secrets accepts alone: after a word, or 15 and 16 digits in a row. */
static int32_t verify_card(struct personal_scan *scan, size_t at, const struct groups *groups)
{
    int32_t is_announced = personal_is_near(scan->card_cue, at, CUE_BYTES);

    if (groups->digits < 12 || groups->digits > 19 || groups->count > 5 || !is_bounded(scan, at, groups->end) ||
        (!is_announced && (groups->count > 1 || (groups->digits != 16 && groups->digits != 15) ||
                           scan->text[at] < '2' || scan->text[at] > '6')) ||
        (!is_announced && personal_is_ascii_letter(personal_before(scan, at))) || !passes_luhn(scan, groups)) {
        return 0;
    }
    personal_add(scan, PERSONAL_CARD_NUMBER, at, groups->end);
    scan->next = groups->end;
    return 1;
}

/* "123-45-6789", and the number after "driver's license", which may begin with letters. */
static int32_t verify_id(struct personal_scan *scan, size_t at, const struct groups *groups)
{
    size_t start = at;
    size_t end = groups->end;
    int32_t is_ssn = groups->count == 3 && groups->lengths[0] == 3 && groups->lengths[1] == 2 &&
                     groups->lengths[2] == 4 && groups->signs[1] == '-' && groups->signs[2] == '-';

    if (!is_ssn && !(personal_is_near(scan->licence_cue, at, CUE_BYTES) && groups->digits >= 6)) {
        return 0;
    }
    while (!is_ssn && at - start < 5 && start > 0 && personal_is_ascii_letter(scan->text[start - 1])) {
        start--;
    }
    if (!is_ssn && personal_is_ascii_letter(personal_before(scan, start))) {
        return 0;
    }
    while (end < scan->length && end - at < 24 && is_alnum(scan->text[end]) && (unsigned char)scan->text[end] < 0x80) {
        end++;
    }
    if (is_ssn && (!is_bounded(scan, at, end) || end != groups->end)) {
        return 0;
    }
    personal_add(scan, PERSONAL_ID_NUMBER, start, end);
    scan->next = end > scan->next ? end : scan->next;
    return 1;
}

void personal_verify_number(struct personal_scan *scan, size_t at)
{
    size_t digits_end = scan->next > at ? scan->next : at;
    char after = personal_at(scan, digits_end);
    struct groups groups;
    int32_t is_plain = personal_is_digit(scan->text[at]);

    if (is_plain && digits_end - at <= 3 && after == '.' && verify_ip4(scan, at)) {
        return;
    }
    if (is_plain && digits_end - at <= 4 && after == ':') {
        return; /* a time, or an address that the colon finds */
    }
    if (personal_verify_birth(scan, at)) {
        return;
    }
    if (is_plain && digits_end - at < 6 && strchr(" -./)\xc2", after) == NULL) {
        groups.digits = 0;
    } else {
        read_groups(scan, at, &groups);
    }
    if (groups.digits >= 6 &&
        (verify_card(scan, at, &groups) || verify_id(scan, at, &groups) || personal_verify_phone(scan, at))) {
        return;
    }
    if (is_plain) {
        (void)personal_verify_address(scan, at);
        scan->number_start = at;
        scan->number_end = digits_end;
    }
}

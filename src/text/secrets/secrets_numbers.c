/* Card numbers, IBANs and identity numbers. */
#include "text/secrets/secrets_numbers.h"

#include "text/secrets/secrets_internal.h"

#include <string.h>

#define GROUPS_MAX      9
#define COMPACT_MAX     40 /* letters and digits of a number, without separators */
#define AHEAD_MAX       64 /* bytes after a word in which its number is searched for */
#define AHEAD_LOOSE_MAX 40 /* for formats without a check digit */
#define BEFORE_MAX      48 /* bytes before a word in which its number is searched for */
#define NEXT_MAX        10 /* a number this close to its word, as in "SSN: 1", is accepted without a valid check digit */
#define CONTEXT_BYTES   48

const struct secret_identity secret_identities[] = {
#define IDENTITY(kind, word, pattern, check) {SECRET_##kind, word, pattern, check},
#include "text/secrets/secrets_identities.def"
#undef IDENTITY
};
const size_t secret_identity_count = sizeof secret_identities / sizeof secret_identities[0];

/* --- patterns --- */

/* Length of the pattern's match at an offset, or 0. Writes the match without separators to `compact`. */
static size_t match_pattern(const struct secret_scan *scan, size_t at, const char *pattern, char *compact,
                            size_t *compact_length)
{
    size_t end = at;
    size_t count = 0;

    for (; *pattern != '\0' && count + 1 < COMPACT_MAX; pattern++) {
        char c = secret_at(scan, end);

        if (*pattern == '-') {
            end += c == ' ' || c == '-' || c == '.' || c == '/';
            continue;
        }
        if ((*pattern == 'd' && !secret_in(c, SET_DIGIT)) || (*pattern == 'A' && !secret_in(c, SET_UPPER)) ||
            (*pattern == 'X' && !secret_in(c, SET_DIGIT | SET_UPPER)) ||
            (strchr("dAX", *pattern) == NULL && c != *pattern)) {
            return 0;
        }
        if (secret_in(c, SET_ALNUM)) {
            compact[count++] = c;
        }
        end++;
    }
    compact[count] = '\0';
    *compact_length = count;
    if (secret_in(secret_at(scan, end), SET_ALNUM | SET_SCORE) ||
        ((secret_at(scan, end) == '-' || secret_at(scan, end) == '.') &&
         secret_in(secret_at(scan, end + 1), SET_DIGIT))) {
        return 0;
    }
    return end - at;
}

/* Formats specific enough (check digits or a fixed form) to accept a number that does not directly follow its word. */
static int32_t is_checked(enum secret_check check)
{
    return check != CHECK_NONE && check != CHECK_MIXED && check != CHECK_PASSPORT && check != CHECK_PAN &&
           check != CHECK_DATE_DMY && check != CHECK_DATE_YMD;
}

/* Identities with an unambiguous name: a number directly after it is accepted even if its check digit is wrong. */
static int32_t is_named(const struct secret_identity *identity)
{
    switch (identity->check) {
    case CHECK_SSN:
    case CHECK_NINO:
    case CHECK_DE_TAX:
    case CHECK_DNI:
    case CHECK_INSEE:
    case CHECK_FISCAL:
    case CHECK_CPF:
    case CHECK_VERHOEFF:
    case CHECK_CHINESE:
    case CHECK_PESEL:
    case CHECK_BSN:
    case CHECK_TURKISH:
        return 1;
    default:
        return identity->check == CHECK_MY_NUMBER && ((unsigned char)identity->word[0] & 0x80) != 0;
    }
}

/* Number of distinct characters, to reject examples such as 000000000 and 111-22-2222. */
static size_t count_distinct(const char *text)
{
    size_t count = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        count += memchr(text, text[i], i) == NULL;
    }
    return count;
}

static int32_t match_identity(struct secret_scan *scan, size_t at, const struct secret_identity *identity,
                              int32_t is_next)
{
    char compact[COMPACT_MAX];
    size_t length;
    size_t size;

    if (secret_in(secret_before(scan, at), SET_ALNUM | SET_SCORE) ||
        (at >= 2 && secret_before(scan, at) == '-' && secret_in(scan->text[at - 2], SET_DIGIT))) {
        return 0;
    }
    size = match_pattern(scan, at, identity->pattern, compact, &length);
    if (size == 0 || (!secret_check_passes(identity->check, compact, length) &&
                      !(is_next && is_named(identity) && count_distinct(compact) >= 4))) {
        return 0;
    }
    secret_add(scan, identity->kind, at, at + size);
    return 1;
}

/* 1 at the end of a sentence; the dot of an abbreviation ("No.", "Nr.") is not one. */
static int32_t is_sentence_end(const struct secret_scan *scan, size_t at)
{
    char c = scan->text[at];

    if (c == '?' || c == '!') {
        return 1;
    }
    return c == '.' && secret_at(scan, at + 1) == ' ' && at >= 4 && secret_in(scan->text[at - 1], SET_LOWER) &&
           secret_in(scan->text[at - 2], SET_LOWER) && secret_in(scan->text[at - 3], SET_LOWER);
}

/* Text that announces a number: "passport number", "Passport No", "Reisepassnr.", "passport: ". */
static int32_t announces_number(const struct secret_scan *scan, size_t from, size_t to)
{
    static const char *const words[] = {"number",       "no",   "nr",    "nummer", "num",   "n\xc2\xb0",
                                        "\xe2\x84\x96", "#",    ":",     "=",      "numer", "号",
                                        "號",           "番号", "номер", "رقم",    "is "};

    return SECRET_CONTAINS_ANY(scan->text + from, to - from, words);
}

static int32_t find_after(struct secret_scan *scan, size_t from, const struct secret_identity *identity)
{
    size_t limit = from + (is_checked(identity->check) ? AHEAD_MAX : AHEAD_LOOSE_MAX);
    int32_t lines = 0;
    int32_t has_digit = 0;

    for (size_t at = from; at < limit && at < scan->length; at++) {
        char c = scan->text[at];

        lines += c == '\n';
        if (lines > 1 || is_sentence_end(scan, at)) {
            return 0;
        }
        if (!secret_in(c, SET_DIGIT | SET_UPPER)) {
            continue;
        }
        if (identity->check == CHECK_PASSPORT && at - from > 12 && !announces_number(scan, from, at)) {
            continue;
        }
        if (match_identity(scan, at, identity, at - from <= NEXT_MAX && !lines && !has_digit)) {
            return 1;
        }
        has_digit |= secret_in(c, SET_DIGIT);
        if (!is_checked(identity->check) && secret_in(c, SET_DIGIT)) {
            return 0; /* another number came first */
        }
    }
    return 0;
}

static void find_before(struct secret_scan *scan, size_t word, const struct secret_identity *identity)
{
    size_t from = word > BEFORE_MAX ? word - BEFORE_MAX : 0;

    for (size_t at = word; at > from && scan->text[at - 1] != '\n'; at--) {
        if (secret_in(scan->text[at - 1], SET_DIGIT | SET_UPPER) && match_identity(scan, at - 1, identity, 0)) {
            return;
        }
    }
}

void secret_verify_identity(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    const struct secret_identity *identity = &secret_identities[detail];
    int32_t is_ascii = ((unsigned char)identity->word[0] & 0x80) == 0;
    size_t end = at + length;

    if (is_ascii && (secret_in(secret_before(scan, at), SET_ALNUM) ||
                     (length <= 4 && secret_in(secret_at(scan, end), SET_ALNUM)))) {
        return;
    }
    if (!find_after(scan, end, identity) && is_checked(identity->check)) {
        find_before(scan, at, identity);
    }
}

/* --- cards --- */

struct group {
    size_t start;
    size_t length;
};

/* Groups of digits separated by one blank or dash. */
struct number {
    struct group groups[GROUPS_MAX];
    size_t count;
    size_t end;
    char separator; /* NUL if the separators differ */
};

static void read_number(const struct secret_scan *scan, size_t at, struct number *number)
{
    memset(number, 0, sizeof *number);
    for (;;) {
        size_t run = secret_run(scan, at, SET_DIGIT, scan->length);
        char separator = secret_at(scan, at + run);

        number->groups[number->count].start = at;
        number->groups[number->count].length = run;
        number->count++;
        number->end = at + run;
        if (number->count == GROUPS_MAX || (separator != ' ' && separator != '-') ||
            !secret_in(secret_at(scan, at + run + 1), SET_DIGIT)) {
            return;
        }
        if (number->count == 1) {
            number->separator = separator;
        } else if (number->separator != separator) {
            number->separator = '\0';
        }
        at += run + 1;
    }
}

/* Recognises issuers by first digits and length. 1: a common card; 2: a card only if the context mentions one; 0: none.
 */
static int32_t match_issuer(const char *digits, size_t length)
{
    int32_t four = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 + digits[3] - '0';

    if (digits[0] == '4') {
        return length == 16 ? 1 : (length == 13 || length == 19) ? 2 : 0;
    }
    if ((four >= 5100 && four <= 5599) || (four >= 2221 && four <= 2720)) {
        return length == 16;
    }
    if (four / 100 == 34 || four / 100 == 37) {
        return length == 15;
    }
    if (four == 6011 || four / 100 == 65 || (four >= 6440 && four <= 6499) || (four >= 3528 && four <= 3589) ||
        four / 100 == 62 || four / 100 == 60 || four / 100 == 81) {
        return length == 16 ? 1 : (length >= 17 && length <= 19) ? 2 : 0;
    }
    if ((four >= 3000 && four <= 3059) || four / 100 == 36 || four / 100 == 38 || four / 100 == 39) {
        return length == 14 ? 1 : (length >= 16 && length <= 19) ? 2 : 0;
    }
    if (four >= 2200 && four <= 2204) {
        return length == 16 ? 1 : 0;
    }
    if (four / 1000 == 5 || four / 1000 == 6 || four / 100 == 97) {
        return length >= 12 && length <= 19 ? 2 : 0;
    }
    return 0;
}

/* Evaluates the words around a number: 1 if they mention a card, -1 if something else, 0 if neither. */
static int32_t card_context(const struct secret_scan *scan, size_t start, size_t end)
{
    static const char *const cards[] = {"card",
                                        "karte",
                                        "tarjeta",
                                        "carte",
                                        "carta",
                                        "visa",
                                        "mastercard",
                                        "amex",
                                        "american express",
                                        "credit",
                                        "kredit",
                                        "debit",
                                        "cart\xc3\xa3o",
                                        "kart",
                                        "カード",
                                        "卡",
                                        "카드",
                                        "карт",
                                        "بطاقة",
                                        "discover",
                                        "diners",
                                        "jcb",
                                        "maestro",
                                        "cc:",
                                        "cc ",
                                        "cc=",
                                        "pan:",
                                        "pay with"};
    static const char *const tails[] = {"exp", "cvv", "cvc", "valid", "g\xc3\xbcltig", "\xe6\x9c\x89\xe5\x8a\xb9"};
    static const char *const others[] = {
        "order",   "invoice",     "track",     "isbn",   "ean",       "imei",         "timestamp", "sku",
        "serial",  "bestell",     "rechnung",  "pedido", "commande",  "facture",      "factura",   "phone",
        "tel",     "upc",         "gtin",      "id ",    "id:",       "id=",          "_id",       "\"id\"",
        "ref",     "barcode",     "meter",     "ticket", "container", "kundennummer", "time",      "usec",
        "nonce",   "seed",        "snowflake", "issn",   "iccid",     "msisdn",       "shipment",  "parcel",
        "booking", "version",     "build",     "random", "hash",      "offset",       "size",      "length",
        "address", "transaction", "run "};
    size_t from = start > CONTEXT_BYTES ? start - CONTEXT_BYTES : 0;
    size_t left = scan->length - end;

    if (SECRET_CONTAINS_ANY(scan->text + from, start - from, cards) ||
        SECRET_CONTAINS_ANY(scan->text + end, left < 24 ? left : 24, tails)) {
        return 1;
    }
    return SECRET_CONTAINS_ANY(scan->text + from, start - from, others) ? -1 : 0;
}

/* Group lengths in which card numbers are printed. */
static int32_t is_card_layout(const struct number *number, size_t first, size_t count)
{
    static const char *const layouts[] = {"4444", "465", "464", "44443", "4446", "4443", "68", "88", "655"};

    if (count == 1) {
        return 1;
    }
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        size_t k = 0;

        while (k < count && layouts[i][k] != '\0' &&
               number->groups[first + k].length == (size_t)(layouts[i][k] - '0')) {
            k++;
        }
        if (k == count && layouts[i][k] == '\0') {
            return 1;
        }
    }
    return 0;
}

static int32_t is_decimal(const struct secret_scan *scan, size_t start, size_t end)
{
    return (start >= 2 && (scan->text[start - 1] == '.' || scan->text[start - 1] == ',') &&
            secret_in(scan->text[start - 2], SET_DIGIT)) ||
           ((secret_at(scan, end) == '.' || secret_at(scan, end) == ',') &&
            secret_in(secret_at(scan, end + 1), SET_DIGIT));
}

/* Checks groups [first, first + count) as one card number. */
static int32_t verify_card(struct secret_scan *scan, const struct number *number, size_t first, size_t count)
{
    size_t start = number->groups[first].start;
    size_t end = number->groups[first + count - 1].start + number->groups[first + count - 1].length;
    char digits[24];
    size_t length = 0;
    int32_t kind;
    int32_t context;

    for (size_t i = 0; i < count; i++) {
        if (length + number->groups[first + i].length > 19) {
            return 0;
        }
        memcpy(digits + length, scan->text + number->groups[first + i].start, number->groups[first + i].length);
        length += number->groups[first + i].length;
    }
    digits[length] = '\0';
    if (length < 12 || !is_card_layout(number, first, count) || is_decimal(scan, start, end)) {
        return 0;
    }
    kind = match_issuer(digits, length);
    if (kind == 0 || !secret_check_passes(CHECK_LUHN, digits, length) || strspn(digits + 1, "0") >= length - 3) {
        return 0;
    }
    context = card_context(scan, start, end);
    if (context < 0 || (context == 0 && (kind == 2 || (count == 1 && length < 15)))) {
        return 0;
    }
    secret_add(scan, SECRET_CARD_NUMBER, start, end);
    return 1;
}

static int32_t find_card(struct secret_scan *scan, const struct number *number)
{
    static const size_t counts[] = {5, 4, 3, 2, 1};

    if (secret_in(secret_before(scan, number->groups[0].start), SET_ALNUM | SET_SCORE) ||
        secret_in(secret_at(scan, number->end), SET_ALNUM | SET_SCORE)) {
        return 0;
    }
    for (size_t first = 0; first < number->count; first++) {
        if (first > 0 && number->groups[first - 1].length == 4 && number->groups[first].length == 4) {
            continue; /* inside a row of numbers */
        }
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            size_t count = counts[i];

            if (first + count > number->count || (count > 1 && number->separator == '\0' && number->count == count)) {
                continue;
            }
            if (count > 1 && first + count < number->count && number->groups[first + count].length == 4 &&
                number->count > 5) {
                continue;
            }
            if (verify_card(scan, number, first, count)) {
                return 1;
            }
        }
    }
    return 0;
}

/* --- IBAN --- */

static char upper(char c)
{
    return secret_in(c, SET_LOWER) ? (char)(c - ('a' - 'A')) : c;
}

/* Length of a country's IBANs; 0 for an unknown country. */
static size_t iban_length(const char *country)
{
    static const char table[] =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20"
        "EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30"
        "KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25"
        "QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

    for (size_t i = 0; i + 4 < sizeof table; i += 4) {
        if (table[i] == country[0] && table[i + 1] == country[1]) {
            return (size_t)(table[i + 2] - '0') * 10 + (size_t)(table[i + 3] - '0');
        }
    }
    return 0;
}

static int32_t iban_remainder(const char *text, size_t length)
{
    int32_t rest = 0;

    for (size_t i = 0; i < length; i++) {
        char c = text[(i + 4) % length];

        rest = secret_in(c, SET_DIGIT) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    return rest;
}

/* `at` is the first check digit. Returns the end of the IBAN, or 0 if there is none. */
static size_t find_iban(struct secret_scan *scan, size_t at)
{
    char compact[36];
    size_t expected;
    size_t count = 0;
    size_t end;

    if (at < 2 || !secret_in(scan->text[at - 1], SET_UPPER | SET_LOWER) ||
        !secret_in(scan->text[at - 2], SET_UPPER | SET_LOWER) ||
        (at > 2 && secret_in(scan->text[at - 3], SET_ALNUM | SET_SCORE)) ||
        !secret_in(secret_at(scan, at + 1), SET_DIGIT)) {
        return 0;
    }
    compact[0] = upper(scan->text[at - 2]);
    compact[1] = upper(scan->text[at - 1]);
    expected = iban_length(compact);
    end = at;
    count = 2;
    while (count < expected && end < scan->length) {
        char c = scan->text[end];

        if (secret_in(c, SET_ALNUM)) {
            compact[count++] = upper(c);
        } else if ((c != ' ' && c != '-') || count < 4 || !secret_in(secret_at(scan, end + 1), SET_ALNUM)) {
            return 0;
        }
        end++;
    }
    if (expected == 0 || count != expected || secret_in(secret_at(scan, end), SET_ALNUM) ||
        iban_remainder(compact, count) != 1) {
        return 0;
    }
    secret_add(scan, SECRET_BANK_ACCOUNT, at - 2, end);
    return end;
}

/* --- identity numbers recognisable by format alone --- */

static int32_t find_by_format(struct secret_scan *scan, size_t at)
{
    static const struct secret_identity cpf = {SECRET_NATIONAL_ID, "", "ddd.ddd.ddd-dd", CHECK_CPF};
    static const struct secret_identity chinese = {SECRET_NATIONAL_ID, "", "dddddddddddddddddX", CHECK_CHINESE};
    static const struct secret_identity insee = {SECRET_NATIONAL_ID, "", "d dd dd dX ddd ddd-dd", CHECK_INSEE};
    static const struct secret_identity fiscal = {SECRET_NATIONAL_ID, "", "AAAAAAddAddAdddA", CHECK_FISCAL};

    if (at >= 6 && secret_in(scan->text[at - 1], SET_UPPER) && secret_in(scan->text[at - 6], SET_UPPER)) {
        return match_identity(scan, at - 6, &fiscal, 0);
    }
    if (secret_in(secret_before(scan, at), SET_ALNUM | SET_SCORE)) {
        return 0;
    }
    if (secret_at(scan, at + 3) == '.' && secret_at(scan, at + 11) == '-') {
        return match_identity(scan, at, &cpf, 0);
    }
    if (secret_at(scan, at + 1) == ' ' || secret_at(scan, at + 1) == '-') {
        return match_identity(scan, at, &insee, 0);
    }
    return match_identity(scan, at, &chinese, 0);
}

/* Quickly rejects single digits and pairs, which are frequent in text. */
static int32_t may_be_number(const struct secret_scan *scan, size_t at)
{
    size_t run = secret_run(scan, at, SET_DIGIT, 3);
    char next = secret_at(scan, at + run);

    if (secret_in(secret_before(scan, at), SET_ALNUM)) {
        return run >= 2 && at >= 2 &&
               secret_in(scan->text[at - 2], SET_ALNUM); /* possibly an IBAN or a codice fiscale */
    }
    return run == 3 || ((next == ' ' || next == '-') && secret_in(secret_at(scan, at + run + 1), SET_DIGIT));
}

void secret_verify_number(struct secret_scan *scan, size_t at)
{
    struct number number;
    size_t end;

    if (at < scan->number_end) {
        return;
    }
    if (!may_be_number(scan, at)) {
        return;
    }
    end = find_iban(scan, at);
    if (end != 0) {
        scan->number_end = end;
        return;
    }
    read_number(scan, at, &number);
    secret_verify_telegram(scan, at);
    if (!find_by_format(scan, at)) {
        (void)find_card(scan, &number);
    }
    scan->number_end = number.end;
}

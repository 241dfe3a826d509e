/* Check digits of identity numbers. */
#include "text/secrets/secrets_numbers.h"

#include <string.h>

static int32_t digit_value(char c)
{
    return c - '0';
}

static int32_t number(const char *text, size_t count)
{
    int32_t value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value * 10 + digit_value(text[i]);
    }
    return value;
}

static int32_t weighted(const char *text, const char *weights) /* weights: '0' is 0, 'a' is 10 and so on */
{
    int32_t sum = 0;

    for (size_t i = 0; weights[i] != '\0'; i++) {
        sum += digit_value(text[i]) * (weights[i] >= 'a' ? weights[i] - 'a' + 10 : weights[i] - '0');
    }
    return sum;
}

static int32_t luhn(const char *text, size_t length)
{
    int32_t sum = 0;

    for (size_t i = 0; i < length; i++) {
        int32_t value = digit_value(text[length - 1 - i]) * (i % 2 == 1 ? 2 : 1);

        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

static int32_t is_month_day(int32_t month, int32_t day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int32_t ssn(const char *text)
{
    int32_t area = number(text, 3);

    return area != 0 && area != 666 && area < 900 && number(text + 3, 2) != 0 && number(text + 5, 4) != 0 &&
           strncmp(text, "123456789", 9) != 0;
}

static int32_t nino(const char *text)
{
    return strchr("DFIQUV", text[0]) == NULL && strchr("DFIOQUV", text[1]) == NULL && text[8] >= 'A' && text[8] <= 'D';
}

static int32_t nhs(const char *text)
{
    int32_t check = 11 - weighted(text, "a98765432") % 11;

    return (check == 11 ? 0 : check) == digit_value(text[9]);
}

static int32_t german_tax(const char *text)
{
    int32_t product = 10;

    if (text[0] == '0') {
        return 0;
    }
    for (size_t i = 0; i < 10; i++) {
        int32_t sum = (digit_value(text[i]) + product) % 10;

        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10 == digit_value(text[10]);
}

static int32_t ean(const char *text)
{
    return (10 - weighted(text, "131313131313") % 10) % 10 == digit_value(text[12]);
}

static int32_t dni(const char *text, size_t length)
{
    return length == 9 && "TRWAGMYFPDXBNJZSQVHLCKE"[number(text, 8) % 23] == text[8];
}

static int32_t nie(const char *text)
{
    int32_t first = text[0] - 'X';

    return first >= 0 && first <= 2 &&
           "TRWAGMYFPDXBNJZSQVHLCKE"[(first * 10000000 + number(text + 1, 7)) % 23] == text[8];
}

static int32_t portuguese(const char *text)
{
    int32_t check = 11 - weighted(text, "98765432") % 11;

    return text[0] != '0' && text[0] != '4' && (check > 9 ? 0 : check) == digit_value(text[8]);
}

/* The French social security number: 13 characters and a two-digit key; Corsican departments are 2A and 2B. */
static int32_t insee(const char *text)
{
    int64_t value = 0;
    int32_t corsica = text[6] == 'A' ? 1 : text[6] == 'B' ? 2 : 0;

    if ((text[0] != '1' && text[0] != '2') || (corsica == 0 && (text[6] < '0' || text[6] > '9'))) {
        return 0;
    }
    for (size_t i = 0; i < 13; i++) {
        value = value * 10 + (i == 6 && corsica != 0 ? 0 : digit_value(text[i]));
    }
    value -= corsica * 1000000; /* for the key, 2A counts as 19 and 2B as 18 */
    return number(text + 3, 2) >= 1 && (number(text + 3, 2) <= 12 || number(text + 3, 2) >= 20) &&
           97 - value % 97 == number(text + 13, 2);
}

static int32_t fiscal(const char *text)
{
    static const int8_t odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    int32_t sum = 0;

    for (size_t i = 0; i < 15; i++) {
        int32_t value = text[i] >= 'A' ? text[i] - 'A' : digit_value(text[i]);

        sum += i % 2 == 0 ? odd[value] : value;
    }
    return strchr("ABCDEHLMPRST", text[8]) != NULL && 'A' + sum % 26 == text[15];
}

static int32_t bsn(const char *text)
{
    int32_t sum = weighted(text, "98765432") - digit_value(text[8]);

    return sum % 11 == 0 && number(text, 8) > 1000000;
}

static int32_t belgian(const char *text)
{
    int64_t value = number(text, 9);
    int32_t key = number(text + 9, 2);

    return 97 - value % 97 == key || 97 - (value + INT64_C(2000000000)) % 97 == key;
}

static int32_t norwegian(const char *text)
{
    int32_t first = 11 - weighted(text, "376189452") % 11;
    int32_t second = 11 - weighted(text, "5432765432") % 11;

    return (first == 11 ? 0 : first) == digit_value(text[9]) && (second == 11 ? 0 : second) == digit_value(text[10]);
}

static int32_t finnish(const char *text)
{
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[(number(text, 6) * INT64_C(1000) + number(text + 6, 3)) % 31] == text[9];
}

static int32_t pesel(const char *text)
{
    return is_month_day(number(text + 2, 2) % 20, number(text + 4, 2)) &&
           (10 - weighted(text, "1379137913") % 10) % 10 == digit_value(text[10]);
}

static int32_t romanian(const char *text)
{
    int32_t check = weighted(text, "279146358279") % 11;

    return (check == 10 ? 1 : check) == digit_value(text[12]) && is_month_day(number(text + 3, 2), number(text + 5, 2));
}

static int32_t turkish(const char *text)
{
    int32_t odd = digit_value(text[0]) + digit_value(text[2]) + digit_value(text[4]) + digit_value(text[6]) +
                  digit_value(text[8]);
    int32_t even = digit_value(text[1]) + digit_value(text[3]) + digit_value(text[5]) + digit_value(text[7]);

    return text[0] != '0' && ((odd * 7 - even) % 10 + 10) % 10 == digit_value(text[9]) &&
           (odd + even + digit_value(text[9])) % 10 == digit_value(text[10]);
}

static int32_t snils(const char *text)
{
    return weighted(text, "987654321") % 101 % 100 == number(text + 9, 2);
}

static int32_t inn(const char *text)
{
    return weighted(text, "724a359468") % 11 % 10 == digit_value(text[10]) &&
           weighted(text, "3724a359468") % 11 % 10 == digit_value(text[11]);
}

static int32_t cpf(const char *text)
{
    int32_t first = weighted(text, "a98765432") * 10 % 11 % 10;
    int32_t second = weighted(text, "ba98765432") * 10 % 11 % 10;

    return first == digit_value(text[9]) && second == digit_value(text[10]) &&
           strspn(text, (char[]){text[0], '\0'}) != 11;
}

static int32_t rut(const char *text, size_t length)
{
    int32_t sum = 0;

    for (size_t i = 0; i + 1 < length; i++) {
        sum += digit_value(text[length - 2 - i]) * (int32_t)(2 + i % 6);
    }
    return "0K987654321"[sum % 11] == text[length - 1];
}

static int32_t verhoeff(const char *text, size_t length)
{
    static const char *const d[] = {"0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
                                    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"};
    static const char *const p[] = {"0123456789", "1576283094", "5803796142", "8916043527",
                                    "9453126870", "4286573901", "2793806415", "7046913258"};
    int32_t check = 0;

    for (size_t i = 0; i < length; i++) {
        check = digit_value(d[check][digit_value(p[i % 8][digit_value(text[length - 1 - i])])]);
    }
    return check == 0 && text[0] >= '2';
}

static int32_t chinese(const char *text)
{
    int32_t year = number(text + 6, 4);

    for (size_t i = 0; i < 17; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return 0;
        }
    }
    return text[0] >= '1' && text[0] <= '8' && year >= 1900 && year <= 2040 &&
           is_month_day(number(text + 10, 2), number(text + 12, 2)) &&
           "10X98765432"[weighted(text, "79a584216379a5842") % 11] == text[17];
}

static int32_t my_number(const char *text)
{
    int32_t check = 11 - weighted(text, "65432765432") % 11;

    return (check > 9 ? 0 : check) == digit_value(text[11]);
}

/* 1 if the text has at least min_digits digits. */
static int32_t has_digits(const char *text, size_t length, size_t min_digits)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        digits += text[i] >= '0' && text[i] <= '9';
    }
    return digits >= min_digits;
}

int32_t secret_check_passes(enum secret_check check, const char *text, size_t length)
{
    switch (check) {
    case CHECK_NONE:
        return has_digits(text, length, 4);
    case CHECK_SSN:
        return ssn(text);
    case CHECK_LUHN:
        return luhn(text, length);
    case CHECK_LUHN_TAIL:
        return luhn(text + length - 10, 10);
    case CHECK_TFN:
        return weighted(text, "14375869a") % 11 == 0;
    case CHECK_NINO:
        return nino(text);
    case CHECK_NHS:
        return nhs(text);
    case CHECK_DE_TAX:
        return german_tax(text);
    case CHECK_MIXED:
        return has_digits(text, length, 3);
    case CHECK_EAN:
        return ean(text);
    case CHECK_DNI:
        return dni(text, length);
    case CHECK_NIE:
        return nie(text);
    case CHECK_PT_NIF:
        return portuguese(text);
    case CHECK_INSEE:
        return insee(text);
    case CHECK_FISCAL:
        return fiscal(text);
    case CHECK_BSN:
        return bsn(text);
    case CHECK_BELGIAN:
        return belgian(text);
    case CHECK_NORWEGIAN:
        return norwegian(text);
    case CHECK_DATE_DMY:
        return is_month_day(number(text + 2, 2), number(text, 2));
    case CHECK_DATE_YMD:
        return is_month_day(number(text + 2, 2), number(text + 4, 2));
    case CHECK_FINNISH:
        return finnish(text);
    case CHECK_PESEL:
        return pesel(text);
    case CHECK_NIP:
        return weighted(text, "657234567") % 11 == digit_value(text[9]);
    case CHECK_ELEVEN:
        return (number(text, 5) % 11 * 100000 + number(text + 5, 5)) % 11 == 0;
    case CHECK_CNP:
        return romanian(text);
    case CHECK_TURKISH:
        return turkish(text);
    case CHECK_SNILS:
        return snils(text);
    case CHECK_INN:
        return inn(text);
    case CHECK_CPF:
        return cpf(text);
    case CHECK_RUT:
        return rut(text, length);
    case CHECK_VERHOEFF:
        return verhoeff(text, length);
    case CHECK_PAN:
        return strchr("ABCFGHJLPT", text[3]) != NULL;
    case CHECK_CHINESE:
        return chinese(text);
    case CHECK_MY_NUMBER:
        return my_number(text);
    case CHECK_SOUTH_AFRICAN:
        return luhn(text, length) && is_month_day(number(text + 2, 2), number(text + 4, 2)) && text[10] <= '2';
    case CHECK_PASSPORT:
        return has_digits(text, length, 3);
    }
    return 0;
}

#include "options/uri.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define ENCRYPTED "encrypted+" /* before the URI of a storage */

#define KEY_BYTES 64

static int hex_digit(char byte)
{
    const char *digits = "0123456789abcdef";
    const char *at = byte != '\0' ? strchr(digits, tolower((unsigned char)byte)) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Decodes a key: percent-decoded, in lower case, truncated to KEY_BYTES. */
static void decode_key(const char *text, size_t length, char key[KEY_BYTES])
{
    size_t used = 0;

    for (size_t i = 0; i < length && used < KEY_BYTES - 1; i++) {
        char byte = text[i];

        if (byte == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            byte = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        key[used++] = (char)tolower((unsigned char)byte);
    }
    key[used] = '\0';
}

/* password, sslpassword, oauth_client_secret, scram_client_key and scram_server_key */
static bool is_secret_key(const char *text, size_t length)
{
    char key[KEY_BYTES];

    decode_key(text, length, key);
    return strstr(key, "password") != NULL || strstr(key, "secret") != NULL || strncmp(key, "scram_", 6) == 0;
}

/* True if a parameter of a URI's query is a secret. */
static bool query_has_secret(const char *query)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        size_t name = strcspn(query, "=&");

        if (name + 1 < length && is_secret_key(query, name)) {
            return true;
        }
        query += length;
        query += *query == '&';
    }
    return false;
}

/* True for "USER:PASSWORD@", also if a '/', '?' or '#' in the password is not percent-encoded; false for
 * "HOST:5432/NAME@" and "HOST/NAME?x=a:b@c". */
static bool authority_has_password(const char *text)
{
    const char *at = strchr(text, '@');
    const char *colon = at != NULL ? memchr(text, ':', (size_t)(at - text)) : NULL;
    size_t host = strcspn(text, "/?#");
    size_t port = 0;

    if (colon == NULL || colon + 1 == at || colon > text + host) {
        return false;
    }
    port = strspn(colon + 1, "0123456789");
    return at < text + host || colon + 1 + port < text + host;
}

/* True if libpq's "host=x password = 'y'" contains a secret. */
static bool pairs_have_secret(const char *text)
{
    for (const char *equal = strchr(text, '='); equal != NULL; equal = strchr(equal + 1, '=')) {
        const char *end = equal;
        const char *start = NULL;
        const char *value = equal + 1;

        while (end > text && isspace((unsigned char)end[-1])) {
            end--;
        }
        start = end;
        while (start > text && !isspace((unsigned char)start[-1])) {
            start--;
        }
        value += strspn(value, " \t\r\n\f\v");
        if (*value != '\0' && strncmp(value, "''", 2) != 0 && is_secret_key(start, (size_t)(end - start))) {
            return true;
        }
    }
    return false;
}

bool uri_has_password(const char *text)
{
    const char *authority = NULL;

    text += strspn(text, " \t\r\n");
    if (strncasecmp(text, ENCRYPTED, strlen(ENCRYPTED)) == 0) {
        text += strlen(ENCRYPTED);
    }
    if (strncasecmp(text, "sqlite:", 7) == 0 || strncasecmp(text, "file:", 5) == 0 ||
        strncasecmp(text, "memory:", 7) == 0) {
        return false; /* the rest is a file name */
    }
    authority = strstr(text, "://");
    if (authority == NULL) {
        return pairs_have_secret(text);
    }
    authority += 3;
    return authority_has_password(authority) ||
           query_has_secret(authority + strcspn(authority, "?") + (strchr(authority, '?') != NULL));
}

#include "net/url.h"

#include "base/error.h"
#include "base/utf8.h"
#include "net/libcurl.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static cpk_status set_url_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "net", "a URL %s", why);
}

/* Rejects a URL with this part. `missing` is libcurl's code for a URL without it. */
static cpk_status reject_part(CURLU *handle, CURLUPart part, CURLUcode missing, cpk_error **error)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(handle, part, &text, 0);

    curl_free(text);
    if (code == CURLUE_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    return code == missing ? CPK_OK : set_url_error(error, "must not contain a user or a password");
}

static cpk_status copy_shown(CURLU *handle, char shown[URL_SHOWN_MAX], cpk_error **error)
{
    char *text = NULL;

    if (curl_url_set(handle, CURLUPART_QUERY, NULL, 0) != CURLUE_OK ||
        curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
        curl_url_get(handle, CURLUPART_URL, &text, 0) != CURLUE_OK) {
        return error_out_of_memory(error);
    }
    snprintf(shown, URL_SHOWN_MAX, "%s", text);
    utf8_clean_line(shown);
    curl_free(text);
    return CPK_OK;
}

static cpk_status check_parts(CURLU *handle, const char *url, char shown[URL_SHOWN_MAX], cpk_error **error)
{
    char *scheme = NULL;
    CURLUcode code = curl_url_set(handle, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS);
    int32_t is_http;

    if (code == CURLUE_OK) {
        code = curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0);
    }
    if (code == CURLUE_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (code != CURLUE_OK) {
        return set_url_error(error, "must be absolute, such as https://example.org/keys");
    }
    is_http = strcasecmp(scheme, "https") == 0 || strcasecmp(scheme, "http") == 0;
    curl_free(scheme);
    if (!is_http) {
        return set_url_error(error, "must begin with https:// or http://");
    }
    if (strstr(url, "///") == strchr(url, '/')) { /* libcurl would use the first part of the path as host */
        return set_url_error(error, "needs a host");
    }
    CPK_TRY(reject_part(handle, CURLUPART_USER, CURLUE_NO_USER, error));
    CPK_TRY(reject_part(handle, CURLUPART_PASSWORD, CURLUE_NO_PASSWORD, error));
    return copy_shown(handle, shown, error);
}

cpk_status url_check(const char *url, char shown[URL_SHOWN_MAX], cpk_error **error)
{
    CURLU *handle;
    cpk_status status;

    if (url == NULL || url[0] == '\0' || strlen(url) > URL_BYTES_MAX) {
        return set_url_error(error, "must not be empty or longer than 8,192 bytes");
    }
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || *at == 0x7f || *at == '\\') {
            return set_url_error(error, "must not contain spaces, backslashes or control characters");
        }
    }
    CPK_TRY(libcurl_load(error));
    handle = curl_url();
    if (handle == NULL) {
        return error_out_of_memory(error);
    }
    status = check_parts(handle, url, shown, error);
    curl_url_cleanup(handle);
    return status;
}

/* Copies a part of a URL; CPK_ERROR_INVALID_ARGUMENT if it is too long. */
static cpk_status copy_part(CURLU *handle, CURLUPart part, char *target, size_t capacity, cpk_error **error)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(handle, part, &text, 0);
    cpk_status status = CPK_OK;

    if (code == CURLUE_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (code != CURLUE_OK || strlen(text) >= capacity) {
        status = set_url_error(error, "needs a host of at most 255 bytes");
    } else {
        snprintf(target, capacity, "%s", text);
    }
    curl_free(text);
    return status;
}

static cpk_status split(CURLU *handle, const char *url, struct url_parts *parts, cpk_error **error)
{
    char scheme[16];
    char port[16] = "";

    if (curl_url_set(handle, CURLUPART_URL, url, CURLU_PATH_AS_IS) != CURLUE_OK) {
        return set_url_error(error, "is not valid");
    }
    CPK_TRY(copy_part(handle, CURLUPART_SCHEME, scheme, sizeof scheme, error));
    CPK_TRY(copy_part(handle, CURLUPART_HOST, parts->host, sizeof parts->host, error));
    CPK_TRY(copy_part(handle, CURLUPART_PATH, parts->path, sizeof parts->path, error));
    for (char *at = parts->host; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    parts->is_https = strcasecmp(scheme, "https") == 0;
    if (copy_part(handle, CURLUPART_PORT, port, sizeof port, NULL) == CPK_OK) {
        parts->has_port = strcmp(port, parts->is_https ? "443" : "80") != 0;
    }
    return CPK_OK;
}

cpk_status url_split(const char *url, struct url_parts *parts, cpk_error **error)
{
    char shown[URL_SHOWN_MAX];
    CURLU *handle;
    cpk_status status;

    memset(parts, 0, sizeof *parts);
    CPK_TRY(url_check(url, shown, error));
    handle = curl_url();
    if (handle == NULL) {
        return error_out_of_memory(error);
    }
    status = split(handle, url, parts, error);
    curl_url_cleanup(handle);
    return status;
}

cpk_status url_join(struct buffer *target, const char *base, const char *location, cpk_error **error)
{
    CURLU *handle = NULL;
    char *text = NULL;
    CURLUcode code;

    CPK_TRY(libcurl_load(error));
    handle = curl_url();
    if (handle == NULL) {
        return error_out_of_memory(error);
    }
    code = curl_url_set(handle, CURLUPART_URL, base, CURLU_PATH_AS_IS);
    if (code == CURLUE_OK) { /* relative to the base */
        code = curl_url_set(handle, CURLUPART_URL, location, CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME);
    }
    if (code == CURLUE_OK) {
        code = curl_url_get(handle, CURLUPART_URL, &text, 0);
    }
    if (code == CURLUE_OK) {
        buffer_clear(target);
        buffer_append_text(target, text);
    }
    curl_free(text);
    curl_url_cleanup(handle);
    if (code == CURLUE_OUT_OF_MEMORY || target->failed) {
        return error_out_of_memory(error);
    }
    return code == CURLUE_OK ? CPK_OK : set_url_error(error, "of a redirect is not valid");
}

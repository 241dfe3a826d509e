#include "ingest/share_link.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define ID_BYTES_MAX 200

enum share_request {
    REQUEST_PAGE,   /* the page itself */
    REQUEST_CLAUDE, /* a snapshot, as JSON */
    REQUEST_GEMINI, /* a call of the service's own protocol */
    REQUEST_GROK    /* a share, as JSON */
};

/* An address is https://HOST PATH ID, where the id is the rest of the path. */
static const struct {
    const char *host;
    const char *path;
    const char *provider;
    enum share_request request;
} SHARES[] = {
    {"chatgpt.com", "/share/", "chatgpt", REQUEST_PAGE},
    {"chatgpt.com", "/s/", "chatgpt", REQUEST_PAGE},
    {"www.chatgpt.com", "/share/", "chatgpt", REQUEST_PAGE},
    {"chat.openai.com", "/share/", "chatgpt", REQUEST_PAGE},
    {"claude.ai", "/share/", "claude", REQUEST_CLAUDE},
    {"gemini.google.com", "/share/", "gemini", REQUEST_GEMINI},
    {"g.co", "/gemini/share/", "gemini", REQUEST_GEMINI},
    {"grok.com", "/share/", "grok", REQUEST_GROK},
    {"x.com", "/i/grok/share/", "grok", REQUEST_GROK},
    {"poe.com", "/s/", "poe", REQUEST_PAGE},
    {"www.poe.com", "/s/", "poe", REQUEST_PAGE},
};

static int32_t is_id_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           strchr("-_.~=", byte) != NULL;
}

/* Copies the id at the end of a path, with "%3D" decoded. 0 if it has other bytes, or none. */
static int32_t copy_id(const char *path, char id[ID_BYTES_MAX])
{
    size_t length = 0;

    while (*path != '\0' && *path != '/') {
        if (strncasecmp(path, "%3D", 3) == 0) {
            id[length++] = '=';
            path += 3;
        } else if (is_id_byte(*path)) {
            id[length++] = *path++;
        } else {
            return 0;
        }
        if (length == ID_BYTES_MAX) {
            return 0;
        }
    }
    id[length] = '\0';
    return length > 0 && strcmp(id, ".") != 0 && strcmp(id, "..") != 0 && (path[0] == '\0' || path[1] == '\0');
}

static void append_request(struct share_link *link, enum share_request request, const char *url, const char *id)
{
    switch (request) {
    case REQUEST_CLAUDE:
        buffer_append_format(
            &link->url, "https://claude.ai/api/chat_snapshots/%s?rendering_mode=messages&render_all_tools=true", id);
        return;
    case REQUEST_GROK:
        buffer_append_format(&link->url, "https://grok.com/rest/app-chat/share_links/%s", id);
        return;
    case REQUEST_GEMINI:
        buffer_append_format(&link->url,
                             "https://gemini.google.com/_/BardChatUi/data/batchexecute?rpcids=ujx1Bf&"
                             "source-path=%%2Fshare%%2F%s&rt=c",
                             id);
        /* [[["ujx1Bf","[null,\"ID\",[4]]",null,"generic"]]] */
        buffer_append_format(&link->form,
                             "f.req=%%5B%%5B%%5B%%22ujx1Bf%%22%%2C%%22%%5Bnull%%2C%%5C%%22%s%%5C%%22%%2C%%5B4%%5D%%5D"
                             "%%22%%2Cnull%%2C%%22generic%%22%%5D%%5D%%5D",
                             id);
        return;
    case REQUEST_PAGE:
        buffer_append_text(&link->url, url);
        return;
    }
}

cpk_status share_link_find(struct share_link *link, const cpk_allocator *allocator, const char *url,
                           const struct url_parts *parts, cpk_error **error)
{
    char id[ID_BYTES_MAX];

    memset(link, 0, sizeof *link);
    buffer_init(&link->url, allocator);
    buffer_init(&link->form, allocator);
    for (size_t i = 0; i < sizeof SHARES / sizeof SHARES[0] && parts->is_https && !parts->has_port; i++) {
        size_t length = strlen(SHARES[i].path);

        if (strcmp(parts->host, SHARES[i].host) == 0 && strncmp(parts->path, SHARES[i].path, length) == 0 &&
            copy_id(parts->path + length, id)) {
            link->provider = SHARES[i].provider;
            append_request(link, SHARES[i].request, url, id);
            break;
        }
    }
    if (link->provider == NULL) {
        buffer_append_text(&link->url, url);
    }
    return link->url.failed || link->form.failed ? error_out_of_memory(error) : CPK_OK;
}

void share_link_free(struct share_link *link)
{
    buffer_free(&link->url);
    buffer_free(&link->form);
}

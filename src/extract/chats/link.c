#include "extract/chats/link.h"

#include <string.h>
#include <strings.h>

int32_t link_is_safe(const char *url, size_t length)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    int32_t is_known = 0;

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t taken = strlen(schemes[i]);

        is_known |= length > taken && strncasecmp(url, schemes[i], taken) == 0;
    }
    for (size_t i = 0; is_known && i < length; i++) {
        is_known = (unsigned char)url[i] > ' ' && url[i] != 0x7F;
    }
    return is_known;
}

static void append_inside(struct buffer *target, const char *text, size_t length, int32_t is_url)
{
    static const char special[] = "[]()<>\r\n\t";
    static const char *const in_title[] = {"(", ")", "(", ")", "(", ")", " ", " ", " "};
    static const char *const in_url[] = {"%5B", "%5D", "%28", "%29", "%3C", "%3E", "", "", ""};

    for (size_t i = 0; i < length; i++) {
        const char *at = text[i] != '\0' ? strchr(special, text[i]) : NULL;

        if (at != NULL) {
            buffer_append_text(target, is_url ? in_url[at - special] : in_title[at - special]);
        } else {
            buffer_append_byte(target, text[i]);
        }
    }
}

void link_append(struct buffer *target, const char *title, size_t title_length, const char *url, size_t url_length)
{
    if (title_length == 0) {
        append_inside(target, url, url_length, 1);
        return;
    }
    buffer_append_byte(target, '[');
    append_inside(target, title, title_length, 0);
    buffer_append_text(target, "](");
    append_inside(target, url, url_length, 1);
    buffer_append_byte(target, ')');
}

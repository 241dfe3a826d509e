#include "build/names.h"

#include "base/utf8.h"
#include "files/files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DEFAULT_PACK_NAME   "Context pack"
#define DEFAULT_FOLDER_NAME "context-pack"
#define PACK_NAME_BYTES     120

bool names_is_link(const char *path)
{
    return strncasecmp(path, "https://", 8) == 0 || strncasecmp(path, "http://", 7) == 0;
}

bool names_is_stream(const char *path)
{
    struct stat details;

    return stat(path, &details) == 0 && !S_ISREG(details.st_mode) && !S_ISDIR(details.st_mode);
}

/* Names that every export has, and folders that hold all sorts of things. */
static bool is_generic(const char *name)
{
    static const char *const WORDS[] = {
        "conversations", "conversation", "export",    "exports", "data",      "archive", "chat", "chats", "messages",
        "message",       "download",     "downloads", "desktop", "documents", "tmp",     "temp", "home",  "root",
        "out",           "output",       "input",     "file",    "files",     "",        NULL};
    char word[32];
    size_t length = strlen(name);

    if (length >= sizeof word) {
        return false;
    }
    for (size_t i = 0; i <= length; i++) {
        word[i] = (char)tolower((unsigned char)name[i]);
    }
    while (length > 0 && strchr("0123456789-_ .()", word[length - 1]) != NULL) { /* conversations-000, export (1) */
        length--;
    }
    word[length] = '\0';
    for (const char *const *generic = WORDS; *generic != NULL; generic++) {
        if (strcmp(word, *generic) == 0) {
            return true;
        }
    }
    return false;
}

/* The part of `path` between two slashes that ends at `end`, without a file's extension. */
static char *part_name(const char *path, size_t end, bool folder)
{
    size_t start = end;
    size_t length = 0;

    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    length = end - start;
    for (size_t i = length; !folder && i > 1; i--) {
        if (path[start + i - 1] == '.') {
            length = i - 1;
            break;
        }
    }
    return strndup(path + start, length);
}

static bool is_usable_name(const char *name)
{
    size_t length = name != NULL ? strlen(name) : 0;

    return name != NULL && !is_generic(name) && length <= PACK_NAME_BYTES && utf8_valid_prefix(name, length) == length;
}

char *names_pack(const char *given)
{
    char *path = names_is_stream(given) || names_is_link(given) ? NULL : realpath(given, NULL);
    size_t end = path != NULL ? strlen(path) : 0;
    bool folder = path != NULL && files_is_folder(path);
    char *name = NULL;

    for (int level = 0; level < 2 && end > 0; level++) {
        free(name);
        name = part_name(path, end, folder);
        if (is_usable_name(name)) {
            free(path);
            return name;
        }
        while (end > 0 && path[end - 1] != '/') {
            end--;
        }
        end -= end > 0;
        folder = true;
    }
    free(name);
    free(path);
    return strdup(DEFAULT_PACK_NAME);
}

char *names_folder(const char *pack_name)
{
    char *name = strdup(pack_name);
    size_t used = 0;

    for (size_t i = 0; name != NULL && pack_name[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)pack_name[i];

        if (byte >= 'A' && byte <= 'Z') {
            name[used++] = (char)(byte - 'A' + 'a');
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80) {
            name[used++] = (char)byte;
        } else if (used > 0 && name[used - 1] != '-') {
            name[used++] = '-';
        }
    }
    while (used > 0 && name[used - 1] == '-') {
        used--;
    }
    if (name == NULL || used > 0) {
        if (name != NULL) {
            name[used] = '\0';
        }
        return name;
    }
    free(name);
    return strdup(DEFAULT_FOLDER_NAME);
}

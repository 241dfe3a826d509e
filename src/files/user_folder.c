#include "files/files.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_BYTES 4096

char *files_user_folder(const char *variable, const char *otherwise)
{
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    char bytes[ENTRY_BYTES];
    struct passwd entry;
    struct passwd *found = NULL;
    char *folder = NULL;

    if (base != NULL && base[0] == '/') {
        return asprintf(&folder, "%s/contextpack", base) < 0 ? NULL : folder;
    }
    if (home == NULL || home[0] == '\0') {
        home = getpwuid_r(getuid(), &entry, bytes, sizeof bytes, &found) == 0 && found != NULL ? found->pw_dir : "/";
    }
    return asprintf(&folder, "%s/%s/contextpack", strcmp(home, "/") == 0 ? "" : home, otherwise) < 0 ? NULL : folder;
}

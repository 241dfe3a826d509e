/* Files of the host's: folders that are made when they are missing, files that appear whole or not at all, the files
 * that a folder holds, and where a person's own data lies. The library and the command use it alike. */
#ifndef FILES_FILES_H
#define FILES_FILES_H

#include <contextpack/error.h>

#include <stdbool.h>

/* What is written belongs to its owner alone unless the caller says otherwise, whatever the umask. */
#define FILES_PRIVATE_MODE        0600
#define FILES_PRIVATE_FOLDER_MODE 0700

/* A folder's rights for a file's: who may read the file may look into the folder. */
unsigned files_folder_mode(unsigned file_mode);

/* Makes a folder and those above it; the new ones have exactly `mode`. */
cpk_status files_make_folder(const char *path, unsigned mode, cpk_error **error);

/* A file on its way: written beside its place as ".<name>.part", which the next draft of that name cleans up should
 * this process be killed. It replaces what has its name, also a link, which is never written through; a device or a
 * pipe (/dev/stdout) is not replaced but written to. */
struct files_draft {
    char *path;
    char *temporary_path; /* NULL: written to directly */
    unsigned mode;
    int fd;
    int error_number; /* errno of the first write that failed, or 0: set by files_write(), or by who writes to fd */
};

/* Begins a file, which has `mode` once it is published and is its owner's alone until then; end it with files_publish()
 * or files_discard(). */
cpk_status files_begin(struct files_draft *draft, const char *path, unsigned mode, cpk_error **error);

/* A cpk_write_fn; `user` is the draft. Gives 1 once a write has failed. */
int32_t files_write(void *user, const void *data, size_t length_bytes);

/* All bytes are on the disk: from here only the renaming can fail. files_publish() does this by itself. */
cpk_status files_complete(struct files_draft *draft, cpk_error **error);
cpk_status files_publish(struct files_draft *draft, cpk_error **error); /* ends the draft also when it fails */
void files_discard(struct files_draft *draft);

/* An error of the operating system. `error` may be NULL. */
cpk_status files_error(cpk_error **error, int error_number, const char *what, const char *path);

/* A file that an input path names. */
struct files_item {
    char *path;
    bool from_folder; /* found in a folder: it may hold nothing usable */
};

struct files_list {
    struct files_item *items;
    size_t count;
    size_t capacity;
};

/* Why something in a folder is not in a list of its files. */
enum files_left_kind {
    FILES_LEFT_UNREADABLE, /* a folder that can't be read */
    FILES_LEFT_LINK,       /* a link that leads out of the folder, or to what is left out there */
    FILES_LEFT_DANGLING,   /* a link to nothing */
    FILES_LEFT_SPECIAL     /* a pipe, a socket or a device */
};

struct files_left {
    const char *path;
    enum files_left_kind kind;
    int error_number; /* errno of FILES_LEFT_UNREADABLE */
};

typedef void (*files_left_fn)(void *user, const struct files_left *left);

/* The error that tells it: CPK_ERROR_UNSUPPORTED for what is never read, else that of the operating system. */
cpk_status files_left_error(const struct files_left *left, cpk_error **error);

/* Adds one file. False: out of memory. */
bool files_list_add(struct files_list *list, const char *path);

/* Adds a folder's files and those of the folders below, in the order of their names, without hidden ones and what macOS
 * puts beside the files of an archive. Links are not followed: one that leads to a file or folder listed anyway is
 * ignored, another is told, like everything else that is left out. False: out of memory. */
bool files_list_add_tree(struct files_list *list, const char *folder, files_left_fn left, void *user);

/* The same for inputs: an unpacked export of chats is one input, with all that is in it. */
bool files_list_add_folder(struct files_list *list, const char *folder, files_left_fn left, void *user);

/* 1 if the folder is an unpacked export of chats: it has a conversations.json, or a shard such as
 * conversations-000.json. What else is in it belongs to the chats. */
bool files_is_export(const char *folder);
void files_list_free(struct files_list *list);

bool files_is_folder(const char *path); /* also through a link */

/* $VARIABLE/contextpack, where the variable holds an absolute path, else <home>/<otherwise>/contextpack:
 * "XDG_DATA_HOME" and ".local/share". Freed with free(); NULL when there is no memory. */
char *files_user_folder(const char *variable, const char *otherwise);

#endif

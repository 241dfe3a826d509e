/* Selects and orders the entries of an archive that are read. Names are hints: they give the order and exclude files
 * that cannot contain chats. The format of an entry is detected by its content when it is read. */
#ifndef EXTRACT_ARCHIVE_BUNDLE_PLAN_H
#define EXTRACT_ARCHIVE_BUNDLE_PLAN_H

#include "base/arena.h"
#include "extract/archive/archive.h"

/* In reading order. */
enum bundle_kind {
    BUNDLE_MANIFEST,      /* may list the files of the export */
    BUNDLE_CONVERSATIONS, /* conversations.json, its shards, conversations/<id>.json, and archives of them */
    BUNDLE_JSON,          /* any other JSON */
    BUNDLE_ARCHIVE,       /* any other archive */
    BUNDLE_PROJECTS,
    BUNDLE_MEMORIES,
    BUNDLE_DESIGN_CHATS,
    BUNDLE_SIDECAR,    /* known file of an export that usually has no chats, and is small */
    BUNDLE_DOCUMENT,   /* text, Markdown, PDF, office documents */
    BUNDLE_UNKNOWN,    /* decided by the first bytes */
    BUNDLE_SUPERSEDED, /* a later entry has the same name */
    BUNDLE_OTHER,      /* images, audio, attachments: not read */
    BUNDLE_LEFT,       /* a link, or what could not be packed: named, not read */
    BUNDLE_IGNORED     /* folders, and files that operating systems create */
};

struct bundle_entry {
    const struct archive_entry *entry;
    size_t index; /* index in the archive */
    enum bundle_kind kind;
    int32_t is_archive;
    int64_t number;     /* shard number, or -1 */
    size_t stem_length; /* length of entry->name up to the hyphen before the number */
    int32_t digits;     /* number of digits of the shard number */
};

struct bundle_plan {
    struct bundle_entry *by_name;   /* sorted by name */
    struct bundle_entry **in_order; /* the same, in reading order */
    size_t count;
    int32_t is_export; /* the archive is the export of a chat service: its text files are attachments */
};

/* Allocates the plan in the arena. */
cpk_status bundle_plan_create(struct bundle_plan *plan, const struct archive *archive, struct arena *arena,
                              cpk_error **error);

/* 0 for a file that is never read whatever archive it is in, such as a picture. */
int32_t bundle_may_read(const char *name);
/* 1 if the archive has an entry of that name, which is not left out. */
int32_t bundle_plan_has(const struct bundle_plan *plan, const char *name);

#endif

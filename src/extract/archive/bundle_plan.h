/* Which entries of an archive are read, and in which order. Names are only hints: they order, and they spare the
 * reading of what can't hold chats; what an entry is, its content says when it is read. */
#ifndef EXTRACT_ARCHIVE_BUNDLE_PLAN_H
#define EXTRACT_ARCHIVE_BUNDLE_PLAN_H

#include "base/arena.h"
#include "extract/archive/archive.h"

/* In reading order. */
enum bundle_kind {
    BUNDLE_MANIFEST,      /* may list what belongs to the export */
    BUNDLE_CONVERSATIONS, /* conversations.json, its shards, conversations/<id>.json, the archives of these */
    BUNDLE_JSON,          /* any other JSON */
    BUNDLE_ARCHIVE,       /* any other archive */
    BUNDLE_PROJECTS,
    BUNDLE_MEMORIES,
    BUNDLE_DESIGN_CHATS,
    BUNDLE_SIDECAR,    /* a file of known exports that holds no chat; a look into it costs little */
    BUNDLE_DOCUMENT,   /* text or Markdown */
    BUNDLE_UNKNOWN,    /* no telling from its name: its first bytes decide */
    BUNDLE_SUPERSEDED, /* a later entry has the same name */
    BUNDLE_OTHER,      /* pictures, sound, attachments: not read */
    BUNDLE_IGNORED     /* folders, and what operating systems leave behind */
};

struct bundle_entry {
    const struct archive_entry *entry;
    size_t index; /* in the archive */
    enum bundle_kind kind;
    int32_t is_archive;
    int64_t number;     /* of a shard, -1 for none */
    size_t stem_length; /* of entry->name up to the hyphen before the number */
    int32_t digits;     /* that the number is written with */
};

struct bundle_plan {
    struct bundle_entry *by_name;   /* sorted by name */
    struct bundle_entry **in_order; /* the same, as they are read */
    size_t count;
    int32_t is_export; /* it looks like the export of a chat service: text files in it are attachments */
};

/* The plan's memory is the arena's. */
cpk_status bundle_plan_make(struct bundle_plan *plan, const struct archive *archive, struct arena *arena,
                            cpk_error **error);

/* 1 when the archive has an entry of that name. */
int32_t bundle_plan_has(const struct bundle_plan *plan, const char *name);

#endif

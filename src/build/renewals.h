/* Documents that were edited after an earlier build: the new version takes the place of the one before, so that what
 * both say counts once.
 *
 * A source is an earlier version of a document if it has the same file name, and much of the same text; a name alone
 * is not enough, since files of different folders share names. Versions with messages that the pack had before are left
 * as they are: the earlier source holds what they share. */
#ifndef BUILD_RENEWALS_H
#define BUILD_RENEWALS_H

#include <contextpack/source.h>

#include <stdbool.h>
#include <stddef.h>

/* The documents that the pack had before the build. */
struct renewals {
    struct {
        char *source_id;
        char *name;
    } * items;
    size_t count;
    size_t capacity;
};

/* Notes a source that the pack has, if it is a document. Without memory it is left out: it will not be renewed. */
void renewals_note(struct renewals *renewals, const cpk_source *source);

/* Deletes the earlier version of a document that is now in the pack. *is_renewed: there was one. */
cpk_status renewals_apply(struct renewals *renewals, cpk_session *session, const cpk_source *source, bool *is_renewed,
                          cpk_error **error);

void renewals_free(struct renewals *renewals);

#endif

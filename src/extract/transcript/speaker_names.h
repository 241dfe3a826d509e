/* What the labels of speakers mean, and whether a text is somebody's about themselves. */
#ifndef EXTRACT_TRANSCRIPT_SPEAKER_NAMES_H
#define EXTRACT_TRANSCRIPT_SPEAKER_NAMES_H

#include <contextpack/base.h>

#define SPEAKER_LABEL_BYTES 64 /* longer labels are not those of speakers */

/* The role that a label in lower case names by itself; 0 if it names none. *is_said is 1 for "X said". *is_weak is 1 if
 * the label is also used where nobody speaks: it counts only among several turns. */
int32_t speaker_label_role(const char *label, int32_t *is_said, int32_t *is_weak);

/* 1 for the labels of questions and answers, of which either may be the person's. */
int32_t speaker_is_question(const char *label);

/* 1 for a label of notes, minutes, letters and logs, which names no speaker: "attendees", "todo", "monday", "info". */
int32_t speaker_is_note(const char *label);

/* 1 for a label of one of several people of whom nothing says which is the person: "customer", "interviewer", "speaker
 * 2".
 */
int32_t speaker_is_party(const char *label);

/* 1 if the label may be somebody's name: at most three words without digits, no single letter, no label of notes. */
int32_t speaker_is_name(const char *label);

/* 1 if the text has a word for the one who speaks. */
int32_t speaker_tells_of_self(const char *text, size_t length);

/* 1 if the text asks or addresses somebody. */
int32_t speaker_addresses(const char *text, size_t length);

/* 1 if the text has the name that a program which exports chats writes into them. */
int32_t speaker_has_exporter(const char *text, size_t length);

#endif

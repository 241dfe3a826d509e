/* Shared by own_text_*.c: the message whose text is being masked. */
#ifndef ANALYZE_LANGUAGE_OWN_TEXT_INTERNAL_H
#define ANALYZE_LANGUAGE_OWN_TEXT_INTERNAL_H

#include "analyze/language/own_text.h"

struct own_masker {
    const struct cue_table *cues;
    const char *source; /* the message as it is */
    char *text;         /* own text; masked as it is read */
    char *quotable;
    size_t length;
    int32_t doubtful;             /* something is in `quotable` but not in `text` */
    struct cue_sentence sentence; /* the current one */
    struct cue_sentence scratch;  /* for looking ahead */
    size_t tail;                  /* start of the last paragraphs, which turn to the assistant again */
    enum own_grade tail_grade;
    int32_t tail_known;
    int32_t cast;     /* the last sentence gave the assistant a role */
    size_t line_from; /* the last line, paragraph end and paragraph start that were searched */
    size_t line_end;
    size_t paragraph_from;
    size_t paragraph_end;
    size_t start_to;
    size_t start_is;
    size_t arrow;         /* end of the text before the last arrow */
    size_t spoken_lines;  /* lines that begin with a quote */
    size_t typical_end;   /* of the last advertisement or contract */
    size_t others_until;  /* end of a paragraph that names a text of somebody else */
    size_t answered;      /* end of the last pasted text, if only remarks follow; SIZE_MAX before */
    size_t sign_off_from; /* no sign-off ends between these two; SIZE_MAX: not searched yet */
    size_t sign_off_end;  /* end of the first sign-off after it; SIZE_MAX: none */
};

#define OWN_MASKED_MIN_BYTES 30 /* of a part whose text is recognised as somebody else's already */

void own_mask(struct own_masker *masker, size_t start, size_t end, enum own_grade grade);
size_t own_line_end(struct own_masker *masker, size_t at);
size_t own_paragraph_end(struct own_masker *masker, size_t at);   /* the next blank line */
size_t own_paragraph_start(struct own_masker *masker, size_t at); /* after the previous blank line */
enum own_grade own_turns(struct own_masker *masker, size_t at);   /* how surely a line turns to the assistant */
size_t own_paste_end(struct own_masker *masker, size_t at);       /* end of a pasted text that starts here */
int32_t own_has_sign_off(struct own_masker *masker, size_t at);   /* of a letter, after `at` */
size_t own_mask_paste(struct own_masker *masker, size_t at, enum own_grade grade); /* returns its end */

void own_mask_lines(struct own_masker *masker);  /* own_text_lines.c: code, logs, tables, transcripts, mail headers */
void own_mask_quotes(struct own_masker *masker); /* own_text_quotes.c */
void own_mask_blocks(struct own_masker *masker); /* own_text_blocks.c: a block after or before a line about it */
/* own_text_request.c, sentence by sentence: pasted texts, letters and advertisements. Returns where reading goes on. */
size_t own_mask_request(struct own_masker *masker, const struct cue_sentence *sentence, enum own_grade *pasting);

/* Reads of a sentence's tokens. */
int32_t own_any(const struct cue_sentence *sentence, size_t from, size_t to, uint64_t bits);
size_t own_first(const struct cue_sentence *sentence, size_t from, size_t to, uint64_t bits); /* `to` if none */
int32_t own_is_phrase(const struct own_masker *masker, const struct cue_token *token);        /* of several words */
int32_t own_subject_before(const struct cue_sentence *sentence, size_t from, size_t at);      /* "I ... verb" */
/* Whose text a request names: the person's own documents, their drafts, or another one. */
enum own_grade own_whose(const struct cue_sentence *sentence, size_t from, size_t to);
/* Bytes that are masked for quotes too; counted up to OWN_MASKED_MIN_BYTES. */
size_t own_masked_bytes(const struct own_masker *masker, size_t start, size_t end);

#endif

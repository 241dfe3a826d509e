/* Kinds of words that announce a secret. */
#ifndef TEXT_SECRETS_SECRETS_WORDS_H
#define TEXT_SECRETS_SECRETS_WORDS_H

#define WORD_PART  0 /* may be a part of an identifier */
#define WORD_WHOLE 1 /* no letters before or after it */
#define WORD_VALUE 2 /* no letters before it; the value follows directly */
#define WORD_PIN   3 /* as WORD_VALUE, for values of four, five or eight digits */

#endif

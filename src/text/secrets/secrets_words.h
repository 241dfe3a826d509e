/* Words that announce a secret, for the scanner's index of anchors. */
#ifndef TEXT_SECRETS_SECRETS_WORDS_H
#define TEXT_SECRETS_SECRETS_WORDS_H

#define WORD_PART  0 /* may be a part of an identifier */
#define WORD_WHOLE 1 /* no letters before and behind it */
#define WORD_VALUE 2 /* no letters before it, and the value follows at once */
#define WORD_PIN   3 /* the same, and the value has four, five or eight digits */

#endif

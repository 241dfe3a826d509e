#include "analyze/rules/noise.h"

static int32_t is_pointer(const struct word *word)
{
    return word_in(word, "this that it these those one ones first second third last latter former other");
}

/* Words without content next to a pointing word. */
static int32_t is_empty(const struct word *word)
{
    return is_pointer(word) ||
           (word->classes &
            (LEX_DETERMINER | LEX_PREPOSITION | LEX_CONJUNCTION | LEX_PRONOUN | LEX_FILLER | LEX_MODAL | LEX_BE |
             LEX_HAVE | LEX_DO | LEX_NEGATION | LEX_MANNER | LEX_CONTENT | LEX_RETOUCH | LEX_GREETING)) != 0 ||
           (word->flags & WORD_JOINED) != 0 ||
           word_in(word, "i we me us my our mine like love hate prefer want need keep think use best better more most "
                         "less much also too please version option draft title heading name idea variant suggestion "
                         "choice answer way far longer shorter simpler funnier though still instead ok okay now again");
}

int32_t noise_points(const struct word *words, size_t start, size_t end)
{
    int32_t pointing = 0;

    for (size_t i = start; i < end; i++) {
        if (!is_empty(&words[i]) || (words[i].flags & WORD_NUMBER) != 0 ||
            ((words[i].flags & WORD_CAPITAL) != 0 && i > start && !word_in(&words[i], "i"))) {
            return 0;
        }
        pointing |= is_pointer(&words[i]);
    }
    return pointing;
}

/* Values in patterns: each letter reads one type of value and refuses others.
 *   P place, known or with a capital    G known place             O organisation       N name with a capital
 *   n name in any case                  J occupation              D diet               C illness or disability
 *   K its adjective                     T noun phrase             E list of noun phrases
 *   A age in digits                     y the same in "8-year-old" or "40th"
 *   Y year                    # number             R relation
 *   B kind of pet                       L language                M amount of money    W month, with day or year
 *   S marital status                    U kind of business        H activity           V software or named thing
 *   Z the rest of the clause
 *   * up to three words, not a value
 * The letters G, n, K, E, Z, y, #, B and V are captured as P, N, C, T, T, A, A, R and T. */
#ifndef ANALYZE_RULES_SLOT_H
#define ANALYZE_RULES_SLOT_H

#include "analyze/rules/rule_sentence.h"

/* Reads the value that starts at word `start`; 0 if there is none. */
int32_t slot_read(const struct rule_sentence *sentence, char letter, size_t start, struct capture *capture);

#endif

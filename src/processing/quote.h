/* What is left to analyse, reckoned in credits and money. */
#ifndef PROCESSING_QUOTE_H
#define PROCESSING_QUOTE_H

#include "engine/session.h"
#include "store/quote.h"

#include <contextpack/quote.h>

void quote_reckon(const struct context *context, const struct store_quote *stored, cpk_quote *quote);

#endif

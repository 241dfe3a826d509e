/* Computes the price, in credits and money, of analysing the remaining chunks. */
#ifndef PROCESSING_QUOTE_H
#define PROCESSING_QUOTE_H

#include "engine/session.h"
#include "store/quote.h"

#include <contextpack/quote.h>

void quote_reckon(const struct context *context, const struct store_quote *stored, cpk_quote *quote);

#endif

/* What is left to analyse, reckoned in credits and money. */
#ifndef PIPELINE_QUOTE_H
#define PIPELINE_QUOTE_H

#include "pipeline/session.h"
#include "store/quote.h"

#include <contextpack/quote.h>

void quote_reckon(const context *context, const store_quote *stored, cpk_quote *quote);

#endif

#include "processing/quote.h"

#include "payments/stripe/money.h"

static int64_t times(int64_t credits, int64_t price_micros)
{
    return price_micros > 0 && credits > INT64_MAX / price_micros ? INT64_MAX : credits * price_micros;
}

void quote_reckon(const struct context *context, const struct store_quote *stored, cpk_quote *quote)
{
    int64_t spendable = stored->balance + stored->held_here;
    int64_t covered = spendable > 0 ? spendable : 0;

    quote->is_unlimited = stored->is_unlimited;
    quote->sources = stored->items;
    quote->unknown_sources = stored->unknown_items;
    quote->chunks_total = stored->chunks;
    quote->chunks_done = stored->done;
    quote->chunks_left = stored->remaining;
    quote->credits_needed = stored->is_unlimited ? 0 : stored->remaining;
    quote->balance = stored->balance;
    quote->held = stored->held;
    quote->held_here = stored->held_here;
    quote->chunks_covered = stored->is_unlimited || covered > stored->remaining ? stored->remaining : covered;
    quote->can_proceed = !stored->is_suspended && quote->chunks_covered == quote->chunks_left;
    quote->price_micros = context_setting(context, SETTING_CREDIT_PRICE_MICROS);
    quote->cost_micros = times(quote->credits_needed, quote->price_micros);
    quote->currency = money_currency(context);
}

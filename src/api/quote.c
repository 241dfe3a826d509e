#include "processing/quote.h"
#include "api/check.h"

typedef cpk_status (*quote_fn)(struct store *store, const char *user_id, const char *id, struct store_quote *quote,
                               cpk_error **error);

void cpk_quote_init(cpk_quote *quote, size_t struct_size)
{
    params_init(quote, struct_size);
}

static cpk_status read_quote(cpk_session *session, const char *id, const char *name, quote_fn read, cpk_quote *quote,
                             cpk_error **error)
{
    cpk_quote result = CPK_QUOTE_INIT;
    struct store_quote stored;

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(id, name, error));
    CPK_CHECK_ARG(quote != NULL, "quote", error);
    CPK_CHECK_OUT_STRUCT(quote, "quote", error);
    CPK_TRY(read(session->store, NULL, id, &stored, error));
    quote_reckon(&session->engine->context, &stored, &result);
    params_write(quote, &result, sizeof result);
    return CPK_OK;
}

cpk_status cpk_quote_source(cpk_session *session, const char *source_id, cpk_quote *quote, cpk_error **error)
{
    return read_quote(session, source_id, "source_id", store_quote_source, quote, error);
}

cpk_status cpk_quote_pack(cpk_session *session, const char *pack_id, cpk_quote *quote, cpk_error **error)
{
    return read_quote(session, pack_id, "pack_id", store_quote_pack, quote, error);
}

cpk_status cpk_quote_job(cpk_session *session, const char *job_id, cpk_quote *quote, cpk_error **error)
{
    return read_quote(session, job_id, "job_id", store_quote_job, quote, error);
}

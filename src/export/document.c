#include "export/document.h"

#include "base/error.h"
#include "export/budget.h"
#include "export/pack_json.h"
#include "export/plan.h"

static cpk_status check_type(int32_t type, cpk_error **error)
{
    if (type < DOCUMENT_COMPACT || type > DOCUMENT_COMPLETE) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "export", "there is no document of type %d", (int)type);
    }
    return CPK_OK;
}

cpk_status document_render_markdown(const struct context *context, int32_t type, const struct document_input *input,
                                    struct buffer *target, int64_t *tokens, cpk_error **error)
{
    cpk_status status;
    struct buffer text;
    struct plan plan;

    CPK_TRY(check_type(type, error));
    CPK_TRY(plan_create(&plan, context, type, input, error));
    buffer_init(&text, &context->allocator);
    CPK_TRY_CLEANUP(budget_render(&plan, &text, tokens, error));
    buffer_append(target, text.data, text.length);
    status = target->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&text);
    plan_free(&plan);
    return status;
}

cpk_status document_render_json(const struct context *context, int32_t type, const struct document_input *input,
                                struct buffer *target, cpk_error **error)
{
    cpk_status status;
    int64_t tokens;
    struct buffer text;
    struct plan plan;

    CPK_TRY(check_type(type, error));
    CPK_TRY(plan_create(&plan, context, type, input, error));
    buffer_init(&text, &context->allocator);
    CPK_TRY_CLEANUP(budget_render(&plan, &text, &tokens, error)); /* sets the levels of the entries */
    pack_json_write(&plan, target);
    status = target->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&text);
    plan_free(&plan);
    return status;
}

#include "api/input.h"

#include "api/check.h"

void cpk_input_init(cpk_input *input, size_t struct_size)
{
    params_init(input, struct_size);
}

cpk_status input_read(cpk_input *ours, const cpk_input *given, cpk_error **error)
{
    static const cpk_input empty = CPK_INPUT_INIT;

    *ours = empty;
    CPK_CHECK_ARG(given != NULL, "input", error);
    CPK_TRY(params_read(ours, sizeof *ours, given, "input", error));
    if ((ours->path != NULL) + (ours->data != NULL) + (ours->read != NULL) != 1) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument",
                         "input needs exactly one of path, data and read");
    }
    CPK_CHECK_ARG(ours->source_type >= 0 && ours->source_type <= CPK_SOURCE_TEXT, "input.source_type", error);
    return CPK_OK;
}

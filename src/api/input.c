#include "api/input.h"

#include "api/check.h"

void cpk_input_init(cpk_input *input, size_t struct_size)
{
    params_init(input, struct_size);
}

cpk_status input_read(cpk_input *input, const cpk_input *caller_input, cpk_error **error)
{
    static const cpk_input empty = CPK_INPUT_INIT;

    *input = empty;
    CPK_CHECK_ARG(caller_input != NULL, "input", error);
    CPK_TRY(params_read(input, sizeof *input, caller_input, "input", error));
    if ((input->path != NULL) + (input->data != NULL) + (input->read != NULL) + (input->url != NULL) != 1) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument",
                         "input needs exactly one of path, data, read and url");
    }
    CPK_CHECK_ARG(input->source_type >= 0 && input->source_type <= CPK_SOURCE_TEXT, "input.source_type", error);
    return CPK_OK;
}

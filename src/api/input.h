/* Reading and checking of the public cpk_input. */
#ifndef API_INPUT_H
#define API_INPUT_H

#include <contextpack/error.h>
#include <contextpack/input.h>

cpk_status input_read(cpk_input *input, const cpk_input *caller_input, cpk_error **error);

#endif

/* A caller's cpk_input, checked. */
#ifndef API_INPUT_H
#define API_INPUT_H

#include <contextpack/error.h>
#include <contextpack/input.h>

cpk_status input_read(cpk_input *ours, const cpk_input *given, cpk_error **error);

#endif

/* What came of a build. */
#ifndef BUILD_RESULT_H
#define BUILD_RESULT_H

#include "build/documents.h"

struct built_input {
    char *path;
    int32_t outcome; /* CPK_INPUT_* */
    char *source_id; /* NULL: none was added */
    cpk_status error_code;
    char *error_message; /* or NULL */
    char *loss_summary;  /* or NULL */
    int32_t is_partial;
};

struct cpk_build_result {
    char *pack_id; /* or NULL */
    char *pack_name;
    char *output;
    int32_t good_count;
    int32_t failed_count;
    int32_t skipped_count;
    int32_t partial_count;
    int64_t analyzed_chunks;
    struct built_input *inputs;
    size_t input_count;
    size_t input_capacity;
    struct document documents[3];
    size_t document_count;
};

cpk_status result_create(const char *pack_name, const char *output, cpk_build_result **result, cpk_error **error);

/* source and problem may be NULL. */
cpk_status result_add_input(cpk_build_result *result, const char *path, int32_t outcome, const cpk_source *source,
                            const cpk_error *problem, cpk_error **error);

/* The pack that the inputs went to. */
cpk_status result_set_pack(cpk_build_result *result, const cpk_pack *pack, cpk_error **error);

#endif

/* An export in, a context pack out: cc build_pack.c $(pkg-config --cflags --libs contextpack) */
#include <contextpack/contextpack.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "conversations.json"; /* or the ZIP, or a folder */
    cpk_build_options options = CPK_BUILD_OPTIONS_INIT;
    cpk_build_result *result = NULL;
    cpk_error *error = NULL;
    int32_t status;

    options.output = "out";
    if (cpk_build(NULL, &path, 1, &options, &result, &error) == CPK_OK) {
        printf("%s\n", cpk_build_result_document_markdown_path(result, 0)); /* give it to any assistant */
    } else {
        fprintf(stderr, "%s\n", cpk_error_message(error));
    }
    status = cpk_error_code(error);
    cpk_build_result_free(result);
    cpk_error_free(error);
    return status;
}

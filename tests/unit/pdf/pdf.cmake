cpk_unit_tests(pdf "base;model;pdf" frames helper)
# The helper program with documents that make it misbehave, and without PDFium.
file(GLOB program_sources ${PROJECT_SOURCE_DIR}/src/pdf/program/*.c)
list(FILTER program_sources EXCLUDE REGEX "/(document|words|pdfium|repair)\\.c$")
add_executable(pdf_hooks_program ${program_sources} ${CMAKE_CURRENT_LIST_DIR}/hooks.c)
contextpack_pdf_flags(pdf_hooks_program)
add_dependencies(pdf_helper_test pdf_hooks_program)
target_compile_definitions(pdf_helper_test PRIVATE PDF_HOOKS_PROGRAM="$<TARGET_FILE:pdf_hooks_program>")

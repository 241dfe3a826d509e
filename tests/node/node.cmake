# The Node package on this build's library. Sanitized, the tests of the package's own memory and threads run, with the
# sanitizer's runtime loaded before Node.
add_test(NAME node_includes_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/includes_test.py
    ${PROJECT_SOURCE_DIR}/bindings/node/src)
find_program(NODE node)
if(NODE)
    execute_process(COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/bindings/node/build.mjs --headers
        OUTPUT_VARIABLE node_headers OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT node_headers)
        # Node that came without its headers: npm has those of Node-API alone.
        set(node_modules ${CMAKE_CURRENT_BINARY_DIR}/node_headers)
        execute_process(COMMAND npm install --silent --no-audit --no-fund --prefix ${node_modules} node-api-headers@1
            OUTPUT_QUIET ERROR_QUIET)
        if(EXISTS ${node_modules}/node_modules/node-api-headers/include/node_api.h)
            set(node_headers ${node_modules}/node_modules/node-api-headers/include)
        endif()
    endif()
endif()
if(NOT NODE OR NOT node_headers OR CONTEXTPACK_SANITIZE MATCHES thread)
    message(STATUS "The Node package is not built: it needs node and node_api.h (npm: node-api-headers)")
    return()
endif()

set(node_source ${PROJECT_SOURCE_DIR}/bindings/node)
set(node_package ${CMAKE_CURRENT_BINARY_DIR}/node/node_modules/contextpack)
file(GLOB node_c CONFIGURE_DEPENDS ${node_source}/src/*.c)
file(GLOB node_js CONFIGURE_DEPENDS ${node_source}/*.cjs ${node_source}/*.mjs ${node_source}/*.d.* ${node_source}/lib/*.js
    ${node_source}/types/*.ts ${node_source}/package.json ${node_source}/README.md)
add_library(contextpack_node MODULE ${node_c})
set_target_properties(contextpack_node PROPERTIES PREFIX "" SUFFIX .node OUTPUT_NAME contextpack)
target_include_directories(contextpack_node SYSTEM PRIVATE ${node_headers})
target_link_libraries(contextpack_node PRIVATE contextpack_flags Threads::Threads ${CMAKE_DL_LIBS} m)
add_custom_command(OUTPUT ${node_package}/package.json
    COMMAND ${NODE} ${node_source}/pack.mjs --addon $<TARGET_FILE:contextpack_node> --library $<TARGET_FILE:contextpack>
        --stage ${node_package}
    DEPENDS contextpack_node contextpack contextpack_pdf ${node_js} VERBATIM)
add_custom_target(contextpack_node_package ALL DEPENDS ${node_package}/package.json)
add_dependencies(contextpack_node_package make_export) # node_load_test imports what it makes

add_test(NAME node_generated_test COMMAND ${NODE} ${node_source}/generate.mjs --check)

set(node_environment "CONTEXTPACK_PACKAGE=${node_package}" "NODE_API_HEADERS=${node_headers}"
    "CONTEXTPACK_PYTHON=${PYTHON3}" "CONTEXTPACK_MAKE_EXPORT=$<TARGET_FILE:make_export>"
    "CONTEXTPACK_BINARIES=$<TARGET_FILE:contextpack_node>:$<TARGET_FILE:contextpack>")
set(node_tests nouns accounts boundary errors drivers database streams lifetime links models)
if(CONTEXTPACK_SANITIZE)
    # What Node itself keeps until it ends is left out of the leak check.
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libasan.so OUTPUT_VARIABLE asan OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND node_environment "LD_PRELOAD=${asan}" "ASAN_OPTIONS=detect_leaks=1"
        "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_LIST_DIR}/leaks.supp:print_suppressions=0")
    if(NOT CMAKE_C_COMPILER_ID STREQUAL GNU OR NOT asan MATCHES "^/")
        set(node_tests)
    endif()
else()
    list(APPEND node_tests load openssl coverage docs package payments)
endif()
foreach(noun IN LISTS node_tests)
    if(NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/${noun}_test.mjs)
        continue()
    endif()
    add_test(NAME node_${noun}_test COMMAND ${NODE} --expose-gc ${CMAKE_CURRENT_LIST_DIR}/${noun}_test.mjs)
    set_tests_properties(node_${noun}_test PROPERTIES ENVIRONMENT "${node_environment}" TIMEOUT 600)
endforeach()

if(NOT CONTEXTPACK_SANITIZE)
    set_tests_properties(node_load_test PROPERTIES RUN_SERIAL ON)
    # These need npm with a registry the first time.
    add_test(NAME node_types_test COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/types_test.mjs
        ${CMAKE_CURRENT_BINARY_DIR}/node_types)
    add_test(NAME node_mcp_test COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/mcp_test.mjs
        ${CMAKE_CURRENT_BINARY_DIR}/node_mcp)
    set_tests_properties(node_mcp_test PROPERTIES ENVIRONMENT "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>"
        TIMEOUT 900 LABELS network)
    add_test(NAME node_calls_bench COMMAND ${NODE} --expose-gc ${PROJECT_SOURCE_DIR}/tests/bench/bindings/calls.mjs
        ${CMAKE_CURRENT_BINARY_DIR}/node_bench)
    add_test(NAME node_sqlite_test COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/sqlite_test.mjs
        ${CMAKE_CURRENT_BINARY_DIR}/node_bench)
    set_tests_properties(node_sqlite_test node_calls_bench PROPERTIES RESOURCE_LOCK node_bench)
    set_tests_properties(node_types_test node_sqlite_test node_calls_bench PROPERTIES ENVIRONMENT "${node_environment}" TIMEOUT 900
        LABELS network)
    set_tests_properties(node_calls_bench PROPERTIES RUN_SERIAL ON)

    add_test(NAME guide_js_test COMMAND ${PYTHON3} -B ${PROJECT_SOURCE_DIR}/tests/guide/guide_test.py js)
    set_tests_properties(guide_js_test PROPERTIES ENVIRONMENT "${node_environment};NODE=${NODE}" TIMEOUT 600)
    add_test(NAME first_sample_js_test COMMAND ${PYTHON3} -B ${PROJECT_SOURCE_DIR}/tests/guide/first_sample_test.py js)
    set_tests_properties(first_sample_js_test PROPERTIES ENVIRONMENT "${node_environment};NODE=${NODE}" TIMEOUT 300)
endif()

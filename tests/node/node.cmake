# The Node package, built from source against the library just built.
find_program(NODE node)
if(NODE AND NOT CONTEXTPACK_SANITIZE)
    add_test(NAME node_basic_test COMMAND ${CMAKE_CURRENT_LIST_DIR}/node_test.sh ${PROJECT_SOURCE_DIR}
        ${PROJECT_BINARY_DIR}/node $<TARGET_FILE:contextpack> ${CMAKE_CURRENT_LIST_DIR}/basic_test.mjs)
    add_test(NAME node_generated_test COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/bindings/node/generate.mjs --check)
endif()

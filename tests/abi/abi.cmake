# Everything that is made from the headers is current: api.json, the version script, the table of symbols, the raw layers.
add_test(NAME abi_generated_test COMMAND ${PROJECT_SOURCE_DIR}/scripts/generate --check)
# Sanitizers add symbols and types of their own.
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME abi_baseline_test
        COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/baseline_test.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:contextpack>)
endif()

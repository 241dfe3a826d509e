# Sanitizers add symbols and types of their own, and change nothing about files that are generated.
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME abi_generated_test COMMAND ${PROJECT_SOURCE_DIR}/scripts/generate --check)
    add_test(NAME abi_symbols_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/symbols_test.py ${PROJECT_SOURCE_DIR})
    add_test(NAME abi_reference_test
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/build-reference ${CMAKE_CURRENT_BINARY_DIR}/reference)
    add_test(NAME abi_pages_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/pages_test.py ${PROJECT_SOURCE_DIR})
    # A build without -g (Release) has nothing to compare: the test is skipped and says so. With -g it fails instead.
    string(TOUPPER "${CMAKE_BUILD_TYPE}" abi_build_type)
    set(abi_skip)
    if(NOT "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${abi_build_type}}" MATCHES "(^| )-g")
        set(abi_skip --skip-without-types)
    endif()
    add_test(NAME abi_baseline_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/baseline_test.py ${PROJECT_SOURCE_DIR}
        $<TARGET_FILE:contextpack> ${abi_skip})
    set_tests_properties(abi_baseline_test PROPERTIES SKIP_RETURN_CODE 77)
    add_test(NAME abi_version_test
        COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/version_test.py ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
    add_test(NAME abi_layout_test
        COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/layout_test.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:contextpack>)
endif()

set(abi_structs ${CMAKE_CURRENT_BINARY_DIR}/abi_structs.inc)
add_custom_command(OUTPUT ${abi_structs}
    COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/structs.py ${PROJECT_SOURCE_DIR} ${abi_structs}
    DEPENDS ${CMAKE_CURRENT_LIST_DIR}/structs.py ${PROJECT_SOURCE_DIR}/bindings/api.json VERBATIM)
cpk_api_test(abi_structs_test ${CMAKE_CURRENT_LIST_DIR}/structs_test.c)
target_sources(abi_structs_test PRIVATE ${abi_structs})
target_include_directories(abi_structs_test PRIVATE ${CMAKE_CURRENT_BINARY_DIR})

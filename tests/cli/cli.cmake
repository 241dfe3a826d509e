# Tests of the program as a person or a script uses it; Python's standard library drives them.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND AND TARGET contextpack_cli)
    foreach(name help usage extract chats folder samples build pdf links share_pages mcp config endless nouns accounts credits payments private readonly signals terminal token inspect storage)
        add_test(NAME cli_${name}_test COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py
            $<TARGET_FILE:contextpack_cli>)
        set_tests_properties(cli_${name}_test PROPERTIES TIMEOUT 300)
    endforeach()
    add_test(NAME cli_bombs_test COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/bombs_test.py
        $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(cli_bombs_test PROPERTIES TIMEOUT 600
        ENVIRONMENT "CONTEXTPACK_PDF_HOOKS=$<TARGET_FILE:pdf_hooks_program>;CONTEXTPACK_SANITIZED=${CONTEXTPACK_SANITIZE}")
    cpk_postgres_test(cli_pdf_test_postgres ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/pdf_test.py
        $<TARGET_FILE:contextpack_cli> SourceTest)
    if(TEST cli_pdf_test_postgres)
        set_tests_properties(cli_pdf_test_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
    endif()
    # Commands that read and change rows of every table, once more on PostgreSQL.
    set(cli_on_postgres nouns accounts credits)
    if(CONTEXTPACK_SANITIZE)
        set(cli_on_postgres nouns)
    endif()
    foreach(name IN LISTS cli_on_postgres)
        cpk_postgres_test(cli_${name}_test_postgres ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py
            $<TARGET_FILE:contextpack_cli>)
        if(TEST cli_${name}_test_postgres)
            set_tests_properties(cli_${name}_test_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
        endif()
    endforeach()
endif()

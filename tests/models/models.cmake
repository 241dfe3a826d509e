# Language models as analyzers: what the program sends and when, and a real server with a small model.
add_test(NAME models_cli_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/cli_test.py $<TARGET_FILE:contextpack_cli>)
if(NOT CONTEXTPACK_SANITIZE)
    add_executable(no_network ${CMAKE_CURRENT_LIST_DIR}/no_network.c)
    target_link_libraries(no_network PRIVATE contextpack_flags)
    add_test(NAME models_silence_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/silence_test.py
        $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(models_silence_test PROPERTIES ENVIRONMENT "CONTEXTPACK_NO_NETWORK=$<TARGET_FILE:no_network>")
    # Runs where a server with a model is installed (real_server.py install) or one is named.
    add_test(NAME models_real_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/real_test.py
        $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(models_real_test PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1200 LABELS "network;slow")
endif()

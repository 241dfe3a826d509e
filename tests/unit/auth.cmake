foreach(noun jwt claims jwks)
    cpk_unit_test(auth_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/auth_${noun}_test.c base net auth)
endforeach()
set_tests_properties(auth_jwks_test PROPERTIES LABELS threads)

foreach(noun jwt claims jwks)
    cpk_unit_test(auth_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/auth_${noun}_test.c base net auth)
endforeach()

cpk_unit_test(auth_jwt_test ${CMAKE_CURRENT_LIST_DIR}/auth_jwt_test.c base net auth)

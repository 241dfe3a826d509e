foreach(noun catalogue database locks migrate schema sqlite turn uri)
    cpk_unit_test(database_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/database_${noun}_test.c base database)
endforeach()

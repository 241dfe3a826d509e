foreach(noun user admin transaction pack source chunk conversation lease hold export memory)
    cpk_unit_test(store_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/store_${noun}_test.c base database store)
endforeach()

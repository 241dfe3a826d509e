foreach(noun address guard retry http)
    cpk_unit_test(net_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/net_${noun}_test.c base net)
endforeach()

foreach(noun normal tree scan chatgpt document import memory)
    cpk_unit_test(extract_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/extract_${noun}_test.c base model extract)
endforeach()

cpk_unit_test(chunk_chunk_test ${CMAKE_CURRENT_LIST_DIR}/chunk_chunk_test.c base text chunk)
cpk_unit_test(chunk_boundary_test ${CMAKE_CURRENT_LIST_DIR}/chunk_boundary_test.c base text chunk)

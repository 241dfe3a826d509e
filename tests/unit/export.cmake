cpk_unit_test(export_markdown_test ${CMAKE_CURRENT_LIST_DIR}/export_markdown_test.c base export model text)
cpk_unit_test(export_document_test ${CMAKE_CURRENT_LIST_DIR}/export_document_test.c base export model text)
cpk_unit_test(export_budget_test ${CMAKE_CURRENT_LIST_DIR}/export_budget_test.c base export model text)
cpk_unit_test(export_memory_test ${CMAKE_CURRENT_LIST_DIR}/export_memory_test.c base analyze export model text)
target_sources(export_document_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/export_sample.c)
target_sources(export_budget_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/export_sample.c)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
    add_test(NAME export_schema_test
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/export_schema_test.py ${PROJECT_SOURCE_DIR})
    set_tests_properties(export_schema_test PROPERTIES SKIP_RETURN_CODE 77)
endif()

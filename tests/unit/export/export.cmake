cpk_unit_tests(export "base;model;text;export" markdown document budget)
cpk_unit_tests(export "base;model;text;analyze/language;analyze/rules;analyze/profile;analyze;export" memory)
target_sources(export_document_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/sample.c)
target_sources(export_budget_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/sample.c)

add_test(NAME export_schema_test
    COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/schema_test.py ${PROJECT_SOURCE_DIR})
set_tests_properties(export_schema_test PROPERTIES SKIP_RETURN_CODE 77)

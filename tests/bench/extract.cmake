# Measurements, not tests: make_export 200M > export.json, then extract_bench export.json.
add_executable(make_export EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/make_export.c)
target_link_libraries(make_export PRIVATE contextpack_flags m)
foreach(program extract_bench document_bench)
    add_executable(${program} EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/${program}.c)
    cpk_link_modules(${program} extract)
endforeach()
# make_export 320M 1 > first.json; make_export 320M 1 100 > second.json; import_again_bench first.json second.json FOLDER
add_executable(import_again_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/import_again_bench.c)
cpk_link_modules(import_again_bench api)

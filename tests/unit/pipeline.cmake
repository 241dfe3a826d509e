cpk_unit_test(model_record_test ${CMAKE_CURRENT_LIST_DIR}/model_record_test.c base model)
foreach(noun blob conversations gzip input lease messages owner records)
    cpk_unit_test(pipeline_${noun}_test ${CMAKE_CURRENT_LIST_DIR}/pipeline_${noun}_test.c
        base model text net auth billing extract chunk analyze export database storage store pipeline)
endforeach()
cpk_unit_test(pipeline_repair_test ${CMAKE_CURRENT_LIST_DIR}/pipeline_repair_test.c
    base model text net auth billing extract chunk analyze export database storage store pipeline api)
cpk_on_postgres(pipeline_repair_test)

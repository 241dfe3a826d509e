cpk_unit_tests(processing all chunk_messages)
cpk_unit_tests(processing "all;api" repair)
cpk_on_postgres(processing_repair_test)

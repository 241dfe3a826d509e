set(resources user admin job transaction pack source chunk conversation lease hold export webhook_log)
cpk_unit_tests(store "base;model;sqlite;database;store" ${resources} memory)
list(TRANSFORM resources REPLACE "(.+)" "store_\\1_test")
cpk_on_postgres(${resources})

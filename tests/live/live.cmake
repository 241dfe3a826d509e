# A database as years of the service leave it: taken over while it is in use.
if(TARGET contextpack_cli AND NOT CONTEXTPACK_SANITIZE)
    cpk_postgres_test(live_migrate_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/live_test.py
        $<TARGET_FILE:contextpack_cli> LiveTest)
    cpk_postgres_test(live_waits_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/live_test.py
        $<TARGET_FILE:contextpack_cli> WaitTest)
    if(TEST live_waits_test)
        set_tests_properties(live_waits_test PROPERTIES RUN_SERIAL TRUE)
    endif()

    # The library as versions to come would have it: with one more migration, which this one's library can do without, and
    # with two, the second of which it can't.
    set(schema_dir ${PROJECT_SOURCE_DIR}/src/database/schema)
    file(GLOB own_migrations CONFIGURE_DEPENDS ${schema_dir}/sqlite/0*.sql)
    list(LENGTH own_migrations BEFORE)
    foreach(engine postgres sqlite)
        file(GLOB of_engine CONFIGURE_DEPENDS ${schema_dir}/${engine}/*.sql)
        set(number ${BEFORE})
        foreach(name later apart)
            math(EXPR number "${number} + 1")
            string(LENGTH 000${number} digits)
            math(EXPR digits "${digits} - 4")
            string(SUBSTRING 000${number} ${digits} 4 padded)
            set(${name}_${engine} ${PROJECT_BINARY_DIR}/next/${engine}/${padded}_${name}.sql)
            configure_file(${CMAKE_CURRENT_LIST_DIR}/next/${name}.${engine}.sql ${${name}_${engine}} @ONLY)
        endforeach()
        set(numbered ${of_engine})
        list(FILTER numbered INCLUDE REGEX "/0[0-9]*_")
        list(SORT numbered)
        set(others ${of_engine})
        list(FILTER others EXCLUDE REGEX "/0[0-9]*_")
        set(${engine}_files ${numbered})
        set(${engine}_others ${others})
    endforeach()
    foreach(version later apart)
        set(dir ${PROJECT_BINARY_DIR}/next/${version})
        file(MAKE_DIRECTORY ${dir})
        set(files ${postgres_files} ${later_postgres})
        if(version STREQUAL apart)
            list(APPEND files ${apart_postgres})
        endif()
        list(APPEND files ${postgres_others} ${sqlite_files} ${later_sqlite})
        if(version STREQUAL apart)
            list(APPEND files ${apart_sqlite})
        endif()
        list(APPEND files ${sqlite_others})
        add_custom_command(OUTPUT ${dir}/catalogue_data.c
            COMMAND contextpack_catalogue ${dir} ${PROJECT_SOURCE_DIR}/src/database/queries.sql ${PROJECT_SOURCE_DIR}/src/database/queries.postgresql.sql ${files}
            DEPENDS contextpack_catalogue ${PROJECT_SOURCE_DIR}/src/database/queries.sql ${PROJECT_SOURCE_DIR}/src/database/queries.postgresql.sql ${files} VERBATIM)
        add_library(contextpack_${version} SHARED ${dir}/catalogue_data.c)
        foreach(module IN LISTS CONTEXTPACK_MODULES)
            target_sources(contextpack_${version} PRIVATE
                "$<FILTER:$<TARGET_OBJECTS:${module}>,EXCLUDE,/catalogue_data[.]c[.]o$>")
        endforeach()
        set_target_properties(contextpack_${version} PROPERTIES OUTPUT_NAME contextpack SOVERSION 0
            LIBRARY_OUTPUT_DIRECTORY ${dir})
        target_link_libraries(contextpack_${version} PRIVATE contextpack_flags PkgConfig::JSONC PkgConfig::LIBZIP PkgConfig::GUMBO PkgConfig::UCHARDET
            OpenSSL::Crypto ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS} m)
        target_link_options(contextpack_${version} PRIVATE
            -Wl,--version-script=${PROJECT_SOURCE_DIR}/src/contextpack.map -Wl,-z,nodelete)
    endforeach()
    cpk_postgres_test(live_versions_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/versions_test.py
        $<TARGET_FILE:contextpack_cli> $<TARGET_FILE_DIR:contextpack_later> $<TARGET_FILE_DIR:contextpack_apart>)
endif()

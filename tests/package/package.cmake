if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME build_test COMMAND ${CMAKE_CURRENT_LIST_DIR}/build_test.sh ${PROJECT_SOURCE_DIR}
        ${PROJECT_BINARY_DIR}/build-test)
    set_tests_properties(build_test PROPERTIES TIMEOUT 600)
    add_test(NAME package_test
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/package_test.sh ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER})
    find_program(LINTIAN lintian)
    find_program(DPKG_BUILDFLAGS dpkg-buildflags)
    if(LINTIAN AND DPKG_BUILDFLAGS)
        # All packages, built once for the tests below; with Make and gcc, which the other tests do not use.
        set(package_kinds deb)
        if(TARGET contextpack_node)
            set(package_kinds deb wheel npm)
        endif()
        set(package_dist ${PROJECT_BINARY_DIR}/packages/dist)
        add_test(NAME package_build COMMAND ${PROJECT_SOURCE_DIR}/scripts/package --output ${package_dist}
            --build ${PROJECT_BINARY_DIR}/packages ${package_kinds})
        set_tests_properties(package_build PROPERTIES FIXTURES_SETUP packages TIMEOUT 1500 RESOURCE_LOCK package_build
            PROCESSORS 2)
        add_test(NAME debian_test COMMAND ${CMAKE_CURRENT_LIST_DIR}/debian_test.sh ${PROJECT_SOURCE_DIR}
            ${PROJECT_BINARY_DIR}/packages ${package_dist} ${CMAKE_C_COMPILER})
        set_tests_properties(debian_test PROPERTIES FIXTURES_REQUIRED packages TIMEOUT 1500 RESOURCE_LOCK package_build)
        set(packaging_tests package_build debian_test)
        if(TARGET contextpack_node)
            add_test(NAME package_all_test COMMAND ${CMAKE_CURRENT_LIST_DIR}/all_test.sh ${PROJECT_SOURCE_DIR}
                ${package_dist})
            set_tests_properties(package_all_test PROPERTIES FIXTURES_REQUIRED packages TIMEOUT 1500)
            set_tests_properties(package_build package_all_test PROPERTIES LABELS network)
            list(APPEND packaging_tests package_all_test)
        endif()
        # Compiled faster with -O0 and packed in a tenth with gzip; -DCONTEXTPACK_TEST_PACKAGE_CFLAGS= and
        # -DCONTEXTPACK_TEST_DEB_COMPRESSION=xz test the packages as they are released.
        set(CONTEXTPACK_TEST_PACKAGE_CFLAGS "-O0" CACHE STRING "Flags of the packages that the tests build")
        set(CONTEXTPACK_TEST_DEB_COMPRESSION "gzip" CACHE STRING "Compression of the Debian packages that the tests build")
        set_property(TEST ${packaging_tests} PROPERTY ENVIRONMENT SOURCE_DATE_EPOCH=1700000000
            "CMAKE_GENERATOR=Unix Makefiles" CC=gcc "DEB_CFLAGS_APPEND=${CONTEXTPACK_TEST_PACKAGE_CFLAGS}"
            "CONTEXTPACK_DEB_COMPRESSION=${CONTEXTPACK_TEST_DEB_COMPRESSION}")
    endif()
    add_executable(startup ${CMAKE_CURRENT_LIST_DIR}/startup.c)
    target_link_libraries(startup PRIVATE contextpack_flags ${CMAKE_DL_LIBS})
    add_test(NAME library_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/library_test.py $<TARGET_FILE:contextpack>
        $<TARGET_FILE:startup> ${CMAKE_STRIP})
endif()

# The README's program, as it stands there.
add_executable(example_build_pack ${PROJECT_SOURCE_DIR}/docs/examples/build_pack.c)
target_link_libraries(example_build_pack PRIVATE contextpack)
add_test(NAME example_build_pack_test
    COMMAND example_build_pack ${PROJECT_SOURCE_DIR}/tests/data/sample/conversations.json)
set_tests_properties(example_build_pack_test PROPERTIES PASS_REGULAR_EXPRESSION "^out/standard.md"
    WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} ENVIRONMENT "XDG_DATA_HOME=${CMAKE_CURRENT_BINARY_DIR}/build_pack_data")
if(CONTEXTPACK_SANITIZE)
    target_link_options(example_build_pack PRIVATE -fsanitize=${CONTEXTPACK_SANITIZE})
endif()
add_test(NAME readme_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/readme_test.py ${PROJECT_SOURCE_DIR})

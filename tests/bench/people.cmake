# What the analyzer finds of made people (tests/bench/people/run), and what it counts in excerpts (tests/bench/people/train).
foreach(program IN ITEMS dump features)
    add_executable(people_${program} ${CMAKE_CURRENT_LIST_DIR}/people/${program}.c)
    cpk_link_modules(people_${program} analyze)
endforeach()
target_sources(people_dump PRIVATE ${CMAKE_CURRENT_LIST_DIR}/chats.c)
target_include_directories(people_dump PRIVATE ${PROJECT_SOURCE_DIR}/tests)
add_test(NAME people_dump_claude_test COMMAND people_dump ${PROJECT_SOURCE_DIR}/tests/data/claude/conversations.json 2000)
set_tests_properties(people_dump_claude_test PROPERTIES PASS_REGULAR_EXPRESSION "Writes in")

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
    add_test(NAME people_test COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/people/run
        --dump $<TARGET_FILE:people_dump> --seeds 4)
endif()
if(Python3_FOUND AND TARGET contextpack_cli)
    add_test(NAME people_ledger_test COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/people/people_ledger_test.py
        $<TARGET_FILE:contextpack_cli>)
endif()

# A measurement, not a test: tests/bench/ledger/run builds the target and runs it beside pgbench.
add_executable(ledger_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/ledger/ledger_bench.c)
target_link_libraries(ledger_bench PRIVATE contextpack_flags contextpack Threads::Threads)

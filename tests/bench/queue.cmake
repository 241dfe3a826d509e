# A measurement, not a test: tests/bench/queue/run builds the target and runs it beside pgbench and graphile-worker.
add_executable(queue_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/queue/queue_bench.c)
cpk_link_modules(queue_bench store)

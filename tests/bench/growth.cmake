# Calls on a database of the service's upper growth: tests/bench/growth/run
add_executable(growth_measure ${CMAKE_CURRENT_LIST_DIR}/growth/measure.c)
cpk_link_modules(growth_measure store)
# Only that it runs: times of so few rows on a machine that does other things say nothing.
cpk_postgres_test(growth_smoke_test ${CMAKE_CURRENT_LIST_DIR}/growth/run --build ${PROJECT_BINARY_DIR} --users 200
    --samples 20 --goal 1000)

# Calls of the system are wrapped, so that each one can fail, or the process die in it.
cpk_unit_test(storage_faults_test ${CMAKE_CURRENT_LIST_DIR}/storage_faults_test.c base storage)
target_link_options(storage_faults_test PRIVATE -Wl,--wrap=write -Wl,--wrap=fsync -Wl,--wrap=renameat -Wl,--wrap=openat
    -Wl,--wrap=mkdirat)

/* Refuses memory to everything in the process, libraries included: fault_memory.c defines malloc() and its kin for the
 * program that links it. Only the thread that arms it is refused anything. */
#ifndef TESTS_FAULTS_FAULT_MEMORY_H
#define TESTS_FAULTS_FAULT_MEMORY_H

#include <stdint.h>

/* From here on allocation number `refused` (from 0) gets nothing, with `from_there_on` every later one, too.
 * -1: all get what they ask for and are counted. */
void fault_memory_arm(int64_t refused, int32_t from_there_on);

/* Ends it. Returns how many allocations were asked for; *refusals (may be NULL): how many got nothing. */
int64_t fault_memory_disarm(int64_t *refusals);

#endif

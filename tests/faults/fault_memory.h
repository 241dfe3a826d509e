/* Refuses memory to everything in the process, libraries included: fault_memory.c defines malloc() and its kin for the
 * program that links it. Only the thread that arms it is refused anything. */
#ifndef TESTS_FAULTS_FAULT_MEMORY_H
#define TESTS_FAULTS_FAULT_MEMORY_H

#include <stdint.h>

/* Fails allocation number `refused` (from 0), with `from_there_on` also every later one. -1: fails none, only counts.
 */
void fault_memory_arm(int64_t refused, int32_t from_there_on);

/* Ends it. Returns the number of allocations; *refusals (may be NULL): how many failed. */
int64_t fault_memory_disarm(int64_t *refusals);

#endif

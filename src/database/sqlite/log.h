/* Detects damage in the write-ahead log (PATH-wal). SQLite's recovery does not report it: it treats the first frame
 * with a wrong checksum as the end and silently drops all transactions after it. */
#ifndef DATABASE_SQLITE_LOG_H
#define DATABASE_SQLITE_LOG_H

#include <stdint.h>

struct log_damage {
    int64_t offset;       /* byte offset of the first invalid frame */
    int64_t lost_commits; /* committed transactions that recovery would drop; 0: no damage */
    int64_t torn_commits; /* 1: the last transaction is incomplete, as after a crash while it was written */
};

/* Reads the log of a database that is not open anywhere. Returns 1 if committed transactions can't be read. */
int log_find_damage(const char *database, struct log_damage *damage);

#endif

/* Damage in the write-ahead log (PATH-wal) that SQLite's recovery would not tell: it takes the first frame whose
 * checksum is wrong for the end, and so drops every transaction that was committed after it. */
#ifndef DATABASE_SQLITE_LOG_H
#define DATABASE_SQLITE_LOG_H

#include <stdint.h>

struct log_damage {
    int64_t offset;       /* bytes, of the first frame that can't be read */
    int64_t lost_commits; /* transactions that recovery would drop; 0: no damage */
    int64_t torn_commits; /* 1: the last transaction is not whole, as after a crash while it was written */
};

/* Reads the log of a database that no one has open. 1 when committed transactions can't be read. */
int log_find_damage(const char *database, struct log_damage *damage);

#endif

#pragma once
#include <sqlite3.h>

// sqlite3_config takes varargs, which Swift cannot call.
static inline int attain_sqlite_without_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

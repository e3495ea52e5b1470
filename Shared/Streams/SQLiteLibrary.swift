import CSQLite

/// What all databases of the process share; to be settled before the first is opened.
enum SQLiteLibrary {
    /// SQLite counts the memory it has: each allocation of each connection takes one lock for that, which threads with a
    /// database each wait for. A process that opened a database otherwise before keeps counting, which does no harm.
    static let isSettled = attain_sqlite_without_statistics() == SQLITE_OK
}

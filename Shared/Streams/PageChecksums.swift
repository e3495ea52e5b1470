import GRDBSQLite
import Glibc
import Synchronization

/// SQLite's files, each page with its checksum in its last eight bytes: SQLite itself would read a flipped bit as a figure.
///
/// A VFS of that name does all that the default one does. Of the main database file it also checks each page it reads, which
/// fails with `SQLITE_IOERR_DATA`, and seals each page it writes. The write-ahead log has checksums of SQLite's own, at which it
/// looks whenever the log is opened for the first time.
enum PageChecksums {
    static let vfs = "attain-checked"
    /// What SQLite takes where nobody says otherwise; said when a store is made.
    static let pageSize: Int32 = 4096
    /// Bytes at the end of each page that SQLite leaves to us.
    private static let size = 8
    /// `SQLITE_IOERR_DATA`
    static let failure: Int32 = SQLITE_IOERR | 32 << 8
    /// `SQLITE_IOERR_SHORT_READ`: what lies behind the end is zero.
    private static let shortRead: Int32 = SQLITE_IOERR | 2 << 8

    /// Once a process, before the first file is opened.
    static let install: Void = {
        // The first look for a VFS starts SQLite, and nothing can be settled after that.
        _ = SQLiteLibrary.isSettled
        guard let known = sqlite3_vfs_find(nil) else { preconditionFailure("SQLite has no VFS") }
        let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        ours.initialize(to: known.pointee)
        ours.pointee.zName = UnsafePointer(strdup(vfs))
        ours.pointee.pNext = nil
        ours.pointee.xOpen = { vfs, name, file, flags, outFlags in
            // What there was takes our place as its own: it looks only at what was copied from it.
            let code = sqlite3_vfs_find(nil)?.pointee.xOpen(vfs, name, file, flags, outFlags) ?? SQLITE_CANTOPEN
            guard code == SQLITE_OK, flags & SQLITE_OPEN_MAIN_DB != 0, let file, let methods = file.pointee.pMethods
            else { return code }
            file.pointee.pMethods = PageChecksums.checking(methods)
            return code
        }
        guard sqlite3_vfs_register(ours, 0) == SQLITE_OK else { preconditionFailure("SQLite takes no VFS") }
    }()

    /// Leaves room for checksums in a database that has no page yet, and the write-ahead log when the file is closed.
    static func prepare(_ connection: OpaquePointer?) {
        var size = Int32(size)
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &size)
        var isKept: Int32 = 1
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
    }

    // MARK: Reading and writing

    /// A file's methods with ours in front of those they are made of.
    private struct Methods {
        var methods: sqlite3_io_methods
        let original: UnsafePointer<sqlite3_io_methods>
    }

    /// Ours by the address of those they are made of.
    private static let known = Mutex<[UInt: UInt]>([:])

    private static func checking(_ original: UnsafePointer<sqlite3_io_methods>) -> UnsafePointer<sqlite3_io_methods>? {
        let address = UInt(bitPattern: original)
        return UnsafePointer(
            bitPattern: known.withLock { known in
                if let ours = known[address] { return ours }
                let ours = makeChecking(address)
                known[address] = ours
                return ours
            })
    }

    private static func makeChecking(_ address: UInt) -> UInt {
        guard let original = UnsafePointer<sqlite3_io_methods>(bitPattern: address) else { return address }
        let ours = UnsafeMutablePointer<Methods>.allocate(capacity: 1)
        ours.initialize(to: Methods(methods: original.pointee, original: original))
        // Without memory mapping, by which pages would come past us.
        ours.pointee.methods.iVersion = min(original.pointee.iVersion, 2)
        ours.pointee.methods.xRead = { PageChecksums.read($0, $1, $2, $3) }
        ours.pointee.methods.xWrite = { PageChecksums.write($0, $1, $2, $3) }
        return UInt(bitPattern: ours)
    }

    private static func original(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafePointer<sqlite3_io_methods>? {
        guard let methods = file?.pointee.pMethods else { return nil }
        return UnsafeRawPointer(methods).assumingMemoryBound(to: Methods.self).pointee.original
    }

    /// SQLite reads whole pages, the header of the first one when it opens the file, and since 3.45 of a long value what it needs
    /// of a page.
    private static func read(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeMutableRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let original = original(file), let bytes else { return SQLITE_IOERR }
        let header: Int64 = 100
        if offset + Int64(count) <= header { return original.pointee.xRead(file, bytes, count, offset) }
        let start = Int(offset % Int64(pageSize))
        if start == 0, count == pageSize { return readPage(original, file, bytes, offset) }
        guard start + Int(count) <= Int(pageSize) else { return failure }
        return withUnsafeTemporaryAllocation(byteCount: Int(pageSize), alignment: 16) { page in
            guard let base = page.baseAddress else { return SQLITE_IOERR }
            let code = readPage(original, file, base, offset - Int64(start))
            bytes.copyMemory(from: base + start, byteCount: Int(count))
            return code
        }
    }

    private static func readPage(
        _ original: UnsafePointer<sqlite3_io_methods>, _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ bytes: UnsafeMutableRawPointer, _ offset: Int64
    ) -> Int32 {
        let code = original.pointee.xRead(file, bytes, pageSize, offset)
        guard code == SQLITE_OK || code == shortRead else { return code }
        let page = UnsafeRawBufferPointer(start: bytes, count: Int(pageSize))
        let kept = page.loadUnaligned(fromByteOffset: page.count - size, as: UInt64.self)
        // Of a new file not even the first page is there. No other is read before it was written, there or to the log: what lies
        // behind the end was cut off, and a hole is what is left of that once more was written.
        let isNew = code == shortRead && offset == 0 && page.allSatisfy { $0 == 0 }
        return isNew || kept == checksum(page, offset) ? code : failure
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let original = original(file), let bytes else { return SQLITE_IOERR }
        guard count == pageSize else { return SQLITE_IOERR }
        return withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 16) { page in
            page.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            page.storeBytes(
                of: checksum(UnsafeRawBufferPointer(page), offset), toByteOffset: page.count - size, as: UInt64.self)
            return original.pointee.xWrite(file, page.baseAddress, count, offset)
        }
    }

    /// Of all but its own place; a page that lies where another belongs is damage too.
    private static func checksum(_ page: UnsafeRawBufferPointer, _ offset: Int64) -> UInt64 {
        Checksum.xxh64(UnsafeRawBufferPointer(rebasing: page.dropLast(size)), seed: UInt64(bitPattern: offset))
            .littleEndian
    }
}

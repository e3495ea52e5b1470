import GRDB
import Glibc

/// Why a task cannot go on from the state it has.
package enum StateError: Error, Hashable, CustomStringConvertible {
    case newer(path: String)
    case otherLog(path: String, has: String, wanted: String)
    case fenced(path: String)
    case beyondEnd(TopicPartition, position: Int64, end: Int64, path: String)
    case otherRecord(TopicPartition, offset: Int64, path: String)
    case beginningLost(TopicPartition, beginning: Int64)
    case notEmpty(path: String)
    /// SQLite's word for it, and how many bytes are free.
    case disk(folder: String, String, free: Int64)

    package var description: String {
        switch self {
        case .newer(let path):
            "\(path) was written by a newer version of this program; run that version, or delete the file to rebuild "
                + "it from the log"
        case .otherLog(let path, let has, let wanted):
            "\(path) was built from log \(has), this is log \(wanted); use another --state folder for this log, or "
                + "delete the file to rebuild it"
        case .fenced(let path):
            "another process has taken over \(path); this one stops and has written nothing since"
        case .beyondEnd(let source, let position, let end, let path):
            "\(path) has seen \(position) records of \(source), which holds only \(end); the log has lost records or "
                + "the topic was made anew. Restore the log, or delete the state folder to start from what is there"
        case .otherRecord(let source, let offset, let path):
            "\(source)/\(offset) is another record than \(path) has seen there; the log was restored or the topic made "
                + "anew, and went on. Restore the log, or delete the state folder to start from what is there"
        case .beginningLost(let source, let beginning):
            "the first \(beginning) records of \(source) were deleted, and there is no state that holds them; set "
                + "retention.ms=-1 on the topic and restore it from a backup"
        case .notEmpty(let path):
            "\(path) holds state already; a replay starts from nothing, so give it an empty folder"
        case .disk(let folder, let message, let free):
            free < 1 << 20
                ? "the disk of \(folder) is full (\(message)); make room"
                : "the disk of \(folder) fails: \(message); \(free >> 20) MiB are free"
        }
    }

    /// What a full or failing disk makes of a store's folder; `nil` for any other error.
    init?(_ error: any Error, folder: String) {
        guard let error = error as? DatabaseError,
            [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
        else { return nil }
        var information = statvfs()
        let isKnown = statvfs(folder, &information) == 0
        let free = isKnown ? Int64(information.f_bavail) * Int64(information.f_frsize) : .max
        self = .disk(folder: folder, error.message ?? error.resultCode.description, free: free)
    }
}

/// Thrown by `Topology.makeTask` when the state it reads back contradicts itself: the store is set aside and built
/// again from the log.
package struct StateCorrupted: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// A record whose predecessor from the same source never arrived.
package struct GapError: Error, Hashable, CustomStringConvertible {
    package let reader: TopicPartition
    package let offset: Int64
    package let coordinate: String
    /// What the record says came before it; empty when it says that it is the first.
    package let previous: String
    /// What came before it.
    package let last: String

    package var description: String {
        "records are missing in \(reader) before offset \(offset): record \(coordinate) follows "
            + "\(previous.isEmpty ? "none" : previous), but the last one here is \(last.isEmpty ? "none" : last). "
            + "The log has lost records: restore it from a backup. A topic of which every record derives from others is "
            + "made anew once it, all that derives from it and the programs' state folders are deleted"
    }
}

package enum Damage {
    package static func isDamage(_ error: any Error) -> Bool {
        if error is StateCorrupted { return true }
        guard let error = error as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
            || error.extendedResultCode.rawValue == PageChecksums.failure
    }

    /// What is damaged again and again stands on a disk that fails, and would fill it.
    private static let limit = 20

    /// Renames the file and what belongs to it to `.corrupt-N`; answers the new path.
    static func setAside(_ path: String) throws(LogError) -> String {
        var number = 1
        while access("\(path).corrupt-\(number)", F_OK) == 0 { number += 1 }
        guard number <= limit else {
            throw LogError.operating(
                "\(path) was damaged \(limit) times; check the disk and the memory, then delete its .corrupt files")
        }
        let aside = "\(path).corrupt-\(number)"
        guard rename(path, aside) == 0 else { throw LogError(errno, "rename", path) }
        for suffix in ["-wal", "-shm"] { rename(path + suffix, aside + suffix) }
        unlink(StateFile.mark(of: path))
        return aside
    }
}

enum Folder {
    /// Creates the folder and those above it.
    static func create(_ path: String) throws(LogError) {
        guard access(path, F_OK) != 0 else { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try create(String(path[..<slash])) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw LogError(errno, "create folder", path) }
    }
}

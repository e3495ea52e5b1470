import Glibc
import Synchronization

/// Where a program talks to people: standard error for progress and logs, standard output for results.
package enum Terminal {
    /// A progress bar stands on the last line; whoever writes a line to standard error wipes it first.
    private static let isBarShown = Atomic<Bool>(false)

    package static let isStandardErrorTerminal = isatty(STDERR_FILENO) == 1
    package static let isStandardOutputTerminal = isatty(STDOUT_FILENO) == 1

    /// One whole line, in one write, so that lines of several threads do not mix.
    package static func writeError(line: String) {
        let prefix = isBarShown.exchange(false, ordering: .relaxed) ? "\r\u{1B}[K" : ""
        write(prefix + line + "\n", to: STDERR_FILENO)
    }

    static func writeBar(_ text: String) {
        isBarShown.store(true, ordering: .relaxed)
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    static func endBar() {
        if isBarShown.exchange(false, ordering: .relaxed) { write("\n", to: STDERR_FILENO) }
    }

    /// A result. Nobody reading any more (`| head`) ends the program quietly, as other tools do.
    package static func writeOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                if errno == EPIPE, descriptor == STDOUT_FILENO { exit(0) }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }
}

extension String {
    /// Fit for a terminal: what would move the cursor, hide text or turn its direction is shown as `�`. Names come
    /// from outside.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isTreacherous) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isTreacherous ? "\u{FFFD}" : scalar) }
        return String(result)
    }

    /// The same with its line breaks.
    package var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\n")
    }

    /// How many columns a terminal gives it: two for a wide character, none for a combining one.
    package var columns: Int {
        var count = 0
        for character in self {
            guard let scalar = character.unicodeScalars.first else { continue }
            count += scalar.isWide ? 2 : 1
        }
        return count
    }
}

extension Unicode.Scalar {
    fileprivate var isTreacherous: Bool {
        switch value {
        case 0...31, 127...159: true
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The blocks of Unicode's East Asian Width that are wide, and emoji.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60: true
        case 0x1F300...0x1FAFF, 0x20000...0x3FFFD: true
        default: false
        }
    }
}

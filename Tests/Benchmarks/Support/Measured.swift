import Foundation

/// A process, with what it took: time, CPU and the most memory it had.
package struct Measured {
    private let identifier: pid_t
    private let start = ContinuousClock.now

    package struct Taken {
        package let status: Int32
        package let wall: Double
        package let cpu: Double
        package let megabytes: Int
    }

    package init(_ path: String, _ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(output).out", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "\(output).err", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var child = pid_t()
        var list: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for argument in list { free(argument) } }
        guard posix_spawn(&child, path, &actions, nil, &list, environ) == 0 else {
            throw Failure("\(path) cannot be started; build the programs first")
        }
        identifier = child
    }

    /// Waits until it ends by itself.
    package func end() throws -> Taken {
        var peak = 0
        while !hasEnded {
            peak = max(peak, megabytes)
            usleep(10_000)
        }
        var (status, usage) = (Int32(), rusage())
        guard wait4(identifier, &status, 0, &usage) == identifier else { throw Failure("a program is gone") }
        let times = [usage.ru_utime, usage.ru_stime]
        return Taken(
            status: status, wall: (ContinuousClock.now - start).seconds,
            cpu: times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }, megabytes: peak)
    }

    /// The most memory it has had so far. What `wait4` says of it counts the memory of the process that started it as well.
    private var megabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        return (status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) } ?? 0) / 1024
    }

    /// Whether it has ended by itself, without waiting for it.
    package var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information.si_signo == SIGCHLD
    }

    package func stop() throws -> Taken {
        kill(identifier, SIGTERM)
        return try end()
    }
}

package struct Failure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension Duration {
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

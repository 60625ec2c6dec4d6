import Foundation

/// What a container or a batch system allows a process: the limits of its control groups and of all that they lie in
/// (cgroups(7); the kernel's cgroup-v2.rst, and the memory and CPU controllers of version 1).
struct ControlGroup: Equatable {
  /// Bytes; nil where nothing limits them.
  var memory: Int?
  /// Whole cores, at least one; nil where nothing limits them.
  var cores: Int?

  init(memory: Int? = nil, cores: Int? = nil) {
    self.memory = memory
    self.cores = cores
  }

  static var own: ControlGroup {
    ControlGroup(membership: (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "")
  }

  /// - Parameters:
  ///   - membership: the lines of `/proc/self/cgroup`: number, controllers, path.
  ///   - root: where the hierarchies are mounted.
  init(membership: String, root: String = "/sys/fs/cgroup") {
    func text(_ path: String) -> String? {
      (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",").map(String.init)
      let isSecond = parts[1].isEmpty
      let mount = isSecond ? root : "\(root)/\(parts[1])"
      for folder in Self.folders(of: parts[2], in: mount) {
        if isSecond || controllers.contains("memory") {
          // Version 1 says "no limit" with the largest multiple of a page.
          let limit = text("\(folder)/memory.max") ?? text("\(folder)/memory.limit_in_bytes")
          if let bytes = limit.flatMap({ Int($0) }), bytes > 0, bytes < 1 << 60 {
            memory = min(memory ?? .max, bytes)
          }
        }
        if isSecond || controllers.contains("cpu") {
          let numbers =
            text("\(folder)/cpu.max")?.split(separator: " ").map { Int($0) }
            ?? [text("\(folder)/cpu.cfs_quota_us"), text("\(folder)/cpu.cfs_period_us")].map {
              $0.flatMap { Int($0) }
            }
          if numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 {
            cores = min(cores ?? .max, max(1, quota / period))
          }
        }
      }
    }
  }

  /// A group's folder and those above it. Inside a container the path may be that of the host, and the root is its own group.
  private static func folders(of path: String, in mount: String) -> [String] {
    var folders = [mount]
    for name in path.split(separator: "/") where name != ".." {
      folders.append("\(folders[folders.count - 1])/\(name)")
    }
    return folders
  }
}

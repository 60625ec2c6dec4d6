import Glibc

/// Names of files and folders that are being written, in the folder where they will end up.
///
/// They start with a dot and end in `.partial`, so that a listing of finished things can leave them out and a sweep can
/// find what a killed process left behind.
public enum TemporaryName {
  static let suffix = ".partial"

  /// A fresh name beside `path`: `folder/.name.<process>-<random>.partial`.
  public static func beside(_ path: String) -> String {
    // A name has at most 255 bytes; what is cut off only served the reader.
    let name = String(decoding: Paths.name(of: path).utf8.prefix(180), as: UTF8.self)
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return Paths.join(Paths.parent(of: path), ".\(name).\(getpid())-\(random)\(suffix)")
  }

  /// Whether a name is one that a process of this machine has left which is no more.
  static func isAbandoned(_ name: String) -> Bool {
    guard matches(name),
      let process = name.dropLast(suffix.count).split(separator: ".").last?.split(separator: "-").first,
      let number = Int32(process), number > 0
    else { return false }
    return kill(number, 0) != 0 && errno == ESRCH
  }

  /// Whether a name, without its folder, is one of ours.
  public static func matches(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(suffix) }
}

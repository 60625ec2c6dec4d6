import Files
import Foundation
import Testing

/// A control group of this machine with little memory, in which the kernel ends what wants more.
private struct MemoryGroup {
  let folder: String

  /// Nil where this process may not make one.
  init?(bytes: Int) {
    let places = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]
    for (root, limit) in places {
      let folder = "\(root)/retable-test-\(getpid())"
      guard mkdir(folder, 0o755) == 0 else { continue }
      if Self.put("\(bytes)", into: "\(folder)/\(limit)") {
        self.folder = folder
        return
      }
      rmdir(folder)
    }
    return nil
  }

  private static func put(_ text: String, into path: String) -> Bool {
    guard let file = FileHandle(forWritingAtPath: path) else { return false }
    defer { try? file.close() }
    return (try? file.write(contentsOf: Data(text.utf8))) != nil
  }

  func remove() { rmdir(folder) }

  static let isAllowed: Bool = {
    guard let group = MemoryGroup(bytes: 1 << 28) else { return false }
    group.remove()
    return true
  }()
}

@Suite struct OutOfMemoryTests {
  /// The images take 500 MB while they are drawn; the group has 300.
  @Test(.enabled(if: MemoryGroup.isAllowed, "this user may not limit memory by control groups here"))
  func whatTheKernelEndsForLackOfMemoryIsNamedAndTriedOnceMore() throws {
    let program = try Program()
    try program.tinyTable()
    let group = try #require(MemoryGroup(bytes: 300 << 20))
    defer { group.remove() }
    let outcome = try program.run(
      "run", "tiny", "--row", "truth", shell: "echo $$ > \(group.folder)/cgroup.procs")
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.contains(
        "warning: 'data set dsprites (rendered)' ran out of memory (the kernel ended the worker for lack of memory); "
          + "it runs once more, alone"), "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "FAILED data set dsprites (rendered): the kernel ended the worker for lack of memory"))
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
  }
}

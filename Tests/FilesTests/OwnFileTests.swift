import Files
import Foundation
import TestSupport
import Testing

/// Files that are written to by name, where somebody else has put something under the name.
@Suite struct OwnFileTests {
  let directory: TemporaryDirectory
  let victim: String

  init() throws {
    directory = try TemporaryDirectory()
    victim = try directory.file("victim", "precious\n".utf8)
  }

  private func reason(_ body: () throws -> Void) throws -> String {
    let error = #expect(throws: FileError.self, performing: body)
    #expect(try POSIXFileSystem().text(of: victim) == "precious\n")
    return error?.reason ?? ""
  }

  private func link(_ name: String, to target: String) throws -> String {
    try FileManager.default.createSymbolicLink(atPath: directory.path(name), withDestinationPath: target)
    return directory.path(name)
  }

  @Test func aLinkInThePlaceOfALockOrALogIsNotFollowed() throws {
    let expected = "it is a symbolic link, and what it leads to would be written to"
    let path = try link("link", to: victim)
    #expect(try reason { _ = try FileLock.tryLock(path) } == expected)
    #expect(try reason { _ = try LineLog(appendingTo: path) } == expected)
    #expect(!FileLock.isHeld(path))
    let dangling = try link("dangling", to: directory.path("new"))
    #expect(try reason { _ = try FileLock.tryLock(dangling) } == expected)
    #expect(try reason { try DurableFile.append(line: "{}", to: dangling) } == expected)
    #expect(try !POSIXFileSystem().exists(directory.path("new")))
  }

  @Test func whatAUserNamesIsFollowed() throws {
    let log = try LineLog(appendingTo: try link("link", to: victim), as: .streaming)
    try log.append(["step": 1])
    #expect(try POSIXFileSystem().text(of: victim) == "precious\n{\"step\":1}\n")
  }

  @Test func aPipeIsNeitherWaitedForNorWrittenTo() throws {
    let pipe = directory.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      try reason { _ = try POSIXFileSystem().contents(of: pipe) } == "it is not a regular file")
    #expect(try reason { _ = try FileLock.tryLock(pipe) } == "it is no regular file")
    #expect(try reason { _ = try LineLog(appendingTo: pipe) } == "it is no regular file")
    #expect(!FileLock.isHeld(pipe))
    #expect(FileLock.holder(of: pipe) == nil)
    #expect(
      try reason { _ = try POSIXFileSystem().contents(of: "/dev/zero") }
        == "it is not a regular file")
  }

  @Test func whereEverybodyMayWriteAFileHasOneName() throws {
    try FileManager.default.linkItem(atPath: victim, toPath: directory.path("second"))
    #expect(try FileLock.tryLock(directory.path("second")) != nil, "the folder is ours alone")
    try DurableFile.write("precious\n", to: victim)
    try FileManager.default.linkItem(atPath: victim, toPath: directory.path("third"))
    #expect(chmod(directory.path, 0o777) == 0)
    let path = directory.path("third")
    let expected = "everybody may write to its folder, and it is not a file that this user alone has named"
    #expect(try reason { _ = try FileLock.tryLock(path) } == expected)
    #expect(try reason { _ = try LineLog(appendingTo: path) } == expected)
    #expect(try FileLock.tryLock(directory.path("own")) != nil)
  }

  @Test func whatAKilledProcessLeftIsSwept() throws {
    let ended = Process()
    ended.executableURL = URL(fileURLWithPath: "/bin/true")
    try ended.run()
    ended.waitUntilExit()
    let left = ".table.md.\(ended.processIdentifier)-abc.partial"
    let ours = ".table.md.\(getpid())-abc.partial"
    for name in [left, ours, ".x.partial", "table.md", ".99-a.part"] { try directory.file(name, []) }
    try POSIXFileSystem().removeAbandoned(in: directory.path)
    #expect(try directory.files() == [ours, ".99-a.part", ".x.partial", "table.md", "victim"].sorted())
  }

  @Test func sizesAddUpWithoutOverflow() {
    #expect([Int.max, 1, Int.max].clampedSum == .max)
    #expect([Int.min, -1].clampedSum == .min)
    #expect([1, 2, 3].clampedSum == 6)
    #expect([Int.max, 2].clampedProduct == .max)
    #expect([Int.max, 0].clampedProduct == 0)
    #expect([3, 4].clampedProduct == 12)
    #expect(throws: FileError.self) { try Paths.requireSpace(for: .max, in: directory.path) }
  }
}

import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Sets that a user has already, and what is left of others in their place.
extension CatalogueTests {
  @Test func `files that are published one by one are imported one by one`() throws {
    let folder = try TemporaryDirectory()
    let data = folder.path("data")
    let red = Self.cards("red", ["hearts", "diamonds"], nil)
    let first = try red.importing(folder.file("hearts", [1]), into: data)
    #expect(first.place == "cards" && first.contents == "still without diamonds")
    let second = try red.importing(folder.file("diamonds", [2]), into: data)
    #expect(second.place == "cards" && second.contents == "2 cards")
    #expect(
      try red.verify(dataFolder: data)
        == .whole(place: "cards", contents: "2 cards", proof: "recorded digest"))
  }

  @Test func `an archive is imported only if it is the published one`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/a.txt": "bear"])
    let toys = Self.toys(archive, at: "http://toys")
    let source = try folder.file("source/toys.tar.gz", archive.dropLast())
    let data = folder.path("data")
    let error = #expect(throws: DatasetError.self) { try toys.importing(source, into: data) }
    #expect(error?.description.hasPrefix("\(source) is not the published file: its sha256 is ") == true)
    try folder.file("source/toys.tar.gz", archive)
    #expect(try toys.importing(source, into: data).place == "toys")
    #expect(try folder.files() == ["data/.retable/toys.json", "data/toys/a.txt", "source/toys.tar.gz"])
    let again = #expect(throws: DatasetError.self) { try toys.importing(source, into: data) }
    #expect(
      again?.description
        == "cannot import \(source): \(data)/toys is there already. Remove it first, or name another data folder with "
        + "RETABLE_DATA.")
  }

  @Test func `what is declared of a copy is kept until another copy comes`() throws {
    let folder = try TemporaryDirectory()
    let data = folder.path("data")
    let toys = Self.toys([], at: "http://toys")
    #expect(try toys.declaredDeviation(in: data) == nil)
    try toys.declare(deviation: nil, in: data)
    try toys.declare(deviation: "photographs  of\nthe toys", in: data)
    #expect(try toys.declaredDeviation(in: data) == "photographs of the toys")
    try folder.file("data/.retable/toys.deviation", " \n".utf8)
    #expect(try toys.declaredDeviation(in: data) == nil)
    try toys.declare(deviation: "photographs", in: data)
    try folder.file("source/toys/a.txt", "bear".utf8)
    _ = try toys.importing(folder.path("source/toys"), into: data)
    #expect(try toys.declaredDeviation(in: data) == nil)
  }

  @Test func `a folder that sets share is given the files of the one that is imported`() throws {
    let folder = try TemporaryDirectory()
    let data = folder.path("data")
    let (red, black) = (Self.cards("red", ["hearts", "diamonds"], nil), Self.cards("black", ["clubs"], nil))
    _ = try black.importing(folder.file("clubs", [3]), into: data)
    for name in ["hearts", "diamonds", "clubs"] { try folder.file("source/cards/\(name)", [1]) }
    let source = folder.path("source/cards")
    #expect(try red.importing(source, into: data).contents == "2 cards")
    #expect(try POSIXFileSystem().names(in: "\(data)/cards").sorted() == ["clubs", "diamonds", "hearts"])
    #expect(try POSIXFileSystem().contents(of: "\(data)/cards/clubs") == [3])
    for entry in [red, black] {
      guard case .whole = try entry.verify(dataFolder: data) else {
        Issue.record("\(entry.id) is not whole")
        continue
      }
    }
    let again = #expect(throws: DatasetError.self) { try red.importing(source, into: data) }
    #expect(
      again?.description
        == "cannot import \(source): \(data)/cards/hearts is there already. Remove it first, or name another data "
        + "folder with RETABLE_DATA.")
  }

  @Test func `an archive that proves damaged is not kept unpacked`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/b.txt": "car"])
    let source = try folder.file("source/toys.tar.gz", archive)
    let data = folder.path("data")
    for _ in 1...2 {
      let error = #expect(throws: DatasetError.self) {
        try Self.toys(archive, at: "http://toys").importing(source, into: data)
      }
      #expect(error?.description == "Toys in \(data)/toys is incomplete: a.txt is missing. Download it again")
      #expect(try folder.files() == ["source/toys.tar.gz"])
    }
  }

  @Test func `what a killed import has left goes with the next one, and two at once do not mix`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/a.txt": "bear"])
    let packed = try folder.file("source/toys.tar.gz", archive)
    try folder.file("source/toys/a.txt", "bear".utf8)
    let data = folder.path("data")
    let others = [".toys.tar.gz.7-x.partial", ".toyshop.7-x.partial", ".toys.notes"]
    for name in others { try folder.file("data/\(name)", [1]) }
    for source in [packed, folder.path("source/toys")] {
      // The process may be one of another machine whose number is that of a process here.
      try folder.file("data/.toys.\(getpid())-x.partial/a.txt", "be".utf8)
      func message() -> String? {
        #expect(throws: FileError.self) {
          try Self.toys(archive, at: "http://toys").importing(source, into: data)
        }?.description
      }
      do {
        let lock = try #require(try FileLock.tryLock("\(data)/toys.lock"))
        #expect(
          message()
            == "cannot make \(data)/toys: another process is making it. Wait for that process, or stop it.")
        #expect(try POSIXFileSystem().exists("\(data)/.toys.\(getpid())-x.partial"))
        withExtendedLifetime(lock) {}
      }
      _ = try Self.toys(archive, at: "http://toys").importing(source, into: data)
      #expect(
        try POSIXFileSystem().names(in: data).sorted() == (others + [".retable", "toys"]).sorted())
      try POSIXFileSystem().removeTree("\(data)/toys")
    }
  }

  @Test func `a file that is missing, or is none, makes a set damaged`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("toys/a.txt", "bear".utf8)
    let toys = Self.toys([], at: "http://toys", members: ["b.txt": .md5("00")])
    #expect(
      try toys.verify(dataFolder: folder.path)
        == .damaged(
          place: "toys",
          reason: "cannot open \(folder.path("toys/b.txt")): No such file or directory (ENOENT). Check "
            + "that the path is right and that its folder exists."))
    for id in ["svhn-extra", "dsprites"] {
      let entry = try Catalogue.entry(id)
      try POSIXFileSystem().makeDirectories(folder.path(entry.places[0]))
      guard case .damaged(entry.places[0], _) = try entry.verify(dataFolder: folder.path) else {
        Issue.record("a folder passes for the file of \(id)")
        continue
      }
    }
  }

  /// Cityscapes' folder is known by two names.
  @Test func `what was said of a copy ends when another comes under another name`() throws {
    let folder = try TemporaryDirectory()
    let data = folder.path("data")
    let (plain, pairs) = (try Catalogue.entry("cityscapes"), try Catalogue.entry("cityscapes-pix2pix"))
    try StreetScenes.write(to: folder.path("cityscapes"), train: 3, test: 1)
    _ = try plain.importing(folder.path("cityscapes"), into: data)
    try plain.declare(deviation: "three streets", in: data)
    #expect(CityscapesSet().declaredDeviation(in: data) == "three streets")
    try POSIXFileSystem().removeTree("\(data)/cityscapes")

    try POSIXFileSystem().removeTree(folder.path("cityscapes"))
    try StreetScenes.write(to: folder.path("cityscapes"), train: 2, test: 1)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", folder.path("cityscapes.tar.gz"), "-C", folder.path, "cityscapes"]
    try tar.run()
    tar.waitUntilExit()
    _ = try pairs.importing(folder.path("cityscapes.tar.gz"), into: data)
    #expect(CityscapesSet().declaredDeviation(in: data) == nil)
    for (entry, proof) in [
      (plain, "layout only, no checksum is known for this form"), (pairs, "recorded digest"),
    ] {
      guard case .whole("cityscapes", _, proof) = try entry.verify(dataFolder: data) else {
        Issue.record("\(entry.id) is not whole, or for another reason")
        continue
      }
    }
    // What is said of this copy stays, whatever it is asked for.
    try pairs.declare(deviation: "two streets", in: data)
    #expect(try !pairs.fetch(into: data).isNew)
    #expect(throws: DatasetError.self) { try plain.importing(folder.path("cityscapes"), into: data) }
    #expect(CityscapesSet().declaredDeviation(in: data) == "two streets")
  }

  @Test func `a folder is imported as links, symbolic ones followed`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("source/toys/a.txt", "bear".utf8)
    try folder.file("source/toys/sub/b.txt", "car".utf8)
    #expect(
      try Self.toys([], at: "http://toys").importing(folder.path("source/toys"), into: folder.path("data"))
        .contents == "one toy")
    var (source, copy) = (stat(), stat())
    #expect(stat(folder.path("source/toys/a.txt"), &source) == 0)
    #expect(stat(folder.path("data/toys/a.txt"), &copy) == 0)
    #expect(source.st_ino == copy.st_ino)
    #expect(symlink(folder.path("source/toys/a.txt"), folder.path("link.txt")) == 0)
    try Copying.copy(folder.path("link.txt"), to: folder.path("copied.txt"))
    #expect(lstat(folder.path("copied.txt"), &copy) == 0)
    #expect(copy.st_mode & S_IFMT == S_IFREG)
    #expect(try POSIXFileSystem().text(of: folder.path("copied.txt")) == "bear")
  }

  @Test func `links in a folder are imported as what they lead to, or named`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("elsewhere/a.txt", "bear".utf8)
    try folder.file("elsewhere/sub/b.txt", "car".utf8)
    try POSIXFileSystem().makeDirectories(folder.path("source/toys"))
    #expect(symlink("../../elsewhere/a.txt", folder.path("source/toys/a.txt")) == 0)
    #expect(symlink("../../elsewhere/sub", folder.path("source/toys/sub")) == 0)
    let toys = Self.toys([], at: "http://toys")
    let data = folder.path("data")
    _ = try toys.importing(folder.path("source/toys"), into: data)
    var copy = stat()
    #expect(lstat("\(data)/toys/a.txt", &copy) == 0 && copy.st_mode & S_IFMT == S_IFREG)
    #expect(try POSIXFileSystem().text(of: "\(data)/toys/a.txt") == "bear")
    #expect(try POSIXFileSystem().text(of: "\(data)/toys/sub/b.txt") == "car")
    #expect(
      try toys.verify(dataFolder: data)
        == .whole(place: "toys", contents: "one toy", proof: "recorded digest"))
    try POSIXFileSystem().removeTree(data)
    func message() -> String? {
      #expect(throws: DatasetError.self) { try toys.importing(folder.path("source/toys"), into: data) }?
        .description.replacingOccurrences(of: folder.path("source/toys/"), with: "")
    }
    #expect(symlink("nothing", folder.path("source/toys/c.txt")) == 0)
    let advice = "Put the file in its place, or remove it"
    #expect(message() == "c.txt cannot be read: it is a link to nothing. \(advice)")
    try POSIXFileSystem().removeFile(folder.path("source/toys/c.txt"))
    #expect(symlink("..", folder.path("elsewhere/sub/up")) == 0)
    #expect(message()?.contains("it is a link to a folder that it lies in") == true)
    try POSIXFileSystem().removeFile(folder.path("elsewhere/sub/up"))
    #expect(mkfifo(folder.path("source/toys/d.txt"), 0o600) == 0)
    #expect(message() == "d.txt cannot be read: it is neither a file nor a folder. \(advice)")
    #expect(try folder.files().filter { $0.hasPrefix("data/toys") }.isEmpty)
  }
}

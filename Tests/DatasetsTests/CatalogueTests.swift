import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CatalogueTests {
  /// A set of one folder `toys` with `a.txt`, published as an archive.
  static func toys(
    _ archive: [UInt8], at address: String, members: [String: Checksum] = [:], isUnpacked: Bool = true
  ) -> CatalogueEntry {
    CatalogueEntry(
      id: "toys", title: "Toys", tables: ["none"], homepage: "http://toys", terms: "none",
      files: [
        PublishedFile(
          path: "toys.tar.gz", address: address + "/published/toys.tar.gz", bytes: archive.count,
          checksum: .sha256(Digest.hex(of: archive)), kind: "gzip archive")
      ],
      isUnpacked: isUnpacked, unpackedLimit: 1 << 20, instructions: "",
      places: isUnpacked ? ["toys", "more/toys"] : ["toys.tar.gz"],
      members: members,
      inspect: { path in
        if isUnpacked {
          try OfficialFiles(dataset: "Toys", path: path).requirePresence(of: ["a.txt"])
        }
        return "one toy"
      })
  }

  /// `files` below a folder as a tar archive, with the paths given.
  static func archive(_ files: [String: String], compressed: Bool = true, transform: String? = nil)
    throws
    -> [UInt8]
  {
    let folder = try TemporaryDirectory()
    for (name, text) in files { try folder.file("in/\(name)", text.utf8) }
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments =
      ["-c\(compressed ? "z" : "")Pf", folder.path("out"), "-C", folder.path("in")]
      + (transform.map { ["--transform", $0] } ?? []) + files.keys.sorted()
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    return try POSIXFileSystem().contents(of: folder.path("out"))
  }

  @Test func `fetches, unpacks, records and verifies`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/a.txt": "bear", "toys/sub/b.txt": "car"])
    let server = try ScriptedServer { request, _ in .file(archive, for: request) }
    let toys = Self.toys(archive, at: server.address)
    #expect(try toys.verify(dataFolder: folder.path) == .missing)
    let (place, contents, isNew) = try toys.fetch(into: folder.path)
    #expect(place == "toys" && contents == "one toy" && isNew)
    #expect(server.requests.map(\.path) == ["/published/toys.tar.gz"])
    #expect(try folder.files() == [".retable/toys.json", "toys/a.txt", "toys/sub/b.txt"])
    #expect(try POSIXFileSystem().text(of: folder.path("toys/sub/b.txt")) == "car")
    #expect(
      try toys.verify(dataFolder: folder.path)
        == .whole(place: "toys", contents: "one toy", proof: "recorded digest"))
    try folder.file("toys/sub/b.txt", "cat".utf8)
    guard case .damaged("toys", let reason) = try toys.verify(dataFolder: folder.path) else {
      Issue.record("a changed file was not noticed")
      return
    }
    #expect(reason.hasPrefix("the images in \(folder.path("toys")) changed on disk: SHA-256 "))
    try POSIXFileSystem().removeFile(folder.path("toys/a.txt"))
    #expect(
      try toys.verify(dataFolder: folder.path)
        == .damaged(
          place: "toys",
          reason: "Toys in \(folder.path("toys")) is incomplete: a.txt is missing. Download it again"))
  }

  @Test func `a mirror holds the files under their names`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/a.txt": "bear"])
    let server = try ScriptedServer { request, _ in .file(archive, for: request) }
    _ = try Self.toys(archive, at: "http://toys").fetch(
      into: folder.path, mirror: server.address + "/mirror/")
    #expect(server.requests.map(\.path) == ["/mirror/toys.tar.gz"])
  }

  @Test func `a file that is used as it is stays packed, and its checksum is compared`() throws {
    let folder = try TemporaryDirectory()
    let archive = try Self.archive(["toys/a.txt": "bear"])
    let server = try ScriptedServer { request, _ in .file(archive, for: request) }
    let toys = Self.toys(archive, at: server.address, isUnpacked: false)
    _ = try toys.fetch(into: folder.path)
    #expect(
      try toys.verify(dataFolder: folder.path)
        == .whole(place: "toys.tar.gz", contents: "one toy", proof: "published checksum, recorded digest"))
  }

  @Test func `members are compared with their published checksums`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("more/toys/a.txt", "bear".utf8)
    let right = Self.toys([], at: "http://toys", members: ["a.txt": .md5("893b56e3cfe153fb770a120b83bac20c")])
    #expect(
      try right.verify(dataFolder: folder.path)
        == .whole(place: "more/toys", contents: "one toy", proof: "published checksum"))
    let wrong = Self.toys([], at: "http://toys", members: ["a.txt": .md5("00")])
    #expect(
      try wrong.verify(dataFolder: folder.path)
        == .damaged(
          place: "more/toys",
          reason: "\(folder.path("more/toys/a.txt")) is not the published file: its md5 is "
            + "893b56e3cfe153fb770a120b83bac20c, published is 00. Download it again"))
    #expect(
      try Self.toys([], at: "http://toys").verify(dataFolder: folder.path)
        == .whole(
          place: "more/toys", contents: "one toy", proof: "layout only, no checksum is known for this form"))
  }

  /// Two sets whose files are published one by one and lie in one folder.
  static func cards(_ id: String, _ names: [String], _ checksum: Checksum? = .md5("00"))
    -> CatalogueEntry
  {
    CatalogueEntry(
      id: id, title: "Cards", tables: ["none"], homepage: "http://cards", terms: "none",
      files: names.map {
        PublishedFile(
          path: "cards/\($0)", address: "http://cards/\($0)", bytes: nil,
          checksum: checksum, kind: "card")
      },
      isUnpacked: false, instructions: "", places: ["cards"], members: [:],
      inspect: { path in
        try OfficialFiles(dataset: "Cards", path: path).requirePresence(of: names)
        return "\(names.count) cards"
      })
  }

  @Test func `sets of single files share a folder, and neither counts as the other`() throws {
    let folder = try TemporaryDirectory()
    let (red, black) = (Self.cards("red", ["hearts", "diamonds"]), Self.cards("black", ["clubs"]))
    try folder.file("cards/clubs", [1, 2, 3])
    #expect(try red.place(in: folder.path) == nil)
    #expect(try red.verify(dataFolder: folder.path) == .missing)
    #expect(try black.byteCount(in: folder.path) == 3)
    try folder.file("cards/hearts", [1])
    try folder.file("cards/diamonds", [1, 2])
    #expect(try red.byteCount(in: folder.path) == 3)
    _ = try red.record("cards", source: "here", dataFolder: folder.path)
    // A copy that is declared to be another one is not held against the published checksum.
    try red.declare(deviation: "drawn by hand", in: folder.path)
    let whole = CatalogueEntry.Health.whole(
      place: "cards", contents: "2 cards", proof: "declared: drawn by hand, recorded digest")
    #expect(try red.verify(dataFolder: folder.path) == whole)
    try folder.file("cards/clubs", [4])
    #expect(try red.verify(dataFolder: folder.path) == whole)
    try folder.file("cards/hearts", [4])
    guard case .damaged("cards", let changed) = try red.verify(dataFolder: folder.path) else {
      Issue.record("a changed file was not noticed")
      return
    }
    #expect(changed.contains("changed on disk"))
    try red.declare(deviation: nil, in: folder.path)
    guard case .damaged("cards", let reason) = try red.verify(dataFolder: folder.path) else {
      Issue.record("a file that is not the published one was not noticed")
      return
    }
    #expect(reason.hasPrefix("\(folder.path("cards/hearts")) is not the published file"))
  }

  @Test func `a download that is refused leaves no folder`() throws {
    let folder = try TemporaryDirectory()
    let red = Self.cards("red", ["hearts"])
    #expect(throws: DatasetError.self) { try red.fetch(into: folder.path, mirror: "ftp://cards") }
    #expect(try POSIXFileSystem().names(in: folder.path).isEmpty)
    // One that was there is somebody's.
    try POSIXFileSystem().makeDirectory(folder.path("cards"))
    #expect(throws: DatasetError.self) { try red.fetch(into: folder.path, mirror: "ftp://cards") }
    #expect(try POSIXFileSystem().names(in: folder.path) == ["cards"])
  }

  @Test func `what comes and proves damaged does not stay`() throws {
    let folder = try TemporaryDirectory()
    let server = try ScriptedServer { request, number in
      .file(number == 0 ? Array("PK bad".utf8) : Array("good".utf8), for: request)
    }
    let toy = CatalogueEntry(
      id: "toy", title: "Toy", tables: [], homepage: "http://toy", terms: "",
      files: [
        PublishedFile(
          path: "toy.txt", address: server.address + "/toy.txt", bytes: nil, limit: 10, checksum: nil,
          kind: "toy")
      ], isUnpacked: false, instructions: "", places: ["toy.txt"], members: [:],
      inspect: { path in
        guard try POSIXFileSystem().text(of: path) == "good" else {
          throw DatasetError.wrongKind(path: path, expected: "toy", looksLike: "is bad")
        }
        return "a toy"
      })
    let error = #expect(throws: DatasetError.self) { try toy.fetch(into: folder.path) }
    #expect(error?.description == "\(folder.path("toy.txt")) is no toy: it is bad. Download it again")
    #expect(try folder.files().isEmpty)
    #expect(try toy.fetch(into: folder.path).isNew)
    let again = try toy.fetch(into: folder.path)
    #expect(again.contents == "a toy" && !again.isNew)
    #expect(server.requests.count == 2)
    // What somebody put there is not removed.
    try folder.file("toy.txt", "bad".utf8)
    let there = #expect(throws: DatasetError.self) { try toy.fetch(into: folder.path) }
    #expect(
      there?.description
        == "cannot download http://toy: \(folder.path("toy.txt")) is there and damaged: \(folder.path("toy.txt")) is no "
        + "toy: it is bad. Download it again. Remove it, then fetch again.")
    #expect(try folder.files().contains("toy.txt"))
  }

  @Test(arguments: [
    ("s,^toys,../toys,", "the name leads out of the archive's folder"),
    ("s,^toys,/toys,", "the name leads out of the archive's folder"),
    ("s,^toys,other,", "the member lies outside the folder toys"),
  ])
  func `members that lead elsewhere are refused`(transform: String, reason: String) throws {
    let folder = try TemporaryDirectory()
    let path = try folder.file("x.tar.gz", Self.archive(["toys/a.txt": "bear"], transform: transform))
    let error = #expect(throws: DatasetError.self) {
      try Unpacking.unpack(path, folder: "toys", limit: 1 << 20, into: folder.path)
    }
    #expect(error?.description.contains(reason) == true)
    #expect(try folder.files() == ["x.tar.gz"])
  }

  @Test func `links and repeated members are refused, and so is more than the set holds`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("in/toys/a.txt", "bear".utf8)
    let path = folder.path("x.tar.gz")
    func message(_ members: [String], limit: Int = 1 << 20) throws -> String? {
      let tar = Process()
      tar.executableURL = URL(fileURLWithPath: "/bin/tar")
      tar.arguments = ["-czf", path, "-C", folder.path("in")] + members
      try tar.run()
      tar.waitUntilExit()
      let error = #expect(throws: DatasetError.self) {
        try Unpacking.unpack(path, folder: "toys", limit: limit, into: folder.path)
      }
      #expect(try folder.files().filter { $0.hasPrefix("toys") }.isEmpty)
      return error?.description.replacingOccurrences(of: path, with: "FILE")
    }
    #expect(
      try message(["toys/a.txt", "--hard-dereference", "toys/a.txt"])
        == "FILE, member toys/a.txt, is damaged: the member is there twice. Download the file again")
    #expect(
      try message(["toys/a.txt"], limit: 3)
        == "FILE is damaged: it unpacks to more than the 3 bytes of the set. Download the file again")
    #expect(symlink("/etc/passwd", folder.path("in/toys/b.txt")) == 0)
    #expect(
      try message(["toys/a.txt", "toys/b.txt"])
        == "FILE, member toys/b.txt, is damaged: the member is a link or a device. Download the file again")
  }

  @Test func `a truncated archive leaves nothing behind`() throws {
    let folder = try TemporaryDirectory()
    let text = (0..<20_000).map { "\($0 &* 7919 % 10_007)" }.joined(separator: " ")
    let archive = try Self.archive(["toys/a.txt": text])
    let path = try folder.file("x.tar.gz", archive.prefix(archive.count / 2))
    let error = #expect(throws: DatasetError.self) {
      try Unpacking.unpack(path, folder: "toys", limit: 1 << 20, into: folder.path)
    }
    #expect(error?.description.contains("is damaged: truncated gzip input") == true)
    #expect(try folder.files() == ["x.tar.gz"])
  }

  @Test func `sets are known by name`() throws {
    #expect(try Catalogue.entry("cifar10").title == "CIFAR-10, binary version")
    #expect(Set(Catalogue.all.map(\.id)).count == Catalogue.all.count)
    for (path, id) in [
      ("/x/cifar-10-binary.tar.gz", "cifar10"), ("cifar-10-batches-bin/", "cifar10"),
      ("stl10_binary", "stl10"),
      ("tiny-imagenet-200.zip", "tiny-imagenet"), ("train_32x32.mat", "svhn"),
      ("extra_32x32.mat", "svhn-extra"),
      ("/x/imagenet", "imagenet"), (DSprites.officialFileName, "dsprites"),
    ] { #expect(try Catalogue.recognise(path).id == id) }
    #expect(throws: DatasetError.self) { try Catalogue.recognise("/x/photos") }
  }

  /// A wrong digit in a checksum would refuse every good file; its length is at least right.
  @Test func `published values are plausible`() {
    for entry in Catalogue.all {
      #expect(!entry.places.isEmpty)
      #expect(entry.files.isEmpty != entry.instructions.isEmpty, "\(entry.id) is fetched or brought by hand")
      #expect(!entry.isUnpacked || entry.files.count == 1)
      for checksum in entry.files.compactMap(\.checksum) + entry.members.values {
        #expect(checksum.hex.count == (checksum.algorithm == .md5 ? 32 : 64))
      }
      for file in entry.files { #expect(URL(string: file.address)?.host?.isEmpty == false) }
    }
  }

  static let isRealPresent = dataFolder != nil
  @Test(.enabled(if: isRealPresent, "needs data sets in the folder RETABLE_DATA"))
  func `what lies in the data folder is whole`() throws {
    for entry in Catalogue.all {
      if case .damaged(let place, let reason) = try entry.verify(dataFolder: #require(dataFolder)) {
        Issue.record("\(place): \(reason)")
      }
    }
  }
}

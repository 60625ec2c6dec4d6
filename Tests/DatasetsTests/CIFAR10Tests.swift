import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
  /// Twenty images to a batch in the official layout: `label`, then bytes that depend on batch, image and place.
  private static func batch(_ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for image in 0..<20 {
      bytes.append(UInt8((number + image) % 10))
      for place in 0..<3072 { bytes.append(UInt8(truncatingIfNeeded: number * 50 + image * 7 + place)) }
    }
    return bytes
  }

  @discardableResult
  private static func layOut(in folder: TemporaryDirectory, below parent: String = "") throws -> String {
    let name = parent + CIFAR10.folderName
    for number in 1...5 { try folder.file("\(name)/data_batch_\(number).bin", batch(number)) }
    try folder.file("\(name)/test_batch.bin", batch(0))
    try folder.file("\(name)/batches.meta.txt", (CIFAR10.classes.joined(separator: "\n") + "\n\n").utf8)
    return folder.path(name)
  }

  /// The archive of the folder, with its members in the order of the official one.
  private static func pack(_ folder: TemporaryDirectory) throws -> String {
    let members = [
      "data_batch_1.bin", "batches.meta.txt", "data_batch_3.bin", "data_batch_4.bin", "test_batch.bin",
      "data_batch_5.bin", "data_batch_2.bin",
    ]
    let archive = folder.path(CIFAR10.archiveName)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", archive, "-C", folder.path] + members.map { "\(CIFAR10.folderName)/\($0)" }
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    return archive
  }

  private static func read(_ path: String, _ split: CIFAR10.Split) throws -> ImageCollection {
    let folder = try TemporaryDirectory()
    let file = folder.path("images")
    try CIFAR10(path, imagesPerBatch: 20).save(split, to: file)
    return try ImageCollection(file: file, verifying: true)
  }

  private static func message(_ path: String, _ split: CIFAR10.Split = .train) -> String? {
    #expect(throws: DatasetError.self) { try read(path, split) }?.description
  }

  @Test(arguments: [false, true]) func `reads both splits, from the folder and from the archive`(packed: Bool)
    throws
  {
    let folder = try TemporaryDirectory()
    var path = try Self.layOut(in: folder)
    if packed { path = try Self.pack(folder) }
    let train = try Self.read(path, .train)
    let test = try Self.read(path, .test)
    #expect(train.shape == [100, 3, 32, 32])
    #expect(test.shape == [20, 3, 32, 32])
    #expect(train.classes == CIFAR10.classes)
    #expect(train.labels == (1...5).flatMap { batch in (0..<20).map { (batch + $0) % 10 } })
    for image in [0, 19, 20, 45, 99] {
      let start = image % 20 * 3073 + 1
      #expect(train.pixels(of: image) == Array(Self.batch(image / 20 + 1)[start..<(start + 3072)]))
    }
    #expect(test.pixels(of: 3) == Array(Self.batch(0)[(3 * 3073 + 1)..<(4 * 3073)]))
    let fingerprint = try CIFAR10(path).fingerprint(.train)
    #expect(
      train.provenance == "CIFAR-10 train images from \(Paths.name(of: path)), fingerprint \(fingerprint)")
  }

  @Test func `progress ends at one`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    var fractions: [Double] = []
    try CIFAR10(path, imagesPerBatch: 20).save(.train, to: folder.path("out")) { fractions.append($0) }
    #expect(fractions == [0.2, 0.4, 0.6, 0.8, 1])
  }

  @Test func `names what is wrong with a folder`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    let fourth = "\(CIFAR10.folderName)/data_batch_4.bin"
    try folder.file(fourth, Self.batch(4).dropLast(5))
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin has 61455 bytes where 61460 are expected; it is truncated. Download it again"
    )
    try folder.file(fourth, Self.batch(4) + [0])
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin has 61461 bytes where 61460 are expected. Download it again")
    try folder.file(fourth, "<!DOCTYPE html><html>Not found</html>".utf8)
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin is no file of CIFAR-10: it is a web page, probably the answer of a failed "
        + "download. Download it again")
    var wrongLabel = Self.batch(4)
    wrongLabel[2 * 3073] = 10
    try folder.file(fourth, wrongLabel)
    #expect(
      Self.message(path)
        == "image 2 of \(path)/data_batch_4.bin has the label 10, outside 0...9. The file is damaged or of another data "
        + "set; download it again")
    try POSIXFileSystem().removeFile(folder.path(fourth))
    try POSIXFileSystem().removeFile("\(path)/data_batch_2.bin")
    #expect(
      Self.message(path)
        == "CIFAR-10 in \(path) is incomplete: data_batch_2.bin, data_batch_4.bin are missing. Download it again"
    )
    #expect(throws: DatasetError.self) { try CIFAR10(path).fingerprint(.train) }
    try folder.file(fourth, Self.batch(4))
    try folder.file("\(CIFAR10.folderName)/data_batch_2.bin", Self.batch(2))
    #expect(try Self.read(path, .train).count == 100)
    try folder.file("\(CIFAR10.folderName)/batches.meta.txt", "airplane\nautomobile\nbirds\n".utf8)
    #expect(
      Self.message(path, .test)
        == "line 3 of \(path)/batches.meta.txt cannot be read: it says \"birds\" where CIFAR-10 has \"bird\"")
  }

  @Test func `names what is wrong with an archive`() throws {
    let folder = try TemporaryDirectory()
    try Self.layOut(in: folder)
    try POSIXFileSystem().removeFile(folder.path("\(CIFAR10.folderName)/data_batch_2.bin"))
    try folder.file("\(CIFAR10.folderName)/data_batch_2.bin", Self.batch(2).dropLast())
    let path = try Self.pack(folder)
    #expect(
      Self.message(path)
        == "\(path), member cifar-10-batches-bin/data_batch_2.bin, has 61459 bytes where 61460 are expected; it is "
        + "truncated. Download it again")
    let bytes = try POSIXFileSystem().contents(of: path)
    try folder.file(CIFAR10.archiveName, bytes.prefix(bytes.count / 2))
    #expect(
      Self.message(path)?.contains("is damaged: truncated gzip input") == true, "\(Self.message(path) ?? "")")
    try folder.file(CIFAR10.archiveName, "<html><head><title>404".utf8)
    #expect(
      Self.message(path)
        == "\(path) is no gzip archive: it is a web page, probably the answer of a failed download. "
        + "Download it again")
    try folder.file(CIFAR10.archiveName, [])
    #expect(Self.message(path) == "\(path) is no gzip archive: it is empty. Download it again")
    try folder.file(CIFAR10.archiveName, [7, 7, 7])
    #expect(
      Self.message(path)
        == "\(path) is no gzip archive: it has no signature of an archive. Download it again")
  }

  @Test func `an archive without a batch is incomplete`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("\(CIFAR10.folderName)/test_batch.bin", Self.batch(0))
    let archive = folder.path("test-only.tar.gz")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", archive, "-C", folder.path, CIFAR10.folderName]
    try tar.run()
    tar.waitUntilExit()
    #expect(try Self.read(archive, .test).count == 20)
    #expect(
      Self.message(archive)
        == "CIFAR-10 in \(archive) is incomplete: data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, "
        + "data_batch_4.bin, data_batch_5.bin are missing. Download it again")
  }

  @Test(arguments: ["", "cifar10/"]) func `finds folder and archive`(parent: String) throws {
    let folder = try TemporaryDirectory()
    let archive = try folder.file(parent + CIFAR10.archiveName, [1])
    #expect(try CIFAR10Set().locate(in: folder.path) == archive)
    let batches = try Self.layOut(in: folder, below: parent)
    #expect(try CIFAR10Set().locate(in: folder.path) == batches)
  }

  @Test func `says where it looked`() throws {
    let error = #expect(throws: DatasetError.self) { try CIFAR10Set().locate(in: "/nowhere") }
    #expect(
      error?.description
        == "CIFAR-10 not found; looked for /nowhere/cifar-10-batches-bin, /nowhere/cifar10/cifar-10-batches-bin, "
        + "/nowhere/cifar-10-binary.tar.gz, /nowhere/cifar10/cifar-10-binary.tar.gz. "
        + "'retable data fetch cifar10' downloads it")
  }

  @Test func `the fingerprint follows the data of the split and nothing else`() throws {
    let (first, second) = (try TemporaryDirectory(), try TemporaryDirectory())
    let path = try Self.layOut(in: first)
    let (train, test) = (try CIFAR10(path).fingerprint(.train), try CIFAR10(path).fingerprint(.test))
    #expect(train.count == 16 && train != test)
    #expect(try CIFAR10(Self.layOut(in: second)).fingerprint(.train) == train)
    // One bit in the middle, of the same length.
    var changed = Self.batch(3)
    changed[30_000] ^= 1
    try first.file("\(CIFAR10.folderName)/data_batch_3.bin", changed)
    #expect(try CIFAR10(path).fingerprint(.train) != train)
    #expect(try CIFAR10(path).fingerprint(.test) == test)
    try first.file("\(CIFAR10.folderName)/data_batch_3.bin", Self.batch(3).dropLast())
    #expect(try CIFAR10(path).fingerprint(.train) != train)
  }

  private static func tar(_ arguments: [String]) throws {
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = arguments
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
  }

  @Test func `a member of an archive counts by its whole path`() throws {
    let folder = try TemporaryDirectory()
    try Self.layOut(in: folder)
    try folder.file("backup/test_batch.bin", Self.batch(4))
    let archive = folder.path(CIFAR10.archiveName)
    try Self.tar(["-czf", archive, "-C", folder.path, "backup", "./\(CIFAR10.folderName)"])
    #expect(try Self.read(archive, .test).labels == (0..<20).map { $0 % 10 })
    let name = "\(CIFAR10.folderName)/test_batch.bin"
    try Self.tar(["-czf", archive, "-C", folder.path, "--hard-dereference", CIFAR10.folderName, name])
    #expect(
      Self.message(archive, .test)
        == "\(archive), member \(name), is damaged: it is there twice. Download the file again")
    try Self.tar(["-czf", archive, "-C", folder.path, "backup"])
    #expect(
      Self.message(archive, .test)
        == "CIFAR-10 in \(archive) is incomplete: test_batch.bin is missing. Download it again")
  }

  @Test(arguments: ["s,^,../,", "s,^,/,", "s,backup,a/../b,"])
  func `an archive whose names lead out of it is refused`(transform: String) throws {
    let folder = try TemporaryDirectory()
    try Self.layOut(in: folder)
    try folder.file("backup/x", [1])
    let archive = folder.path(CIFAR10.archiveName)
    try Self.tar([
      "-czPf", archive, "--transform", transform, "-C", folder.path, "backup", CIFAR10.folderName,
    ])
    #expect(Self.message(archive, .test)?.contains("the name leads out of the archive's folder") == true)
  }

  @Test func `an archive is no larger than the set`() throws {
    let folder = try TemporaryDirectory()
    try Self.layOut(in: folder)
    try folder.file("more/zeros", [UInt8](repeating: 0, count: 2 << 20))
    let archive = folder.path(CIFAR10.archiveName)
    try Self.tar(["-czf", archive, "-C", folder.path, "more", CIFAR10.folderName])
    #expect(
      Self.message(archive, .test)
        == "\(archive) is damaged: it unpacks to more than the 1417336 bytes of the set. Download the file again"
    )
    // Unpacked layer after layer it could be of any size.
    try Self.tar(["-czf", folder.path("inner"), "-C", folder.path, CIFAR10.folderName])
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = ["-k", folder.path("inner")]
    try gzip.run()
    gzip.waitUntilExit()
    #expect(
      Self.message(folder.path("inner.gz"), .test)
        == "\(folder.path("inner.gz")) is damaged: it is compressed more than once. Download the file again")
  }

  /// For some compressions libarchive starts a program that it finds in the PATH.
  @Test(arguments: ["LRZI\u{0}\u{6}", "GRZipII\u{0}\u{2}\u{4}:)", "BZh91AY&SY", "\u{89}LZO"])
  func `no other compression is tried`(start: String) throws {
    let folder = try TemporaryDirectory()
    let bytes = start.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 200)
    let archive = try folder.file(CIFAR10.archiveName, bytes)
    #expect(
      Self.message(archive, .test)
        == "\(archive) is no gzip archive: it has no signature of an archive. Download it again")
  }

  @Test func `a FIFO in the place of a file is an error, and nobody waits for it`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    for name in ["batches.meta.txt", "data_batch_2.bin"] {
      try POSIXFileSystem().removeFile("\(path)/\(name)")
      #expect(mkfifo("\(path)/\(name)", 0o600) == 0)
    }
    let error = #expect(throws: FileError.self) { try CIFAR10(path, imagesPerBatch: 20).inspect() }
    #expect(
      error?.description
        == "cannot open \(path)/batches.meta.txt: it is not a regular file. Check the path.")
    let missing = #expect(throws: DatasetError.self) { try CIFAR10(path).fingerprint(.train) }
    #expect(
      missing?.description
        == "CIFAR-10 in \(path) is incomplete: data_batch_2.bin is missing. Download it again")
  }

  static let real = dataFolder.flatMap { try? CIFAR10Set().locate(in: $0) }

  @Test(.enabled(if: real != nil, "needs cifar-10-batches-bin or its archive in the folder RETABLE_DATA"))
  func `the official set has 5,000 and 1,000 images of each class`() throws {
    let folder = try TemporaryDirectory()
    for (split, perClass) in [(CIFAR10.Split.train, 5000), (.test, 1000)] {
      let file = folder.path(split.rawValue)
      try CIFAR10(#require(Self.real)).save(split, to: file)
      let images = try ImageCollection(file: file)
      #expect(images.count == 10 * perClass)
      #expect(images.classCounts == Array(repeating: perClass, count: 10))
    }
  }
}

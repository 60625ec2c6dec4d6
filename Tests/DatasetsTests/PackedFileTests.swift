import Files
import Foundation
import Testing

@testable import Datasets

@Suite struct PackedFileTests {
  private func saved(_ body: (String) throws -> Void) throws {
    try Fixtures.withFolder { folder in
      let path = Paths.join(folder, "images.bits")
      try Fixtures.tiny().save(to: path)
      try body(path)
    }
  }

  /// The message of the error that reading the saved file throws after `change`.
  private func message(after change: ([UInt8]) -> [UInt8], verifying: Bool = false) throws -> String? {
    var message: String?
    try saved { path in
      try DurableFile.write(change(try POSIXFileSystem().contents(of: path)), to: path)
      let error = #expect(throws: DatasetError.self) { try DSprites(file: path, verifying: verifying) }
      message = error?.description.replacingOccurrences(of: path, with: "FILE")
    }
    return message
  }

  @Test func `comes back as it was`() throws {
    try saved { path in
      let images = try DSprites(file: path, verifying: true)
      #expect(images.grid == Fixtures.tinyGrid)
      #expect(images.provenance == .other("test"))
      #expect(images.packedWords(for: Array(0..<24)) == (0..<24).flatMap(Fixtures.tinyWords))
      #expect(try POSIXFileSystem().status(of: path, followingLinks: true).size == 4096 + 24 * 512)
    }
  }

  @Test func `equal images are equal bytes`() throws {
    var files: [[UInt8]] = []
    for _ in 0..<2 { try saved { files.append(try POSIXFileSystem().contents(of: $0)) } }
    #expect(files[0] == files[1])
  }

  @Test func `an unlinked file stays readable`() throws {
    var images: DSprites?
    try saved { images = try DSprites(file: $0) }
    #expect(images?.packedWords(for: [9]) == Fixtures.tinyWords(9))
  }

  @Test func `saving into a missing folder is the file system's error`() throws {
    try Fixtures.withFolder { folder in
      let path = Paths.join(folder, "missing", "images.bits")
      let error = #expect(throws: FileError.self) { try Fixtures.tiny().save(to: path) }
      #expect(error?.isMissing == true)
    }
  }

  @Test func `a missing file is the file system's error`() throws {
    let error = #expect(throws: FileError.self) { try DSprites(file: "/nowhere/images.bits") }
    #expect(error?.isMissing == true)
    #expect(throws: FileError.self) { try DSprites(file: "/") }
  }

  @Test func `a changed pixel is found when asked for`() throws {
    let message = try message(after: { $0.dropLast() + [$0[$0.count - 1] ^ 1] }, verifying: true)
    #expect(message?.hasPrefix("the images in FILE changed on disk: SHA-256 ") == true)
    #expect(message?.hasSuffix(". Make the file again") == true)
  }

  @Test func `refuses other files`() throws {
    #expect(
      try message(after: { _ in [] })
        == "FILE is not a file of packed images: it has 0 bytes, fewer than the header alone. Make it again")
    #expect(
      try message(after: { [UInt8](repeating: 10, count: $0.count) })
        == "FILE is not a file of packed images: it does not start with \"retable packed images\". Make it again"
    )
    #expect(
      try message(after: { $0.replacing("images 1\n", with: "images 7\n") })
        == "FILE is not a file of packed images: its version is 7, this program reads 1. Make it again")
    #expect(
      try message(after: { $0.dropLast(512) })
        == "FILE is not a file of packed images: it holds 11776 bytes of images where its header says 12288. "
        + "Make it again")
    #expect(
      try message(after: { $0.replacing("\"width\":64", with: "\"width\":32") })
        == "FILE is not a file of packed images: its images are 32 x 64, not 64 x 64. Make it again")
    #expect(
      try message(after: { $0.replacing("{\"factors", with: "[\"factors") })?
        .hasPrefix("FILE is not a file of packed images: its header cannot be read (") == true)
    #expect(
      try message(after: { $0.replacing("[2,1,2,2,3]", with: "[2,0,2,2,3]") })?
        .hasSuffix("do not go with the sizes [2, 0, 2, 2, 3]. Make it again") == true)
  }
}

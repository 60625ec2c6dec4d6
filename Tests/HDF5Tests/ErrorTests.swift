import Files
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct HDF5ErrorTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("file.h5")
    try HDF5File.write(to: path) { root in
      try root.write([1, 2, 3], as: "numbers")
      try root.createGroup("group").attributes.write("text", as: "note")
    }
  }

  /// The message of the error that `body` must throw, with the path of the file left out.
  private func message(_ body: (Group) throws -> Void) throws -> String {
    let file = try HDF5File(reading: path)
    let error = try #require(throws: HDF5Error.self) { try body(file.root) }
    try file.close()
    return "\(error)".replacingOccurrences(of: path, with: "FILE")
  }

  private func openingMessage(_ path: String) throws -> String {
    let error = try #require(throws: HDF5Error.self) { try HDF5File(reading: path) }
    return "\(error)".replacingOccurrences(of: path, with: "FILE")
  }

  @Test func wrongTypes() throws {
    #expect(
      try message { _ = try $0.dataset("numbers").read(Float.self) }
        == "cannot read /numbers in FILE: the dataset is int64, asked for Float. Ask for the type that is stored."
    )
    #expect(
      try message { _ = try $0.dataset("numbers").read(String.self) }
        == "cannot read /numbers in FILE: the dataset is int64, asked for String. Ask for the type that is stored."
    )
    #expect(
      try message { _ = try $0.group("group").attributes.read("note", as: Int.self) }
        == "cannot read attribute /group@note in FILE: the attribute is string, asked for Int. "
        + "Ask for the type that is stored.")
  }

  @Test func wrongShapes() throws {
    #expect(
      try message { _ = try $0.dataset("numbers").readScalar(Int.self) }
        == "cannot read /numbers in FILE: the dataset has the shape [3], asked for a scalar. Read all its elements."
    )
    #expect(
      try message { _ = try $0.dataset("numbers").read(Int.self, rows: 2..<4) }
        == "cannot read /numbers in FILE: rows 2..<4 lie outside the shape [3]. Ask for rows that are there.")
  }

  @Test func missingAndMistakenObjects() throws {
    #expect(
      try message { _ = try $0.dataset("a/b") }
        == "cannot open dataset /a/b in FILE: there is no such object. "
        + "List the file with h5ls -r to see what it holds.")
    #expect(
      try message { _ = try $0.dataset("group") }
        == "cannot open dataset /group in FILE: it is a group. Name a dataset.")
    #expect(
      try message { _ = try $0.group("numbers") }
        == "cannot open group /numbers in FILE: it is a dataset. Name a group.")
    #expect(
      try message { _ = try $0.attributes.read("missing", as: Int.self) }
        == "cannot read attribute /@missing in FILE: there is no such attribute. "
        + "List the file with h5dump -A to see what it holds.")
  }

  @Test func filesOpenedForReadingCannotBeWritten() throws {
    let message = try message { try $0.write(1, as: "new") }
    #expect(message.hasPrefix("cannot create dataset /new in FILE: HDF5 says: "))
    #expect(message.contains("no write intent on file"))
  }

  @Test func closedFilesCannotBeUsed() throws {
    let file = try HDF5File(reading: path)
    let root = file.root
    try file.close()
    try file.close()
    let error = try #require(throws: HDF5Error.self) { try root.children() }
    #expect(error.reason == "the file has been closed")
  }

  @Test func namesAreWrittenOnce() throws {
    let error = try #require(throws: HDF5Error.self) {
      try HDF5File.image { root in
        try root.write(1, as: "x")
        try root.write(2, as: "x")
      }
    }
    #expect(error.object == "/x")
    #expect(error.advice == "Choose another name: objects are written once.")
  }

  @Test func textEndsAtItsFirstNUL() throws {
    let error = try #require(throws: HDF5Error.self) {
      try HDF5File.image(named: "FILE") { try $0.write("a\0b", as: "x") }
    }
    #expect(
      "\(error)"
        == "cannot write /x in FILE: text in HDF5 ends at its first NUL, and this text holds one. "
        + "Store it as UInt8 instead.")
  }

  @Test func filesThatAreNoHDF5Files() throws {
    #expect(
      try openingMessage(directory.path("missing"))
        == "cannot open FILE: No such file or directory (ENOENT). "
        + "Check that the path is right and that its folder exists.")
    #expect(try openingMessage(directory.path) == "cannot open FILE: it is a folder. Name a file in it.")
    for bytes in [[], Array("PNG and not HDF5".utf8)] {
      #expect(
        try openingMessage(directory.file("other", bytes))
          == "cannot open FILE: it is not an HDF5 file: the signature is missing. "
          + "Check the path; if the file should be one, remove it and make it again.")
    }
  }

  @Test func failingBuildsLeaveNoFile() throws {
    struct Trouble: Error {}
    #expect(throws: Trouble.self) {
      try HDF5File.write(to: directory.path("new.h5")) { _ in throw Trouble() }
    }
    #expect(throws: Trouble.self) {
      try HDF5File.writeLarge(to: directory.path("new.h5"), expectedBytes: 0) { root in
        try root.write([1.5], as: "x")
        throw Trouble()
      }
    }
    #expect(try directory.files() == ["file.h5"])
  }

  @Test func largeFilesNeedRoom() throws {
    let error = try #require(throws: FileError.self) {
      try HDF5File.writeLarge(to: directory.path("new.h5"), expectedBytes: 1 << 60) { _ in }
    }
    #expect(error.isDiskFull)
  }
}

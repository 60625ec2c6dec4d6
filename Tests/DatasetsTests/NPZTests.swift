import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct NPZTests {
  private func numbers() throws -> NPZ { try NPZ(Fixtures.path("numbers.npz")) }

  @Test(arguments: ["u1", "i4", "i8", "I4", "I8"]) func `reads integers`(name: String) throws {
    let array = try numbers().array(name)
    #expect(array.shape == [2, 3])
    #expect(array.doubles == [0, 1, 2, 3, name == "u1" ? 4 : -4, 100])
  }

  @Test func `reads truth values`() throws {
    #expect(try numbers().array("b1").doubles == [0, 0, 1, 1, 0, 1])
  }

  @Test(arguments: [("f4", 4.0), ("F4", 4.0), ("f8", 8.0), ("F8", 8.0)])
  func `reads floating point`(name: String, divisor: Double) throws {
    let array = try numbers().array(name)
    #expect(array.doubles == [0, 1, 2, 3, -4, 100].map { $0 / divisor })
  }

  @Test func `reads half precision`() throws {
    #expect(try numbers().array("half").doubles == [0, 1, 2, 3, -4, 100])
  }

  @Test func `reads scalars, empty arrays and lines`() throws {
    let archive = try numbers()
    #expect(try archive.array("scalar").shape == [])
    #expect(try archive.array("scalar").doubles == [2.5])
    #expect(try archive.array("empty").shape == [0, 3])
    #expect(try archive.array("empty").doubles == [])
    #expect(try archive.array("line").doubles == [0, 1, 2])
  }

  @Test func `lists what it has`() throws {
    #expect(
      try NPZ(Fixtures.path("tiny.npz")).names == ["metadata", "imgs", "latents_classes", "latents_values"])
  }

  @Test(arguments: [
    (
      "objects",
      "array \"objects\" of FILE cannot be read: it holds pickled Python objects, which are never loaded"
    ),
    (
      "fortran",
      "array \"fortran\" of FILE cannot be read: it is in Fortran order; save numpy.ascontiguousarray(array)"
    ),
    ("record", "array \"record\" of FILE cannot be read: its elements are records with named fields"),
    (
      "text",
      "array \"text\" of FILE cannot be read: its type is \"<U1\"; the types that can be read are "
        + "b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8"
    ),
  ])
  func `refuses what it cannot read`(name: String, message: String) throws {
    let archive = try numbers()
    let error = #expect(throws: DatasetError.self) { try archive.array(name) }
    #expect(error?.description.replacingOccurrences(of: archive.path, with: "FILE") == message)
  }

  @Test func `names the arrays when one is missing`() throws {
    let archive = try NPZ(Fixtures.path("tiny.npz"))
    let error = #expect(throws: DatasetError.self) { try archive.array("images") }
    #expect(
      error?.description
        == "\(archive.path) has no array \"images\"; it has metadata, imgs, latents_classes, latents_values")
  }

  @Test func `takes no more memory than it may`() throws {
    let archive = try NPZ(Fixtures.path("tiny.npz"))
    let error = #expect(throws: DatasetError.self) { try archive.array("imgs", limit: 1000) }
    #expect(
      error?.description
        == "array \"imgs\" of \(archive.path) claims 98304 bytes, more than the 1000 that are allowed here")
  }
}

/// Files that are no archive, or no longer one.
@Suite struct BrokenArchiveTests {
  /// The message of the error that opening and reading `imgs` throws.
  private func message(_ bytes: [UInt8]) throws -> String? {
    try Fixtures.withFile("broken.npz", bytes) { path in
      let error = #expect(throws: DatasetError.self) { try NPZ(path).array("imgs") }
      return error?.description.replacingOccurrences(of: path, with: "FILE")
    }
  }

  @Test(arguments: [
    ("", "it is empty"),
    ("\n <!DOCTYPE html><html>", "it is a web page, probably the answer of a failed download"),
    ("<html><head>", "it is a web page, probably the answer of a failed download"),
    ("version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer, not the file itself"),
    ("some text", "it has no zip signature"),
  ])
  func `says what another file is`(text: String, what: String) throws {
    #expect(try message(Array(text.utf8)) == "FILE is not an .npz archive: \(what). Download the file again")
  }

  @Test func `knows a bare array`() throws {
    #expect(
      try message([0x93] + Array("NUMPY".utf8) + [1, 0])
        == "FILE is not an .npz archive: it is a single .npy array. Download the file again")
  }

  @Test func `a truncated archive is damaged wherever it ends`() throws {
    let whole = try Fixtures.bytes("tiny.npz")
    for count in stride(from: 4, to: whole.count, by: 97) {
      let message = try message(Array(whole.prefix(count)))
      #expect(
        message?.hasPrefix("FILE is damaged: it starts like a zip archive but its end is missing") == true)
    }
  }

  @Test func `a changed pixel fails the checksum`() throws {
    var bytes = try Fixtures.bytes("stored.npz")
    let start = try #require(bytes.firstRange(of: "(3, 64, 64)".utf8)?.upperBound)
    bytes[start + 4000] ^= 1
    #expect(try message(bytes) == "FILE, member imgs, is damaged: CRC error. Download the file again")
  }

  @Test func `every changed byte of compressed data is found`() throws {
    let whole = try Fixtures.bytes("tiny.npz")
    let start = try #require(whole.firstRange(of: "imgs.npy".utf8)?.upperBound)
    let end = try #require(whole.firstRange(of: "latents_classes.npy".utf8)?.lowerBound) - 30
    for position in stride(from: start + 20, to: end, by: 41) {
      var bytes = whole
      bytes[position] ^= 0x10
      #expect(try message(bytes) != nil)
    }
  }

  @Test(arguments: [
    (
      "(3, 64, 64)", "(4, 64, 64)",
      "FILE, member imgs, is damaged: it unpacks to 12416 bytes, but an array of shape [4, 64, 64] needs 16512. Download the file again"
    ),
    (
      "(3, 64, 64), }            ", "(4611686018427387904, 4), }",
      "array \"imgs\" of FILE has a malformed .npy header: the shape [4611686018427387904, 4] has too many elements"
    ),
    (
      "(3, 64, 64), }            ", "(99999999999999999999, ), }",
      "array \"imgs\" of FILE has a malformed .npy header: a size is missing or too large at character 51"
    ),
    (
      "(3, 64, 64)", "(3, 64, -4)",
      "array \"imgs\" of FILE has a malformed .npy header: a size is missing or too large at character 58"
    ),
    (
      "'fortran_order': False, 'shape': (3", "'fortran_order': false, 'shape': (3",
      "array \"imgs\" of FILE has a malformed .npy header: True or False is missing at character 34"
    ),
    (
      "'fortran_order': False, 'shape': (3", "'fortran_orden': False, 'shape': (3",
      "array \"imgs\" of FILE has a malformed .npy header: it has the unknown key 'fortran_orden'"
    ),
    (
      "(3, 64, 64), }", "(3, 64, 64), ]",
      "array \"imgs\" of FILE has a malformed .npy header: a quoted string is missing at character 63"
    ),
  ])
  func `a header that lies is refused before memory is taken`(old: String, new: String, expected: String)
    throws
  {
    let padded = old.padding(toLength: max(old.count, new.count), withPad: " ", startingAt: 0)
    let changed = new.padding(toLength: padded.count, withPad: " ", startingAt: 0)
    #expect(try message(Fixtures.bytes("stored.npz").replacing(padded, with: changed)) == expected)
  }

  @Test func `an unknown version is named`() throws {
    var bytes = try Fixtures.bytes("stored.npz")
    let shape = try #require(bytes.firstRange(of: "(3, 64, 64)".utf8)?.lowerBound)
    let magic = try #require(bytes[..<shape].lastIndex(of: 0x93))
    bytes[magic + 6] = 9
    #expect(
      try message(bytes)
        == "array \"imgs\" of FILE cannot be read: version 9.0 of the .npy format is not known")
  }
}

extension NPZTests {
  @Test func `a scalar in the place of the images is an error`() throws {
    let folder = try TemporaryDirectory()
    let scalar = Fixtures.path("scalar.npz")
    let error = #expect(throws: DatasetError.self) { try DSprites.inspect(archive: scalar) }
    #expect(
      error?.description
        == "array \"latents_classes\" of \(scalar) has shape [] where [737280, 6] is expected")
    try folder.file(DSprites.officialFileName, Fixtures.bytes("scalar.npz"))
    guard
      case .damaged(DSprites.officialFileName, let reason) = try Catalogue.entry("dsprites").verify(
        dataFolder: folder.path)
    else {
      Issue.record("a scalar was taken for images")
      return
    }
    #expect(reason.hasPrefix("array \"latents_classes\" of "))
  }
}

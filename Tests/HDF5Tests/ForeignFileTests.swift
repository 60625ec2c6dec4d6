import CHDF5
import Files
import Foundation
import HDF5
import TestSupport
import Testing

/// Files that reach for other files, or claim what they do not hold.
@Suite(.serialized) struct ForeignFileTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("foreign.h5")
    try HDF5File.write(to: directory.path("other.h5")) { try $0.write([1.0, 2], as: "numbers") }
    try directory.file("numbers.bin", [UInt8](repeating: 0, count: 16))
  }

  /// Makes a file with the library itself, which writes what this module does not.
  private func make(_ body: (hid_t) -> hid_t) throws {
    // The module prepares the library.
    _ = try HDF5File.image { _ in }
    let file = H5Fcreate(path, 2, 0, 0)
    #expect(file >= 0)
    #expect(body(file) >= 0)
    #expect(H5Fclose(file) >= 0)
  }

  private func dataset(_ file: hid_t, _ shape: [hsize_t], _ properties: hid_t) -> hid_t {
    let space = H5Screate_simple(Int32(shape.count), shape, nil)
    defer { H5Sclose(space) }
    let created = H5Dcreate2(file, "numbers", CHDF5_H5T_IEEE_F64LE(), space, 0, properties, 0)
    return created < 0 ? created : hid_t(H5Dclose(created))
  }

  private func reason() throws -> String {
    let root = try HDF5File(reading: path).root
    return try #require(throws: HDF5Error.self) { try root.dataset("numbers").read(Double.self) }.reason
  }

  @Test func linksAreNotFollowed() throws {
    let expected = "/numbers is a link to another file or to another name, which is not followed"
    try make { hid_t(H5Lcreate_external("other.h5", "/numbers", $0, "numbers", 0, 0)) }
    #expect(try reason() == expected)
    let error = try #require(throws: HDF5Error.self) { try HDF5File(reading: path).root.children() }
    #expect(error.reason == expected)
    try make { hid_t(H5Lcreate_soft("/elsewhere", $0, "numbers", 0, 0)) }
    #expect(try reason() == expected)
    let pipe = directory.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    try make { hid_t(H5Lcreate_external(pipe, "/numbers", $0, "numbers", 0, 0)) }
    #expect(try reason() == expected)
  }

  @Test func elementsInOtherFilesAreNotRead() throws {
    let expected = "its elements lie in other files, which are not read"
    try make { file in
      let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
      defer { H5Pclose(properties) }
      H5Pset_external(properties, directory.path("numbers.bin"), 0, 16)
      return dataset(file, [2], properties)
    }
    #expect(try reason() == expected)
    try make { file in
      let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
      defer { H5Pclose(properties) }
      let space = H5Screate_simple(1, [2], nil)
      defer { H5Sclose(space) }
      H5Pset_virtual(properties, space, directory.path("other.h5"), "/numbers", space)
      return dataset(file, [2], properties)
    }
    #expect(try reason() == expected)
  }

  @Test func whatIsNotThereIsNotAllocated() throws {
    try make { file in
      let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
      defer { H5Pclose(properties) }
      H5Pset_chunk(properties, 1, [1024])
      return dataset(file, [100_000_000], properties)
    }
    #expect(try reason() == "it claims 800000000 bytes of elements and holds 0")
    // Axes that one would count along, though there is nothing at their places.
    try make { file in
      let properties = H5Pcreate(CHDF5_H5P_DATASET_CREATE())
      defer { H5Pclose(properties) }
      return dataset(file, [1 << 40, 0], properties)
    }
    #expect(try reason() == "it claims more elements than the memory of this machine holds")
  }

  @Test func aPipeIsNoFile() throws {
    #expect(mkfifo(path, 0o600) == 0)
    let error = try #require(throws: HDF5Error.self) { try HDF5File(reading: path) }
    #expect(error.reason == "it is a pipe, a socket or a device")
  }

  @Test func compressedZerosAreRead() throws {
    try HDF5File.write(to: path) {
      try $0.write([Double](repeating: 0, count: 1 << 18), as: "numbers", layout: .compressed)
    }
    #expect(try HDF5File(reading: path).root.dataset("numbers").read(Double.self).count == 1 << 18)
  }
}

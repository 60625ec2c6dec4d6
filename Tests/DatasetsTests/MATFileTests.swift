import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct MATFileTests {
  private static func fixture(_ name: String) throws -> MATFile {
    try MATFile(Fixtures.path("matlab/\(name).mat"))
  }

  /// Elements as a packed one: a zlib stream of one stored block and its checksum (RFC 1950 and 1951).
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }
    let (first, second) = bytes.reduce((1, 0)) { sums, byte in
      let first = (sums.0 + Int(byte)) % 65521
      return (first, (sums.1 + first) % 65521)
    }
    let length = little(bytes.count, 2)
    let stream =
      [0x78, 0x01, 0x01] + length + length.map { ~$0 } + bytes + little(second << 16 | first, 4).reversed()
    return little(15, 4) + little(stream.count, 4) + stream
  }

  @Test func `lists variables with class and shape, whatever they are`() throws {
    let file = try Self.fixture("labels-first")
    #expect(file.variables.map(\.name) == ["y", "X", "notes", "more"])
    #expect(file.variables.map(\.type) == ["uint8", "uint8", "char", "cell"])
    #expect(file.variables.map(\.shape) == [[2, 1], [32, 32, 3, 2], [1, 10], [1, 2]])
    #expect(try Self.fixture("int16").variables.map(\.type) == ["int16", "uint8"])
    #expect(try Self.fixture("one").variables.map(\.shape) == [[32, 32, 3], [1, 1]])
  }

  @Test(arguments: ["packed", "packed-double", "plain"]) func `numbers of every class`(name: String) throws {
    let numbers = try Self.fixture(name).withNumbers(of: "y") { try $0.doubles(limit: 56) }
    #expect(numbers == [1, 2, 10, 4, 5, 10, 9])
  }

  /// MATLAB stores whole numbers of any class in the shortest type that holds them.
  @Test func `numbers of every storage`() {
    func doubles(_ type: UInt32, _ bytes: [UInt8]) -> [Double]? {
      bytes.withUnsafeBytes { MATTag.storages[type]?.doubles($0) }
    }
    #expect(doubles(1, [1, 0xff]) == [1, -1])
    #expect(doubles(2, [1, 0xff]) == [1, 255])
    #expect(doubles(3, [1, 2, 0xfe, 0xff]) == [513, -2])
    #expect(doubles(4, [1, 2, 0xfe, 0xff]) == [513, 65534])
    #expect(doubles(5, [1, 2, 0, 0, 0xfe, 0xff, 0xff, 0xff]) == [513, -2])
    #expect(doubles(6, [1, 2, 0, 0, 0xfe, 0xff, 0xff, 0xff]) == [513, 4_294_967_294])
    #expect(doubles(7, [0, 0, 0x20, 0x40]) == [2.5])
    #expect(doubles(9, [0, 0, 0, 0, 0, 0, 4, 0x40]) == [2.5])
    #expect(doubles(12, [0xfe] + [UInt8](repeating: 0xff, count: 7)) == [-2])
    #expect(doubles(13, [1, 2, 0, 0, 0, 0, 0, 0]) == [513])
    #expect(MATTag.storages.count == 10)
  }

  @Test func `a limit is kept before memory is taken`() throws {
    let file = try Self.fixture("packed-double")
    let error = #expect(throws: DatasetError.self) {
      try file.withNumbers(of: "y") { try $0.doubles(limit: 55) }
    }
    #expect(
      error?.description
        == "\(file.path), member y, is damaged: it has 56 bytes of numbers, more than the 55 that are allowed here. "
        + "Download the file again")
  }

  @Test func `what holds no numbers is named`() throws {
    let file = try Self.fixture("cell")
    let error = #expect(throws: DatasetError.self) { try file.withNumbers(of: "X") { _ in } }
    #expect(
      error?.description
        == "\(file.path), member X, is damaged: it holds no numbers but a cell array. Download the file again"
    )
  }

  @Test func `a packed variable is as good as a plain one, and its checksum counts`() throws {
    let folder = try TemporaryDirectory()
    let plain = try Fixtures.bytes("matlab/one.mat")
    // The tag of X says where y begins.
    let length = 8 + plain[132..<136].reversed().reduce(0) { $0 << 8 | Int($1) }
    let (images, labels) = (Array(plain[128..<(128 + length)]), Array(plain[(128 + length)...]))
    var bytes = plain[..<128] + Self.packed(images) + Self.packed(labels)
    func read() throws -> [Double] {
      try MATFile(folder.file("x", bytes)).withNumbers(of: "X") { try $0.doubles(limit: 1 << 20) }
    }
    let whole = try MATFile(Fixtures.path("matlab/one.mat")).withNumbers(of: "X") {
      try $0.doubles(limit: 1 << 20)
    }
    #expect(try read() == whole && whole.count == 3072)
    bytes[1000] ^= 1
    let error = #expect(throws: DatasetError.self) { try read() }
    #expect(
      error?.description
        == "\(folder.path("x")), member X, is damaged: its compressed bytes are wrong (incorrect data check). "
        + "Download the file again")
  }

  @Test func `a variable that is there twice is refused`() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Fixtures.bytes("matlab/packed.mat")
    let path = try folder.file("x", bytes + bytes[128...])
    let error = #expect(throws: DatasetError.self) { try MATFile(path).variable("y") }
    #expect(error?.description == "\(path), member y, is damaged: it is there twice. Download the file again")
  }

  @Test func `sizes that no file can have are refused`() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Fixtures.bytes("matlab/one.mat")
    func message(_ place: Int, _ value: [UInt8]) throws -> String? {
      var changed = bytes
      changed.replaceSubrange(place..<(place + value.count), with: value)
      let path = try folder.file("x", changed)
      return #expect(throws: DatasetError.self) {
        try MATFile(path).withNumbers(of: "X") { try $0.doubles(limit: .max) }
      }?.description.replacing("\(path)", with: "x")
    }
    // X begins at 128 with its tag; flags at 136, dimensions at 152, the name at 176, its numbers at 184.
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0x7f]
    #expect(
      try message(160, huge + huge + huge)
        == "x, member X, is damaged: 3072 bytes of numbers cannot have the shape [2147483647, 2147483647, 2147483647]. "
        + "Download the file again")
    #expect(
      try message(160, [0xff, 0xff, 0xff, 0xff])
        == "x is damaged: a variable has the shape [-1, 32, 3]. Download the file again")
    #expect(
      try message(132, huge)
        == "x is damaged: it is truncated: 3320 bytes of at least 2147483783. Download the file again")
    #expect(
      try message(128, [7]) == "x is damaged: at byte 128 there is no variable. Download the file again")
  }
}

import Files
import Foundation
import HDF5
import TestSupport
import Testing

/// Python, where one with h5py is found: `RETABLE_PYTHON`, else `python3`.
private enum Reference {
  static let script = Paths.join(Paths.parent(of: #filePath), "reference", "check_with_h5py.py")

  static let isAvailable = (try? run(["-c", "import h5py"]).status) == 0

  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["RETABLE_PYTHON"] ?? "python3"
    process.arguments = [python] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}

@Suite(.enabled(if: Reference.isAvailable, "needs python3 with h5py (RETABLE_PYTHON names another python)"))
struct ReferenceTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private func write(_ root: Group) throws {
    let group = try root.createGroup("group")
    try group.write((0..<6).map { Float($0) / 2 }, as: "numbers", shape: [2, 3])
    try group.write(Array(0..<1000), as: "packed", layout: .compressed)
    try root.write(UInt64.max, as: "scalar")
    try root.write([true, false], as: "flags")
    try root.write(["plain", "", "Größe β"], as: "words")
    try root.write("one", as: "word")
    try group.attributes.write("β-VAE", as: "text")
    try group.attributes.write(["a", "b"], as: "texts")
    try group.attributes.write(0.25, as: "number")
    try group.attributes.write(true, as: "flag")
    try group.attributes.write([1, 2, 3] as [Int32], as: "numbers")
  }

  @Test func h5pyReadsWhatWeWrite() throws {
    let small = directory.path("small.h5")
    let large = directory.path("large.h5")
    try HDF5File.write(to: small) { try write($0) }
    try HDF5File.writeLarge(to: large, expectedBytes: 0) { try write($0) }
    for path in [small, large] {
      let (status, output) = try Reference.run([Reference.script, path])
      #expect(status == 0, "\(output)")
    }
  }

  @Test func weReadWhatH5pyWrites() throws {
    let path = directory.path("file.h5")
    let (status, output) = try Reference.run([Reference.script, "--write", path])
    try #require(status == 0, "\(output)")
    let root = try HDF5File(reading: path).root
    #expect(try root.dataset("numbers").read(Int32.self) == Array(0..<6))
    #expect(try root.dataset("numbers").shape == [2, 3])
    #expect(try root.dataset("packed").read(Double.self) == (0..<1000).map { Double($0) })
    #expect(try root.dataset("flags").read(Bool.self) == [true, false])
    #expect(try root.dataset("words").read(String.self) == ["plain", "Größe β"])
    #expect(try root.dataset("fixed").read(String.self) == ["ab", "abcd"])
    #expect(try root.dataset("complex").type == .other("a compound type"))
    #expect(try root.attributes.read("text", as: String.self) == "β-VAE")
    #expect(try root.group("later").children().map(\.name) == ["inner"])
  }
}

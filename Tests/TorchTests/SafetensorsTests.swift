import Files
import Foundation
import Glibc
import TestSupport
import Testing
import Torch

@Suite("Safetensors files")
struct SafetensorsTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  /// Bytes of a file with this header text.
  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + data
  }

  @Test("tensors, bytes and metadata come back bit for bit")
  func roundTrip() throws {
    let values: [Float] = [1, -0.0, .infinity, .leastNonzeroMagnitude, .nan, 1e-7]
    let path = folder.path("a.safetensors")
    try Safetensors.write(
      tensors: [
        NamedTensor("b", try Tensor(values, shape: [3, 2]).requireGradient()),
        NamedTensor("a", try Tensor([7], shape: [])), NamedTensor("none", try Tensor([], shape: [0, 4])),
      ],
      bytes: [("state", [1, 2, 255])], metadata: ["key \"q\"": "value\n\u{e9}"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["a", "b", "none", "state"])
    #expect(try file.tensor(named: "b").elements().map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try file.shape(of: "b") == [3, 2])
    #expect(try file.tensor(named: "a").scalar() == 7)
    #expect(try file.tensor(named: "none").shape == [0, 4])
    #expect(try file.bytes(named: "state") == [1, 2, 255])
    #expect(try file.metadata("key \"q\"") == "value\n\u{e9}")
  }

  @Test("the layout is that of the format: length, header, little-endian elements, no gaps")
  func layout() throws {
    let path = folder.path("a.safetensors")
    try Safetensors.write(tensors: [NamedTensor("w", try Tensor([1, 2], shape: [2, 1]))], to: path)
    let header = #"{"__metadata__":{},"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let expected = SafetensorsTests.file(padded, data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == expected)
  }

  @Test("files of other writers: unaligned elements, types that are not ours")
  func foreign() throws {
    let header =
      #"{"h":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},"f":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#
    let path = try folder.file(
      "a", SafetensorsTests.file(header, data: [0, 0, 0, 0, 0x80, 0x3F]))
    let file = try SafetensorsFile(path: path)
    #expect(try file.tensor(named: "f").elements() == [1])
    #expect(throws: TorchError.file(path: path, message: "h has type BF16, expected F32")) {
      try file.tensor(named: "h")
    }
  }

  @Test("a file that does not fit is refused before the first tensor changes")
  func loading() throws {
    let path = folder.path("a")
    try Safetensors.write(
      tensors: [
        NamedTensor("a", try Tensor([1, 2], shape: [2])), NamedTensor("b", try Tensor([3], shape: [1])),
      ], to: path)
    let file = try SafetensorsFile(path: path)
    let a = try Tensor(repeating: 0, shape: [2])
    #expect(throws: TorchError.file(path: path, message: "b has shape [1], the model needs [1, 1]")) {
      try file.load(into: [NamedTensor("a", a), NamedTensor("b", Tensor([0], shape: [1, 1]))])
    }
    #expect(throws: TorchError.file(path: path, message: "has no entry c")) {
      try file.load(into: [NamedTensor("a", a), NamedTensor("c", a)])
    }
    #expect(try a.elements() == [0, 0])
    try file.load(into: [NamedTensor("a", a)])
    #expect(try a.elements() == [1, 2])
    #expect(throws: TorchError.file(path: path, message: "a has type F32, expected U8")) {
      try file.bytes(named: "a")
    }
    #expect(throws: TorchError.file(path: path, message: "has no metadata x")) { try file.metadata("x") }
  }

  @Test("files that cannot be opened or made")
  func unreachable() {
    let missing = folder.path("missing")
    for path in [missing, folder.path] {
      let error = #expect(throws: TorchError.self) { try SafetensorsFile(path: path) }
      #expect(error?.description.hasPrefix("\(path): cannot be read: ") == true)
    }
    let nowhere = "\(missing)/a"
    #expect(throws: FileError("create", nowhere, code: ENOENT)) {
      try Safetensors.write(tensors: [], to: nowhere)
    }
  }
}

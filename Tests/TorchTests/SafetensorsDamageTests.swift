import Foundation
import TestSupport
import Testing
import Torch

@Suite("Damaged safetensors files are refused, or read as what they then say")
struct SafetensorsDamageTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  private func whole() throws -> [UInt8] {
    let path = folder.path("whole")
    try Safetensors.write(
      tensors: [
        NamedTensor("weights.a", try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])),
        NamedTensor("weights.b", try Tensor([7], shape: [1])),
      ], bytes: [("state", [1, 2, 3])], metadata: ["format": "test"], to: path)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test("cut off anywhere")
  func truncated() throws {
    let bytes = try whole()
    for length in 0..<bytes.count {
      let path = try folder.file("cut", bytes.prefix(length))
      let error = #expect(throws: TorchError.self) { try SafetensorsFile(path: path) }
      #expect(error?.description.hasPrefix("\(path): ") == true)
    }
  }

  @Test("grown by a byte")
  func grown() throws {
    let path = try folder.file("grown", whole() + [0])
    #expect(throws: TorchError.file(path: path, message: "damaged: 1 bytes belong to no entry")) {
      try SafetensorsFile(path: path)
    }
  }

  @Test("a flipped bit in any byte: a typed error, or a file that holds what it says")
  func flipped() throws {
    let bytes = try whole()
    var refused = 0
    try ByteFlips.forEach(of: bytes) { _, damaged in
      let path = try folder.file("flipped", damaged)
      do {
        let file = try SafetensorsFile(path: path)
        let a = try Tensor(repeating: 0, shape: [2, 3])
        try file.load(into: [NamedTensor("weights.a", a), NamedTensor("weights.b", Tensor([0], shape: [1]))])
        _ = try file.bytes(named: "state")
      } catch is TorchError {
        refused += 1
      }
    }
    // Most of the header carries meaning, and the elements are nobody's to judge here.
    #expect(refused > bytes.count / 2)
  }

  @Test(
    "headers that lie",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,400]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "the entry a does not describe bytes"),
      (
        #"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,4]}}"#,
        "the entry a does not describe bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#,
        "the entry a does not describe bytes"
      ),
      (#"{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e30]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#, "the entry a does not describe bytes"),
      (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, "the entry a does not describe bytes"),
      (#"{"a":null}"#, "the entry a does not describe bytes"),
      (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}"#, "entries overlap or leave gaps"),
      (
        #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
        "entries overlap or leave gaps"
      ),
      (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "1 bytes belong to no entry"),
      (#"{}"#, "4 bytes belong to no entry"),
      (#"[]"#, "the header is no JSON object"),
      (#"{"a":"#, "the header is no JSON object"),
      ("", "the header is no JSON object"),
    ])
  func lies(_ header: String, _ reason: String) throws {
    let path = try folder.file("lie", SafetensorsTests.file(header, data: [0, 0, 0, 0]))
    let error = #expect(throws: TorchError.self) { try SafetensorsFile(path: path) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("a header that nests without end is refused")
  func nested() throws {
    let header = String(repeating: "[", count: 200_000)
    let path = try folder.file("deep", SafetensorsTests.file(header))
    #expect(
      throws: TorchError.file(path: path, message: "not a safetensors file: the header is no JSON object")
    ) {
      try SafetensorsFile(path: path)
    }
  }

  @Test("a header length beyond the file, up to the largest number", arguments: [9, 1 << 40, UInt64.max])
  func length(_ length: UInt64) throws {
    let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}".utf8)
    let path = try folder.file("long", bytes)
    let reason = "truncated or not a safetensors file: a header of \(length) bytes in a file of 10"
    #expect(throws: TorchError.file(path: path, message: reason)) { try SafetensorsFile(path: path) }
  }

  @Test("mutants: a typed error, or a file that holds what it says")
  func mutants() throws {
    let bytes = try whole()
    var mutator = Mutator(seed: 4)
    let count = Mutator.count(default: 3000)
    var refused = 0
    for _ in 0..<count {
      let path = try folder.file("mutant", mutator.mutant(of: bytes))
      do {
        let file = try SafetensorsFile(path: path)
        for name in file.names {
          _ = try? file.tensor(named: name)
          _ = try? file.bytes(named: name)
        }
        try file.load(into: [NamedTensor("weights.a", Tensor(repeating: 0, shape: [2, 3]))])
      } catch is TorchError {
        refused += 1
      }
    }
    #expect(refused > count / 2)
    print("mutants of safetensors: \(count), refused \(refused)")
  }

  @Test("a pipe and a folder are no files")
  func otherThings() throws {
    let pipe = folder.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, folder.path] {
      let error = #expect(throws: TorchError.self) { try SafetensorsFile(path: path) }
      #expect(error?.description.hasPrefix("\(path): cannot be read: it is no regular file") == true)
    }
  }

  @Test("bytes that are something else")
  func garbage() throws {
    let image = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D] as [UInt8]
    for bytes in [[], [0], image, [UInt8](repeating: 0, count: 64)] {
      let path = try folder.file("garbage", bytes)
      #expect(throws: TorchError.self) { try SafetensorsFile(path: path) }
    }
  }
}

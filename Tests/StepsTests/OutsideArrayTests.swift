import Datasets
import Files
import Foundation
import TestSupport
import Testing

@testable import Steps

/// Arrays as NumPy, h5py and safetensors have written them (reference/arrays.py).
@Suite struct OutsideArrayTests {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("reference/arrays/\(name)").path
  }

  private func open(_ text: String) throws -> any OutsideArray {
    let reference = try #require(ArrayReference(Self.path(text)))
    return try OutsideArrays.open(reference.path, format: reference.format, member: reference.member)
  }

  /// Everything in it, in blocks of three rows, so that the last one is shorter.
  private func rows(_ text: String, flatten: Bool = false) throws -> [Float] {
    let array = try open(text)
    try array.requireRows(flatten: flatten)
    var rows: [Float] = []
    var next = 0
    try array.forEachBlock(of: 3) { range, block in
      #expect(range.lowerBound == next)
      #expect(block.count == range.count * array.columns)
      next = range.upperBound
      rows += block
    }
    #expect(next == array.rows)
    #expect(try array.doubles().count == rows.count)
    return rows
  }

  /// What keeps an array from being read, with its name in front.
  private func problem(_ text: String, flatten: Bool = false) -> String? {
    #expect(throws: StepsError.self) { try rows(text, flatten: flatten) }?.description
  }

  private static let whole = (0..<24).map(Float.init)
  private static let halves = whole.map { $0 / 4 - 2 }
  private static let truths: [Float] = (0..<24).map { $0 % 3 == 0 ? 1 : 0 }

  private static func expected(_ type: String) -> [Float] {
    let type = type.lowercased()
    if type.hasPrefix("bo") { return truths }
    return type.hasPrefix("f") || type.hasPrefix("bf") ? halves : whole
  }

  static let numPyTypes = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "bool",
  ]

  @Test(arguments: numPyTypes) func `reads every type of NumPy's`(type: String) throws {
    #expect(try rows("\(type).npy") == Self.expected(type))
    #expect(try open("\(type).npy").doubles() == Self.expected(type).map(Double.init))
  }

  @Test func `puts Fortran order into C order`() throws {
    #expect(try rows("fortran.npy") == Self.halves)
    #expect(try rows("fortran-4d.npy", flatten: true) == Self.halves)
    #expect(try rows("stored.npz:f") == Self.halves)
    #expect(try rows("packed.npz:f") == Self.halves)
  }

  @Test func `reads members of archives`() throws {
    #expect(try rows("stored.npz:c") == Self.halves)
    #expect(try rows("packed.npz:c") == Self.halves)
    #expect(try rows("one.npz") == Self.whole)
    #expect(problem("stored.npz") == "stored.npz holds c, f, big; name one of them behind a colon")
    #expect(problem("stored.npz:d") == "stored.npz holds c, f, big, and no array `d`")
  }

  @Test(arguments: numPyTypes) func `reads every type of h5py's`(type: String) throws {
    #expect(try rows("arrays.h5:/\(type)") == Self.expected(type))
  }

  @Test func `reads datasets of any layout and byte order`() throws {
    #expect(try rows("arrays.h5:/packed/rows") == Self.halves)
    #expect(try rows("arrays.h5:packed/rows") == Self.halves)
    #expect(try rows("arrays.h5:/big-endian") == Self.halves)
    #expect(try rows("arrays.h5:/4d", flatten: true) == Self.halves)
    #expect(try rows("one.h5") == Self.halves)
    #expect(try rows("latest.h5") == Self.halves, "the newest format, and the only array is in a group")
  }

  @Test(arguments: [
    "BOOL", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "F16", "BF16", "F32", "F64",
  ])
  func `reads every type of safetensors`(type: String) throws {
    #expect(try rows("tensors.safetensors:\(type)") == Self.expected(type))
  }

  @Test func `takes the only tensor without a name`() throws {
    #expect(try rows("one.safetensors") == Self.halves)
    #expect(try rows("tensors.safetensors:4d", flatten: true) == Self.halves)
  }

  @Test func `refuses what are no rows of numbers`() {
    #expect(
      problem("4d.npy")
        == "4d.npy has the shape [4, 3, 1, 2], where rows of numbers are wanted, an array of two axes; with "
        + "`flatten: true` (or `--set flatten=true`) all that belongs to an item becomes its row")
    #expect(
      problem("1d.npy")
        == "1d.npy has the shape [4], where rows of numbers are wanted, an array of two axes; with `flatten: true` (or "
        + "`--set flatten=true`) all that belongs to an item becomes its row")
    #expect(
      problem("0d.npy", flatten: true)
        == "0d.npy has the shape [], where rows of numbers are wanted, an array of two axes")
    #expect(problem("empty.npy") == "empty.npy has the shape [0, 6], and holds no number")
    #expect(throws: Never.self) { try rows("1d.npy", flatten: true) }
  }

  @Test func `refuses what cannot be read`() {
    #expect(
      problem("big-endian.npy")
        == "big-endian.npy is big-endian; save array.astype(array.dtype.newbyteorder('<'))")
    #expect(
      problem("stored.npz:big")
        == "stored.npz:big is big-endian; save array.astype(array.dtype.newbyteorder('<'))")
    #expect(
      problem("objects.npy")
        == "objects.npy cannot be read: it holds pickled Python objects, which are never loaded")
    #expect(
      problem("complex.npy")
        == "complex.npy cannot be read: its type is \"<c8\"; the types that can be read are b1, i1, i2, i4, i8, u1, u2, "
        + "u4, u8, f2, f4, f8")
    #expect(
      problem("tensors.safetensors:no")?.hasPrefix("tensors.safetensors holds 4d, BF16, BOOL, ") == true)
  }

  @Test func `a folder is told as one`() throws {
    let folder = try TemporaryDirectory()
    for (name, words) in ["a.npy": "it is a folder", "a.safetensors": "it is no regular file"] {
      try POSIXFileSystem().makeDirectories(folder.path(name))
      let format = try #require(ArrayReference(name)?.format)
      let error = #expect(throws: StepsError.self) {
        try OutsideArrays.open(folder.path(name), format: format, member: "")
      }
      #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
    }
  }

  @Test func `follows no link out of an HDF5 file, and believes no size`() {
    func reason(_ text: String) -> String? { problem(text)?.replacing(Self.path("arrays.h5"), with: "FILE") }
    let link =
      "is a link to another file or to another name, which is not followed. Copy what it leads to into the file itself."
    #expect(reason("arrays.h5:/outside") == "cannot look for /outside in FILE: /outside \(link)")
    #expect(reason("arrays.h5:/soft") == "cannot look for /soft in FILE: /soft \(link)")
    #expect(
      reason("arrays.h5:/text")
        == "cannot read /text in FILE: the dataset is string, asked for numbers. Store numbers."
        || reason("arrays.h5:/text")?.hasPrefix("text has the shape [2]") == true
        || reason("arrays.h5:/text")?.hasPrefix("arrays.h5:/text has the shape [2]") == true)
    #expect(
      reason("arrays.h5:/nothing")
        == "arrays.h5 holds /4d, /big-endian, /bool, /float16, /float32, /float64, /int16, /int32, /int64, /int8, …, and no "
        + "array `/nothing`")
    #expect(
      problem("lzf.h5")?.hasSuffix(
        "It is compressed by a filter that is not HDF5's own: write it with gzip, or uncompressed.") == true)
    #expect(reason("one.h5:nothing") == "one.h5 holds /only, and no array `nothing`")
  }

  @Test func `damage is told by the file's name`() throws {
    let folder = try TemporaryDirectory()
    func problem(_ name: String, _ bytes: [UInt8]) throws -> String? {
      let path = folder.path(name)
      try POSIXFileSystem().removeTree(path)
      try folder.file(name, bytes)
      let reference = try #require(ArrayReference(path))
      return #expect(throws: StepsError.self) {
        try OutsideArrays.open(path, format: reference.format, member: "").forEachBlock { _, _ in }
      }?.description.replacing(folder.path, with: "FOLDER")
    }
    let npy = try POSIXFileSystem().contents(of: Self.path("float32.npy"))
    #expect(
      try problem("cut.npy", Array(npy.dropLast()))
        == "cut.npy is damaged: it holds 95 bytes of elements, but an array of shape [4, 6] needs 96; write it again"
    )
    #expect(
      try problem("text.npy", Array("hello, world".utf8))
        == "text.npy has a malformed .npy header: it does not start with \\x93NUMPY")
    #expect(try problem("wrong.npz", npy) == "wrong.npz is no .npz archive: it is a single .npy array")
    var packed = try POSIXFileSystem().contents(of: Self.path("one.npz"))
    let body = try #require(packed.firstRange(of: "only.npy".utf8)?.upperBound)
    packed[body + 60] ^= 0x55
    #expect(try problem("packed.npz", packed)?.hasPrefix("packed.npz:only is damaged: ") == true)
    #expect(
      try problem("short.safetensors", [1, 2, 3])
        == "FOLDER/short.safetensors: not a safetensors file: 3 bytes hold no header")
    #expect(
      try problem("no.h5", Array("no HDF5".utf8))
        == "cannot open FOLDER/no.h5: it is not an HDF5 file: the signature is missing. Check the path; if the file should "
        + "be one, remove it and make it again.")
  }
}

/// Files that somebody has damaged on purpose or by accident: an error or numbers, never a trap.
@Suite struct OutsideArrayMutantTests {
  @Test(arguments: ["fortran-4d.npy", "packed.npz", "stored.npz", "tensors.safetensors"])
  func `no mutant of a file ends the program`(name: String) throws {
    let folder = try TemporaryDirectory()
    let whole = try POSIXFileSystem().contents(of: OutsideArrayTests.path(name))
    var mutator = Mutator(seed: 11)
    let path = folder.path(name)
    let reference = try #require(ArrayReference(path))
    for _ in 0..<Mutator.count(default: 400) {
      try POSIXFileSystem().removeTree(path)
      try folder.file(name, mutator.mutant(of: whole))
      for member in ["", "c", "f", "F32"] {
        guard let array = try? OutsideArrays.open(path, format: reference.format, member: member),
          (try? array.requireRows(flatten: true)) != nil
        else { continue }
        try? array.forEachBlock { _, block in try array.requireFinite(block, from: 0) }
        _ = try? array.doubles()
      }
    }
  }
}

@Suite struct ArrayReferenceTests {
  @Test func `a name behind a colon stands for an array in a file`() throws {
    let reference = try #require(ArrayReference("../out:puts/Features.H5:/net/layer:4"))
    #expect(reference.path == "../out:puts/Features.H5")
    #expect(reference.member == "/net/layer:4")
    #expect(reference.format == .hdf5)
    #expect(ArrayReference("a.npy")?.member == "")
    #expect(ArrayReference("a.safetensors:w")?.format == .safetensors)
    #expect(ArrayReference("codes-{repeat}.npz:z")?.of(repetition: 0).path == "codes-1.npz")
  }

  @Test func `other files are told what they are`() {
    #expect(ArrayReference.problem(with: "a.npy") == nil)
    #expect(ArrayReference.problem(with: "a.npz:x") == nil)
    #expect(
      ArrayReference.problem(with: "a.csv")
        == "must name an array in a .npy, .npz, .h5, .hdf5 or .safetensors file, but is `a.csv`")
    #expect(
      ArrayReference.problem(with: "model.PT")
        == "must name an array in a .npy, .npz, .h5, .hdf5 or .safetensors file, but is `model.PT`, which holds pickled "
        + "objects; these are never loaded, because they can be any program")
    #expect(
      ArrayReference.problem(with: "a.npy:x")
        == "names `x` in a .npy file, which holds one array without a name: `a.npy:x`")
    #expect(ArrayReference.problem(with: ".npy") != nil)
  }
}

import Files
import HDF5
import TestSupport
import Testing

@Suite struct RoundTripTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  /// Writes `values`, reads them back from the bytes of the file, and compares.
  private func check<T: NumericElement>(_ values: [T], _ type: ElementType) throws {
    let image = try HDF5File.image { root in
      try root.write(values, as: "values")
      try root.write(values[0], as: "scalar")
      try root.attributes.write(values, as: "array")
      try root.attributes.write(values[0], as: "scalar")
    }
    let root = try HDF5File(image: image).root
    let dataset = try root.dataset("values")
    #expect(dataset.type == type)
    #expect(dataset.shape == [values.count])
    #expect(try dataset.read(T.self) == values)
    #expect(try root.dataset("scalar").shape == [])
    #expect(try root.dataset("scalar").readScalar(T.self) == values[0])
    #expect(try root.attributes.readArray("array", as: T.self) == values)
    #expect(try root.attributes.read("scalar", as: T.self) == values[0])
  }

  @Test func numbersOfEveryType() throws {
    try check([-1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity] as [Float], .float)
    try check([-1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0] as [Double], .double)
    try check([.min, -1, 0, .max] as [Int8], .int8)
    try check([.min, -1, 0, .max] as [Int16], .int16)
    try check([.min, -1, 0, .max] as [Int32], .int32)
    try check([.min, -1, 0, .max] as [Int64], .int64)
    try check([.min, -1, 0, .max] as [Int], .int64)
    try check([0, 1, .max] as [UInt8], .uint8)
    try check([0, 1, .max] as [UInt16], .uint16)
    try check([0, 1, .max] as [UInt32], .uint32)
    try check([0, 1, .max] as [UInt64], .uint64)
  }

  @Test func notANumberKeepsItsBits() throws {
    let odd = Float(bitPattern: 0x7FC0_1234)
    let image = try HDF5File.image { try $0.write([odd], as: "x") }
    #expect(try HDF5File(image: image).root.dataset("x").read(Float.self)[0].bitPattern == odd.bitPattern)
  }

  @Test func textAndTruthValues() throws {
    let words = ["plain", "", "Größe β-VAE 猫", "🧪"]
    let flags = [true, false, true]
    let image = try HDF5File.image { root in
      try root.write(words, as: "words")
      try root.write("one", as: "word")
      try root.write(flags, as: "flags")
      try root.write(true, as: "flag")
      try root.attributes.write(words, as: "words")
      try root.attributes.write("one", as: "word")
      try root.attributes.write(flags, as: "flags")
      try root.attributes.write(false, as: "flag")
    }
    let root = try HDF5File(image: image).root
    #expect(try root.dataset("words").read(String.self) == words)
    #expect(try root.dataset("words").type == .string)
    #expect(try root.dataset("word").readScalar(String.self) == "one")
    #expect(try root.dataset("flags").read(Bool.self) == flags)
    #expect(try root.dataset("flags").type == .bool)
    #expect(try root.dataset("flag").readScalar(Bool.self))
    #expect(try root.attributes.readArray("words", as: String.self) == words)
    #expect(try root.attributes.read("word", as: String.self) == "one")
    #expect(try root.attributes.readArray("flags", as: Bool.self) == flags)
    #expect(try root.attributes.read("flag", as: Bool.self) == false)
    #expect(try root.attributes.names() == ["flag", "flags", "word", "words"])
  }

  @Test func emptyThings() throws {
    let image = try HDF5File.image { root in
      try root.write([Float](), as: "numbers", shape: [0, 3], layout: .compressed)
      try root.write([String](), as: "words")
      try root.attributes.write([Int](), as: "attribute")
    }
    let root = try HDF5File(image: image).root
    #expect(try root.dataset("numbers").shape == [0, 3])
    #expect(try root.dataset("numbers").read(Float.self) == [])
    #expect(try root.dataset("numbers").read(Float.self, rows: 0..<0) == [])
    #expect(try root.dataset("words").read(String.self) == [])
    #expect(try root.attributes.readArray("attribute", as: Int.self) == [])
  }

  @Test func groupsAndTheirChildren() throws {
    let path = directory.path("file.h5")
    try HDF5File.write(to: path) { root in
      try root.createGroup("b/inner").write(1, as: "x")
      try root.group("b").attributes.write("two", as: "note")
      try root.write(2, as: "a")
      try root.write(3, as: "B/y")
    }
    let file = try HDF5File(reading: path)
    #expect(try file.root.children().map(\.name) == ["B", "a", "b"])
    #expect(try file.root.children().map(\.kind) == [.group, .dataset, .group])
    #expect(try file.root.group("b").children().map(\.name) == ["inner"])
    #expect(try file.root.group("b/inner").dataset("x").readScalar(Int.self) == 1)
    #expect(try file.root.group("b").dataset("/a").readScalar(Int.self) == 2)
    #expect(try file.root.contains("b/inner/x"))
    #expect(try !file.root.contains("b/missing/x"))
    try file.close()
  }

  @Test func manyChildrenAndAttributesKeepTheirOrder() throws {
    let names = (0..<100).map { "item-\($0)" }
    let image = try HDF5File.image { root in
      for name in names.shuffled() {
        try root.write(name, as: name)
        try root.attributes.write(name, as: name)
      }
    }
    let root = try HDF5File(image: image).root
    #expect(try root.children().map(\.name) == names.sorted())
    #expect(try root.attributes.names() == names.sorted())
  }

  @Test(arguments: [
    DatasetLayout.contiguous, .compressed, .chunked(.shape([2, 2, 100])),
    .chunked(.automatic, deflate: 9), .chunked(.shape([1, 3, 5]), shuffle: true, checksum: true),
  ])
  func layouts(_ layout: DatasetLayout) throws {
    let values = (0..<5 * 3 * 7).map { Float($0) / 8 }
    let image = try HDF5File.image { root in
      try root.write(values, as: "values", shape: [5, 3, 7], layout: layout)
    }
    let dataset = try HDF5File(image: image).root.dataset("values")
    #expect(dataset.shape == [5, 3, 7])
    #expect(try dataset.read(Float.self) == values)
    #expect(try dataset.read(Float.self, rows: 1..<3) == Array(values[21..<63]))
  }

  @Test func compressionSavesRoom() throws {
    let zeros = [Double](repeating: 0, count: 1 << 16)
    let plain = try HDF5File.image { try $0.write(zeros, as: "x") }.count
    let compressed = try HDF5File.image { try $0.write(zeros, as: "x", layout: .compressed) }.count
    #expect(plain > 8 << 16)
    #expect(compressed < plain / 50)
  }

  @Test func equalContentGivesEqualBytes() throws {
    func build() throws -> [UInt8] {
      try HDF5File.image { root in
        let group = try root.createGroup("results")
        try group.write(
          (0..<1000).map { Double($0).squareRoot() }, as: "values", shape: [10, 100], layout: .compressed)
        try group.write(["one", "two", "three"], as: "words")
        try group.write([true, false], as: "flags")
        try group.attributes.write("accuracy", as: "metric")
        try root.attributes.write(Array(0..<50), as: "many")
      }
    }
    let first = try build()
    // The memory that later builds get has been used before.
    var image = first
    for _ in 0..<5 { image = try build() }
    #expect(image == first)

    // Object headers start with OHDR, a version and flags, of which 0x20 says that times are stored: they would differ
    // from one second to the next. (HDF5 File Format Specification 3.0, IV.A.1.b)
    let headers = first.indices.dropLast(5).filter { Array(first[$0..<$0 + 4]) == Array("OHDR".utf8) }
    #expect(headers.count == 5)
    #expect(headers.allSatisfy { first[$0 + 5] & 0x20 == 0 })

    // The default driver writes the same content to disk; only its layout may differ, not its repeatability.
    let paths = [directory.path("a.h5"), directory.path("b.h5")]
    for path in paths {
      try HDF5File.writeLarge(to: path, expectedBytes: 8000) { root in
        try root.write((0..<1000).map { Double($0) }, as: "values")
      }
    }
    #expect(try Digest.hexOfFile(paths[0]) == Digest.hexOfFile(paths[1]))
  }
}

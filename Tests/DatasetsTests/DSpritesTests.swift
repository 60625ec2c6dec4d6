import Testing

@testable import Datasets

@Suite struct DSpritesTests {
  @Test func `fills floats row by row`() {
    let images = Fixtures.tiny()
    let indices = [5, 0, 23, 5]
    var pixels = [Float](repeating: -1, count: indices.count * 4096)
    pixels.withUnsafeMutableBufferPointer { images.fill(indices, into: $0) }
    for (position, image) in indices.enumerated() {
      for row in 0..<64 {
        for column in 0..<64 {
          let expected: Float = (7 * image + 3 * row + column * column) % 5 == 0 ? 1 : 0
          #expect(pixels[(position * 64 + row) * 64 + column] == expected)
        }
      }
    }
  }

  @Test func `fills nothing for no images`() {
    var pixels: [Float] = []
    pixels.withUnsafeMutableBufferPointer { Fixtures.tiny().fill([], into: $0) }
    #expect(pixels.isEmpty)
    #expect(Fixtures.tiny().packedWords(for: []) == [])
  }

  @Test func `gives the words of an image`() {
    let images = Fixtures.tiny()
    #expect(images.withWords(of: 17) { Array($0) } == Fixtures.tinyWords(17))
    #expect(images.packedWords(for: [3, 1]) == Fixtures.tinyWords(3) + Fixtures.tinyWords(1))
  }

  @Test func `a rendered image is the same whatever is rendered with it`() throws {
    func drawn(_ scales: [Int], _ orientations: [Int]) throws -> DSprites {
      let kept = ["scale": scales, "orientation": orientations, "x": [2, 30], "y": [7]]
      return try DSprites.rendered(FactorSelection(.dSprites, keeping: kept))
    }
    let (some, fewer) = (try drawn([1, 4], [3, 8]), try drawn([4], [8]))
    #expect(fewer.grid == FactorGrid(names: FactorGrid.dSprites.names, sizes: [3, 1, 1, 2, 1]))
    for index in 0..<fewer.grid.count {
      var values = fewer.grid.values(of: index)
      (values[1], values[2]) = (1, 1)
      #expect(fewer.packedWords(for: [index]) == some.packedWords(for: [some.grid.index(of: values)]))
    }
  }

  @Test func `names its provenance`() {
    #expect(DSprites.Provenance.rendered(rules: 1).description == "rendered by calibrated rules v1")
    #expect(DSprites.Provenance.official(sha256: "ab").description == "official npz sha256 ab")
  }
}

@Suite struct FactorSelectionTests {
  @Test(arguments: [
    (
      ["colour": [0]],
      "cannot select images: there is no factor \"colour\"; the factors are shape, scale, orientation, x, y"
    ),
    (
      ["shape": []],
      "cannot select images: factor \"shape\" needs distinct values in 0..<3, at least one; given []"
    ),
    (
      ["x": [1, 32]],
      "cannot select images: factor \"x\" needs distinct values in 0..<32, at least one; given [1, 32]"
    ),
    (
      ["y": [4, 4]],
      "cannot select images: factor \"y\" needs distinct values in 0..<32, at least one; given [4, 4]"
    ),
  ])
  func `refuses what is not there`(values: [String: [Int]], message: String) {
    let error = #expect(throws: DatasetError.self) { try FactorSelection(.dSprites, keeping: values) }
    #expect(error?.description == message)
  }

  @Test func `only dSprites can be rendered`() {
    let error = #expect(throws: DatasetError.self) {
      try DSprites.rendered(FactorSelection(all: Fixtures.tinyGrid))
    }
    #expect(error == .invalidSelection(reason: "only the grid of dSprites can be rendered"))
  }
}

@Suite struct FactorGridTests {
  @Test func `index and values are inverse and y is fastest`() {
    let grid = FactorGrid.dSprites
    #expect(grid.count == 737_280)
    #expect(grid.values(of: 1) == [0, 0, 0, 0, 1])
    #expect(grid.values(of: 737_279) == [2, 5, 39, 31, 31])
    for index in stride(from: 0, to: grid.count, by: 7919) {
      #expect(grid.index(of: grid.values(of: index)) == index)
    }
  }
}

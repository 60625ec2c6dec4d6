import Files
import Foundation
import Testing

@testable import Datasets

@Suite struct OfficialArchiveTests {
  private func message(_ name: String, grid: FactorGrid = Fixtures.tinyGrid) -> String? {
    let path = Fixtures.path(name)
    let error = #expect(throws: DatasetError.self) { try DSprites(archive: path, grid: grid) }
    return error?.description.replacingOccurrences(of: path, with: "FILE")
  }

  @Test func `reads the official layout`() throws {
    let path = Fixtures.path("tiny.npz")
    var fractions: [Double] = []
    let images = try DSprites(archive: path, grid: Fixtures.tinyGrid) { fractions.append($0) }
    #expect(images.packedWords(for: Array(0..<24)) == (0..<24).flatMap(Fixtures.tinyWords))
    #expect(images.provenance == .official(sha256: try Digest.hexOfFile(path)))
    #expect(fractions == [1])
  }

  @Test func `reads uncompressed members`() throws {
    let grid = FactorGrid(names: FactorGrid.dSprites.names, sizes: [1, 1, 1, 1, 3])
    let images = try DSprites(archive: Fixtures.path("stored.npz"), grid: grid)
    #expect(images.packedWords(for: [2]) == Fixtures.tinyWords(2))
  }

  @Test func `refuses another data set`() {
    #expect(
      message("wrong-shape.npz")
        == "array \"imgs\" of FILE has shape [24, 63, 64] where [24, 64, 64] is expected")
    #expect(
      message("wrong-type.npz")
        == "array \"imgs\" of FILE has type float32 where uint8 or bool is expected")
    #expect(
      message("not-binary.npz")
        == "image 5 of FILE has the value 255 at row 6, column 7; every pixel must be 0 or 1")
    #expect(
      message("wrong-order.npz")
        == "image 3 of FILE shows factor values [0, 0, 0, 0, 1, 1] where the official order has [0, 0, 0, 0, 1, 0]"
    )
    #expect(
      message("no-classes.npz")
        == "FILE has no array \"latents_classes\"; it has metadata, imgs, latents_values")
    #expect(
      message("tiny.npz", grid: .dSprites)
        == "array \"latents_classes\" of FILE has shape [24, 6] where [737280, 6] is expected")
  }

  @Test(arguments: ["", "dsprites", "dsprites-dataset"]) func `finds the archive`(subfolder: String) throws {
    try Fixtures.withFolder { folder in
      let parent = subfolder.isEmpty ? folder : Paths.join(folder, subfolder)
      if !subfolder.isEmpty { try POSIXFileSystem().makeDirectory(parent) }
      let path = Paths.join(parent, DSprites.officialFileName)
      try DurableFile.write("x", to: path)
      #expect(try DSpritesSet().locate(in: folder) == path)
    }
  }

  @Test func `says where it looked`() throws {
    try Fixtures.withFolder { folder in
      let name = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"
      let error = #expect(throws: DatasetError.self) { try DSpritesSet().locate(in: folder) }
      #expect(
        error?.description
          == "the official dSprites archive not found; looked for \(folder)/\(name), \(folder)/dsprites/\(name), "
          + "\(folder)/dsprites-dataset/\(name). 'retable data fetch dsprites' downloads it; without it the images are "
          + "rendered")
    }
  }
}

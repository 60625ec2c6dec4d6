import Foundation
import Testing

@testable import Images

@Suite struct PNGTests {
  private static func pattern(_ colour: Raster.Colour) -> Raster {
    let bytes = (0..<(37 * 11 * colour.channels)).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    return Raster(width: 37, height: 11, colour: colour, bytes: bytes)
  }

  @Test(arguments: [Raster.Colour.grey, .rgb]) func `comes back bit for bit`(colour: Raster.Colour) throws {
    let raster = Self.pattern(colour)
    #expect(try Raster(png: raster.png()) == raster)
  }

  @Test func `equal images are equal bytes and hold no time`() throws {
    let first = try Self.pattern(.rgb).png()
    #expect(try Self.pattern(.rgb).png() == first)
    #expect(first.firstRange(of: "tIME".utf8) == nil)
    #expect(first.firstRange(of: "tEXt".utf8) == nil)
  }

  /// Noise does not compress: the file is larger than its pixels.
  @Test func `holds noise`() throws {
    var state: UInt64 = 1
    let bytes = (0..<(300 * 300)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    let raster = Raster(width: 300, height: 300, colour: .grey, bytes: bytes)
    let file = try raster.png()
    #expect(file.count > bytes.count)
    #expect(try Raster(png: file) == raster)
  }

  /// 2 x 1 pixels, red and half transparent black, written by Pillow (`reference/png.py`).
  @Test func `reads files of others and lays them on white`() throws {
    let file = try #require(
      Data(
        base64Encoded:
          "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGP4z8Dwn4GBoQEADXwCf62M4vcAAAAASUVORK5CYII="
      ))
    let raster = try Raster(png: Array(file))
    #expect(raster.colour == .rgb)
    #expect(raster[row: 0, column: 0] == Ink(red: 255, green: 0, blue: 0))
    #expect(raster[row: 0, column: 1].isGrey)
    #expect(raster[row: 0, column: 1].red > 0)
  }

  @Test func `every truncated file is an error`() throws {
    let file = try Self.pattern(.grey).png()
    for count in stride(from: 0, to: file.count - 16, by: 13) {
      let error = #expect(throws: ImageError.self) { try Raster(png: Array(file.prefix(count))) }
      guard case .decoding = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `a web page is no PNG`() {
    let error = #expect(throws: ImageError.self) { try Raster(png: Array("<html><body></body></html>".utf8)) }
    #expect(
      error?.description
        == "cannot read the PNG: Not a PNG file. The file is damaged or no PNG; make or download it again")
  }

  @Test func `a header that claims too much is refused before memory is taken`() throws {
    var file = try Self.pattern(.grey).png()
    for position in [16, 20] { file.replaceSubrange(position..<(position + 4), with: [0, 15, 66, 64]) }
    // The checksum of that header, by `reference/png.py`.
    file.replaceSubrange(29..<33, with: [0x79, 0x06, 0x67, 0xA1])
    let error = #expect(throws: ImageError.self) { try Raster(png: file) }
    #expect(
      error?.description
        == "an image of 1000000 x 1000000 pixels is larger than the 268435456 pixels that are allowed; "
        + "use fewer or smaller tiles")
  }
}

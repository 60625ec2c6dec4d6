import TestSupport
import Testing

@testable import Datasets

/// Colours and classes; `reference/colours.py` wrote what NumPy and Pillow say.
@Suite struct SceneColoursTests {
  private static func array(_ name: String) throws -> NPYArray {
    try NPZ(Fixtures.path("colours.npz")).array(name)
  }

  private static func bytes(_ name: String) throws -> [UInt8] { try array(name).bytes }

  @Test func `classes have the published names, colours and ids`() {
    #expect(SceneClasses.names.count == 19 && SceneClasses.colours.count == 19)
    #expect(SceneClasses.names[0] == "road" && SceneClasses.names[18] == "bicycle")
    #expect(SceneClasses.colours[13] == [0, 0, 142])
    let raw: [UInt8] = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]
    for (id, raw) in raw.enumerated() { #expect(SceneClasses.trainId(ofRaw: raw) == UInt8(id)) }
    for other in UInt8(0)...33 where !raw.contains(other) {
      #expect(SceneClasses.trainId(ofRaw: other) == SceneClasses.none, "\(other)")
    }
    #expect(SceneClasses.trainId(ofRaw: 255) == SceneClasses.none)
    #expect((UInt8(34)...254).allSatisfy { SceneClasses.trainId(ofRaw: $0) == nil })
    let palette = SceneClasses.colours + SceneClasses.voidColours.map(\.colour)
    #expect(palette.count == 29 && Set(palette).count == 29)
  }

  @Test(arguments: ColourDecoder.Candidates.allCases, ColourDecoder.Distance.allCases)
  func `the nearest colour is NumPy's`(
    candidates: ColourDecoder.Candidates, distance: ColourDecoder.Distance
  ) throws {
    let decoder = ColourDecoder(candidates: candidates, distance: distance)
    let found = try Self.bytes("planes").withUnsafeBufferPointer(decoder.ids(planes:))
    #expect(try found == Self.bytes("\(candidates)-\(distance)"))
  }

  @Test func `a picture is enlarged as Pillow does before its colours are read`() throws {
    let found = try Self.bytes("picture").withUnsafeBufferPointer {
      ColourDecoder().ids(planes: $0, height: 18, width: 30, enlargedTo: 37, 61)
    }
    #expect(try found == Self.bytes("enlarged"))
  }

  @Test(arguments: IdRule.allCases)
  func `lossy colours become classes by each rule`(rule: IdRule) throws {
    let found = try Self.bytes("picture").withUnsafeBufferPointer {
      rule.ids(planes: $0, height: 18, width: 30)
    }
    #expect(try found == Self.bytes(rule.rawValue))
  }

  @Test(arguments: IdRule.allCases)
  func `the colours of the classes are those classes`(rule: IdRule) {
    // Areas of 7 x 7 in a row.
    let side = 7
    let width = 19 * side
    var planes = [UInt8](repeating: 0, count: 3 * side * width)
    for channel in 0..<3 {
      for pixel in 0..<(side * width) {
        planes[channel * side * width + pixel] = SceneClasses.colours[pixel % width / side][channel]
      }
    }
    let found = planes.withUnsafeBufferPointer { rule.ids(planes: $0, height: side, width: width) }
    #expect(found == (0..<(side * width)).map { UInt8($0 % width / side) })
  }
}

import Foundation

/// Damaged copies of a file's bytes, the same ones for the same seed: what a disk, a network or an enemy may hand a reader.
///
/// A mutant has one to four changes: flipped bits, bytes lost, put in or copied from elsewhere in the file, an end cut off, or
/// a number that sits on the edge of a type written over whatever was there.
public struct Mutator {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// How many mutants a test makes: `RETABLE_TEST_MUTANTS`, or so many.
  public static func count(default count: Int) -> Int {
    ProcessInfo.processInfo.environment["RETABLE_TEST_MUTANTS"].flatMap(Int.init) ?? count
  }

  /// Numbers at which readers go wrong, in eight bytes.
  private static let edges: [UInt64] = [
    0, 1, .max, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
    0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0x7ff8_0000_0000_0000, 0x7ff0_0000_0000_0000,
  ]

  public mutating func mutant(of bytes: [UInt8]) -> [UInt8] {
    var mutant = bytes
    for _ in 0...index(below: 4) { change(&mutant) }
    return mutant
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(truncatingIfNeeded: next())]
      return
    }
    let place = index(below: bytes.count)
    let length = 1 + index(below: min(bytes.count - place, 1 << index(below: 8)))
    switch index(below: 7) {
    case 0, 1: bytes[place] ^= 1 << UInt8(index(below: 8))
    case 2: bytes.removeSubrange(place..<place + length)
    case 3: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(truncatingIfNeeded: next()) }, at: place)
    case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: index(below: bytes.count))
    case 5: bytes.removeSubrange(place...)
    default:
      let edge = Self.edges[index(below: Self.edges.count)]
      let width = min([1, 2, 4, 8][index(below: 4)], bytes.count - place)
      let isBigEndian = next() % 2 == 0
      for byte in 0..<width {
        let shift = 8 * (isBigEndian ? width - 1 - byte : byte)
        bytes[place + byte] = UInt8(truncatingIfNeeded: edge >> UInt64(shift))
      }
    }
  }

  private mutating func index(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

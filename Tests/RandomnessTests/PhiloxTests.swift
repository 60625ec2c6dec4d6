import Testing

@testable import Randomness

/// The known answers that the authors of Philox publish with Random123 (kat_vectors, philox4x32, 10 rounds).
struct PhiloxTests {
  struct Known: Sendable {
    var counter: (UInt64, UInt64)
    var key: UInt64
    var block: (UInt64, UInt64)
  }

  static let known = [
    Known(counter: (0, 0), key: 0, block: (0xe169_c58d_6627_e8d5, 0x9b00_dbd8_bc57_ac4c)),
    Known(counter: (.max, .max), key: .max, block: (0x41c8_3b0e_408f_276d, 0x6d54_51fd_a20b_c7c6)),
    Known(
      counter: (0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e), key: 0x299f_31d0_a409_3822,
      block: (0x94fd_cceb_d16c_fe09, 0x2412_6ea1_5001_e420)),
  ]

  @Test(arguments: known.indices) func `gives the published blocks`(index: Int) {
    let known = Self.known[index]
    #expect(Philox.block(counter: known.counter, key: known.key) == known.block)
  }
}

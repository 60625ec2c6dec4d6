import Files
import Manifest
import Testing

/// Experiments are written beside results and read back: nothing may change on the way.
@Suite struct RoundTripTests {
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func randomManifests(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func number(_ range: ClosedRange<Double>) -> String {
      let value = Double.random(in: range, using: &random)
      return [String(Int(value)), "\(value)", "\(Int(value)).0", "\(Int(value * 1e6))e-6"].randomElement(
        using: &random) ?? "1"
    }
    var text = """
      table: dsprites
      title: "Quotes \\" and \\u00e8, é😀 and \\\\ \(random.next())"
      source: {paper: p, place: q}
      dataset: dsprites
      seed: \(Int.random(in: 0...Int.max, using: &random))
      columns:
        - {id: score, label: s, metric: {kind: higgins, pairs: \(Int.random(in: 1...1000, using: &random))}}
      rows:

      """
    for index in 0..<5 {
      text += """
          - id: r\(index)
            label: row \(index)
            published: {score: {value: \(number(0...99)), spread: \(number(0...9)), spread-kind: sd}}
            representation: {kind: vae, hidden: 7, beta: {quick: \(number(0...9)), desk: \(number(0...999)), paper: 0.1}}

        """
    }
    let manifest = try parse(text)
    for profile in Profile.allCases {
      let experiment = manifest.experiment(profile)
      let read = try JSON(encoding: experiment).decode(Experiment.self)
      #expect(read == experiment)
      #expect(
        read.rows.map(\.representation.json.canonical) == experiment.rows.map(\.representation.json.canonical)
      )
    }
  }

  @Test(arguments: ["4", "4.0", "4e0", "+4.", "0x4"])
  func equalNumbersAreEqualHoweverTheyAreWritten(written: String) throws {
    let rows = try parse(
      sound.with("set: {representation.beta: 4}", "set: {representation.beta: \(written)}")
    )
    .experiment(.desk).rows
    #expect(rows[1].representation.parameters["beta"] == 4)
  }
}

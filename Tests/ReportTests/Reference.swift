import Files
import Foundation
import Testing

/// Values that `reference/verdicts.py` has computed with SciPy.
struct Reference: Decodable {
  struct Test: Decodable {
    let pOutside: Double
    let pInside: Double
    let interval: [Double]?
  }

  let repeats: [[Double]]
  let topHalf: Double
  let topHalfDeviation: Double
  let meanDeviation: Double
  let sample: [Double]
  let oneSample: Test
  let welch: Test
  let first: [Double]
  let second: [Double]
  let pairedT: Double
  let signFlip: Double

  static func load() throws -> Reference {
    let path = Paths.join(Paths.parent(of: #filePath), "reference/verdicts.json")
    return try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// Holds a rendering against its file in `Snapshots/`; with `RETABLE_RECORD=1` in the environment the file is written.
func expectSnapshot(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = Paths.join(Paths.parent(of: #filePath), "Snapshots", name)
  if ProcessInfo.processInfo.environment["RETABLE_RECORD"] == "1" {
    try DurableFile.write(text, to: path)
  }
  let expected = try POSIXFileSystem().text(of: path)
  guard text != expected else { return }
  let pair = zip(text.split(separator: "\n"), expected.split(separator: "\n")).first { $0 != $1 }
  Issue.record(
    """
    \(name) differs from its snapshot (RETABLE_RECORD=1 records it anew); first difference:
      now:      \(pair.map { String($0.0) } ?? "a different length")
      snapshot: \(pair.map { String($0.1) } ?? "a different length")
    """, sourceLocation: sourceLocation)
}

func isClose(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * max(1, abs(b))
}

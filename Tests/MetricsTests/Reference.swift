import Foundation
import LinearAlgebra
import Metrics

/// Tables written by the scripts in `reference/`.
enum Reference {
  static func load<Table: Decodable>(_ type: Table.Type, _ name: String, file: String = #filePath) throws
    -> Table
  {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("reference")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

/// |a - b| in units of the larger magnitude; 0 for equal values, infinities included.
func relativeError(_ a: Double, _ b: Double) -> Double {
  a == b ? 0 : abs(a - b) / max(abs(a), abs(b))
}

/// The largest |a - b|; infinite for different shapes.
func largestError(_ a: [[Double]], _ b: [[Double]]) -> Double {
  guard a.map(\.count) == b.map(\.count) else { return .infinity }
  return zip(a.joined(), b.joined()).map { abs($0 - $1) }.max() ?? 0
}

func largestError(_ a: [Double], _ b: [Double]) -> Double { largestError([a], [b]) }

extension Matrix<Float> {
  init(_ rows: [[Double]]) {
    self.init(rows: rows.count, columns: rows[0].count, elements: rows.joined().map { Float($0) })
  }
}

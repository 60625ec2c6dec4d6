import LinearAlgebra

/// The rows of a source, scaled as they are read: no copy of all of them exists.
public struct ScaledRows<Source: RowSource>: RowSource {
  public let source: Source
  private let means: [Float]
  private let scales: [Float]

  public var rows: Int { source.rows }
  public var columns: Int { source.columns }

  public init(_ source: Source, by scaling: FeatureScaling) {
    precondition(
      scaling.means.count == source.columns,
      "\(scaling.means.count) features were fitted, not \(source.columns)")
    self.source = source
    means = scaling.means.map(Float.init)
    scales = scaling.scales.map(Float.init)
  }

  public func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    let columns = columns
    return try source.withRows(range) { raw in
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: raw.count) { scaled in
        for row in 0..<range.count {
          for column in 0..<columns {
            let place = row * columns + column
            scaled.initializeElement(at: place, to: (raw[place] - means[column]) * scales[column])
          }
        }
        return try body(UnsafeBufferPointer(scaled))
      }
    }
  }
}

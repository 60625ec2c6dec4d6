import LinearAlgebra
import Torch

/// How many rows pass through a perceptron at once when nothing is trained.
private let rowBlock = 1024

/// These rows as a tensor [n, columns].
func load(_ chosen: [Int], of source: any RowSource, to device: Device) throws -> Tensor {
  try load(source.gathering(chosen), rows: 0..<chosen.count, to: device)
}

/// Calls `body` with block after block of a source's rows, [n, columns], and without gradients.
func withRowBlocks(
  _ rows: Range<Int>, of source: any RowSource, on device: Device,
  _ body: (Range<Int>, Tensor) throws -> Void
) throws {
  try withoutGradient {
    for block in blocks(rows, of: rowBlock) {
      let tensor = try source.withRows(block) {
        try Tensor($0, shape: [block.count, source.columns], device: device)
      }
      try body(block, tensor)
    }
  }
}

/// Throws unless a model of so many inputs can read these rows of `source`.
func check(_ rows: Range<Int>, of source: any RowSource, inputs: Int, model: String) throws {
  guard source.columns == inputs else {
    throw ModelError.data(
      model: model, found: "rows of \(source.columns) numbers", needed: "rows of \(inputs)")
  }
  guard rows.lowerBound >= 0, rows.upperBound <= source.rows else {
    throw ModelError.data(
      model: model, found: "rows \(rows.lowerBound)..<\(rows.upperBound)",
      needed: "rows of a source of \(source.rows)")
  }
}

import Datasets
import LinearAlgebra
import Torch

/// How many images pass through a network at once when nothing is trained: the activations of a convolution on so many
/// still fit the cache.
let inferenceBatch = 128

/// A range in consecutive ones of `size`, the last of which may be shorter.
func blocks(_ range: Range<Int>, of size: Int) -> [Range<Int>] {
  stride(from: range.lowerBound, to: range.upperBound, by: size).map { $0..<min(range.upperBound, $0 + size) }
}

/// These images as a tensor [n, pixels].
func load(_ indices: ArraySlice<Int>, of images: any FactorImages, to device: Device) throws -> Tensor {
  try Tensor(shape: [indices.count, images.width * images.height]) { images.fill(Array(indices), into: $0) }
    .to(device)
}

/// A matrix whose rows `compute` makes, at most `inferenceBatch` at a time and without gradients.
func rows(
  _ count: Int, columns: Int, compute: (Range<Int>) throws -> Tensor
) throws -> Matrix<Float> {
  try Matrix(rows: count, columns: columns) {
    try fillRows(count, columns: columns, into: $0, compute: compute)
  }
}

/// The same in memory that there is: `count` rows of `columns` elements each.
func fillRows(
  _ count: Int, columns: Int, into elements: UnsafeMutableBufferPointer<Float>,
  compute: (Range<Int>) throws -> Tensor
) throws {
  precondition(elements.count == count * columns, "room for \(elements.count) elements")
  try withoutGradient {
    for range in blocks(0..<count, of: inferenceBatch) {
      let part = try compute(range)
      precondition(part.shape == [range.count, columns], "rows of shape \(part.shape)")
      try part.read(
        into: UnsafeMutableBufferPointer(
          rebasing: elements[(range.lowerBound * columns)..<(range.upperBound * columns)]))
    }
  }
}

/// Some rows of a matrix of codes as a tensor [rows, columns].
func load(_ codes: Matrix<Float>, rows: Range<Int>, to device: Device) throws -> Tensor {
  try codes.withUnsafeElements {
    try Tensor(
      UnsafeBufferPointer(
        rebasing: $0[(rows.lowerBound * codes.columns)..<(rows.upperBound * codes.columns)]),
      shape: [rows.count, codes.columns], device: device)
  }
}

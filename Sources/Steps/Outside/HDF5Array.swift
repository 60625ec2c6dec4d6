import Files
import HDF5

/// A dataset of an HDF5 file, of any layout, read some rows at a time. HDF5 converts its numbers itself.
///
/// The file may be anybody's, and the library can loop for ever on a damaged one: every call may take some processor time
/// and no more. Links out of the file are not followed.
struct HDF5Array: OutsideArray {
  let name: ArrayName
  let shape: [Int]
  private let dataset: Dataset

  init(_ path: String, member: String) throws {
    (dataset, name) = try ArrayName(path, member).byHDF5 {
      let root = try HDF5File(reading: path).root
      let chosen =
        member.isEmpty
        ? try OutsideArrays.choose(
          "", among: root.children().filter { $0.kind == .dataset }.map { "/\($0.name)" }, in: path) : member
      return (try root.dataset(chosen), ArrayName(path, chosen))
    }
    shape = dataset.shape
  }

  func forEachBlock(
    of count: Int, _ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    for first in stride(from: 0, to: rows, by: count) {
      let range = first..<min(first + count, rows)
      var numbers = try name.byHDF5 { try dataset.converted(to: Float.self, rows: range) }
      try numbers.withUnsafeMutableBufferPointer { try body(range, $0) }
    }
  }

  func doubles() throws -> [Double] {
    try name.byHDF5 { try dataset.converted(to: Double.self, rows: 0..<rows) }
  }
}

extension ArrayName {
  /// Seconds of processor time: some hundred times what opening a large file or reading a block of it takes.
  private static var patience: Int { 120 }

  /// Lets HDF5 work for a while, and tells what it found wrong.
  fileprivate func byHDF5<R>(_ body: () throws -> R) throws -> R {
    do {
      return try ProcessorTime.limited(to: Self.patience, body)
    } catch let error as HDF5Error {
      throw StepsError(error.isDiskFull ? .diskFull : .dataMissing, "\(error)")
    }
  }
}

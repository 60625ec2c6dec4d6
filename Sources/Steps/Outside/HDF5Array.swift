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
      let isThere = try member.isEmpty ? false : root.contains(member)
      let chosen =
        isThere ? member : try OutsideArrays.choose(member, among: Self.datasets(in: root), in: path)
      return (try root.dataset(chosen), ArrayName(path, chosen))
    }
    shape = dataset.shape
  }

  /// The paths of the first datasets of a file, those of groups in groups too; hard links can make rings of groups.
  private static func datasets(in group: Group, depth: Int = 8) throws -> [String] {
    var found: [String] = []
    for (name, kind) in try group.children(followingNothing: true) where found.count < 100 {
      switch kind {
      case .dataset: found.append(Paths.join(group.path, name))
      case .group where depth > 1: found += try datasets(in: group.group(name), depth: depth - 1)
      case .group, .type: break
      }
    }
    return found
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

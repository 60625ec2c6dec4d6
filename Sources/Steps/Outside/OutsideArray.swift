import Datasets
import Files

/// An array of numbers that another program has written, one row for each item: the first axis counts items, the others
/// are the numbers of one item in C order.
///
/// Files are mapped or read from front to back, never held whole, and nothing that they claim is believed before it is
/// held against what they have.
protocol OutsideArray {
  var name: ArrayName { get }
  /// As in the file, before anything is flattened.
  var shape: [Int] { get }
  /// Hands over all items in their order, so many at a time, as single precision.
  func forEachBlock(
    of count: Int, _ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws
  /// All numbers in double precision; for small arrays.
  func doubles() throws -> [Double]
}

/// How messages call an array: the name of its file, and its own where it has one.
struct ArrayName: Equatable, CustomStringConvertible {
  let description: String

  init(_ path: String, _ member: String) {
    description = Paths.name(of: path) + (member.isEmpty ? "" : ":\(member)")
  }

  /// What keeps the array from being used.
  func problem(_ reason: String) -> StepsError { StepsError(.dataMissing, "\(description) \(reason)") }
}

extension OutsideArray {
  /// Items.
  var rows: Int { shape.first ?? 0 }
  /// Numbers of an item; the largest number where a file claims more.
  var columns: Int { shape.dropFirst().clampedProduct }

  /// Hands over all rows in their order, some MiB at a time.
  func forEachBlock(_ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
    try forEachBlock(of: max(1, Self.blockCount / max(1, columns)), body)
  }

  /// Numbers of a block.
  private static var blockCount: Int { 4 << 20 }
  /// Numbers of a row, of which at least one has to be in memory.
  private static var mostColumns: Int { 1 << 24 }

  /// - Parameter flatten: whether all that belongs to an item is its row, whatever the axes.
  /// - Throws: `StepsError` for an array that is none of rows of numbers.
  func requireRows(flatten: Bool) throws {
    guard shape.count == 2 || (flatten && !shape.isEmpty) else {
      throw name.problem(
        "has the shape \(shape), where rows of numbers are wanted, an array of two axes"
          + (shape.isEmpty
            ? ""
            : "; with `flatten: true` (or `--set flatten=true`) all that belongs to an item becomes its row"))
    }
    guard rows > 0, columns > 0 else {
      throw name.problem("has the shape \(shape), and holds no number")
    }
    guard columns <= Self.mostColumns else {
      throw name.problem(
        "has the shape \(shape), and more than \(Self.mostColumns) numbers an item are not read")
    }
  }
}

/// Opens arrays by the formats of their files.
enum OutsideArrays {
  /// - Throws: `StepsError` with what is wrong with the file or missing in it.
  static func open(
    _ path: String, format: ArrayReference.Format, member: String
  ) throws(StepsError) -> any OutsideArray {
    do {
      return switch format {
      case .npy: try PlainArray(npy: path)
      case .npz: try ArchivedArray(path, member: member)
      case .hdf5: try HDF5Array(path, member: member)
      case .safetensors: try PlainArray(safetensors: path, member: member)
      }
    } catch let error as StepsError {
      throw error
    } catch {
      throw StepsError(.dataMissing, "\(error)")
    }
  }

  /// The array that a name stands for among those that a file has.
  static func choose(_ member: String, among present: [String], in path: String) throws -> String {
    let listed = present.prefix(10).joined(separator: ", ") + (present.count > 10 ? ", …" : "")
    let has = present.isEmpty ? "holds no array" : "holds \(listed)"
    if member.isEmpty {
      guard present.count == 1 else {
        throw ArrayName(path, "").problem("\(has); name one of them behind a colon")
      }
      return present[0]
    }
    guard present.contains(member) else {
      throw ArrayName(path, "").problem("\(has), and no array `\(member)`")
    }
    return member
  }
}

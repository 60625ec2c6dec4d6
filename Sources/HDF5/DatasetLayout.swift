import CHDF5

/// How the elements of a dataset lie in the file.
public struct DatasetLayout: Hashable, Sendable {
  /// The shape of a chunk, nil for one contiguous block, which takes no filters.
  public let chunk: Chunk?
  /// zlib's level from 1 (fast) to 9 (small), nil for no compression.
  public let deflate: Int?
  /// Puts bytes of equal weight side by side first, which helps compression of numbers.
  public let shuffle: Bool
  /// A Fletcher checksum on every chunk, verified when it is read.
  public let checksum: Bool

  public enum Chunk: Hashable, Sendable {
    /// Whole slices along the first axis, about 1 MiB of them.
    case automatic
    /// This shape, of as many axes as the dataset; an axis longer than the dataset's is cut.
    case shape([Int])
  }

  /// One block, no filters: the fastest, and the default.
  public static let contiguous = DatasetLayout(chunk: nil, deflate: nil, shuffle: false, checksum: false)

  /// Chunks with zlib compression at a low level, and checksums.
  public static let compressed = chunked(deflate: 4, shuffle: true, checksum: true)

  /// Chunks with the filters that are asked for.
  public static func chunked(
    _ chunk: Chunk = .automatic, deflate: Int? = nil, shuffle: Bool = false, checksum: Bool = false
  ) -> DatasetLayout {
    precondition(deflate.map { (1...9).contains($0) } ?? true, "zlib's levels go from 1 to 9")
    return DatasetLayout(chunk: chunk, deflate: deflate, shuffle: shuffle, checksum: checksum)
  }
}

extension DatasetLayout {
  /// Sets the layout on a list of creation properties.
  func apply(
    to properties: hid_t, shape: [Int], elementSize: Int, _ attempt: Attempt
  ) throws(HDF5Error) {
    guard let extent = chunkExtent(shape: shape, elementSize: elementSize) else { return }
    try attempt.check(H5Pset_chunk(properties, Int32(extent.count), extent))
    if shuffle { try attempt.check(H5Pset_shuffle(properties)) }
    if let deflate { try attempt.check(H5Pset_deflate(properties, UInt32(deflate))) }
    if checksum { try attempt.check(H5Pset_fletcher32(properties)) }
  }

  /// The chunk for a dataset, nil where there is none: scalars and empty datasets are never chunked.
  func chunkExtent(shape: [Int], elementSize: Int) -> [hsize_t]? {
    guard let chunk, !shape.isEmpty, shape.allSatisfy({ $0 > 0 }) else { return nil }
    switch chunk {
    case .shape(let wanted):
      precondition(wanted.count == shape.count, "a chunk \(wanted) does not fit a dataset \(shape)")
      precondition(wanted.allSatisfy { $0 > 0 }, "a chunk \(wanted) holds nothing")
      return zip(wanted, shape).map { hsize_t(min($0, $1)) }
    case .automatic:
      // From the last axis on, whole axes as long as they fit; the first that does not is cut, the others are 1.
      var room = max(1, (1 << 20) / max(1, elementSize))
      var extent = [hsize_t](repeating: 1, count: shape.count)
      for axis in shape.indices.reversed() {
        let length = min(shape[axis], room)
        extent[axis] = hsize_t(length)
        room = length < shape[axis] ? 1 : max(1, room / length)
      }
      return extent
    }
  }
}

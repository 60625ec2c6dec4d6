import Dispatch
import Files
import Images

extension ImageFolder {
  /// What to do with a file that is no readable image.
  public enum Unreadable: Hashable, Sendable {
    /// End with an error that names the file.
    case fail
    /// Leave it out and count it.
    case skip
  }

  /// Writes all images as a collection of colour squares, sorted by class and by file name: the shorter side of each is
  /// resized to `side` pixels (nothing is done where it has them already) and the middle square is cut out. Grey images
  /// get three equal channels.
  ///
  /// All cores decode, a few thousand files at a time. `progress` is told the finished fraction. Returns how many images
  /// were written and the files that were left out. Throws `DatasetError.unreadableImage`, and `FileError`.
  @discardableResult
  public func save(
    to target: String, side: Int, filter: ResamplingFilter = .bicubic, unreadable: Unreadable = .fail,
    progress: (Double) -> Void = { _ in }
  ) throws -> (count: Int, skipped: [String]) {
    let all = zip(0..., files).flatMap { label, names in names.map { (label: label, name: $0) } }
    var skipped: [String] = []
    try ImageCollectionWriter.write(
      to: target, channels: 3, height: side, width: side, classes: classes,
      provenance:
        "\(all.count) images of \(Paths.name(of: Paths.parent(of: path)))/\(Paths.name(of: path)), shorter side "
        + "resized to \(side) (\(filter)), middle square, fingerprint \(try fingerprint())"
    ) { writer in
      for first in stride(from: 0, to: all.count, by: Self.filesPerRound) {
        let round = all[first..<min(first + Self.filesPerRound, all.count)]
        let images = decode(round.map(\.name), side: side, filter: filter)
        for (entry, image) in zip(round, images) {
          switch image {
          case .success(let pixels): try writer.append(pixels, label: entry.label)
          case .failure(DatasetError.unreadableImage) where unreadable == .skip:
            skipped.append(entry.name)
            writer.skipped += 1
          case .failure(let error): throw error
          }
        }
        progress(Double(round.endIndex) / Double(all.count))
      }
    }
    return (all.count - skipped.count, skipped)
  }

  private static let filesPerRound = 4096

  /// The pixels of each file, in order.
  private func decode(
    _ names: [String], side: Int, filter: ResamplingFilter
  ) -> [Result<[UInt8], any Error>] {
    var images = [Result<[UInt8], any Error>](repeating: .success([]), count: names.count)
    let share = 64
    images.withUnsafeMutableBufferPointer { images in
      // Each iteration writes its own share of the results and no others.
      nonisolated(unsafe) let images = images
      DispatchQueue.concurrentPerform(iterations: (names.count + share - 1) / share) { part in
        let decoder = JPEGDecoder()
        for index in (part * share)..<min((part + 1) * share, names.count) {
          images[index] = Result {
            try Self.square(Paths.join(path, names[index]), side: side, filter: filter, decoder)
          }
        }
      }
    }
    return images
  }

  private static func square(
    _ path: String, side: Int, filter: ResamplingFilter, _ decoder: JPEGDecoder
  ) throws -> [UInt8] {
    do {
      let system = POSIXFileSystem()
      let size = try system.status(of: path, followingLinks: true).size
      let file = try system.contents(of: path, upTo: size)
      let raster = try Raster(photograph: file, named: path, using: decoder)
      return raster.middleSquare(side: side, filter: filter).planes
    } catch ImageError.unreadable(_, let reason) {
      throw DatasetError.unreadableImage(path: path, reason: reason)
    }
  }
}

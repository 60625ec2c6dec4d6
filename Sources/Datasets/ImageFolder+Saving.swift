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

  /// What `save` wrote.
  public struct Saved: Sendable {
    /// Images in the collection.
    public let count: Int
    /// Files that were left out, as paths below the folder, each with why it cannot be read.
    public let skipped: [(name: String, reason: String)]

    /// The folder in words.
    fileprivate let folder: String

    /// What was left out, in a sentence with the first names; nil where everything was read.
    public var omission: String? {
      guard !skipped.isEmpty else { return nil }
      return
        "\(skipped.count) of \(count + skipped.count) image files of \(folder) cannot be read and are left out: "
        + FileNames.listed(skipped.map(\.name))
    }
  }

  /// Writes all images as a collection of colour squares, sorted by class and by file name: the shorter side of each is
  /// resized to `side` pixels (nothing is done where it has them already) and the middle square is cut out. Grey images
  /// get three equal channels.
  ///
  /// All cores decode, a few thousand files at a time. `progress` is told the finished fraction. Throws
  /// `DatasetError.unreadableImage`, `.noReadableImage` where files are left out and a class has no other, and
  /// `FileError`.
  @discardableResult
  public func save(
    to target: String, side: Int, filter: ResamplingFilter = .bicubic, unreadable: Unreadable = .fail,
    progress: (Double) -> Void = { _ in }
  ) throws -> Saved {
    let all = zip(0..., files).flatMap { label, names in names.map { (label: label, name: $0) } }
    var skipped: [(name: String, reason: String)] = []
    let fingerprint = try fingerprint()
    func saved() -> Saved {
      Saved(
        count: all.count - skipped.count, skipped: skipped,
        folder: FileNames.printable("\(Paths.name(of: Paths.parent(of: path)))/\(Paths.name(of: path))"))
    }
    func provenance() -> String {
      let saved = saved()
      return
        "\(saved.count) images of \(saved.folder), shorter side resized to \(side) (\(filter)), middle square, "
        + "fingerprint \(fingerprint)"
        + (saved.omission.map { "; \($0)" } ?? "")
    }
    try ImageCollectionWriter.write(
      to: target, channels: 3, height: side, width: side, classes: classes, provenance: provenance(),
      // Room for what may have to be said of files that are left out.
      provenanceRoom: 4096
    ) { writer in
      var readable = [Int](repeating: 0, count: classes.count)
      for first in stride(from: 0, to: all.count, by: Self.filesPerRound) {
        let round = all[first..<min(first + Self.filesPerRound, all.count)]
        let images = decode(round.map(\.name), side: side, filter: filter)
        for (entry, image) in zip(round, images) {
          switch image {
          case .success(let pixels):
            try writer.append(pixels, label: entry.label)
            readable[entry.label] += 1
          case .failure(DatasetError.unreadableImage(_, let reason)) where unreadable == .skip:
            skipped.append((entry.name, reason))
          case .failure(let error): throw error
          }
        }
        progress(Double(round.endIndex) / Double(all.count))
      }
      if let empty = readable.firstIndex(of: 0) {
        throw DatasetError.noReadableImage(
          path: path, className: classes[empty], files: files[empty].count,
          reason: skipped.first { files[empty].contains($0.name) }?.reason ?? "")
      }
      writer.skipped = skipped.count
      writer.provenance = provenance()
    }
    return saved()
  }

  /// Decodes every image and keeps none. Throws `DatasetError.unreadableImages`, which names the first that cannot be
  /// read, and `FileError`.
  func requireReadable() throws {
    let names = files.flatMap { $0 }
    var skipped: [(name: String, reason: String)] = []
    for first in stride(from: 0, to: names.count, by: Self.filesPerRound) {
      let round = Array(names[first..<min(first + Self.filesPerRound, names.count)])
      for (name, image) in zip(round, decode(round, side: nil, filter: .box)) {
        switch image {
        case .success: break
        case .failure(DatasetError.unreadableImage(_, let reason)): skipped.append((name, reason))
        case .failure(let error): throw error
        }
      }
    }
    guard let first = skipped.first else { return }
    throw DatasetError.unreadableImages(
      path: path,
      omission: "\(skipped.count) of \(names.count) image files cannot be read: "
        + "\(FileNames.listed(skipped.map(\.name))) (the first: \(first.reason))")
  }

  private static let filesPerRound = 4096

  /// The pixels of each file, in order; none without a `side`.
  private func decode(
    _ names: [String], side: Int?, filter: ResamplingFilter
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
    _ path: String, side: Int?, filter: ResamplingFilter, _ decoder: JPEGDecoder
  ) throws -> [UInt8] {
    let raster = try ImageFile.raster(path, decoder)
    guard let side else { return [] }
    return raster.middleSquare(side: side, filter: filter).planes
  }
}

/// Names of files for one line of a report: they may hold anything but a slash and a zero.
enum FileNames {
  /// The first three names, and how many more there are.
  static func listed(_ names: [String]) -> String {
    let first = names.prefix(3).map(printable).joined(separator: ", ")
    return names.count > 3 ? "\(first) and \(names.count - 3) more" : first
  }

  /// The name without line breaks, escape sequences and the like, and of bounded length.
  static func printable(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(120).map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{FFFD}"
      default: scalar
      }
    }
    var text = String(String.UnicodeScalarView(scalars))
    if name.unicodeScalars.count > 120 { text += "…" }
    return text
  }
}

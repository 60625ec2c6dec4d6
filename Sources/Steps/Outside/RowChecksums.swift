import Datasets

/// Checksums that another program has taken of the images that it read, one for each row of what it made of them: rows in
/// another order than the images are found by them before anything is fitted.
struct RowChecksums {
  let name: ArrayName
  /// `zlib.crc32` of the bytes of each row's image.
  let values: [Double]

  /// Images, as a check sees them.
  struct Images {
    /// What they are called: "training".
    let words: String
    /// The row that each has in the array.
    let rows: [Int]
    /// The number of each in the data set.
    let numbers: [Int]
    /// The checksum of one of them, for each way to lay its bytes out.
    let checksums: [(Int) -> UInt32]
  }

  /// - Throws: `StepsError` for the first row whose image is another one.
  func check(_ array: any OutsideArray, against images: Images) throws {
    guard values.count == array.rows else {
      throw name.problem("has \(values.count) checksums for the \(array.rows) rows of \(array.name)")
    }
    var mismatches: [Int] = []
    for checksum in images.checksums {
      guard let first = images.rows.indices.first(where: { values[images.rows[$0]] != Double(checksum($0)) })
      else { return }
      mismatches.append(first)
    }
    // What fits longest is the layout that was meant.
    guard let first = mismatches.max() else { return }
    let (row, number) = (images.rows[first], images.numbers[first])
    for checksum in images.checksums {
      // Looked for in all rows of the file, of which a table may use the first ones only.
      guard let other = values.firstIndex(of: Double(checksum(first))) else { continue }
      throw array.name.problem(
        "has its rows in another order than the \(images.words) images: by the checksums, image \(number) is in row "
          + "\(other) and not in row \(row)")
    }
    throw name.problem(
      "has a checksum for row \(row) of \(array.name) that is not that of image \(number), and no row has that: the checksums "
        + "were taken of other bytes than the \(images.words) images have, or those images are not among the rows"
    )
  }
}

extension ImagePlaces {
  /// The images of all parts: channel after channel as in the official files, or pixel after pixel as most programs hold
  /// them.
  var checkedImages: RowChecksums.Images {
    let items = parts.flatMap { part in part.rows.indices.map { (part, $0) } }
    return RowChecksums.Images(
      words: splitName, rows: parts.flatMap(\.rows), numbers: parts.flatMap(\.rows),
      checksums: [ImageChecksum.Layout.channels, .pixels].map { layout in
        { ImageChecksum.crc32(of: items[$0].0.images, items[$0].1, layout) }
      })
  }
}

extension DSprites {
  /// Some images, as bytes of 0 and 1, or of 0 and 255.
  func checked(_ numbers: [Int], rows: [Int]) -> RowChecksums.Images {
    RowChecksums.Images(
      words: "dSprites", rows: rows, numbers: numbers,
      checksums: [{ crc32(of: numbers[$0], white: 1) }, { crc32(of: numbers[$0], white: 255) }])
  }

  private func crc32(of image: Int, white: UInt8) -> UInt32 {
    let bytes = withWords(of: image) { words -> [UInt8] in
      words.flatMap { word -> [UInt8] in (0..<DSprites.side).map { word >> $0 & 1 == 1 ? white : 0 } }
    }
    return bytes.withUnsafeBufferPointer { ImageChecksum.crc32($0) }
  }
}

extension Raster {
  /// The image at another size.
  public func resized(width: Int, height: Int, filter: ResamplingFilter = .bicubic) -> Raster {
    resized(width: width, height: height, rows: 0..<height, columns: 0..<width, filter: filter)
  }

  /// The image with its shorter side at `side` pixels and its middle square cut out: `side` x `side` pixels.
  ///
  /// The longer side becomes floor(side x longer / shorter) pixels, and an odd margin is split by rounding half to even,
  /// as torchvision's `Resize(side)` and `CenterCrop(side)` do. Only the pixels that stay are computed.
  public func middleSquare(side: Int, filter: ResamplingFilter = .bicubic) -> Raster {
    precondition(side > 0, "a square of \(side) pixels has no pixel")
    let shorter = min(width, height)
    let (fullWidth, fullHeight) = (side * width / shorter, side * height / shorter)
    func middle(_ length: Int) -> Range<Int> {
      let start = Int((Double(length - side) / 2).rounded(.toNearestOrEven))
      return start..<(start + side)
    }
    return resized(
      width: fullWidth, height: fullHeight, rows: middle(fullHeight), columns: middle(fullWidth),
      filter: filter)
  }

  /// The part `rows` x `columns` of the image at another size.
  func resized(
    width newWidth: Int, height newHeight: Int, rows: Range<Int>, columns: Range<Int>,
    filter: ResamplingFilter
  ) -> Raster {
    precondition(newWidth > 0 && newHeight > 0, "an image cannot have \(newWidth) x \(newHeight) pixels")
    let vertical = ResamplingWeights(source: height, target: newHeight, targets: rows, filter: filter)
    let sourceRows = newHeight == height ? rows : vertical.sources
    let channels = colour.channels
    var middle: [UInt8]
    if newWidth == width {
      middle = bytes(rows: sourceRows, columns: columns)
    } else {
      let horizontal = ResamplingWeights(source: width, target: newWidth, targets: columns, filter: filter)
      middle = [UInt8](repeating: 0, count: sourceRows.count * columns.count * channels)
      resampleRows(sourceRows, horizontal, into: &middle)
    }
    guard newHeight != height else {
      return Raster(width: columns.count, height: rows.count, colour: colour, bytes: middle)
    }
    var result = [UInt8](repeating: 0, count: rows.count * columns.count * channels)
    Raster.resampleColumns(
      middle, firstRow: sourceRows.lowerBound, rowBytes: columns.count * channels, vertical, into: &result)
    return Raster(width: columns.count, height: rows.count, colour: colour, bytes: result)
  }

  /// The part of the image that some of its columns make.
  public func cropped(columns: Range<Int>) -> Raster {
    precondition(
      !columns.isEmpty && columns.lowerBound >= 0 && columns.upperBound <= width,
      "columns \(columns) of an image that is \(width) wide")
    let part = bytes(rows: 0..<height, columns: columns)
    return Raster(width: columns.count, height: height, colour: colour, bytes: part)
  }

  private func bytes(rows: Range<Int>, columns: Range<Int>) -> [UInt8] {
    let channels = colour.channels
    guard columns != 0..<width else {
      return Array(bytes[(rows.lowerBound * width * channels)..<(rows.upperBound * width * channels)])
    }
    var part: [UInt8] = []
    part.reserveCapacity(rows.count * columns.count * channels)
    for row in rows {
      let first = row * width
      part += bytes[((first + columns.lowerBound) * channels)..<((first + columns.upperBound) * channels)]
    }
    return part
  }

  private func resampleRows(_ rows: Range<Int>, _ axis: ResamplingWeights, into target: inout [UInt8]) {
    let channels = colour.channels
    let half = 1 << (ResamplingWeights.fractionBits - 1)
    var position = 0
    for row in rows {
      for pixel in axis.starts.indices {
        let first = (row * width + axis.starts[pixel]) * channels
        let weights = axis.offsets[pixel]..<axis.offsets[pixel + 1]
        for channel in 0..<channels {
          var (sum, source) = (half, first + channel)
          for weight in weights {
            sum += Int(bytes[source]) * axis.weights[weight]
            source += channels
          }
          target[position] = UInt8(clamping: sum >> ResamplingWeights.fractionBits)
          position += 1
        }
      }
    }
  }

  private static func resampleColumns(
    _ source: [UInt8], firstRow: Int, rowBytes: Int, _ axis: ResamplingWeights, into target: inout [UInt8]
  ) {
    let half = 1 << (ResamplingWeights.fractionBits - 1)
    var sums = [Int](repeating: half, count: rowBytes)
    for pixel in axis.starts.indices {
      for byte in 0..<rowBytes { sums[byte] = half }
      for weight in axis.offsets[pixel]..<axis.offsets[pixel + 1] {
        let row = axis.starts[pixel] - firstRow + weight - axis.offsets[pixel]
        let factor = axis.weights[weight]
        for byte in 0..<rowBytes { sums[byte] += Int(source[row * rowBytes + byte]) * factor }
      }
      for byte in 0..<rowBytes {
        target[pixel * rowBytes + byte] = UInt8(clamping: sums[byte] >> ResamplingWeights.fractionBits)
      }
    }
  }
}

extension Raster {
  /// The image channel after channel (red, green, blue), row-major within a channel; grey is given three times.
  public var planes: [UInt8] {
    guard colour == .rgb else { return bytes + bytes + bytes }
    let count = width * height
    return [UInt8](unsafeUninitializedCapacity: 3 * count) { planes, initialised in
      for pixel in 0..<count {
        for channel in 0..<3 { planes[channel * count + pixel] = bytes[3 * pixel + channel] }
      }
      initialised = 3 * count
    }
  }

  /// A colour image from its red, its green and its blue plane.
  public init(width: Int, height: Int, planes: UnsafeBufferPointer<UInt8>) {
    let count = width * height
    precondition(planes.count == 3 * count, "\(planes.count) bytes are no three planes of \(count) pixels")
    let bytes = [UInt8](unsafeUninitializedCapacity: 3 * count) { bytes, initialised in
      for pixel in 0..<count {
        for channel in 0..<3 { bytes[3 * pixel + channel] = planes[channel * count + pixel] }
      }
      initialised = 3 * count
    }
    self.init(width: width, height: height, colour: .rgb, bytes: bytes)
  }
}

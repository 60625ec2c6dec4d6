extension Raster {
  /// Every pixel as a square of `factor` x `factor` pixels (nearest neighbour).
  public func enlarged(by factor: Int) -> Raster {
    precondition(factor > 0, "an image cannot be enlarged by \(factor)")
    guard factor > 1 else { return self }
    let channels = colour.channels
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * factor * factor)
    for row in 0..<height {
      var line: [UInt8] = []
      for column in 0..<width {
        let first = (row * width + column) * channels
        for _ in 0..<factor { line += bytes[first..<(first + channels)] }
      }
      for _ in 0..<factor { result += line }
    }
    return Raster(width: width * factor, height: height * factor, colour: colour, bytes: result)
  }

  /// Mixed half and half with `ink`: what a figure shows but does not speak of.
  public func faded(towards ink: Ink = Ink(grey: 160)) -> Raster {
    let target = ink.channels(colour)
    let mixed = bytes.enumerated().map { position, value in
      UInt8((Int(value) + Int(target[position % target.count]) + 1) / 2)
    }
    return Raster(width: width, height: height, colour: colour, bytes: mixed)
  }

  /// Copies `other` with its top left corner at (`row`, `column`); what lies outside is cut off.
  public mutating func draw(_ other: Raster, row: Int, column: Int) {
    for sourceRow in 0..<other.height where (0..<height).contains(row + sourceRow) {
      for sourceColumn in 0..<other.width where (0..<width).contains(column + sourceColumn) {
        self[row: row + sourceRow, column: column + sourceColumn] =
          other[row: sourceRow, column: sourceColumn]
      }
    }
  }

  /// Fills a rectangle; what lies outside is cut off.
  public mutating func fill(rows: Range<Int>, columns: Range<Int>, with ink: Ink) {
    for row in rows.clamped(to: 0..<height) {
      for column in columns.clamped(to: 0..<width) { self[row: row, column: column] = ink }
    }
  }
}

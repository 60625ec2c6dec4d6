/// Colour images that lie channel after channel, each channel column by column.
enum ColumnMajor {
  /// Makes each of the three channels of an image row-major.
  static func transpose(_ columns: UnsafeRawBufferPointer, side: Int, into rows: inout [UInt8]) {
    for channel in 0..<3 {
      let start = channel * side * side
      for row in 0..<side {
        for column in 0..<side { rows[start + row * side + column] = columns[start + column * side + row] }
      }
    }
  }
}

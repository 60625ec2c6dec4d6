/// The two ways a layer's responses are pooled at once: into quadrants, which are features, and into the smaller map
/// that the next layer reads.
///
/// Responses are summed over the pieces that both divisions cut the map into; either result is a sum of pieces.
struct LayerPooling: Sendable {
  /// The pieces.
  let cells: PoolingCells
  /// Size of the smaller map.
  let rows, columns: Int
  private let quadrantOfCell, squareOfCell: [Int]
  /// Positions in each square of the smaller map.
  private let squareSizes: [Int]

  /// - Parameter pool: edge of the squares that are averaged, without overlap; the last ones may be smaller.
  init(rows height: Int, columns width: Int, pool: Int) {
    precondition(height > 0 && width > 0 && pool > 0, "there is nothing to pool")
    func bands(_ length: Int) -> (ends: [Int], half: Int, count: Int) {
      let half = (length + 1) / 2
      let ends = Set(stride(from: pool, to: length, by: pool)).union([half, length]).sorted()
      return (ends, half, (length + pool - 1) / pool)
    }
    let (down, across) = (bands(height), bands(width))
    cells = PoolingCells(rowEnds: down.ends, columnEnds: across.ends)
    rows = down.count
    columns = across.count
    var quadrants: [Int] = []
    var squares: [Int] = []
    var sizes = [Int](repeating: 0, count: rows * columns)
    for (top, bottom) in zip([0] + down.ends, down.ends) {
      for (left, right) in zip([0] + across.ends, across.ends) {
        quadrants.append((bottom <= down.half ? 0 : 2) + (right <= across.half ? 0 : 1))
        squares.append(top / pool * across.count + left / pool)
        sizes[squares.last!] += (bottom - top) * (right - left)
      }
    }
    quadrantOfCell = quadrants
    squareOfCell = squares
    squareSizes = sizes
  }

  /// Sums over the quadrants, [quadrant][map], from [cell][map].
  func sumQuadrants(
    _ pieces: UnsafeBufferPointer<Float>, maps: Int, into quadrants: UnsafeMutableBufferPointer<Float>
  ) {
    quadrants.update(repeating: 0)
    for (cell, quadrant) in quadrantOfCell.enumerated() {
      for map in 0..<maps { quadrants[quadrant * maps + map] += pieces[cell * maps + map] }
    }
  }

  /// Averages over the squares, [row][column][map], from [cell][map].
  func averageSquares(
    _ pieces: UnsafeBufferPointer<Float>, maps: Int, into squares: UnsafeMutableBufferPointer<Float>
  ) {
    squares.update(repeating: 0)
    for (cell, square) in squareOfCell.enumerated() {
      let scale = 1 / Float(squareSizes[square])
      for map in 0..<maps { squares[square * maps + map] += scale * pieces[cell * maps + map] }
    }
  }
}

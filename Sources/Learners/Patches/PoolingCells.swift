/// Which positions of a map are summed together: a grid of rectangles that covers it.
struct PoolingCells: Sendable {
  /// Positions (row * columns + column), those of a cell beside each other, cells row-major.
  let positions: [Int]
  /// Where the positions of each cell end.
  let ends: [Int]
  var cells: Int { ends.count }

  /// - Parameters:
  ///   - rowEnds: where each band of rows ends, ascending; the last is the number of rows.
  ///   - columnEnds: the same for columns.
  init(rowEnds: [Int], columnEnds: [Int]) {
    var positions: [Int] = []
    var ends: [Int] = []
    let width = columnEnds.last ?? 0
    for (top, bottom) in zip([0] + rowEnds, rowEnds) {
      for (left, right) in zip([0] + columnEnds, columnEnds) {
        for row in top..<bottom {
          for column in left..<right { positions.append(row * width + column) }
        }
        ends.append(positions.count)
      }
    }
    self.positions = positions
    self.ends = ends
  }

  /// Four quadrants; the first ones have the odd row and column.
  static func quadrants(rows: Int, columns: Int) -> PoolingCells {
    PoolingCells(rowEnds: [(rows + 1) / 2, rows], columnEnds: [(columns + 1) / 2, columns])
  }

  /// The cells that `range` of the ordered positions belongs to, each with its part of the range.
  func forEachCell(in range: Range<Int>, _ body: (_ cell: Int, _ part: Range<Int>) -> Void) {
    var cell = ends.partitioningIndex { $0 > range.lowerBound }
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(ends[cell], range.upperBound)
      body(cell, start..<end)
      start = end
      cell += 1
    }
  }
}

extension [Int] {
  /// The first index whose element satisfies a predicate that, once true, stays true.
  func partitioningIndex(where predicate: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

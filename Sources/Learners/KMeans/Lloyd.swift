import LinearAlgebra
import Randomness
import Synchronization

/// Where an item belongs.
struct Choice: Equatable {
  var centroid: Int32
  /// Which of the item's views came nearest.
  var view: Int32
  static var none: Choice { Choice(centroid: -1, view: 0) }
}

/// Consecutive items, about `rows` rows of them at a time, and the rows that belong to them.
private struct ItemBlocks {
  let views, items, length: Int

  init(views: Int, items: Int, rows: Int) {
    self.views = views
    self.items = items
    length = max(1, rows / views)
  }

  var count: Int { (items + length - 1) / length }

  subscript(block: Int) -> (items: Range<Int>, rows: Range<Int>) {
    let range = (block * length)..<min(items, (block + 1) * length)
    return (range, (range.lowerBound * views)..<(range.upperBound * views))
  }
}

/// The state of one k-means run: centroids, who belongs to them, and the sums over their members.
struct Lloyd<Source: RowSource> {
  let source: Source
  let views: Int
  let items: Int
  let workers: Workers
  private(set) var centroids: Matrix<Float>
  private(set) var choices: [Choice]
  private var previous: [Choice]
  private var members: MemberSums
  private var bounds: DistanceBounds?

  init(_ source: Source, centroids: Matrix<Float>, views: Int, workers: Workers) {
    self.source = source
    self.views = views
    self.workers = workers
    self.centroids = centroids
    items = source.rows / views
    choices = [Choice](repeating: .none, count: items)
    previous = choices
    members = MemberSums(centroids: centroids.rows, features: centroids.columns)
  }

  /// Finds every item's nearest centroid; answers how many items changed theirs and how many distances that took.
  mutating func assign() throws -> (changed: Int, distances: Int) {
    swap(&previous, &choices)
    let distances = bounds == nil ? try assignPlainly() : try assignWithBounds()
    return (differences(choices, previous), distances)
  }

  private mutating func assignPlainly() throws -> Int {
    let panels = VectorPanels(centroids)
    // A block's rows and results stay in the second-level cache.
    let blocks = ItemBlocks(views: views, items: items, rows: 384)
    let (source, workers) = (source, workers)
    try choices.withUnsafeMutableBufferPointer { choices in
      // Each piece writes the choices of its own items.
      nonisolated(unsafe) let choices = choices
      try workers.forEach(blocks.count) { piece in
        let block = blocks[piece]
        try source.withRows(block.rows) { rows in
          withUnsafeTemporaryAllocation(of: Int32.self, capacity: block.rows.count) { nearest in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: block.rows.count) { scores in
              panels.findNearest(rows, nearest: nearest, scores: scores)
              choose(block.items, rows, nearest: nearest, scores: scores, into: choices)
            }
          }
        }
      }
    }
    return source.rows * centroids.rows
  }

  private mutating func assignWithBounds() throws -> Int {
    let panels = VectorPanels(centroids)
    let blocks = ItemBlocks(views: views, items: items, rows: VectorPanels.boundedRows)
    let (source, workers, centroids) = (source, workers, centroids)
    let largest = panels.largestNorm
    let computed = Atomic(0)
    try choices.withUnsafeMutableBufferPointer { choices in
      try bounds?.withUnsafeMutableBounds { bounds in
        // Each piece writes the choices and bounds of its own items.
        nonisolated(unsafe) let (choices, bounds) = (choices, bounds)
        try workers.forEach(blocks.count) { piece in
          let block = blocks[piece]
          let nearest = UnsafeMutableBufferPointer(rebasing: bounds.nearest[block.rows])
          try source.withRows(block.rows) { rows in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: block.rows.count) { scores in
              let distances = panels.findNearest(
                rows, vectors: centroids, largestNorm: largest, unit: bounds.unit, moved: bounds.moved,
                bounds: bounds.bounds(ofBlock: piece), nearest: nearest, scores: scores)
              computed.wrappingAdd(distances, ordering: .relaxed)
              choose(block.items, rows, nearest: nearest, scores: scores, into: choices)
            }
          }
        }
      }
    }
    return computed.load(ordering: .relaxed)
  }

  /// From now on remembers bounds. They pay once few items change: before, centroids move too far.
  mutating func startBounds() {
    guard bounds == nil, views <= VectorPanels.boundedRows else { return }
    let blocks = ItemBlocks(views: views, items: items, rows: VectorPanels.boundedRows).count
    bounds = DistanceBounds(
      rows: items * views, blocks: blocks, centroids: centroids.rows, scale: members.rootMeanSquare)
  }

  /// Brings the sums up to date with the choices: what an item left loses it, what it chose gains it.
  ///
  /// Each thread serves centroids of its own and meets the items in order, so the sums are the same for any number of
  /// threads.
  mutating func moveMembers() throws {
    let (source, workers, width, lanes) = (source, workers, centroids.columns, workers.threads)
    let (choices, previous, blocks) = (choices, previous, ItemBlocks(views: views, items: items, rows: 1024))
    try members.withUnsafeMutableSums { sums in
      nonisolated(unsafe) let sums = sums
      try workers.forEach(lanes) { lane in
        for piece in 0..<blocks.count {
          let block = blocks[piece]
          guard block.items.contains(where: { choices[$0] != previous[$0] }) else { continue }
          try source.withRows(block.rows) { rows in
            func move(_ item: Int, _ choice: Choice, _ sign: Double) {
              guard choice.centroid >= 0, Int(choice.centroid) % lanes == lane else { return }
              let row = (item - block.items.lowerBound) * blocks.views + Int(choice.view)
              sums.add(
                UnsafeBufferPointer(rebasing: rows[(row * width)..<((row + 1) * width)]),
                to: Int(choice.centroid), sign: sign)
            }
            for item in block.items where choices[item] != previous[item] {
              move(item, previous[item], -1)
              move(item, choices[item], 1)
            }
          }
        }
      }
    }
  }

  /// The objective for the present choices and centroids.
  var inertia: Double { members.inertia(about: centroids) }

  /// Puts every centroid at the mean of its members, and a random sample where there are none; answers how many of
  /// those there were.
  mutating func moveCentroids(stream: inout RandomStream) throws -> Int {
    var reseeded = 0
    let before = centroids
    for k in 0..<centroids.rows where !members.putMean(of: k, into: &centroids) {
      let sample = stream.index(below: source.rows)
      try source.withRows(sample..<(sample + 1)) { row in
        for column in row.indices { centroids[k, column] = row[column] }
      }
      reseeded += 1
    }
    bounds?.move(from: before, to: centroids)
    return reseeded
  }
}

/// Writes each item's choice among its views, from what is nearest to each row of theirs.
private func choose(
  _ items: Range<Int>, _ rows: UnsafeBufferPointer<Float>, nearest: UnsafeMutableBufferPointer<Int32>,
  scores: UnsafeMutableBufferPointer<Float>, into choices: UnsafeMutableBufferPointer<Choice>
) {
  let views = nearest.count / items.count
  // A score is a squared distance less the row's own square, which two views do not share.
  if views > 1 { addSquares(rows, to: scores) }
  for (position, item) in items.enumerated() {
    let candidates = (position * views)..<((position + 1) * views)
    var best = candidates.lowerBound
    for view in candidates where scores[view] < scores[best] { best = view }
    choices[item] = Choice(centroid: nearest[best], view: Int32(best - candidates.lowerBound))
  }
}

/// How many items have another choice. Outside the generic type, which would look its types up for every item.
private func differences(_ choices: [Choice], _ previous: [Choice]) -> Int {
  choices.indices.count { choices[$0] != previous[$0] }
}

/// Adds |x|^2 of every row.
private func addSquares(_ rows: UnsafeBufferPointer<Float>, to scores: UnsafeMutableBufferPointer<Float>) {
  let width = rows.count / scores.count
  for row in scores.indices {
    var sum: Float = 0
    for index in (row * width)..<((row + 1) * width) { sum += rows[index] * rows[index] }
    scores[row] += sum
  }
}

import Pipeline

/// Looks at features while they pass by: for what gives a wrong number away that no classifier would complain of.
final class FeatureAudit {
  private let train: ArrayName
  private let test: ArrayName
  private let classes: [String]
  private let columns: Int
  /// Smallest and largest value of each column among the images of each class: classes x columns.
  private var lowest: [Float]
  private var highest: [Float]
  /// Images of each class, training and test.
  private var trainCounts: [Int]
  private var testCounts: [Int]
  /// Digests of the training rows, to find them among the test rows.
  private var trainRows: Set<UInt64> = []
  private var sharedRows = 0

  init(train: ArrayName, test: ArrayName, classes: [String], columns: Int) {
    (self.train, self.test, self.classes, self.columns) = (train, test, classes, columns)
    lowest = Array(repeating: .infinity, count: classes.count * columns)
    highest = Array(repeating: -.infinity, count: classes.count * columns)
    trainCounts = Array(repeating: 0, count: classes.count)
    testCounts = trainCounts
  }

  /// Training rows come first.
  func add(_ row: UnsafeBufferPointer<Float>, label: Int, isTest: Bool) {
    let digest = Self.digest(row)
    if isTest {
      testCounts[label] += 1
      if trainRows.contains(digest) { sharedRows += 1 }
    } else {
      trainCounts[label] += 1
      trainRows.insert(digest)
    }
    let first = label * columns
    lowest.withUnsafeMutableBufferPointer { lowest in
      for column in 0..<columns { lowest[first + column] = min(lowest[first + column], row[column]) }
    }
    highest.withUnsafeMutableBufferPointer { highest in
      for column in 0..<columns { highest[first + column] = max(highest[first + column], row[column]) }
    }
  }

  /// FNV-1a over words: rows are told apart, not protected.
  private static func digest(_ row: UnsafeBufferPointer<Float>) -> UInt64 {
    row.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 }
  }

  /// - Throws: `StepsError` for features of which no number should be made.
  func conclude(warn: (String) -> Void) throws {
    try requireDifferentRows(warn)
    try requireNoLabel()
    warnOfSmallRanges(warn)
    try requireVariation(warn)
  }

  /// Test images that are training images too, or the same file twice.
  private func requireDifferentRows(_ warn: (String) -> Void) throws {
    let (trainCount, testCount) = (trainCounts.reduce(0, +), testCounts.reduce(0, +))
    // Features of few values say the same of many images.
    guard trainRows.count > trainCount / 2, sharedRows > 0 else { return }
    guard sharedRows > testCount / 2 else {
      return warn("\(test): \(sharedRows) of \(testCount) rows are rows of \(train) too")
    }
    throw test.problem(
      "has \(sharedRows) of \(testCount) rows that are rows of \(train) too: test and training images were mixed up"
    )
  }

  /// The scale that is taken from a column is sqrt(variance + 0.01), as the k-means papers take it: a column that spreads less
  /// than this counts less, and one that spreads much less hardly at all. Of a range so small the deviation is at most half.
  private static let smallRange: Float = 0.2

  private func warnOfSmallRanges(_ warn: (String) -> Void) {
    let present = classes.indices.filter { trainCounts[$0] + testCounts[$0] > 0 }
    let small = (0..<columns).count { column in
      let low = present.map { lowest[$0 * columns + column] }.min() ?? 0
      let high = present.map { highest[$0 * columns + column] }.max() ?? 0
      return high > low && high - low < Self.smallRange
    }
    guard small > columns / 2 else { return }
    warn(
      "\(train): \(small) of \(columns) columns range over less than \(Self.smallRange). The classifier scales a column by "
        + "1 / sqrt(variance + 0.01), and with so little spread the penalty decides: multiply the features by a constant, or divide "
        + "each by its deviation")
  }

  /// So many images of a class, and of all others, cannot be told apart by one feature without an error unless it was made
  /// of the labels.
  private static let fewestToTell = 50

  /// A single number by which one class is told from all others, in training and test images alike: the label itself, one of
  /// a one-hot code, or what stands for it.
  private func requireNoLabel() throws {
    for label in classes.indices where testCounts[label] >= Self.fewestToTell {
      let others = classes.indices.filter { $0 != label && testCounts[$0] + trainCounts[$0] > 0 }
      guard others.reduce(0, { $0 + testCounts[$1] }) >= Self.fewestToTell,
        trainCounts[label] >= Self.fewestToTell
      else { continue }
      for column in 0..<columns {
        func value(_ values: [Float], _ label: Int) -> Float { values[label * columns + column] }
        let (low, high) = (value(lowest, label), value(highest, label))
        guard
          others.allSatisfy({ value(highest, $0) < low }) || others.allSatisfy({ value(lowest, $0) > high })
        else { continue }
        throw train.problem(
          "holds the labels: column \(column) (counted from 0) alone tells '\(classes[label])' from all other images without an error, in "
            + "training and test images")
      }
    }
  }

  private func requireVariation(_ warn: (String) -> Void) throws {
    let present = classes.indices.filter { trainCounts[$0] + testCounts[$0] > 0 }
    let constant = (0..<columns).filter { column in
      let low = present.map { lowest[$0 * columns + column] }.min() ?? 0
      return present.allSatisfy { highest[$0 * columns + column] == low }
    }
    try train.requireVariation(constant: constant, of: columns, warn)
  }
}

extension ArrayName {
  /// Refuses rows that are all the same, and warns of columns that are.
  func requireVariation(constant: [Int], of columns: Int, _ warn: (String) -> Void) throws {
    guard let first = constant.first else { return }
    guard constant.count < columns else {
      throw problem("has only constant columns: it says the same of every image")
    }
    warn(
      "\(self): \(constant.count) of \(columns) columns are constant and tell nothing, the first of them column \(first) "
        + "(counted from 0)")
  }
}

extension OutsideArray {
  /// - Throws: `StepsError` with the first place that holds no finite number.
  func requireFinite(_ block: UnsafeMutableBufferPointer<Float>, from row: Int) throws {
    // A sum of products with 0 is 0 unless one is infinite or not a number.
    guard block.reduce(into: Float(0), { $0 += $1 * 0 }) != 0,
      let place = block.firstIndex(where: { !$0.isFinite })
    else { return }
    throw name.problem(
      "has \(block[place].isNaN ? "NaN" : "a number that is infinite in single precision") in row \(row + place / columns), column "
        + "\(place % columns) (counted from 0)")
  }
}

import Manifest

/// Scores of labelled images (Long, Shelhamer and Darrell 2015, section 5), from confusion counts of all images together.
///
/// A class that no image contains is left out of a mean over classes; pixels that are no class in truth are in no count.
extension OutcomeStatistic {
  static let segmentation = [pixelAccuracy, classAccuracy, classIoU]

  public static let pixelAccuracy = OutcomeStatistic(
    ratio: "pixel-accuracy", "share of pixels whose class is answered rightly"
  ) { table in
    let right = table.classes.indices.reduce(0) { $0 + table.right($1) }
    let total = table.classes.indices.reduce(0) { $0 + table.actual($1) }
    return total > 0 ? Double(right) / Double(total) : 0
  }

  public static let classAccuracy = OutcomeStatistic(
    ratio: "class-accuracy", "mean over classes of the share of a class's pixels that are answered rightly"
  ) { $0.meanOverClasses { table, index in (table.right(index), table.actual(index)) } }

  public static let classIoU = OutcomeStatistic(
    ratio: "class-iou", "mean over classes of intersection over union"
  ) {
    $0.meanOverClasses { table, index in
      (table.right(index), table.actual(index) + table.answered(index) - table.right(index))
    }
  }

  /// The sum of confusion counts over some images.
  fileprivate struct ConfusionTable {
    let classes: [String]
    var counts: [Int]

    private var width: Int { classes.count + 1 }
    func right(_ index: Int) -> Int { counts[index * width + index] }
    func actual(_ index: Int) -> Int { counts[index * width..<(index + 1) * width].reduce(0, +) }
    func answered(_ index: Int) -> Int { classes.indices.reduce(0) { $0 + counts[$1 * width + index] } }

    func meanOverClasses(_ ratio: (ConfusionTable, Int) -> (Int, Int)) -> Double {
      // A class that is in no truth has nothing to be right about.
      let present = classes.indices.filter { actual($0) > 0 }
      guard !present.isEmpty else { return 0 }
      let ratios = present.map { index in
        let (part, whole) = ratio(self, index)
        return whole > 0 ? Double(part) / Double(whole) : 0
      }
      return ratios.reduce(0, +) / Double(ratios.count)
    }
  }

  private init(
    ratio name: String, _ summary: String, of value: @escaping @Sendable (ConfusionTable) -> Double
  ) {
    @Sendable func values(_ outcomes: Outcomes) -> [Double] {
      guard case .confusions(let counts) = outcomes else { return [] }
      return counts.images.indices.map {
        value(ConfusionTable(classes: counts.classes, counts: counts.total($0)))
      }
    }
    /// Jackknife pseudo-values (Efron and Tibshirani 1993, section 11.5): n times the value of all images less n - 1 times
    /// that of all but one.
    @Sendable func scores(_ outcomes: Outcomes) -> [[Double]]? {
      guard case .confusions(let counts) = outcomes else { return nil }
      return counts.images.indices.map { run in
        var table = ConfusionTable(classes: counts.classes, counts: counts.total(run))
        let whole = value(table)
        let count = Double(counts.images[run].count)
        return counts.images[run].map { image in
          for (cell, pixels) in image.enumerated() { table.counts[cell] -= Int(pixels) }
          defer { for (cell, pixels) in image.enumerated() { table.counts[cell] += Int(pixels) } }
          return count * whole - (count - 1) * value(table)
        }
      }
    }
    self.init(
      name: name, summary: summary, takes: .confusions, better: .higher, isShare: false, adjective: "right",
      values: values, itemScores: scores)
  }
}

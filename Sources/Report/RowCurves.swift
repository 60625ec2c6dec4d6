import Manifest
import Metrics
import Results

/// The training curves of one row, repeats put together.
struct RowCurves {
  /// Place in the table, which decides the colour.
  let index: Int
  let row: Row
  let curves: [TrainingCurve]

  /// Mean and sd over repeats at every update at which a repeat has a value, in order.
  func summaries(_ values: (TrainingCurve) -> [(update: Int, value: Double)]) -> [(
    update: Int, SampleSummary
  )] {
    var byUpdate: [Int: [Double]] = [:]
    for curve in curves {
      for (update, value) in values(curve) where value.isFinite {
        byUpdate[update, default: []].append(value)
      }
    }
    return byUpdate.sorted { $0.key < $1.key }.compactMap { update, values in
      (try? SampleSummary(values)).map { (update, $0) }
    }
  }

  func has(_ series: String) -> Bool { curves.contains { $0.series[series] != nil } }

  /// Every recorded value of every series: row, label, repeat, update, series, value.
  var tidyLines: [[String]] {
    curves.flatMap { curve in
      curve.series.sorted { $0.key < $1.key }.flatMap { name, values in
        zip(curve.updates, values).map { update, value in
          [row.id, row.label, "\(curve.repetition)", "\(update)", name, NumberText.data(value)]
        }
      }
    }
  }

  static func all(in layout: TableLayout, where include: (TrainingCurve) -> Bool) -> [RowCurves] {
    layout.experiment.rows.enumerated().compactMap { index, row in
      let curves = layout.results.curves.filter { $0.row == row.id && include($0) }
      return curves.isEmpty ? nil : RowCurves(index: index, row: row, curves: curves)
    }
  }
}

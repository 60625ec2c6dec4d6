import Manifest

extension TableResults {
  /// Rows of which nothing was measured; `run --row … --record` leaves such. None where nothing was measured at all.
  public var openRows: [String] {
    let measured = Set(cells.map(\.row))
    return measured.isEmpty ? [] : experiment.rows.map(\.id).filter { !measured.contains($0) }
  }

  /// What of an experiment these results are to be compared with: all but the rows that they leave open.
  public func measuredPart(of experiment: Experiment) -> Experiment {
    let open = openRows
    var part = experiment
    part.rows.removeAll { open.contains($0.id) }
    return part
  }
}

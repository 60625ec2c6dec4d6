import Manifest

/// Deviations from the published protocol: those of the manifest, and those of the data, which their owner declared.
extension TableResults {
  /// Where the provenance has what was declared of an image set.
  public static func deviationKey(_ set: String) -> String { "deviation \(set)" }

  private func declared(_ set: String?) -> [String] {
    set.flatMap { provenance[Self.deviationKey($0)] }.map { [$0] } ?? []
  }

  /// Those of every row: the table's own, and those of the images that it classifies.
  public var deviations: [String] { experiment.deviations + declared(experiment.dataset.kind) }

  /// Those of one row, beyond those of every row: its own, and those of the images that it learns from.
  public func deviations(of row: Row) -> [String] {
    let learned = row.representation.parameters["images"]?.string
    return row.deviations + (learned == experiment.dataset.kind ? [] : declared(learned))
  }
}

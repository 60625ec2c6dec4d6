import Manifest
import Results

extension TableResults {
  /// Takes over the repeats of cells that an earlier record of the table has and these results lack, so that a table can be
  /// measured in several sittings and on several machines, whose stores need not outlive them.
  ///
  /// Nothing stays where what all rows are measured by is another network now. A repeat of a cell stays if the manifest still
  /// says the same of it and it was measured on the same images: by the very step that the plan has for it, or, where the files
  /// of the data were packed anew and have other digests, on splits whose pixels and labels have the digests that they have now,
  /// of a row whose numbers come from nothing else.
  ///
  /// - Parameter run: the table with all its rows, of whose collector these results are.
  /// - Returns: the rows of which something was kept.
  mutating func keep(_ recorded: TableResults, plannedBy run: TableRun) -> Set<String> {
    let own = self
    guard isMeasured(asIn: recorded) else { return [] }
    func isKnown(_ cell: Cell) -> Bool {
      recorded.defines(cell.row, cell.column, as: own)
        && (Set(cell.repeats.map(\.step)).isSubset(of: run.steps(cell.row, cell.column))
          || own.hasImages(of: cell, in: recorded) && run.collector.readsOwnImagesAlone(cell.row))
    }
    let lacking = recorded.cells.compactMap { cell -> Cell? in
      guard !run.steps(cell.row, cell.column).isEmpty else { return nil }
      let measured = own.cell(cell.row, cell.column)?.repeats.map(\.repetition) ?? []
      var lacking = cell
      lacking.repeats.removeAll { measured.contains($0.repetition) }
      return lacking.repeats.isEmpty ? nil : lacking
    }
    // A row is not kept by half: what one of its columns meant is not what the others are beside now.
    let outdated = Set(lacking.filter { !isKnown($0) }.map(\.row))
    let kept = lacking.filter { !outdated.contains($0.row) }
    let rows = Set(kept.map(\.row))
    guard !rows.isEmpty else { return [] }
    for cell in kept { add(cell) }
    let places = Dictionary(uniqueKeysWithValues: experiment.rows.enumerated().map { ($1.id, $0) })
    func place(_ row: String) -> Int { places[row] ?? .max }
    let columns = experiment.columns.map(\.id)
    cells.sort {
      (place($0.row), columns.firstIndex(of: $0.column) ?? .max) < (
        place($1.row), columns.firstIndex(of: $1.column) ?? .max
      )
    }
    // Of a repeat that both have, the store's own.
    let trained = Set(own.curves.map { Place($0.row, $0.repetition) })
    let searched = Set(own.searches.map { Place($0.row, $0.repetition) })
    func stays(_ own: Set<Place>, _ row: String, _ repetition: Int) -> Bool {
      rows.contains(row) && !own.contains(Place(row, repetition))
    }
    curves = (curves + recorded.curves.filter { stays(trained, $0.row, $0.repetition) })
      .sorted { (place($0.row), $0.repetition) < (place($1.row), $1.repetition) }
    searches = (searches + recorded.searches.filter { stays(searched, $0.row, $0.repetition) })
      .sorted { (place($0.row), $0.repetition) < (place($1.row), $1.repetition) }
    for shown in recorded.examples where examples(of: shown.subject, shown.direction) == nil {
      if case .row(let row) = shown.subject, !rows.contains(row) { continue }
      examples.append(shown)
    }
    for (name, fact) in recorded.provenance {
      provenance[name] = provenance[name].map { Self.united([$0, fact].sorted()) } ?? fact
    }
    return rows
  }

  private struct Place: Hashable {
    let row: String
    let repetition: Int

    init(_ row: String, _ repetition: Int) { (self.row, self.repetition) = (row, repetition) }
  }

  /// Whether both were measured by the same trained networks, where both tell.
  func isMeasured(asIn recorded: TableResults) -> Bool {
    provenance.allSatisfy { name, fact in
      !name.hasPrefix(Self.instrumentPrefix) || recorded.provenance[name].map { $0 == fact } ?? true
    }
  }

  /// Whether a cell was measured on the images that there are now, those that it learned from and those that it answers for,
  /// by steps of the same versions.
  private func hasImages(of cell: Cell, in recorded: TableResults) -> Bool {
    guard hasVersions(of: recorded), let split = split(of: cell) else { return false }
    return [Split.train, split].allSatisfy { split in
      let key = Self.imagesKey(experiment.dataset.kind, split)
      return provenance[key].map { $0 == recorded.provenance[key] } ?? false
    }
  }

  private func hasVersions(of recorded: TableResults) -> Bool {
    provenance.allSatisfy { name, fact in
      !(name == "retable" || name.hasPrefix("step ")) || recorded.provenance[name].map { $0 == fact } ?? true
    }
  }

  private func split(of cell: Cell) -> String? {
    guard let row = experiment.row(cell.row), let column = experiment.column(cell.column) else { return nil }
    return row.split(column)
  }
}

import Files

extension ExperimentDecoder {
  /// The search of a row; nil where it has none in this profile, or is wrong and reported.
  func search(_ plan: RowPlan, of representation: Configured?, _ classifier: Configured?) -> Search? {
    guard let written = plan.body.search, let chosen = reader.choose(written.node), !chosen.isNull else {
      return nil
    }
    let part = searchedPart(chosen, classifier)
    guard let kind = searchedKind(plan, part), let members = Members(chosen, .search, findings: findings),
      let traits = searchTraits(of: kind, part, at: written.mark)
    else { return nil }
    let searched = part == .classifier ? classifier : representation
    if let searched { checkTraining(searched, traits, at: written.mark) }
    let trials = integer(members, "trials")
    let axes = members["over"].flatMap { self.axes($0, of: kind, traits, plan, part) }
    if let searched, let axes { checkChoices(of: axes, in: searched, kind, at: members["over"]) }
    let stops = self.stops(members["stop"])
    let validation = self.validation(members["validation"], traits, at: chosen.mark)
    guard let trials, let axes, let stops, let validation else { return nil }
    return Search(
      trials: trials, stream: written.stream, axes: axes, stops: stops, validation: validation, part: part)
  }

  /// The part that the first path of `over` is about; without one, whichever can be searched.
  private func searchedPart(_ search: Node, _ classifier: Configured?) -> Search.Part {
    let first = search["over"].flatMap(reader.choose)?.entries?.first?.key
    return first?.hasPrefix("\(Search.Part.classifier.rawValue).") == true ? .classifier : .representation
  }

  private func role(_ part: Search.Part) -> Role { part == .classifier ? .classifier : .representation }

  private func written(_ plan: RowPlan, _ part: Search.Part) -> Node? {
    (part == .classifier ? plan.body.classifier : plan.body.representation).flatMap(reader.choose)
  }

  /// The kind of the row's representation or classifier, where it is a known one.
  private func searchedKind(_ plan: RowPlan, _ part: Search.Part) -> Kind? {
    let node = written(plan, part)
    let name = node?.scalar?.text ?? node?["kind"]?.scalar?.text
    return vocabulary.kinds(role(part), with: dataset).first { $0.name == name }
  }

  private func searchTraits(of kind: Kind, _ part: Search.Part, at mark: Mark) -> Kind.Search? {
    if let traits = kind.search { return traits }
    let searchable = vocabulary.kinds(role(part), with: dataset).filter { $0.search != nil }.map(\.name)
    if searchable.isEmpty {
      findings.error("the data set `\(dataset ?? "")` has no validation data to choose a trial by", at: mark)
    } else {
      findings.error(
        "`\(kind.name)` cannot be searched: it is not trained update by update", at: mark,
        "those that can be: \(Suggestions.listed(searchable))")
    }
    return nil
  }

  private func checkTraining(_ representation: Configured, _ traits: Kind.Search, at mark: Mark) {
    if representation.parameters[traits.length]?.int == 0 {
      findings.error("`\(traits.length)` is 0: there is no training to search", at: mark)
    }
    for name in traits.without where (representation.parameters[name]?.int ?? 0) != 0 {
      findings.error("a search trains each network once: `\(name)` must be 0", at: mark)
    }
  }

  // MARK: Axes

  private func axes(
    _ node: Node, of kind: Kind, _ traits: Kind.Search, _ plan: RowPlan, _ part: Search.Part
  ) -> [Search.Axis]? {
    guard let chosen = reader.require(node, named: "over") else { return nil }
    guard let entries = chosen.entries, !entries.isEmpty else {
      findings.error(
        "`over` must be a mapping from paths to distributions, not "
          + (chosen.entries == nil ? chosen.described : "an empty one"), at: chosen.mark)
      return nil
    }
    let axes = entries.compactMap { axis($0, of: kind, traits, plan, part) }
    return axes.count == entries.count ? axes : nil
  }

  private func axis(
    _ entry: Entry, of kind: Kind, _ traits: Kind.Search, _ plan: RowPlan, _ part: Search.Part
  ) -> Search.Axis? {
    let root = part.rawValue
    let path = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.count > 1, path[0] == root, !path.contains("") else {
      let isField = kind.fields.contains { $0.name == entry.key }
      findings.error(
        "`\(entry.key)` is no path into the \(root)", at: entry.keyMark,
        isField ? "write `\(root).\(entry.key)`" : "for example `\(root).\(traits.fields[0])`")
      return nil
    }
    guard let field = field(path.dropFirst(), in: kind.fields, owner: kind.name, at: entry.keyMark) else {
      return nil
    }
    guard traits.fields.contains(path[1]) else {
      findings.error(
        "`\(path[1])` of `\(kind.name)` cannot be searched over", at: entry.keyMark,
        "fields that can be: \(Suggestions.listed(traits.fields))")
      return nil
    }
    reportFixedValue(path.dropFirst(), field, written(plan, part))
    guard let node = reader.require(entry.value, named: entry.key),
      let distribution = DistributionReader(reader: reader, field: field).distribution(node)
    else { return nil }
    return Search.Axis(path: path.dropFirst().joined(separator: "."), distribution: distribution)
  }

  /// Whether the kind's rules allow every value that is listed, beside those that the row has: a trial would be the first
  /// to refuse it. Of ranges the fields themselves say what is allowed.
  private func checkChoices(of axes: [Search.Axis], in searched: Configured, _ kind: Kind, at over: Node?) {
    let entries = over.flatMap(reader.choose)?.entries ?? []
    for (axis, entry) in zip(axes, entries) {
      guard case .oneOf(let values) = axis.distribution else { continue }
      for value in values {
        let drawn = searched.replacing([axis.path: value]).parameters
        for problem in kind.rules.compactMap({ $0.problem(drawn) }) {
          findings.error(problem, at: entry.keyMark)
        }
      }
    }
  }

  /// The field at the end of a path through objects; nil, and reported, where there is none.
  private func field(
    _ path: ArraySlice<String>, in fields: [Field], owner: String, at mark: Mark
  ) -> Field? {
    guard let name = path.first, let field = fields.first(where: { $0.name == name }) else {
      findings.error(
        "`\(owner)` has no field `\(path.first ?? "")`", at: mark,
        Suggestions.instead(of: path.first ?? "", among: fields.map(\.name), listing: "fields"))
      return nil
    }
    if path.count == 1 { return field }
    guard case .object(let members) = field.type else {
      findings.error("`\(name)` of `\(owner)` has no parts", at: mark)
      return nil
    }
    return self.field(path.dropFirst(), in: members, owner: name, at: mark)
  }

  /// A value that every trial would replace says something that is not so. Fields without a default need one.
  private func reportFixedValue(_ path: ArraySlice<String>, _ field: Field, _ written: Node?) {
    var node = written
    var found: Entry?
    for name in path {
      found = node?.entry(name)
      node = found?.value
    }
    guard let found, field.effectiveDefault != nil else { return }
    findings.error(
      "`\(field.name)` has a value here and is searched over", at: found.keyMark,
      "leave it out here, or out of the search")
  }

  // MARK: Stopping and validation

  private static let stopFields = [
    Field("after", .number(0...1), "share of the training after which trials are compared"),
    Field("keep", .number(0...1), "share of the trials that go on"),
  ]

  /// One stop or a list of them; nil, and reported, where one is wrong.
  private func stops(_ node: Node?) -> [Search.Stop]? {
    guard let chosen = node.flatMap(reader.choose), !chosen.isNull else { return [] }
    var stops: [Search.Stop] = []
    for element in chosen.elements ?? [chosen] {
      guard let entries = element.entries else {
        findings.error(
          "a stop must be a mapping with after and keep, not \(element.described)", at: element.mark,
          "for example {after: 0.25, keep: 0.5}")
        return nil
      }
      guard
        let members = reader.members(entries, of: Self.stopFields, owner: "a stop", at: element.mark),
        let after = members["after"]?.double, let keep = members["keep"]?.double
      else { return nil }
      var isSound = true
      for (name, value) in [("after", after), ("keep", keep)] where value <= 0 || value >= 1 {
        isSound = false
        findings.error(
          "`\(name)` must lie between 0 and 1, but is \(JSON.number(value).canonical)",
          at: element[name].flatMap(reader.choose)?.mark ?? element.mark)
      }
      if let last = stops.last, after <= last.after {
        isSound = false
        findings.error(
          "`after` must grow from stop to stop, but \(JSON.number(after).canonical) follows "
            + JSON.number(last.after).canonical, at: element["after"]?.mark ?? element.mark)
      }
      guard isSound else { return nil }
      stops.append(Search.Stop(after: after, keep: keep))
    }
    return stops
  }

  private func validation(_ node: Node?, _ traits: Kind.Search, at mark: Mark) -> [String: JSON]? {
    let chosen = node.flatMap(reader.choose)
    if let chosen, chosen.entries == nil, !chosen.isNull {
      findings.error("`validation` must be a mapping, not \(chosen.described)", at: chosen.mark)
      return nil
    }
    return reader.members(
      chosen?.entries ?? [], of: traits.validation, owner: "`validation`", at: chosen?.mark ?? mark)
  }

  /// Whether a search has the images that its trials are judged on.
  func checkSearch(of row: Row, of dataset: Configured?, at plan: RowPlan) {
    guard let search = row.search, let dataset else { return }
    let mark = plan.body.search?.mark ?? plan.members.node.mark
    func images(_ field: String) -> Int { dataset.parameters[field]?.int ?? 0 }
    switch search.part {
    case .classifier:
      guard let splits = vocabulary.datasets.first(where: { $0.name == dataset.kind })?.splits,
        !splits.isEmpty
      else {
        return
      }
      guard let field = splits.first(where: { $0.name == "validation" })?.field else {
        findings.error(
          "a search over a classifier is judged on validation images, and the data set `\(dataset.kind)` has none",
          at: mark,
          "leave `search` out")
        return
      }
      guard images(field) == 0 else { return }
      findings.error(
        "a search over a classifier is judged on validation images, and none are held out, because `\(field)` is 0",
        at: mark, "give `\(field)` under `dataset`")
    case .representation:
      let (train, heldOut) = (search.validation["train"]?.int ?? 0, search.validation["held-out"]?.int ?? 0)
      let all = images("train-images")
      guard all > 0, train + heldOut > all else { return }
      findings.error(
        "the search fits on \(train) training images and holds \(heldOut) out, and the table has \(all)",
        at: mark,
        "lower `train` or `held-out` under `search.validation`")
    }
  }
}

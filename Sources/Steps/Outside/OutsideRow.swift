import Files
import Foundation
import Manifest
import Pipeline
import Results

/// A row that files of another program make in a table, as a manifest would have it.
public struct OutsideRow {
  public let row: Row
  private let kind: any OutsideRepresentation.Type
  private let kinds: Kinds

  /// - Parameters:
  ///   - files: paths from the current folder, in the order of the kind's parameters: features of training and test images,
  ///     codes, or a folder of images, in which `photos` and `labels` may lie.
  ///   - settings: further parameters by name, as a manifest writes them.
  ///   - experiment: the table; only its rows' names and its data set are looked at.
  /// - Throws: `StepsError` with what a user has to write otherwise.
  public init(
    files: [String], settings: [String: String] = [:], label: String? = nil, in experiment: Experiment,
    kinds: Kinds = .standard
  ) throws(StepsError) {
    let ports = kinds.datasets.first { $0.name == experiment.dataset.kind }?.kind.gives ?? []
    let fitting = kinds.representations.lazy.compactMap { $0 as? any OutsideRepresentation.Type }
    guard let kind = fitting.first(where: { ports.contains($0.takes) }) else {
      throw StepsError(.failed, "table '\(experiment.table)' has no rows that files can make")
    }
    let paths = kind.pathParameters
    var values: [String: JSON] = [:]
    for field in kind.kind.fields { values[field.name] = field.defaultValue }
    for (name, path) in try Self.assigned(files, to: paths, of: kind) { values[name] = .string(path) }
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
      values[name] = try Self.value(text, of: name, kind.kind, isPath: paths.contains(name))
    }
    if let problem = Self.problem(with: values, of: kind.kind) { throw StepsError(.failed, problem) }
    // A field that came later stands in no identity at its default.
    for field in kind.kind.fields where field.isAdded && values[field.name] == field.defaultValue {
      values[field.name] = nil
    }
    self.kind = kind
    self.kinds = kinds
    // A manifest is refused where its files cannot stand for all repeats. Here nobody has written a number of them.
    let isForOneRepeat = kind.kind.rules.contains {
      $0.problem(values.merging([TableFact.repeats: 2]) { $1 }) != nil
    }
    row = Row(
      id: Self.name(besides: experiment.rows.map(\.id)),
      label: label ?? Self.label(files, of: kind), group: .ablation,
      representation: Configured(kind: kind.name, parameters: values), repeats: isForOneRepeat ? 1 : nil)
  }

  private static func problem(with values: [String: JSON], of kind: Kind) -> String? {
    if let field = kind.fields.first(where: { values[$0.name] == nil }) {
      return "`\(field.name)` is missing: \(field.summary)"
    }
    return kind.rules.lazy.compactMap { $0.problem(values) }.first
  }

  private static func assigned(
    _ files: [String], to names: [String], of kind: any OutsideRepresentation.Type
  ) throws(StepsError) -> [(String, String)] {
    let files = files.map { Paths.join(FileManager.default.currentDirectoryPath, $0) }
    if kind.takes == .imagePairs {
      guard files.count == 1,
        (try? POSIXFileSystem().statusIfPresent(of: files[0].of(repetition: 0)))?.kind != .file
      else {
        throw StepsError(
          .failed,
          "one folder of images is wanted, with \(names.joined(separator: " or ")) in it, and not \(files.count == 1 ? "a file" : "\(files.count) names")"
        )
      }
      // A folder for each repeat holds what that of the first one does.
      let first = files[0].of(repetition: 0)
      guard (try? POSIXFileSystem().exists(first)) == true else {
        throw StepsError(.failed, "there is no folder \(first)")
      }
      let inside = names.filter { (try? POSIXFileSystem().exists(Paths.join(first, $0))) == true }
      guard !inside.isEmpty else {
        throw StepsError(
          .failed,
          "\(first) has no folder \(names.joined(separator: " or ")): put images that were made of label maps into the "
            + "one, and label maps that were made of photographs into the other")
      }
      return inside.map { ($0, Paths.join(files[0], $0)) }
    }
    guard files.count <= names.count else {
      throw StepsError(
        .failed,
        "\(files.count) files are too many: they stand for \(names.joined(separator: ", ")), in this order")
    }
    return Array(zip(names, files))
  }

  private static func value(
    _ text: String, of name: String, _ kind: Kind, isPath: Bool
  ) throws(StepsError) -> JSON {
    guard let field = kind.fields.first(where: { $0.name == name }) else {
      throw StepsError(
        .failed,
        "`\(kind.name)` has no parameter `\(name)`; it has \(kind.fields.map(\.name).joined(separator: ", "))"
      )
    }
    let value: JSON? =
      switch field.type {
      case .text: .string(isPath ? Paths.join(FileManager.default.currentDirectoryPath, text) : text)
      case .boolean: text == "true" ? true : text == "false" ? false : nil
      default: Int(text).map(JSON.int)
      }
    guard let value, field.type.admits(value) else {
      throw StepsError(.failed, "`\(name)` must be \(field.type.described), but is `\(text)`")
    }
    return value
  }

  /// The names of the files that there have to be; where none has to be, of all.
  private static func label(_ files: [String], of kind: any OutsideRepresentation.Type) -> String {
    let required = kind.kind.fields.count { $0.defaultValue == nil }
    return files.prefix(required > 0 ? required : files.count).map(name).joined(separator: ", ")
  }

  private static func name(of file: String) -> String {
    ArrayReference(file).map { ArrayName($0.path, $0.member).description } ?? Paths.name(of: file)
  }

  private static func name(besides taken: [String]) -> String {
    let numbered = (0...taken.count).map { $0 == 0 ? "yours" : "yours-\($0 + 1)" }
    return numbered.first { !taken.contains($0) } ?? "yours"
  }
}

extension OutsideRow {
  /// Why a column cannot be measured of the row; nil where it can.
  public func problem(with column: Column) -> String? {
    let gives = kind.gives.rawValue
    guard let statistic = OutcomeStatistic.named(column.metric.kind) else {
      let takes = kinds.statistics.first { $0.name == column.metric.kind }?.takes
      return takes == kind.gives
        ? nil : "`\(column.id)` is measured of \(takes?.rawValue ?? "something else"), not of \(gives)"
    }
    guard statistic.takes != kind.gives else { return nil }
    guard let classifier = column.classifier else {
      return "`\(column.id)` has no classifier of its own that could answer by \(gives)"
    }
    if let reader = kinds.readers.first(where: { $0.name == classifier.kind }) {
      guard let scenes = try? kind.init(row.representation.parameters) as? any SceneRepresentation,
        scenes.makes(reader.reads)
      else { return "`\(column.id)` reads images of the other direction" }
      return nil
    }
    let takes = kinds.classifiers.first { $0.name == classifier.kind }?.takes
    return takes == kind.gives
      ? nil : "the classifier of `\(column.id)` takes \(takes?.rawValue ?? "something else"), not \(gives)"
  }
}

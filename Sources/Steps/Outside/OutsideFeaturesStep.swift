import Datasets
import Files
import Manifest
import Pipeline

/// Takes features that another program has made: leaves what an `encode` step leaves, of the images that the table uses.
///
/// Whatever can be seen to be wrong with such files is found here, before anything is fitted.
struct OutsideFeaturesStep: StepKind {
  let name = "outside-features"
  let version = 1

  static func checksums(_ role: String) -> String { "\(role)-checksums" }

  private struct Parameters: Decodable {
    let set: String
    let flatten: Bool
    let standardise: Bool
    let units: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let files = try [Split.train, Split.test].map { role in
      // Images that are held out for choices are training images in the data set's files.
      let parts = role == Split.train ? [role, Split.validation] : [role]
      return (
        role: role, array: try context.outsideArray(role, flatten: parameters.flatten),
        places: try ImagePlaces(
          parts.filter(context.hasInput), of: Catalogue.set(parameters.set)?.split(role), context)
      )
    }
    let (train, test) = (files[0].array, files[1].array)
    guard !Self.areOneArray(context.step.parameters) else {
      throw test.name.problem("is the same array as \(train.name), byte for byte")
    }
    for file in files { try file.places.require(file.array) }
    guard train.columns == test.columns else {
      throw test.name.problem(
        "has \(test.columns) numbers a row, and \(train.name) has \(train.columns): they are not the same features"
      )
    }
    for file in files {
      guard let checksums = try context.outsideChecksums(Self.checksums(file.role)) else { continue }
      try checksums.check(file.array, against: file.places.checkedImages)
    }
    let audit = FeatureAudit(
      train: train.name, test: test.name, classes: files[0].places.classes, columns: train.columns)
    for file in files { try write(file.array, file.places, audit, context) }
    try audit.conclude(warn: context.warn)
    let rows = files.flatMap { $0.places.parts.map { ($0.split, $0.rows.count) } }
    try FeatureDescription(
      columns: train.columns, rows: Dictionary(uniqueKeysWithValues: rows),
      units: parameters.units > 0 ? parameters.units : train.columns, standardise: parameters.standardise
    ).save(in: context.output)
    try context.requireUnchangedSources()
  }

  /// Whether the training and the test images have one and the same array, under whatever names.
  private static func areOneArray(_ parameters: JSON) -> Bool {
    func both(_ key: String) -> [JSON?] { [Split.train, Split.test].map { parameters[key]?[$0] } }
    let (fingerprints, members) = (both("fingerprint"), both("members"))
    return fingerprints[0] == fingerprints[1] && members[0] == members[1]
  }

  /// Writes the rows of each part of a file, in one pass.
  private func write(
    _ array: any OutsideArray, _ places: ImagePlaces, _ audit: FeatureAudit, _ context: StepContext
  ) throws {
    let writers = try places.parts.map { try RowFileWriter("\(context.output)/\($0.split).f32") }
    var next = places.parts.map { _ in 0 }
    try context.forEachBlock(of: array) { range, block in
      func rows(_ rows: Range<Int>) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(
          rebasing: block[
            ((rows.lowerBound - range.lowerBound) * array.columns)..<((rows.upperBound - range.lowerBound)
              * array.columns)])
      }
      for (index, part) in places.parts.enumerated() {
        while let run = part.run(from: next[index], before: range.upperBound) {
          for (place, row) in zip(next[index]..., run) {
            audit.add(rows(row..<(row + 1)), label: part.labels[place], isTest: part.split == Split.test)
          }
          try writers[index].append(rows(run))
          next[index] += run.count
        }
      }
    }
    for writer in writers { try writer.close() }
  }
}

extension StepContext {
  /// The array that a role names.
  func outsideArray(_ role: String, flatten: Bool) throws -> any OutsideArray {
    guard let path = step.sources[role], let format = ArrayReference(path)?.format else {
      throw StepsError(.failed, "the step '\(step.label)' names no file as \(role)")
    }
    let array = try OutsideArrays.open(
      path, format: format, member: step.parameters["members"]?[role]?.string ?? "")
    try array.requireRows(flatten: flatten)
    return array
  }

  /// Hands over all rows of an array in their order, some MiB at a time, each block of finite numbers alone; tells how far it
  /// is, and stops where it has to.
  func forEachBlock(
    of array: any OutsideArray, _ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    try array.forEachBlock { range, block in
      if shouldStop { throw Interrupted() }
      progress(
        Double(range.lowerBound) / Double(array.rows),
        "\(array.name), row \(range.lowerBound) of \(array.rows)")
      try array.requireFinite(block, from: range.lowerBound)
      try body(range, block)
    }
  }

  /// The checksums that a role names, one for each row of another array; nil where it names none.
  func outsideChecksums(_ role: String) throws -> RowChecksums? {
    guard step.sources[role] != nil else { return nil }
    let array = try outsideArray(role, flatten: true)
    guard array.columns == 1 else {
      throw array.name.problem("has the shape \(array.shape), where one checksum for each image is wanted")
    }
    return RowChecksums(name: array.name, values: try array.doubles())
  }
}

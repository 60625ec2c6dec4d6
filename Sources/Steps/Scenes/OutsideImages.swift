import Datasets
import Files
import Images
import Manifest
import Models
import Pipeline

/// Images that another program has made of the test scenes: a folder of PNG or JPEG files, one for each scene.
struct OutsideImages: SceneRepresentation, OutsideRepresentation {
  var photos = ""
  var labels = ""
  var file = "{id}.png"

  static let name = "images"
  static let summary = "images that another program has made of the test scenes, one file each"
  static let parameters: [Parameter<OutsideImages>] = [
    Parameter(
      "photos", \.photos,
      "the folder of photographs that were made of label maps; relative to the manifest; {repeat} stands for the number of "
        + "the repeat, from 1"),
    Parameter(
      "labels", \.labels, "the folder of label maps that were made of photographs; {repeat} as in photos"),
    Parameter(
      "file", \.file,
      "the name of a scene's file; {id} stands for the name of the scene, {repeat} as in photos"),
  ]
  static let rules: [Kind.Rule] = [
    Kind.Rule("photos") { values in
      guard values["photos"]?.string == "", values["labels"]?.string == "" else { return nil }
      return "`photos`, `labels` or both must name a folder of images"
    },
    Kind.Rule("file") { values in
      guard let file = values["file"]?.string, !file.contains("{id}") else { return nil }
      return "`file` must have {id} in it, which stands for the name of a scene, but is `\(file)`"
    },
    changesWithRepeats("photos"), changesWithRepeats("labels"),
    isRead("photos", .labelsToPhotos, "photographs"), isRead("labels", .photosToLabels, "label maps"),
  ]

  /// Reading draws nothing anew for a repeat: one folder for several would be one measurement that counts as so many, with no
  /// spread, and would be called better or worse for that.
  private static func changesWithRepeats(_ field: String) -> Kind.Rule {
    Kind.Rule(field) { values in
      guard let repeats = values[TableFact.repeats]?.int, repeats > 1,
        let folder = values[field]?.string, !folder.isEmpty
      else { return nil }
      let names = [folder, values["file"]?.string ?? ""]
      guard !names.contains(where: { $0.contains(ArrayReference.repeatMark) }) else { return nil }
      return "`\(field)` names one folder for \(repeats) repeats: write {repeat} in its path, or give the "
        + "row `repeats: 1`"
    }
  }

  /// Images that no column reads would be given for nothing, and a row of no others would have no cell.
  private static func isRead(
    _ field: String, _ direction: TranslationDirection, _ words: String
  ) -> Kind.Rule {
    Kind.Rule(field) { values in
      guard let folder = values[field]?.string, !folder.isEmpty,
        let classifiers = values[TableFact.classifiers]?.array?.compactMap(\.string)
      else { return nil }
      let readers = Kinds.standard.readers
      // Of one that is added elsewhere it is not known here what it reads.
      let others = readers.filter { $0.reads != direction }.map { $0.name }
      guard classifiers.allSatisfy(others.contains) else { return nil }
      let fitting = readers.filter { $0.reads == direction }.map { "`classifier: \($0.name)`" }
      return "`\(field)` would not be read: the row has no column whose classifier reads \(words). Add one "
        + "(\(fitting.joined(separator: ", "))), or leave `\(field)` out"
    }
  }

  static let pathParameters = ["photos", "labels"]

  func paths(repetition: Int) -> [String] { [photos, labels].map { $0.of(repetition: repetition) } }

  func makes(_ direction: TranslationDirection) -> Bool { !folder(direction).isEmpty }

  private func folder(_ direction: TranslationDirection) -> String {
    direction == .labelsToPhotos ? photos : labels
  }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addScenes(Split.test, side: builder.sceneOptions.side)
  }

  func images(
    _ direction: TranslationDirection, of represented: String, _ configured: Configured,
    in builder: inout PlanBuilder
  ) -> String {
    let repetition = builder.repetition
    return builder.addOutside(
      OutsideImagesStep(), ["file": .string(file.of(repetition: repetition))],
      inputs: [Split.test: represented],
      files: [OutsideImagesStep.role: folder(direction).of(repetition: repetition)],
      label: "images of \(builder.label), \(direction.rawValue)", needs: Needs(seconds: 10))
  }
}

struct OutsideImagesStep: StepKind {
  let name = "outside-images"
  let version = 2

  static let role = "images"

  func run(_ context: StepContext) throws {
    guard let folder = context.step.sources[Self.role], let pattern = context.step.parameters["file"]?.string
    else {
      throw StepsError(.failed, "the step names no folder of images")
    }
    let scenes = try context.scenes(Split.test)
    let files = scenes.names.map { Paths.join(folder, pattern.replacing("{id}", with: $0)) }
    let missing = try files.filter { try !POSIXFileSystem().exists($0) }
    guard missing.isEmpty else {
      let shown = missing.prefix(10).map(Paths.name).joined(separator: ", ")
      throw StepsError(
        .dataMissing,
        "\(folder) lacks \(missing.count) of \(files.count) images: \(shown)\(missing.count > 10 ? ", …" : ""). "
          + "Every test scene needs one; `file` says how they are named, \(pattern) here")
    }
    let side = scenes.photos.width
    var unusable: [String] = []
    var sizes: [[Int]] = []
    try TranslateStep.write(
      like: scenes.photos, words: "images of another program", in: context.output
    ) {
      writer in
      for (index, file) in files.enumerated() {
        if index % 50 == 0 {
          context.progress(Double(index) / Double(files.count), "image \(index) of \(files.count)")
        }
        do {
          let image = try SceneImage(file: file, side: side)
          sizes.append([image.width, image.height])
          if unusable.isEmpty { try writer.append(image.planes, label: nil) }
        } catch DatasetError.unreadableImage(_, let reason) {
          // The rest is looked at all the same: somebody who mends one file after another would run as often.
          unusable.append("\(Paths.name(of: file)): \(reason)")
        }
      }
      if unusable.isEmpty { unusable = Self.differences(of: sizes, files) }
      try Self.refuse(unusable, of: files.count, in: folder)
    }
    try context.requireUnchangedSources()
  }

  /// Which images have not the size of most: what one program has made of scenes of one size is of one size.
  private static func differences(of sizes: [[Int]], _ files: [String]) -> [String] {
    let counts = Dictionary(grouping: sizes) { $0 }.mapValues(\.count)
    guard counts.count > 1, let most = counts.values.max(),
      let usual = sizes.first(where: { counts[$0] == most })
    else { return [] }
    return zip(files, sizes).filter { $1 != usual }.map { file, size in
      "\(Paths.name(of: file)): it is \(size[0]) x \(size[1]) pixels where the most frequent size is \(usual[0]) x \(usual[1])"
    }
  }

  /// - Throws: `StepsError` where any image cannot be used.
  private static func refuse(_ unusable: [String], of count: Int, in folder: String) throws {
    guard !unusable.isEmpty else { return }
    let shown = unusable.prefix(10).joined(separator: "; ")
    let rest = unusable.count > 10 ? "; and \(unusable.count - 10) more" : ""
    throw StepsError(
      .dataMissing,
      "\(folder) has \(unusable.count) of \(count) images that cannot be used: \(shown)\(rest). Every test scene needs "
        + "one in colour, all of one size")
  }
}

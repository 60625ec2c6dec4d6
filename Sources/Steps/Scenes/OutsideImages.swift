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
      "photos", \.photos, "the folder of photographs that were made of label maps; relative to the manifest"),
    Parameter("labels", \.labels, "the folder of label maps that were made of photographs"),
    Parameter("file", \.file, "the name of a scene's file; {id} stands for the name of the scene"),
  ]
  static let rules = [
    Kind.Rule("photos") { values in
      guard values["photos"]?.string == "", values["labels"]?.string == "" else { return nil }
      return "`photos`, `labels` or both must name a folder of images"
    },
    Kind.Rule("file") { values in
      guard let file = values["file"]?.string, !file.contains("{id}") else { return nil }
      return "`file` must have {id} in it, which stands for the name of a scene, but is `\(file)`"
    },
  ]

  static let pathParameters = ["photos", "labels"]

  func paths(repetition: Int) -> [String] { [photos, labels] }

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
    builder.addOutside(
      OutsideImagesStep(), ["file": .string(file)], inputs: [Split.test: represented],
      files: [OutsideImagesStep.role: folder(direction)],
      label: "images of \(builder.row.id), \(direction.rawValue)", needs: Needs(seconds: 10))
  }
}

struct OutsideImagesStep: StepKind {
  let name = "outside-images"
  let version = 1

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
          + "Every test scene needs one, named as `file` says")
    }
    let side = scenes.photos.width
    try TranslateStep.write(
      like: scenes.photos, words: "images of another program", in: context.output
    ) {
      writer in
      for (index, file) in files.enumerated() {
        try writer.append(try SceneImage.planes(of: file, side: side), label: nil)
        if index % 50 == 0 {
          context.progress(Double(index) / Double(files.count), "image \(index) of \(files.count)")
        }
      }
    }
    try context.requireUnchangedSources()
  }
}

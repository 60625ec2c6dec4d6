import Datasets
import Manifest
import Models

/// What a manifest says of street scenes under `dataset`: at which size networks see them.
struct SceneOptions: Parameterised {
  var side = 128
  var loadSide = 0
  var ids = IdRule.cleaned

  static let name = "scenes"
  static let summary = "photographs of scenes and what each of their pixels shows"
  static let parameters: [Parameter<SceneOptions>] = [
    Parameter(
      "side", \.side, in: 8...1024, "pixels a side of the images that networks make and are scored by"),
    Parameter(
      "load-side", \.loadSide, in: 0...2048,
      "pixels a side of training images, of which squares of `side` are cut at random; 0 is 143 for 128, and in proportion"
    ),
    Parameter(
      "ids", \.ids,
      "how classes are told from label maps that are colours with losses; exact ids of the official files need no rule"
    ),
  ]
  static let rules = [
    Kind.Rule("load-side") { values in
      guard let load = values["load-side"]?.int, let side = values["side"]?.int, load > 0, load < side else {
        return nil
      }
      return "`load-side` must be at least `side`, which is \(side), or 0, but is \(load)"
    }
  ]

  /// Pixels a side of training images: 143 for 128, as published, and in proportion.
  var trainingSide: Int { loadSide > 0 ? loadSide : Int((Double(side) * 143 / 128).rounded()) }
}

extension TranslationDirection {
  /// What is given.
  func inputs(of scenes: ScenePairs) -> ImageCollection {
    self == .labelsToPhotos ? scenes.labels : scenes.photos
  }
  /// The other way.
  var reversed: TranslationDirection { self == .labelsToPhotos ? .photosToLabels : .labelsToPhotos }
  /// What belongs to it.
  func targets(of scenes: ScenePairs) -> ImageCollection {
    self == .labelsToPhotos ? scenes.photos : scenes.labels
  }
}

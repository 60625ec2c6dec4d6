import Datasets
import Manifest
import Models
import Pipeline

/// The nearest of the palette's colours, pixel by pixel (Zhu et al. 2017, section 5.1, photo to labels).
struct NearestColour: SceneReader {
  var candidates = ColourDecoder.Candidates.classes
  var distance = ColourDecoder.Distance.l2
  var enlarge = Enlarge.classes

  enum Enlarge: String, CaseIterable {
    case classes, colours
  }

  static let name = "nearest-colour"
  static let summary = "reads a label map: the class of the nearest colour of the palette, pixel by pixel"
  static let reads = TranslationDirection.photosToLabels
  static let usesDevice = false
  static let parameters: [Parameter<NearestColour>] = [
    Parameter(
      "candidates", \.candidates,
      "classes: the 19 that are scored; palette: all of its colours, of which those of no class count as wrong"
    ),
    Parameter("distance", \.distance, "between colours in RGB"),
    Parameter(
      "enlarge", \.enlarge, added: true,
      "what is brought to the size of the truth: classes, by the nearest pixel; or colours, bilinearly, before they are read"
    ),
  ]

  func addInputs(
    _ configured: Configured, to inputs: inout [String: String], in builder: inout PlanBuilder
  ) {}

  func reading(_ context: StepContext) -> SceneReading {
    let decoder = ColourDecoder(candidates: candidates, distance: distance)
    return SceneReading { [enlarge] images, indices, truth in
      indices.map { index in
        images.withPixels(of: index) { planes in
          switch enlarge {
          case .classes:
            ClassMap(height: images.height, width: images.width, ids: decoder.ids(planes: planes))
          case .colours:
            ClassMap(
              height: truth.height, width: truth.width,
              ids: decoder.ids(
                planes: planes, height: images.height, width: images.width, enlargedTo: truth.height,
                truth.width))
          }
        }
      }
    }
  }
}

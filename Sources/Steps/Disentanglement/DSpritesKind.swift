import Files
import Manifest
import Pipeline

/// The data set dSprites: rendered here, or read from the official file.
enum DSpritesKind {
  static let kind = Kind(
    "dsprites", "2D shapes with known factors (Matthey et al. 2017), 737,280 binary 64x64 images",
    fields: [
      Field(
        "pool", .integer(0...737_280), default: 0,
        "images that representations are computed for and metric points are drawn from; 0 means all")
    ], gives: [.factorImages])

  static func add(origin: String, to plan: inout Plan) -> String {
    plan.add(
      Step(
        kind: DatasetStep().name, version: DatasetStep().version,
        parameters: ["kind": "dsprites", "origin": .string(origin)], label: "data set dsprites (\(origin))",
        needs: Needs(cores: 2, memory: 1 << 30, seconds: 30)))
  }
}

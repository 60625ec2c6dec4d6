import Datasets
import Files
import Pipeline

/// Packs one split of a set of images from its official layout, once for all rows.
struct ImagesStep: DataStep {
  let name = "images"
  let version = 1

  static let file = "images.pack"

  /// Which images of the copy's split these are, where they are not simply the first ones: a JSON array, 0-based.
  static let itemsFile = "items.json"

  /// How many images the copy's split has, of which these may be a part: a JSON number. Artifacts of earlier versions have
  /// no such file.
  static let wholeFile = "whole.json"

  private struct Parameters: Decodable {
    /// How many of the images are kept, from the first on; 0 means all.
    let first: Int
    let fingerprint: String
    /// Images that are held out for choices, where some are.
    let heldOut: Int?
    /// Which of both parts this is: the name of a split.
    let part: String?
  }

  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step {
    Step(
      kind: name, version: version,
      parameters: [
        "set": .string(set.name), "split": .string(split.name), "first": .int(first),
        "fingerprint": origin.fingerprint,
      ], label: "images of \(set.name), \(split.name)", needs: Needs(memory: 1 << 29, seconds: 10))
  }

  /// The step that reads one part of a split.
  func step(
    reading split: DataSplit, of set: any DataSet, first: Int, part: HeldOut, from origin: DataOrigin
  ) -> Step {
    Step(
      kind: name, version: version,
      parameters: [
        "set": .string(set.name), "split": .string(split.name), "first": .int(first),
        "fingerprint": origin.fingerprint, "held-out": .int(part.asked), "part": .string(part.split),
      ], seed: part.seed, label: "images of \(set.name), \(part.split)",
      needs: Needs(memory: 1 << 29, seconds: 10))
  }

  func source(of step: Step) -> (set: any DataSet, split: DataSplit)? {
    guard let set = step.parameters["set"]?.string.flatMap(Catalogue.set),
      let split = step.parameters["split"]?.string.flatMap(set.split)
    else { return nil }
    return (set, split)
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let path = "\(context.output)/\(Self.file)"
    var saved = try save(context, fingerprint: parameters.fingerprint, to: path)
    try DurableFile.write(
      "\(try ImageCollection(file: path).count)", to: "\(context.output)/\(Self.wholeFile)")
    if let asked = parameters.heldOut {
      saved = saved.adding(
        try keepPart(parameters.part, heldOut: asked, first: parameters.first, of: path, context))
    }
    if parameters.first > 0 {
      let count = try ImageCollection(file: path).count
      if parameters.first < count {
        try keep(Array(0..<parameters.first), of: path, words: "the first \(parameters.first)")
      }
    }
    try write(saved, provenance: ImageCollection(file: path).provenance, in: context.output)
  }

  /// Leaves one part of the split, and which of its images these are. Returns what is to be said of the sizes.
  private func keepPart(
    _ part: String?, heldOut asked: Int, first: Int, of path: String, _ context: StepContext
  ) throws -> String? {
    let split = source(of: context.step)?.split
    let all = try ImageCollection(file: path).count
    let count = try HeldOut.count(asked, of: all, published: split?.count)
    let (kept, heldOut) = HeldOut.draw(count, of: all, seed: context.seed)
    let items = part == split?.name ? kept : heldOut
    try keep(items, of: path, words: "\(items.count) images, drawn at random,")
    let used = first > 0 ? Array(items.prefix(first)) : items
    try JSON.write(used, to: "\(context.output)/\(Self.itemsFile)")
    guard count != asked else { return nil }
    return
      "\(count) of \(all) training images are held out for choices instead of \(asked) of \(split?.count ?? all)"
  }

  private func keep(_ items: [Int], of path: String, words: String) throws {
    let all = try ImageCollection(file: path)
    try ImageCollectionWriter.write(
      to: path, channels: all.channels, height: all.height, width: all.width, classes: all.classes,
      provenance: "\(words) of \(all.provenance)", isLabelled: !all.labels.isEmpty
    ) { writer in
      for index in items {
        try all.withPixels(of: index) {
          try writer.append($0, label: all.labels.isEmpty ? nil : all.labels[index])
        }
      }
    }
  }
}

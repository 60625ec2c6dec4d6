import Dispatch
import Synchronization

extension DSprites {
  /// Draws the images by the calibrated rules (see `Sprite`), on all cores.
  ///
  /// `selection` chooses among the factor values of `FactorGrid.dSprites`, and only those images are drawn and held.
  /// `progress` is told the finished fraction, in rising order, from the threads that draw. Equal selections give
  /// equal bits.
  public static func rendered(
    _ selection: FactorSelection = FactorSelection(all: .dSprites),
    progress: @Sendable (Double) -> Void = { _ in }
  ) throws -> DSprites {
    guard selection.base == .dSprites else {
      throw DatasetError.invalidSelection(reason: "only the grid of dSprites can be rendered")
    }
    let templates = selection.templates
    let xs = selection.kept[3].map(Sprite.centre)
    let ys = selection.kept[4].map(Sprite.centre)
    let wordsPerTemplate = xs.count * ys.count * wordsPerImage
    let finished = Mutex(0)
    let storage = PackedWords(count: templates.count * wordsPerTemplate) { words in
      // Every template writes a part of its own.
      nonisolated(unsafe) let words = words
      DispatchQueue.concurrentPerform(iterations: templates.count) { number in
        var first = number * wordsPerTemplate
        for x in xs {
          for y in ys {
            let rows = UnsafeMutableBufferPointer(rebasing: words[first..<(first + wordsPerImage)])
            templates[number].draw(x: x, y: y, into: rows)
            first += wordsPerImage
          }
        }
        finished.withLock {
          $0 += 1
          progress(Double($0) / Double(templates.count))
        }
      }
    }
    return DSprites(
      storage: storage, grid: selection.grid, provenance: .rendered(rules: Sprite.rulesVersion))
  }
}

extension FactorSelection {
  /// The chosen (shape, scale, orientation) triples, orientation fastest.
  fileprivate var templates: [Sprite] {
    var templates: [Sprite] = []
    for shape in kept[0].compactMap(Sprite.Shape.init(rawValue:)) {
      for scale in kept[1] {
        for orientation in kept[2] {
          templates.append(Sprite(shape: shape, scale: scale, orientation: orientation))
        }
      }
    }
    return templates
  }
}

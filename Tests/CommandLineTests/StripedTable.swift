import TestSupport

/// A small table of CIFAR-10's kind, of images that anyone can tell apart.
enum StripedTable {
  /// - Parameters:
  ///   - columns: further ones.
  ///   - rows: further ones, and what follows them.
  static func manifest(columns: String = "", rows: String = "") -> String {
    """
    table: small
    title: Stripes
    source: {paper: Nobody 2000, place: Table 0}
    dataset: {kind: cifar10, train-images: 600, test-images: 300}
    repeats: 1
    seed: 3
    columns:
      - {id: all, label: All labels, unit: "%", better: higher,
         metric: accuracy,
         classifier: {kind: l2-svm, folds: 0, held-out: 100, C: [0.001, 0.01]}}
    \(columns)
      - {id: few, label: Few labels, unit: "%", better: higher, aggregate: draws,
         metric: accuracy,
         labels-per-class: 20, draws: 2, classifier: {kind: l2-svm, folds: 2, C: [0.001, 0.01]}}
      - {id: units, label: Units, decimals: 0, metric: feature-units}
    rows:
      - id: kmeans
        label: K-means
        published: {all: 90}
        representation: {kind: kmeans, centroids: 16, patches: 4000, iterations: 4}
      - {id: constant, label: A constant, group: control, representation: constant}
    \(rows)
    """
  }
}

extension Program {
  /// The official layout: each class is a colour and a direction of stripes, under noise that a formula makes.
  func stripedImages() throws {
    var noise: UInt32 = 1
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      var batch = [UInt8](repeating: 0, count: 10_000 * 3073)
      for image in 0..<10_000 {
        let label = image % 10
        let start = image * 3073
        batch[start] = UInt8(label)
        // The table below reads the first 600 images of each split; the others stay black.
        guard image < 600 else { continue }
        for channel in 0..<3 {
          for row in 0..<32 {
            for column in 0..<32 {
              noise = noise &* 1_664_525 &+ 1_013_904_223
              let stripe = label % 2 == 0 ? (row / 2) % 2 : (column / 2) % 2
              let level = channel == label % 3 ? 60 + 8 * label : 40
              batch[start + 1 + channel * 1024 + row * 32 + column] =
                UInt8(level + 40 * stripe + Int(noise >> 27))
            }
          }
        }
      }
      try folder.file("data/cifar-10-batches-bin/\(name).bin", batch)
    }
  }
}

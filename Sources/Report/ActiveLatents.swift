import Manifest
import Results

/// How many latents of trained models carry something, and how much each: the end of every training whose posteriors have a
/// divergence from the prior.
struct ActiveLatents {
  static let title = "Active latents"
  static let headings = ["updates", "active", "KL of each latent in nats, the largest first (first repeat)"]

  /// A row of the table with its cells, as many as `headings`.
  let lines: [(row: Row, cells: [String])]

  init(in layout: TableLayout) {
    lines = RowCurves.all(in: layout) { $0.latentKL?.isEmpty == false }.compactMap { row in
      let curves = row.curves.sorted { $0.repetition < $1.repetition }
      guard let first = curves.first, let latents = first.latentKL else { return nil }
      let active = curves.compactMap(\.latentKL).map { latents in
        "\(latents.count { $0 >= TrainingCurve.activeKL })"
      }
      return (
        row.row,
        [
          "\(first.milestones.last?.update ?? first.updates.last ?? 0)",
          "\(active.joined(separator: ", ")) of \(latents.count)",
          latents.sorted(by: >).map { NumberText.fixed($0, 2) }.joined(separator: " "),
        ]
      )
    }
  }

  /// What counts, in words.
  static let note =
    "The divergence of a latent's posterior from the prior, mean over a fixed sample of images. A latent is active from "
    + "\(NumberText.shortest(TrainingCurve.activeKL)) nats on, counted for each repeat; the others say nothing of an image."
}

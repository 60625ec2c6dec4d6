import ArgumentParser
import Files
import Foundation
import Learners
import LinearAlgebra
import Randomness

/// Images per second of the fused patch encoder, the peer of `pytorch_encoder.py`.
struct PatchEncoding: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "encoder")
  @Option(help: "CIFAR-10's data_batch_1.bin; noise without it.") var images: String?
  @Option var centroids = 1600
  @Option(help: "Images per round.") var count = 512
  @Option var rounds = 3
  @Option var threads = 2

  func run() throws {
    BLAS.threads = threads
    var stream = RandomStream(seed: 1)
    let source: PixelSource
    if let images {
      source = try cifarImages(images)
    } else {
      let noise = (0..<(count * 3072)).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
      source = PixelSource(channels: 3, height: 32, width: 32, pixels: noise)
    }
    var patches = try PatchSampler().draw(max(centroids, 20_000), from: source, stream: &stream)
    let whitening = try ZCA.fit(patches)
    whitening.apply(to: &patches)
    let encoder = PatchEncoder(
      grid: PatchGrid(size: 6, images: source), whitening: whitening,
      centroids: patches.selecting(rows: 0..<centroids))
    let yardstick = Timing.sgemm()
    var features = Matrix<Float>(rows: count, columns: encoder.featureCount)
    let timings = (0...rounds).map { _ in
      Timing {
        features.withUnsafeMutableElements {
          encoder.encode(source, 0..<count, into: $0, threads: threads)
        }
      }
    }
    let median = Timing.median(Array(timings.dropFirst()))
    // Only the distances count as work: 108 products and sums for each patch and centroid.
    let work = 2 * Double(count) * 729 * 108 * Double(centroids)
    let line: JSON = [
      "centroids": .int(centroids), "images": .int(count), "threads": .int(threads),
      "seconds": .number(median.seconds), "images_per_second": .number(Double(count) / median.seconds),
      "gigaflops": .number(work / median.seconds / 1e9),
      "sgemm_gigaflops": .number(yardstick.work / yardstick.timing.seconds / 1e9),
      "share_of_sgemm": .number(work / median.seconds * yardstick.timing.seconds / yardstick.work),
      "share_of_sgemm_by_processor_time": .number(
        work / median.processorSeconds * yardstick.timing.processorSeconds / yardstick.work),
      "peak_megabytes": .number(peakMegabytes()),
      "mean_feature": .number(features.columnMeans().reduce(0, +) / Double(encoder.featureCount)),
    ]
    print(line.canonical)
  }
}

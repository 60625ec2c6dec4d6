import Randomness
import Torch

/// Generated images that a discriminator looks at again later (Shrivastava et al. 2017), so that it doesn't chase its
/// generator's latest habit.
///
/// Until it is full, every new image is kept and given back. Afterwards a new image is given back as it is with probability
/// one half; otherwise one of those kept is given back, and the new one takes its place.
struct ImagePool {
  /// [capacity, channels, side, side]; nil for a pool that keeps nothing.
  private let kept: Tensor?
  private let capacity: Int
  /// How many are kept.
  private(set) var count = 0
  var stream: RandomStream

  init(capacity: Int, channels: Int, side: Int, stream: RandomStream, device: Device) throws {
    self.capacity = capacity
    self.stream = stream
    kept =
      capacity > 0 ? try Tensor(repeating: 0, shape: [capacity, channels, side, side], device: device) : nil
  }

  /// What a checkpoint needs beside the stream and the number of images seen.
  var contents: [NamedTensor] { kept.map { [NamedTensor("kept", $0)] } ?? [] }

  /// Continues where a pool stood that had seen so many images.
  mutating func resume(seen: Int, stream: RandomStream) {
    count = min(capacity, seen)
    self.stream = stream
  }

  /// As many images as it is given, [n, channels, side, side], cut off from the graph.
  mutating func exchange(_ images: Tensor) throws -> Tensor {
    let images = try images.detached()
    guard let kept else { return images }
    let given = try (0..<images.shape[0]).map { position in
      let image = try images.slice(position..<(position + 1), along: 0)
      if count < capacity {
        try kept.slice(count..<(count + 1), along: 0).assign(image)
        count += 1
        return image
      }
      guard stream.uniform() < 0.5 else { return image }
      let place = stream.index(below: capacity)
      let slot = try kept.slice(place..<(place + 1), along: 0)
      let old = try slot.copy()
      try slot.assign(image)
      return old
    }
    return given.count == 1 ? given[0] : try Tensor.concatenate(given, along: 0)
  }
}

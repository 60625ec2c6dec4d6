import Randomness

/// Minibatches drawn without replacement within an epoch, each epoch in an order of its own.
///
/// An epoch's order follows from the seed and its number alone, so a restored run needs no more than the number of the
/// next minibatch. The images that do not fill a last minibatch are left out of that epoch.
struct EpochOrder {
  let count: Int
  let batch: Int
  /// The stream whose seed and purpose all orders derive from; never drawn from itself.
  var source: RandomStream {
    didSet { current = nil }
  }
  private var current: (epoch: Int, order: [Int])?

  init(count: Int, batch: Int, source: RandomStream) {
    precondition(batch > 0 && count >= batch, "\(count) images do not fill a minibatch of \(batch)")
    self.count = count
    self.batch = batch
    self.source = source
  }

  /// The indices of minibatch `number`, counted from 0 over all epochs.
  mutating func indices(ofMinibatch number: Int) -> [Int] {
    let batches = count / batch
    let epoch = number / batches
    let start = number % batches * batch
    return Array(order(ofEpoch: epoch)[start..<(start + batch)])
  }

  private mutating func order(ofEpoch epoch: Int) -> [Int] {
    if let current, current.epoch == epoch { return current.order }
    // A purpose fits eight bits, so no epoch shares numbers with another or with another purpose.
    var stream = RandomStream(seed: source.seed, stream: source.stream | UInt64(epoch + 1) << 8)
    let order = stream.permutation(count)
    current = (epoch, order)
    return order
  }
}

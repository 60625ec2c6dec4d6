import Randomness

/// Some of the items of a collection, such as the labelled ones, in minibatches: without replacement within an epoch,
/// over and over.
struct ItemMinibatches {
  let items: [Int]
  var order: EpochOrder

  /// - Parameters:
  ///   - kind: what errors call the items, such as "labelled".
  ///   - count: how many items the collection has.
  /// - Throws: `ModelError.data` unless the items are of the collection and fill a minibatch.
  init(_ items: [Int], kind: String, of count: Int, batch: Int, model: String, source: RandomStream) throws {
    guard items.count >= batch else {
      throw ModelError.data(
        model: model, found: items.isEmpty ? "no \(kind) items" : "\(items.count) \(kind) items",
        needed: "at least a minibatch of \(batch)")
    }
    if let wrong = items.first(where: { !(0..<count).contains($0) }) {
      throw ModelError.data(
        model: model, found: "\(kind) item \(wrong)", needed: "items of a collection of \(count)")
    }
    self.items = items
    order = EpochOrder(count: items.count, batch: batch, source: source)
  }

  /// The items of minibatch `number`, counted from 0 over all epochs.
  mutating func items(ofMinibatch number: Int) -> [Int] {
    order.indices(ofMinibatch: number).map { items[$0] }
  }
}

/// Labelled items in minibatches, each item with its class.
struct LabelledMinibatches {
  private let labels: [Int]
  private var minibatches: ItemMinibatches
  let classes: Int
  var count: Int { labels.count }
  /// The stream that the orders of all epochs derive from.
  var source: RandomStream {
    get { minibatches.order.source }
    set { minibatches.order.source = newValue }
  }

  /// Throws `ModelError.data` also unless there is a label of 0..<`classes` for each item.
  init(
    _ items: [Int], labels: [Int], classes: Int, of count: Int, batch: Int, model: String, seed: UInt64
  ) throws {
    guard labels.count == items.count else {
      throw ModelError.data(
        model: model, found: "\(labels.count) labels for \(items.count) labelled items",
        needed: "one for each")
    }
    if let position = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw ModelError.data(
        model: model, found: "label \(labels[position]) of item \(items[position])",
        needed: "labels from 0 to \(classes - 1)")
    }
    minibatches = try ItemMinibatches(
      items, kind: "labelled", of: count, batch: batch, model: model,
      source: RandomStream(seed: seed, stream: Purpose.labelledMinibatches.rawValue))
    self.labels = labels
    self.classes = classes
  }

  mutating func minibatch(_ number: Int) -> (items: [Int], labels: [Int]) {
    let positions = minibatches.order.indices(ofMinibatch: number)
    return (positions.map { minibatches.items[$0] }, positions.map { labels[$0] })
  }
}

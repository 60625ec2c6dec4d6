import Files

extension CIFAR10 {
  /// Reads all records and counts the labels, without writing anything; returns what was found, in words.
  ///
  /// Throws as `save` does, and `DatasetError.wrongClassCount` where a class has not its official number of images.
  public func inspect() throws -> String {
    try checkClassNames()
    var totals: [Int] = []
    for split in Split.allCases {
      let names = Self.batches(of: split)
      var counts = [Int](repeating: 0, count: Self.classes.count)
      try files.forEach(names.map { ($0, batchByteCount) }) { name, bytes in
        try forEachRecord(of: bytes, in: name) { label, _ in counts[label] += 1 }
      }
      let expected = names.count * imagesPerBatch / Self.classes.count
      if let wrong = counts.firstIndex(where: { $0 != expected }) {
        throw DatasetError.wrongClassCount(
          path: files.path, name: "\(split)", className: Self.classes[wrong], found: counts[wrong],
          expected: expected)
      }
      totals.append(counts.reduce(0, +))
    }
    return "\(totals[0]) training and \(totals[1]) test images"
  }
}

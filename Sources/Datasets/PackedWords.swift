/// An immutable run of 64-bit words, in memory of its own or in a read-only file mapping.
///
/// A mapping is shared: processes that map the same file hold one copy of it, in the page cache.
final class PackedWords: @unchecked Sendable {  // written only inside `init`, read-only afterwards
  private enum Owner {
    case memory(UnsafeMutableBufferPointer<UInt64>)
    /// Words `range` of a mapped file.
    case file(MappedFile, range: Range<Int>)
  }

  private let owner: Owner

  /// Memory of `count` words, all zero before `initialise` writes them.
  init(count: Int, initialise: (UnsafeMutableBufferPointer<UInt64>) throws -> Void) rethrows {
    let memory = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count)
    memory.initialize(repeating: 0)
    do {
      try initialise(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    owner = .memory(memory)
  }

  /// The words that start `offset` bytes, a multiple of 8, into a mapped file; the caller has checked that they are
  /// there.
  init(_ file: MappedFile, offset: Int, count: Int) {
    precondition(offset % 8 == 0 && offset + 8 * count <= file.count, "\(count) words do not lie in the file")
    owner = .file(file, range: (offset / 8)..<(offset / 8 + count))
  }

  deinit {
    if case .memory(let memory) = owner { memory.deallocate() }
  }

  func withUnsafeWords<R>(_ body: (UnsafeBufferPointer<UInt64>) throws -> R) rethrows -> R {
    switch owner {
    case .memory(let memory):
      try withExtendedLifetime(self) { try body(UnsafeBufferPointer(memory)) }
    case .file(let file, let range):
      try file.withUnsafeBytes { bytes in
        try body(UnsafeBufferPointer(rebasing: bytes.assumingMemoryBound(to: UInt64.self)[range]))
      }
    }
  }
}

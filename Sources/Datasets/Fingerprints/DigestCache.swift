import Files
import Foundation
import Synchronization

/// Digests of the files of data sets, each computed once and remembered beside the file's stamp: a later look reads only
/// files whose size, times or inode have moved.
///
/// There is one file of memories for each group of files, in `digests/` of the cache folder. It is written whole and put in
/// place at once, so that two processes do not mix in it; what one of them forgets is computed again. It ends with a
/// digest of itself, and where that does not fit nothing of it is believed. Where it can be neither read nor written,
/// everything is read every time. A file that was touched within the last two seconds is not remembered: it may be
/// written again within the same tick of the clock.
public struct DigestCache: Sendable {
  private let folder: String?
  private let now: @Sendable () -> Int64
  /// Told before files are read that are not known: how many, and their bytes.
  private let willRead: @Sendable (_ files: Int, _ bytes: Int) -> Void

  /// The cache of this user; none where there is no cache folder.
  public init(willRead: @escaping @Sendable (_ files: Int, _ bytes: Int) -> Void = { _, _ in }) {
    let folder = try? Paths.cacheFolder()
    self.init(folder: folder.map { Paths.join($0, "digests") }, now: FileStamp.now, willRead: willRead)
  }

  init(
    folder: String?, now: @escaping @Sendable () -> Int64 = FileStamp.now,
    willRead: @escaping @Sendable (_ files: Int, _ bytes: Int) -> Void = { _, _ in }
  ) {
    (self.folder, self.now, self.willRead) = (folder, now, willRead)
  }

  /// Bytes that are read between two times that the cache is written: an interrupted first look is not lost.
  private static let bytesPerRound = 4 << 30

  /// The digests of files in the order given; nil for what is no regular file, or a link to nothing.
  ///
  /// `group` names the memory, for instance the folder of the files. Throws `FileError` where a file cannot be read.
  func digests(of paths: [String], group: String) throws -> [FileDigest?] {
    let memory = folder.map { Paths.join($0, Digest.hex(of: group.utf8)) }
    var known = memory.flatMap(DigestMemory.read) ?? [:]
    let stamps = Parallel.map(paths.count, share: Self.share(paths.count)) { FileStamp(ofFileAt: paths[$0]) }
    var digests = stamps.map { $0.flatMap { known[$0] } }
    let unknown = paths.indices.filter { digests[$0] == nil && stamps[$0] != nil }
    guard !unknown.isEmpty else { return digests }
    let sizes = unknown.map { Int(stamps[$0]?.size ?? 0) }
    willRead(unknown.count, sizes.reduce(0, +))
    // What is not asked for any more goes when there is more of it than of the rest.
    if known.count > 2 * paths.count {
      let asked = Set(stamps.compactMap { $0 })
      known = known.filter { asked.contains($0.key) }
    }
    var first = 0
    while first < unknown.count {
      var (last, bytes) = (first, 0)
      while last < unknown.count, bytes < Self.bytesPerRound {
        bytes += sizes[last]
        last += 1
      }
      let round = Array(unknown[first..<last])
      let read = Parallel.map(round.count, share: Self.share(round.count)) { position in
        Result { try Self.digest(of: paths[round[position]]) }
      }
      let now = now()
      for (index, result) in zip(round, read) {
        guard let (digest, stamp) = try result.get() else { continue }
        digests[index] = digest
        if let stamp, stamp.isSettled(at: now) { known[stamp] = digest }
      }
      if let memory { DigestMemory.write(known, to: memory) }
      first = last
    }
    return digests
  }

  /// The digest of a file, with its stamp where that was the same before and after; nil where it has gone meanwhile.
  private static func digest(of path: String) throws -> (FileDigest, FileStamp?)? {
    let files = POSIXFileSystem()
    guard let before = FileStamp(ofFileAt: path) else { return nil }
    let hex = try Digest.hexOfFile(path, using: files)
    let after = FileStamp(ofFileAt: path)
    return (FileDigest(hex: hex), before == after ? before : nil)
  }

  /// Files that one core reads in a row.
  private static func share(_ count: Int) -> Int { max(1, min(256, count / 64)) }
}

import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileLockTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test func keepsOthersOutUntilItIsGone() throws {
    let path = directory.path("lock")
    var lock = try FileLock.tryLock(path)
    #expect(lock != nil)
    #expect(try FileLock.tryLock(path) == nil)
    #expect(FileLock.holder(of: path)?.process == getpid())
    lock = nil
    #expect(FileLock.holder(of: path) == nil)
    #expect(try FileLock.tryLock(path) != nil)
  }

  @Test func waitingEndsWhenInterrupted() throws {
    let path = directory.path("lock")
    let lock = try FileLock.tryLock(path)
    var questions = 0
    var holder: FileLock.Holder?
    #expect(throws: CancellationError.self) {
      try FileLock.lock(
        path,
        isInterrupted: {
          questions += 1
          return questions > 2
        }, onWait: { holder = $0 })
    }
    #expect(questions == 3)
    #expect(holder?.process == getpid())
    withExtendedLifetime(lock) {}
  }

  @Test func waitsForTheHolder() throws {
    let path = directory.path("lock")
    var first = try FileLock.tryLock(path)
    let second = try FileLock.lock(path, onWait: { _ in first = nil })
    #expect(first == nil)
    #expect(second.path == path)
  }

  @Test func aRemovedLockFileIsMadeAgain() throws {
    let path = directory.path("lock")
    let first = try FileLock.tryLock(path)
    try POSIXFileSystem().removeFile(path)
    #expect(try FileLock.tryLock(path) != nil)
    withExtendedLifetime(first) {}
  }

  @Test func theLockDiesWithItsProcess() async throws {
    let path = directory.path("lock")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let lock = try FileLock.tryLock(path)
      try withExtendedLifetime(lock) { _ = try #require(FileLock.holder(of: path)) }
      kill(getpid(), SIGKILL)
    }
    #expect(FileLock.holder(of: path) != nil)
    #expect(try FileLock.tryLock(path) != nil)
  }

  /// What makes room on it needs locks.
  @Test func aFullDiskHasLocksAllTheSame() async throws {
    let path = directory.path("lock")
    await #expect(processExitsWith: .success) { [path = path as String] in
      Signals.ignoreFileSizeLimit()
      var limit = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let lock = try FileLock.tryLock(path)
      #expect(lock != nil)
      #expect(FileLock.isHeld(path))
      withExtendedLifetime(lock) {}
    }
  }

  @Test func aFolderThatIsMissingIsAnError() {
    #expect {
      try FileLock.tryLock(directory.path("missing/lock"))
    } throws: { error in (error as? FileError)?.isMissing == true }
  }
}

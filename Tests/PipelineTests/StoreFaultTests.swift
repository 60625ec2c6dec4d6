import Files
import Glibc
import TestSupport
import Testing

@testable import Pipeline

/// Faults at every call that a commit makes: an artifact is there completely or not at all, and the next run makes it.
@Suite struct StoreFaultTests {
  static let faults: [FaultyFileSystem.Fault] = [
    .error(EIO), .error(ENOSPC), .error(EINTR), .errorAfterwards(EIO), .errorFromNowOn(ENOSPC), .short, .halt,
  ]

  @Test(arguments: faults)
  func anArtifactIsThereCompletelyOrNotAtAll(_ fault: FaultyFileSystem.Fault) throws {
    let step = sum("a", add: 41)
    let facts = RunFacts(
      seconds: 1, peakMemory: 1, finished: "now", host: "here", threads: 1, device: "cpu", environment: [:])
    let struck = try forEveryCall(fault) { files in
      let folder = try TemporaryDirectory()
      let root = folder.path("store")
      let output = folder.path("out")
      try POSIXFileSystem().makeDirectories("\(output)/more")
      try DurableFile.write("41", to: "\(output)/value.txt")
      try DurableFile.write("details", to: "\(output)/more/details.txt")

      var failure: (any Error)?
      do {
        _ = try Store(root: root, files: files).commit(step, from: output, run: facts)
      } catch {
        failure = error
      }
      // Whoever looks next, through a file system without faults.
      let store = Store(root: root)
      let presence = store.verify(step.identity)
      if failure == nil {
        #expect(presence == .cached)
      } else {
        #expect(presence == .cached || presence == .absent, "\(presence)")
      }
      if fault == .error(EINTR) || fault == .short {
        #expect(failure == nil, "\(String(describing: failure))")
      }
      #expect(files.openFiles == 0)
    }
    #expect(struck >= (fault == .short ? 1 : 12), "\(struck)")
    print("faults injected into commits: \(struck) of \(fault)")
  }
}

import Dispatch
import Files
import Foundation
import TestSupport
import Testing

/// Limits here are so long that reaching one means waiting for ever.
private let never = Duration.seconds(60)

private func shell(_ line: String, within limit: Duration = never) -> BoundedProcess.Outcome {
  BoundedProcess.run("sh", ["-c", line], environment: ["PATH": "/usr/bin:/bin"], within: limit)
}

@Suite struct BoundedProcessTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test func `both outputs and the code come back`() {
    #expect(
      shell("echo yes; echo no >&2; exit 3") == .ended(code: 3, output: "yes\n", errors: "no\n"))
  }

  @Test func `a signal is a code as shells give it`() {
    #expect(shell("kill -TERM $$") == .ended(code: 128 + 15, output: "", errors: ""))
  }

  @Test func `more than a pipe holds is read while the tool writes it`() {
    let line =
      "i=0; while [ $i -lt 3000 ]; do echo $i aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo $i >&2; i=$((i+1)); done"
    guard case .ended(0, let output, let errors) = shell(line) else {
      Issue.record("it did not end")
      return
    }
    #expect(output.split(separator: "\n").count == 3000)
    #expect(errors.split(separator: "\n").last == "2999")
  }

  /// A daemon that a tool starts may keep every descriptor it was given.
  @Test func `what is left in the background is not waited for`() throws {
    let file = directory.path("process")
    let outcome = shell("sleep 600 & echo $! > '\(file)'; echo started")
    #expect(outcome == .ended(code: 0, output: "started\n", errors: ""))
    let left = try #require(
      pid_t(try POSIXFileSystem().text(of: file).trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(left, SIGKILL) == 0, "it goes on by itself")
  }

  @Test func `a tool that hangs is killed with all that it started`() throws {
    let file = directory.path("process")
    #expect(shell("sleep 600 & echo $! > '\(file)'; wait", within: .milliseconds(500)) == .hung)
    let started = try POSIXFileSystem().text(of: file).trimmingCharacters(in: .whitespacesAndNewlines)
    // A process whose end nobody has taken note of is there still, as a zombie; its command line is gone.
    func isAlive() -> Bool {
      (try? POSIXFileSystem().contents(of: "/proc/\(started)/cmdline"))?.isEmpty == false
    }
    for _ in 0..<10_000 where isAlive() { usleep(1000) }
    #expect(!isAlive())
  }

  /// The end of a child is waited for by a thread of its own and needs none of anybody's pool.
  @Test func `a pool without free threads delays nothing`() {
    let (release, blocked) = (DispatchSemaphore(value: 0), DispatchGroup())
    for _ in 0..<512 { DispatchQueue.global().async(group: blocked) { release.wait() } }
    #expect(shell("exit 0") == .ended(code: 0, output: "", errors: ""))
    for _ in 0..<512 { release.signal() }
    blocked.wait()
  }

  @Test func `a child has the environment, the folder and the descriptors that it is given`() throws {
    try directory.file("here", [])
    let outcome = BoundedProcess.run(
      "/bin/sh", ["-c", "ls; cat; echo $WORD $HOME; ls /proc/self/fd | wc -l"],
      environment: ["WORD": "a b", "PATH": "/usr/bin:/bin"], folder: directory.path, within: never)
    // The fourth is the listing of the descriptors itself.
    #expect(outcome == .ended(code: 0, output: "here\na b\n4\n", errors: ""))
  }

  @Test func `a name is looked up on the search path, where folders are no programs`() throws {
    for folder in ["first/tool", "second", "third"] {
      try POSIXFileSystem().makeDirectories(directory.path(folder))
    }
    for place in ["second/tool", "third/tool"] {
      try directory.file(place, Array("#!/bin/sh\necho $0\n".utf8))
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: directory.path("third/tool"))
    let path = ["first", "second", "third"].map { directory.path($0) }.joined(separator: ":")
    #expect(Paths.program("tool", environment: ["PATH": path]) == directory.path("third/tool"))
    #expect(Paths.program("tool", environment: ["PATH": directory.path("second")]) == nil)
    #expect(
      BoundedProcess.run("tool", [], environment: ["PATH": directory.path("first")], within: never)
        == .notFound)
  }

  @Test func `a file that is no program says so`() throws {
    let path = try directory.file("tool", Array("\u{7f}ELF".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    #expect(
      BoundedProcess.run(path, [], environment: [:], within: never)
        == .notStarted(FileError("start", path, code: ENOEXEC)))
  }

  @Test func `a process is told how it ended, and killing it later does nothing`() throws {
    let child = try ChildProcess("/bin/sh", ["-c", "exit 7"], environment: [:])
    #expect(child.wait() == .exited(7))
    child.kill()
    #expect(child.wait() == .exited(7))
    let sleeper = try ChildProcess("/bin/sleep", ["600"], environment: [:])
    sleeper.kill()
    #expect(sleeper.wait() == .signalled(SIGKILL))
  }
}

import Files
import Glibc
import TestSupport
import Testing

@Suite struct LineLogTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test func appendsAndReads() throws {
    let path = directory.path("log")
    let log = try LineLog(appendingTo: path)
    try log.append(["step": 1])
    try log.append(["step": 2, "text": "two\nlines"])
    try DurableFile.append(line: "{\"step\":3}", to: path)
    let (values, torn) = try LineLog.read(path)
    #expect(values == [["step": 1], ["step": 2, "text": "two\nlines"], ["step": 3]])
    #expect(torn == 0)
  }

  @Test func everyLineIsOneWrite() throws {
    let files = FaultyFileSystem()
    let log = try LineLog(appendingTo: directory.path("log"), using: files)
    for step in 0..<3 { try log.append(["step": .int(step)]) }
    #expect(files.log == ["open log", "status log", "write log", "write log", "write log"])
  }

  @Test func aTornLineIsLeftOutAndNeverContinued() throws {
    let path = try directory.file("log", "{\"step\":1}\n{\"st".utf8)
    #expect(try LineLog.read(path).values == [["step": 1]])
    #expect(try LineLog.read(path).torn == 1)
    try LineLog(appendingTo: path).append(["step": 2])
    let (values, torn) = try LineLog.read(path)
    #expect(values == [["step": 1], ["step": 2]])
    #expect(torn == 1)
  }

  /// Whoever adds to a pipe must not be the reader that it lacks.
  @Test func aPipeWhoseReaderHasLeftIsAnError() throws {
    Signals.ignoreBrokenPipes()
    let pipe = directory.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    let log = try LineLog(appendingTo: pipe, as: .streaming)
    try log.append(["step": 1])
    close(reader)
    let error = #expect(throws: FileError.self) { try log.append(["step": 2]) }
    #expect(error?.code == EPIPE)
    #expect(error?.advice == "Whoever read it has left: keep the reader running, or name a file.")
  }

  @Test(arguments: DurableFileFaultTests.faults)
  func faultsCostNoFinishedLine(_ fault: FaultyFileSystem.Fault) throws {
    let struck = try forEveryCall(fault) { files in
      let directory = try TemporaryDirectory()
      let path = try directory.file("log", "{\"step\":1}\n".utf8)
      var appended: [JSON] = [["step": 1]]
      try? DurableFile.append(line: "{\"step\":2}", to: path, using: files)
      try DurableFile.append(line: "{\"step\":3}", to: path)
      let (values, torn) = try LineLog.read(path)
      appended += values.contains(["step": 2]) ? [["step": 2], ["step": 3]] : [["step": 3]]
      #expect(values == appended)
      #expect(torn <= 1)
      #expect(files.openFiles == 0)
      #expect(files.strayCloses == 0)
    }
    #expect(struck >= (fault == .short ? 1 : 4))
  }
}

import Files

/// Runs `body` once for every call it makes to the file system, with the fault in the place of that call.
///
/// `body` gets a file system and returns when it has checked what it left behind. Returns how many faults had an effect,
/// which a test should pin to a number above zero: a fault that never strikes tests nothing.
public func forEveryCall(
  _ fault: FaultyFileSystem.Fault, _ body: (FaultyFileSystem) throws -> Void
) throws -> Int {
  var struck = 0
  var position = 0
  while true {
    let files = FaultyFileSystem(failingAt: position, with: fault)
    try body(files)
    if files.hasStruck { struck += 1 }
    // Past the last call the log is shorter than the position: the run has been one without a fault.
    if files.log.count <= position { return struck }
    position += 1
  }
}

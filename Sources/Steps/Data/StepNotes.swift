import Foundation

/// Lines in the log of the step that is running, which is where its standard error goes.
enum StepNotes {
  static func write(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

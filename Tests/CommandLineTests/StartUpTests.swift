import Files
import Foundation
import Testing

/// Loading libtorch takes longer than most commands do, so only those that compute with it load it.
@Suite(.serialized) struct StartUpTests {
  @Test func `commands that do not train do not load libtorch`() throws {
    var program = try Program()
    try program.tinyTable()
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
    // The loader tells of every file that it opens.
    program.environment["LD_DEBUG"] = "files"
    for command in [
      "list", "validate tiny", "plan tiny", "describe tiny", "status", "report tiny",
      "explain tiny truth score",
      "check --recorded", "store list", "--generate-completion-script bash", "--version",
    ] {
      let outcome = try program.start(command.split(separator: " ").map(String.init)).wait()
      #expect(outcome.errors.contains("libopenblas.so"), "\(command): the loader speaks")
      #expect(!outcome.errors.contains("libtorch_cpu.so"), "\(command)")
      #expect(!outcome.errors.contains("libTorchShim.so"), "\(command)")
    }
  }

  @Test func `a program without its shim says what is missing, and still lists`() throws {
    var program = try Program()
    try program.tinyTable()
    let copy = program.folder.path("retable")
    try FileManager.default.copyItem(atPath: Program.path, toPath: copy)
    program.environment["PATH"] = "\(program.folder.path):/usr/bin:/bin"
    #expect(try program.shell("retable list").code == 0)
    let outcome = try program.shell("retable run tiny --row truth")
    #expect(outcome.code == 1)
    #expect(
      outcome.output.contains("libtorch cannot be loaded: libTorchShim.so: cannot open shared object file"))
  }
}

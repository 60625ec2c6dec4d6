import Files
import Foundation
import Testing

/// The manual page and the completions, both made from the definitions of the commands.
@Suite struct ManualTests {
  private static let page = Paths.join(Paths.parent(of: #filePath), "../../docs/man/retable.1")

  private static func has(_ name: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  private func program() throws -> Program {
    var program = try Program()
    program.environment["PATH"] =
      "\(Paths.parent(of: Program.path)):\(program.environment["PATH"] ?? "/usr/bin:/bin")"
    return program
  }

  @Test func `the page in the repository is what the program prints`() throws {
    let printed = try program().run("manual")
    #expect(printed.code == 0)
    #expect(try POSIXFileSystem().text(of: Self.page) == printed.output, "make man writes it anew")
  }

  @Test func `every command and every option is in the page`() throws {
    let program = try program()
    let page = try program.run("manual").output
    #expect(!page.contains("retable worker"))
    let help = try program.run("--help").output
    let commands = help.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^  ([a-z]+)  /#).map { String($0.output.1) }
    }.filter { $0 != "help" }
    #expect(commands.count >= 11)
    for command in commands {
      #expect(page.contains(".Ss retable \(command)"), "\(command)")
      for option in try program.run(command, "--help").output.matches(
        of: #/^  --([a-z-]+)/#.anchorsMatchLineEndings())
      where option.output.1 != "version" {
        #expect(page.contains(".It Fl -\(option.output.1)"), "\(command) --\(option.output.1)")
      }
    }
  }

  @Test(.enabled(if: has("mandoc"), "mandoc is not installed: scripts/test-tools.sh installs it"))
  func `mandoc has nothing to say against it`() throws {
    let outcome = try program().shell("mandoc -Tlint '\(Self.page)'")
    #expect(outcome.output == "")
    #expect(outcome.code == 0)
  }

  @Test(.enabled(if: has("man"), "man is not installed: scripts/test-tools.sh installs it"))
  func `man shows it without a warning`() throws {
    let outcome = try program().shell("man --warnings -E UTF-8 -l '\(Self.page)' 2>&1 >/dev/null")
    #expect(outcome.output == "")
    #expect(outcome.code == 0)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `completions are written for every shell`(_ shell: String)
    throws
  {
    let outcome = try program().run("--generate-completion-script", shell)
    #expect(outcome.code == 0)
    for word in ["explain", "profile", "quick"] { #expect(outcome.output.contains(word), "\(word)") }
  }

  /// What bash offers for a line, its last word being typed.
  private func offers(_ program: Program, _ line: String) throws -> [String] {
    let script = """
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_TYPE=9
      source <(retable --generate-completion-script bash)
      _retable retable "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    return try program.shell(script).output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  @Test func `bash completes tables, rows, columns and profiles`() throws {
    let program = try program()
    try program.tinyTable()
    #expect(try offers(program, "retable run ti") == ["tiny"])
    #expect(try offers(program, "retable explain tiny ") == ["truth", "pixels", "vae", "beta"])
    #expect(try offers(program, "retable explain tiny vae s") == ["score"])
    for command in ["run tiny", "check", "accept"] {
      #expect(try offers(program, "retable \(command) --profile ") == ["quick", "desk", "paper"])
    }
    for command in ["check", "accept"] { #expect(try offers(program, "retable \(command) ti") == ["tiny"]) }
    #expect(try offers(program, "retable data fetch cif") == ["cifar10"])
    #expect(try offers(program, "retable expl") == ["explain"])
  }
}

import Foundation
import TestSupport
import Testing

@testable import Manifest

/// Manifests that somebody or something has damaged: found wrong or read, but never a crash, and never for long.
@Suite struct MutantTests {
  @Test func `mutants of a manifest are read or refused`() {
    var bytes = Mutator(seed: 7)
    var words = WordMutator(seed: 7)
    var refused = 0
    let count = Mutator.count(default: 2000)
    for index in 0..<count {
      let mutant = index % 2 == 0 ? bytes.mutant(of: Array(sound.utf8)) : Array(words.mutant(of: sound).utf8)
      let text = String(decoding: mutant, as: UTF8.self)
      do {
        _ = try parse(text)
      } catch let error as ManifestError {
        refused += 1
        #expect(error.diagnostics.contains { $0.severity == .error })
        #expect(error.diagnostics.allSatisfy { !$0.rendered().isEmpty })
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(refused > count / 4)
  }
}

/// Changes that keep the form of a manifest: lines lost, doubled or swapped, words swapped, numbers and texts replaced,
/// deep nesting.
private struct WordMutator {
  private var state: UInt64
  private static let values = [
    "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "-1e999", ".nan", ".inf",
    "0",
    "-1", "1e-320", "null", "~", "{}", "[]", "\"\"", "[[[[[[]]]]]]", "{a: {b: {c: {}}}}", "&x [*x]", "*x",
    "!!set",
    "include: .", "\"\\u202E\"", "vae", "representation.beta", "{representation.beta}",
  ]

  init(seed: UInt64) { state = seed }

  mutating func mutant(of text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0...index(below: 3) {
      let (one, other) = (index(below: lines.count), index(below: lines.count))
      switch index(below: 6) {
      case 0: lines.remove(at: one)
      case 1: lines.insert(contentsOf: Array(repeating: lines[one], count: 1 + index(below: 40)), at: other)
      case 2: lines.swapAt(one, other)
      case 3: lines[one] = String(repeating: "  ", count: index(below: 4)) + lines[one]
      case 4: lines[one] = lines[one] + String(repeating: "[{a: ", count: index(below: 600))
      default:
        var words = lines[one].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let place = index(below: words.count)
        if index(below: 2) == 0 {
          words.swapAt(place, index(below: words.count))
        } else {
          words[place] = Self.values[index(below: Self.values.count)]
        }
        lines[one] = words.joined(separator: " ")
      }
      if lines.isEmpty { lines = [""] }
    }
    return lines.joined(separator: "\n")
  }

  private mutating func index(below bound: Int) -> Int {
    // Numerical Recipes' generator; the upper bits are the good ones.
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(1, bound)))
  }
}

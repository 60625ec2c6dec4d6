import Files
import Testing

@testable import Pipeline

@Suite struct IdentityTests {
  @Test func labelAndNeedsDoNotEnterTheIdentity() {
    let a = Step(kind: "k", version: 1, parameters: ["x": 1], label: "one", needs: Needs(cores: 1))
    let b = Step(kind: "k", version: 1, parameters: ["x": 1], label: "two", needs: Needs(cores: 2))
    #expect(a.identity == b.identity)
  }

  @Test func everythingThatDecidesBytesEntersTheIdentity() {
    let base = Step(kind: "k", version: 1, parameters: ["x": 1], inputs: ["data": "a"], seed: 1, label: "")
    let others = [
      Step(kind: "j", version: 1, parameters: ["x": 1], inputs: ["data": "a"], seed: 1, label: ""),
      Step(kind: "k", version: 2, parameters: ["x": 1], inputs: ["data": "a"], seed: 1, label: ""),
      Step(kind: "k", version: 1, parameters: ["x": 2], inputs: ["data": "a"], seed: 1, label: ""),
      Step(kind: "k", version: 1, parameters: ["x": 1], inputs: ["data": "b"], seed: 1, label: ""),
      Step(kind: "k", version: 1, parameters: ["x": 1], inputs: ["model": "a"], seed: 1, label: ""),
      Step(kind: "k", version: 1, parameters: ["x": 1], inputs: ["data": "a"], seed: 2, label: ""),
      Step(kind: "k", version: 1, parameters: ["x": 1], inputs: ["data": "a"], label: ""),
    ]
    #expect(Set(others.map(\.identity) + [base.identity]).count == others.count + 1)
  }

  /// A store made by an earlier version must stay readable: this identity may never change.
  @Test func identityIsPinned() {
    let step = Step(kind: "train", version: 1, parameters: ["beta": 4, "rate": 0.01], seed: 7, label: "")
    let text = #"{"inputs":{},"kind":"train","parameters":{"beta":4,"rate":0.01},"seed":"7","version":1}"#
    #expect(step.identity == Digest.hex(of: Array(text.utf8)))
  }

  @Test func seedsDependOnRootAndPathOnly() {
    #expect(Seed.derive(root: 1, path: "train/0") == Seed.derive(root: 1, path: "train/0"))
    #expect(Seed.derive(root: 1, path: "train/0") != Seed.derive(root: 1, path: "train/1"))
    #expect(Seed.derive(root: 1, path: "train/0") != Seed.derive(root: 2, path: "train/0"))
  }

  @Test func equalStepsAreMerged() {
    var plan = Plan()
    let first = plan.add(sum("a", add: 1))
    let second = plan.add(sum("b", add: 1))
    #expect(first == second)
    #expect(plan.steps.count == 1)
  }
}

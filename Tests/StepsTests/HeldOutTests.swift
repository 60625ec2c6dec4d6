import Testing

@testable import Steps

/// How many training images are held out for choices, and which.
@Suite struct HeldOutTests {
  @Test(arguments: [
    (10_000, 73_257, 10_000),  // the published files
    (10_000, 4434, 1000),  // in proportion it would be 605
    (10_000, 36_628, 4999), (500, 4434, 500), (10_000, 100_000, 10_000),
  ])
  func aSmallerCopyHoldsOutFewer(asked: Int, images: Int, count: Int) throws {
    #expect(try HeldOut.count(asked, of: images, published: 73_257) == count)
  }

  @Test func whatLeavesNothingIsAnError() {
    let error = #expect(throws: StepsError.self) { try HeldOut.count(10_000, of: 900, published: 73_257) }
    #expect(
      error.map { "\($0)" }?.contains(
        "1000 of 900 training images cannot be held out, because none would be left to learn from") == true)
  }

  @Test func bothPartsTogetherAreAll() {
    let (kept, heldOut) = HeldOut.draw(30, of: 100, seed: 7)
    #expect(heldOut.count == 30 && kept.count == 70)
    #expect((kept + heldOut).sorted() == Array(0..<100))
    #expect(kept == kept.sorted() && heldOut == heldOut.sorted())
    #expect(HeldOut.draw(30, of: 100, seed: 8).heldOut != heldOut)
  }
}

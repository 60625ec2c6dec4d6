import Datasets
import Randomness
import Testing
import Torch

@testable import Models

@Suite("What translators draw")
struct DomainPairTests {
  /// Images whose pixels tell which image they are of and where they lie: red the image, green the row, blue the column.
  private static func mapped(_ count: Int, width: Int, height: Int) -> ImageStack {
    var bytes: [UInt8] = []
    for image in 0..<count {
      bytes += [UInt8](repeating: UInt8(image), count: width * height)
      for y in 0..<height { bytes += [UInt8](repeating: UInt8(y), count: width) }
      for _ in 0..<height { bytes += (0..<width).map { UInt8($0) } }
    }
    return ImageStack(channels: 3, height: height, width: width, bytes: bytes)
  }

  /// Which image a minibatch's image is of, and the coordinates of its upper corners.
  private struct Place: Hashable {
    var image, top, left, right: Int
  }

  private static func places(_ images: Tensor) throws -> [Place] {
    let side = images.shape[3]
    let bytes = try ImageStack(signed: images).bytes.map(Int.init)
    return (0..<images.shape[0]).map { number in
      let start = number * 3 * side * side
      let blue = start + 2 * side * side
      return Place(
        image: bytes[start], top: bytes[start + side * side], left: bytes[blue], right: bytes[blue + side - 1]
      )
    }
  }

  private func drawn(isPaired: Bool, count: Int = 40) throws -> [(labels: Place, photos: Place)] {
    let images = DomainPairTests.mapped(6, width: 9, height: 7)
    var pair = try DomainPair(
      photos: images, labels: images, side: 5, batch: 2, isPaired: isPaired, model: "test", seed: 3)
    return try (0..<count).flatMap { number in
      let (labels, photos) = try pair.minibatch(number, to: .cpu)
      return try zip(DomainPairTests.places(labels), DomainPairTests.places(photos)).map { ($0, $1) }
    }
  }

  @Test("crops lie anywhere in the image, and half of them are flipped")
  func crops() throws {
    let places = try drawn(isPaired: false).map(\.photos)
    for place in places { #expect(abs(place.right - place.left) == 4) }
    #expect(Set(places.map(\.top)) == [0, 1, 2])
    #expect(Set(places.map { min($0.left, $0.right) }) == [0, 1, 2, 3, 4])
    // Of 80 flips 40 are expected, deviation 4.5.
    #expect((20...60).contains(places.count { $0.right < $0.left }))
  }

  @Test("pairs share index, crop and flip")
  func pairs() throws {
    for (labels, photos) in try drawn(isPaired: true) { #expect(labels == photos) }
  }

  @Test("unpaired domains have orders, crops and flips of their own, each an epoch without repeats")
  func independence() throws {
    let draws = try drawn(isPaired: false)
    #expect(draws.contains { $0.labels.image != $0.photos.image })
    #expect(draws.contains { $0.labels.top != $0.photos.top })
    #expect(draws.contains { ($0.labels.left < $0.labels.right) != ($0.photos.left < $0.photos.right) })
    for epoch in stride(from: 0, to: draws.count - 5, by: 6) {
      #expect(Set(draws[epoch..<(epoch + 6)].map(\.photos.image)).count == 6)
      #expect(Set(draws[epoch..<(epoch + 6)].map(\.labels.image)).count == 6)
    }
  }

  @Test("a pool gives back new images until it is full, then half of the time an older one, which it forgets")
  func pool() throws {
    var pool = try ImagePool(
      capacity: 3, channels: 1, side: 1, stream: RandomStream(seed: 2, stream: 1), device: .cpu)
    func image(_ number: Int) throws -> Tensor { try Tensor([Float(number)], shape: [1, 1, 1, 1]) }
    var kept: Set<Int> = []
    var older = 0
    for number in 1...200 {
      let given = try Int(pool.exchange(image(number)).scalar())
      if number <= 3 {
        #expect(given == number)
        kept.insert(number)
      } else if given != number {
        #expect(kept.remove(given) != nil, "\(given) was not there")
        kept.insert(number)
        older += 1
      }
      #expect(kept.count == min(3, number))
    }
    // Of 197 expected half, deviation 7.
    #expect((70...127).contains(older))
    #expect(try Set(pool.contents[0].tensor.elements().map { Int($0) }) == kept)
  }

  @Test("a pool takes minibatches image by image; one of no capacity keeps none; gradients end there")
  func poolOfBatches() throws {
    var pool = try ImagePool(
      capacity: 4, channels: 1, side: 1, stream: RandomStream(seed: 2, stream: 1), device: .cpu)
    let images = try Tensor([1, 2, 3], shape: [3, 1, 1, 1]).requireGradient()
    let given = try pool.exchange(images * 2)
    #expect(try given.elements() == [2, 4, 6] && !given.requiresGradient)
    #expect(try pool.contents[0].tensor.elements() == [2, 4, 6, 0])
    var none = try ImagePool(
      capacity: 0, channels: 1, side: 1, stream: RandomStream(seed: 2, stream: 1), device: .cpu)
    for _ in 0..<3 { #expect(try none.exchange(images).elements() == [1, 2, 3]) }
    #expect(none.contents.isEmpty)
  }
}

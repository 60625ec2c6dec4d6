import Files
import Metrics
import Pipeline

/// What each number of a code answers to: its mean by position for each shape, by scale and by orientation, as Fig. 7 of
/// Higgins et al. 2017 has it, and the share of its variance that each factor explains.
///
/// Numbers are ordered by their KL where a model knows it, and as they come otherwise.
struct ResponsesStep: StepKind {
  let name = "responses"
  let version = 2
  let kinds: Kinds

  /// More numbers make no picture that anybody reads.
  private static let most = 32

  func run(_ context: StepContext) throws {
    let codes = try PooledCodes(file: "\(context.input("features"))/\(PooledCodes.file)")
    let images = try context.images()
    guard let view = codes.views.first else {
      throw StepsError(.corruptInput, "the codes have no view to draw")
    }
    let pool = try view.codePool(of: images)
    let kl: [Double]? =
      context.hasInput("model")
      ? try Probe.latentKL(of: try kinds.trained(context, images), on: images.grid) : nil
    let order = (0..<pool.dimensions).sorted { (kl?[$0] ?? 0, $1) > (kl?[$1] ?? 0, $0) }
    let picture = try ResponsesPicture(pool: pool, latents: Array(order.prefix(Self.most)), kl: kl)
    try DurableFile.write(try picture.png(), to: "\(context.output)/responses.png")
  }
}

extension PlanBuilder {
  /// Adds the picture of what codes answer to, of the first repeat alone.
  ///
  /// - Parameter model: the training that left the model, where one tells its latents' KL.
  mutating func addResponses(of codes: String, model: String? = nil) {
    guard repetition == 0 else { return }
    var inputs = data.merging(["features": codes]) { $1 }
    inputs["model"] = model
    let picture = add(
      ResponsesStep(kinds: kinds), [:], inputs: inputs, label: "responses of \(row.id)",
      needs: Needs(memory: 1 << 30, seconds: 3, device: model != nil))
    addPicture(.responses, picture)
  }
}

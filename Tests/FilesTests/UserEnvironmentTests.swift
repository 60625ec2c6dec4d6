import Testing

@testable import Files

@Suite struct UserEnvironmentTests {
  @Test func `what is not set, or empty, has its default`() throws {
    for environment in [
      UserEnvironment([:]), UserEnvironment(["RETABLE_CHECKPOINT_SECONDS": "", "RETABLE_FAULT": ""]),
    ] {
      try environment.check()
      #expect(try environment.checkpointInterval() == .seconds(60))
      #expect(try environment.fault() == nil)
      #expect(environment.dataFolder == nil)
      #expect(environment.storeFolder == nil)
    }
  }

  @Test func `what is set counts`() throws {
    let environment = UserEnvironment([
      "RETABLE_CHECKPOINT_SECONDS": "0", "RETABLE_FAULT": "worker:renamed:3", "RETABLE_DATA": "d",
      "RETABLE_STORE": "s",
    ])
    try environment.check()
    #expect(try environment.checkpointInterval() == .zero)
    let fault = try #require(try environment.fault())
    #expect((fault.process, fault.point, fault.count) == ("worker", .renamed, 3))
    #expect(environment.dataFolder == "d")
    #expect(environment.storeFolder == "s")
    let anywhere = try #require(try UserEnvironment(["RETABLE_FAULT": "run:any:40"]).fault())
    #expect((anywhere.process, anywhere.point, anywhere.count) == ("run", nil, 40))
  }

  @Test(arguments: ["abc", "-1", "1.5", "60 ", "1e3", "nan", "86401", "99999999999999999999"])
  func `a number of seconds that is none is an error`(text: String) {
    let error = #expect(throws: EnvironmentError.self) {
      try UserEnvironment(["RETABLE_CHECKPOINT_SECONDS": text]).check()
    }
    #expect(
      error?.description
        == "RETABLE_CHECKPOINT_SECONDS must be a whole number of seconds from 0 to 86400, but is '\(text)'. "
        + "Set it so, or leave it out.")
  }

  @Test(arguments: [
    "worker", "worker:rename", "worker:rename:0", "worker:rename:-1", "worker:rename:x", "worker:renam:3",
    ":rename:3", "worker:rename:3:", "worker::3",
  ])
  func `an order to die that names no place is an error`(text: String) {
    let error = #expect(throws: EnvironmentError.self) {
      try UserEnvironment(["RETABLE_FAULT": text]).check()
    }
    #expect(
      error?.description
        == "RETABLE_FAULT must be PROCESS:PLACE:N, such as worker:rename:3, with one of create, write, torn, synchronize, "
        + "rename, renamed, remove or any as its place, and N above 0, but is '\(text)'. Set it so, or leave it out."
    )
  }
}

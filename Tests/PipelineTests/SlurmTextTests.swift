import Foundation
import Testing

@testable import Pipeline

@Suite struct SlurmTextTests {
  @Test func argumentsAreSplitAsAShellDoes() {
    #expect(SlurmSettings.split("") == [])
    #expect(SlurmSettings.split("  --account=a   --qos=b ") == ["--account=a", "--qos=b"])
    #expect(
      SlurmSettings.split("--constraint='a&b c' --comment=\"it's\" ''")
        == ["--constraint=a&b c", "--comment=it's", ""])
    #expect(SlurmSettings.split("--comment='open") == nil)
  }

  @Test func anyTextIsOneWordForTheShell() {
    #expect(SlurmScript.quoted("/opt/retable") == "/opt/retable")
    #expect(SlurmScript.quoted("") == "''")
    #expect(SlurmScript.quoted("it's $HOME") == "'it'\\''s $HOME'")
  }

  @Test func onlyOurVariablesArePassedOn() {
    #expect(SlurmScript.isPassedOn("RETABLE_DATA"))
    #expect(SlurmScript.isPassedOn("XDG_CACHE_HOME"))
    #expect(!SlurmScript.isPassedOn("PATH"))
  }

  @Test func aPercentSignInTheStoreIsNoPattern() {
    let request = SlurmRequest(cores: 1, memory: 0, seconds: 0, usesGPU: false, settings: SlurmSettings())
    let arguments = request.arguments(name: "n", folder: "/s/50%/x", count: 1, settings: SlurmSettings())
    #expect(arguments.contains("--output=/s/50%%/x/%a/output.txt"))
  }

  @Test func aListingIsReadLineByLine() {
    let listing = SlurmListing(
      parsing: """
        12_0|PENDING|Resources|retable-a
        12_1|RUNNING|None|retable-a
        13|COMPLETED|None|some|other job
        """)
    #expect(listing.isComplete)
    #expect(listing.jobs["12_0"] == .init(name: "retable-a", state: .waiting(reason: "Resources")))
    #expect(listing.jobs["12_1"]?.state == .running)
    #expect(listing.jobs["13"] == .init(name: "some|other job", state: .over("COMPLETED")))
    #expect(listing.array(named: "retable-a") == "12")
    #expect(listing.array(named: "retable-b") == nil)
    let torn = SlurmListing(parsing: "12_0|PENDING|Resources|retable-a\n12_1|RUNN")
    #expect(!torn.isComplete)
    #expect(torn.jobs.count == 1)
    #expect(SlurmListing(parsing: "").isComplete)
  }
}

import Files
import Manifest
import Testing

@Suite struct ManifestFileTests {
  @Test func summary() throws {
    let manifest = try parse(sound)
    #expect(manifest.table == "dsprites")
    #expect(manifest.title == "Disentanglement metric score on 2D shapes")
    #expect(manifest.source == Source(paper: "Higgins et al. 2017", place: "Fig. 6 left"))
    #expect(manifest.columns.map(\.id) == ["paper4", "mig"])
    #expect(
      manifest.rows.map(\.id) == [
        "vae", "beta-vae", "beta-vae-2", "sweep-1-256", "sweep-1-1200", "sweep-2-5-256", "sweep-2-5-1200",
        "truth",
      ])
    #expect(manifest.warnings.isEmpty)
  }

  @Test func columnsAndTheirDefaults() throws {
    let columns = try parse(sound).experiment(.desk).columns
    #expect(
      columns == [
        Column(
          id: "paper4", label: "Score, L = 16", unit: "%", better: .higher,
          metric: Configured(
            kind: "higgins",
            parameters: ["factors": ["x", "y", "scale", "orientation"], "pairs": 16, "test-points": 5000]),
          aggregate: .topHalf, decimals: 2),
        Column(id: "mig", label: "MIG", metric: Configured(kind: "mig"), section: "Other scores"),
      ])
  }

  @Test func valuesPerProfile() throws {
    let manifest = try parse(sound)
    #expect(Profile.allCases.map { manifest.experiment($0).repeats } == [3, 3, 10])
    let vae = manifest.experiment(.quick).rows[0].representation
    #expect(vae.parameters["hidden"] == 256)
    #expect(manifest.experiment(.paper).rows[0].representation.parameters["hidden"] == 1200)
    #expect(manifest.experiment(.desk).rows[0].representation.parameters["updates"] == 4000)
    // Left out for one profile: the field's default.
    #expect(manifest.experiment(.paper).rows[0].representation.parameters["updates"] == 1000)
  }

  @Test func deviationsThatHoldInSomeProfilesOnly() throws {
    let manifest = try parse(sound)
    #expect(manifest.experiment(.quick).deviations == ["L is not published", "short training"])
    #expect(manifest.experiment(.paper).deviations == ["L is not published"])
    #expect(manifest.experiment(.desk).rows[0].deviations == ["batch size is not published", "shorter"])
    #expect(manifest.experiment(.paper).rows[0].deviations == ["batch size is not published"])
  }

  @Test func everyFieldIsFilledIn() throws {
    let vae = try parse(sound).experiment(.desk).rows[0].representation
    #expect(
      vae
        == Configured(
          kind: "vae",
          parameters: [
            "beta": 1, "hidden": 1200, "updates": 4000, "name": .null, "layers": [],
            "optimiser": ["method": "adagrad", "rate": 0.01],
          ]))
  }

  @Test func claims() throws {
    let rows = try parse(sound).experiment(.desk).rows
    #expect(rows[0].published == ["paper4": Claim(value: 61.58, decimals: 2, spread: 0.5)])
    #expect(
      rows[1].published == [
        "paper4": Claim(
          value: 99.23, decimals: 2, spread: 0.1, spreadKind: .sd, count: 15, doubts: ["top half only"])
      ])
    #expect(rows[7].published == ["paper4": Claim(value: 100, decimals: 0)])
  }

  @Test(arguments: [("0.40", 2), ("12", 0), ("1.5e1", 0), ("1.0e-4", 5), ("-3.25", 2), ("5.", 0)])
  func printedDecimals(written: String, expected: Int) throws {
    let manifest = try parse(sound.with("published: {paper4: 100}", "published: {mig: \(written)}"))
    #expect(manifest.experiment(.paper).rows[7].published["mig"]?.decimals == expected)
  }

  /// Of a spread only what its shortest form would lose.
  @Test(arguments: [("0.10", 2), ("0.1", nil), ("1.0", 1), ("1", nil), ("1.50e-1", 3)] as [(String, Int?)])
  func printedDecimalsOfASpread(written: String, expected: Int?) throws {
    let cell = "{value: 5, spread: \(written), spread-kind: sd}"
    let manifest = try parse(sound.with("published: {paper4: 100}", "published: {mig: \(cell)}"))
    let claim = try #require(manifest.experiment(.paper).rows[7].published["mig"])
    #expect(claim.spreadDecimals == expected)
    let encoded = try JSON(encoding: claim)
    #expect(encoded["spreadDecimals"]?.int == expected)
    #expect((encoded["spreadDecimals"] == nil) == (expected == nil))
    #expect(try encoded.decode(Claim.self) == claim)
  }

  /// What a row may do without, it may do without in some profiles.
  @Test func aMissingProfileHasTheDefault() throws {
    let manifest = try parse(
      sound.with(
        "published: {paper4: 100}",
        "published: {paper: {paper4: 100}}\n    repeats: {paper: 7}\n    draws: {desk: 2}"))
    let rows = Profile.allCases.map { manifest.experiment($0).rows[7] }
    #expect(rows.map(\.published) == [[:], [:], ["paper4": Claim(value: 100)]])
    #expect(rows.map(\.repeats) == [nil, nil, 7])
    #expect(rows.map(\.draws) == [nil, 2, nil])
  }

  @Test func groups() throws {
    let groups = try parse(sound).experiment(.desk).rows.map(\.group)
    #expect(
      groups == [.published, .published, .ablation, .ablation, .ablation, .ablation, .ablation, .published])
  }

  @Test func expectations() throws {
    #expect(
      try parse(sound).experiment(.desk).expectations == [
        Expectation(left: "beta-vae", relation: .greater, right: "vae", column: "paper4")
      ])
  }

  @Test func roundTripThroughJSON() throws {
    for profile in Profile.allCases {
      let experiment = try parse(sound).experiment(profile)
      #expect(try JSON(encoding: experiment).decode(Experiment.self) == experiment)
    }
  }

  @Test func missingFile() {
    let error = #expect(throws: ManifestError.self) {
      try ManifestFile.load(path: "no/such.yaml", vocabulary: vocabulary)
    }
    #expect(
      error?.description == """
        no/such.yaml: error: cannot be read: there is no such file
        """)
  }
}

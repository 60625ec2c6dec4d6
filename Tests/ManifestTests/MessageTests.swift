import Manifest
import Testing

/// Every message of the checks, with its place and suggestion.
@Suite struct MessageTests {
  @Test(arguments: [
    Case(
      "table: dsprites", "table: sprites",
      "1:8: error: the table `sprites` is in a file named `dsprites` | name both alike: commands find a table by its file"
    ),
    Case(
      "table: dsprites", "table: dSprites",
      "1:8: error: `dSprites` is not a name of the form [a-z0-9-]+ | for example `dsprites`"),
    Case(
      "repeats: {quick: 3, desk: 3, paper: 10}", "repeat: 3",
      "5:1: error: a manifest has no key `repeat` | did you mean `repeats`?"),
    Case(
      "repeats: {quick: 3, desk: 3, paper: 10}", "repeats: 0",
      "5:10: error: `repeats` must be a whole number from 1 to 10000, but is 0"),
    Case(
      "repeats: {quick: 3, desk: 3, paper: 10}", "repeats: {quick: 3, dsk: 3}",
      "5:21: error: there is no profile `dsk` | did you mean `desk`?"),
    Case(
      "repeats: {quick: 3, desk: 3, paper: 10}", "seed: 99999999999999999999",
      "5:7: error: `seed` must be a whole number from 0 to 9223372036854775807, but is 99999999999999999999"),
    Case(
      "repeats: {quick: 3, desk: 3, paper: 10}", "repeats:",
      "5:9: error: `repeats` must be a whole number from 1 to 10000, but is empty"),
    Case(
      "title: Disentanglement metric score on 2D shapes", "title: 2017",
      "2:8: error: `title` must be text, but is 2017 | quote it: \"2017\""),
    Case(
      "source: {paper: \"Higgins et al. 2017\", place: \"Fig. 6 left\"}", "source: Higgins",
      "3:9: error: a source must be a mapping, not the text `Higgins` | keys: paper, place"),
    Case(
      "place: \"Fig. 6 left\"", "plaice: x",
      "3:40: error: a source has no key `plaice` | did you mean `place`?"),
    Case(", place: \"Fig. 6 left\"", "", "3:9: error: a source needs `place`"),
    Case(
      "dataset: {kind: dsprites}", "dataset: {size: 64}",
      "4:10: error: `dataset` needs `kind` | kinds: dsprites"),
    Case(
      "dataset: {kind: dsprites}", "dataset: [dsprites]",
      "4:10: error: `dataset` must be a name or a mapping with `kind`, but is a list | kinds: dsprites"),
    Case(
      "dataset: {kind: dsprites}", "dataset: mnist",
      "4:10: error: there is no data set `mnist` | there are: dsprites"),
    Case(
      "dataset: {kind: dsprites}", "dataset: {quick: dsprites, paper: dsprites}",
      "4:10: error: `dataset` has no value for the profile `desk` | add `desk: …`"),
  ])
  func top(_ sample: Case) {
    #expect(problems(sound.with(sample.part, sample.replacement)) == sample.problems)
  }

  @Test(arguments: [
    Case(
      "id: mig, label", "id: paper4, label", "12:10: error: the column `paper4` is there already, on line 10"),
    Case(
      "id: mig, label", "id: MIG!, label",
      "12:10: error: `MIG!` is not a name of the form [a-z0-9-]+ | for example `mig-`"),
    Case(
      "id: mig, label: MIG", "id: mig, lable: MIG",
      "12:15: error: a column has no key `lable` | did you mean `label`?"),
    Case("id: mig, label: MIG", "id: mig", "12:5: error: a column needs `label`"),
    Case(
      "better: higher", "better: hihger",
      "10:61: error: `better` must be one of higher, lower, but is the text `hihger` | did you mean `higher`?"
    ),
    Case(
      "metric: mig,", "metric: mig, pairs: 16,",
      "12:40: error: a column has no key `pairs` | keys: id, label, metric, classifier, labels-per-class, draws, split, unit, better, decimals, aggregate, section, rows, tolerance"
    ),
    Case(
      "aggregate: top-half", "pairs: 16",
      "10:82: error: a column has no key `pairs` | it is a field of the metric: metric: {kind: higgins, pairs: …}"
    ),
    Case("metric: mig,", "metric: mgi,", "12:35: error: there is no metric `mgi` | did you mean `mig`?"),
    Case(
      "metric: mig,", "metric: {kind: mig, bins: 20},",
      "12:47: error: `mig` has no field `bins` | `mig` has no fields"),
    Case(
      "[x, y, scale, orientation]", "[x, y, scael]",
      "11:46: error: `factors` must be one of shape, scale, orientation, x, y, but is the text `scael` | did you mean `scale`?"
    ),
    Case(
      "[x, y, scale, orientation]", "x",
      "11:39: error: `factors` must be a list, each entry one of shape, scale, orientation, x, y, but is the text `x` | write it as a list: [x]"
    ),
    Case(
      ", pairs: 16}", "}",
      "11:21: error: `higgins` needs `pairs`: a whole number from 1 to 1000 | Pairs in a batch (L)."),
    Case("pairs: 16}", "pair: 16}", "11:67: error: `higgins` has no field `pair` | did you mean `pairs`?"),
    Case(
      "pairs: 16}", "pairs: 1001}", "11:74: error: `pairs` must be a whole number from 1 to 1000, but is 1001"
    ),
    Case(
      "pairs: 16}", "pairs: 1.5}", "11:74: error: `pairs` must be a whole number from 1 to 1000, but is 1.5"),
    Case(
      "pairs: 16}", "pairs: no}",
      "11:74: error: `pairs` must be a whole number from 1 to 1000, but is the text `no`"),
    Case(
      "pairs: 16}", "pairs: {quick: 8, desk: many}}",
      "11:74: error: `pairs` has no value for the profile `paper` | add `paper: …`",
      "11:91: error: `pairs` must be a whole number from 1 to 1000, but is the text `many`"),
    Case(
      "decimals: 2", "tolerance: 0.01",
      "10:80: error: the tolerance 0.01 is finer than one test item: 5000 items move the score in steps of 0.02 | give at least 0.02, or leave it out"
    ),
    Case("decimals: 2", "tolerance: 0.02"),
    Case("section: Other scores", "rows: [vae, beta-vae]"),
    Case(
      "section: Other scores", "rows: [vae, betavae]",
      "12:46: error: there is no row `betavae` | did you mean `beta-vae`?"),
    Case(
      "section: Other scores", "rows: []",
      "12:46: error: `rows` must be a list of 1 to 10000 entries, each entry text, but is an empty list"),
    Case(
      "decimals: 2", "rows: [vae]",
      "22:17: error: the column `paper4` leaves the row `beta-vae` out, which has a published cell in it | add `beta-vae` to the column's `rows`",
      "36:17: error: the column `paper4` leaves the row `truth` out, which has a published cell in it | add `truth` to the column's `rows`",
      "39:5: error: the column `paper4` leaves the row `beta-vae` out | add `beta-vae` to the column's `rows`"
    ),
    Case(
      "label: MIG, metric: mig, section: Other scores", "label: \"Score, L = 16\", metric: mig",
      "12:22: warning: two columns have the label `Score, L = 16`; the first is on line 10"),
  ])
  func columns(_ sample: Case) {
    #expect(problems(sound.with(sample.part, sample.replacement)) == sample.problems)
  }

  @Test(arguments: [
    Case(
      "label: Ground truth", "label: VAE",
      "35:12: warning: two rows have the label `VAE`; the first is on line 15"),
    Case(
      "representation: truth", "representaton: truth",
      "37:5: error: a row has no key `representaton` | did you mean `representation`?"),
    Case(
      "representation: truth", "representation: {kind: pca, components: 0}",
      "37:45: error: `components` must be a whole number from 1 to 4096, but is 0"),
    Case(
      "representation: truth", "representation: {kind: pca, whiten: no}",
      "37:41: error: `whiten` must be true or false, but is the text `no`"),
    Case(
      "beta: 1, hidden", "beta: -1, hidden", "17:39: error: `beta` must be a number from 0 to 1000, but is -1"
    ),
    Case(
      "beta: 1, hidden", "beta: .nan, hidden",
      "17:39: error: `beta` must be a number from 0 to 1000, but is .nan"),
    Case(
      "beta: 1, hidden", "optimiser: {rate: 2, methd: adam}, hidden",
      "17:51: error: `rate` must be a number from 0 to 1, but is 2",
      "17:54: error: `optimiser` has no field `methd` | did you mean `method`?"),
    Case(
      "beta: 1, hidden", "layers: [1, 2, 3, 4, 5], hidden",
      "17:41: error: `layers` must be a list of 0 to 4 entries, each entry a whole number from 1 to 8192, but has 5"
    ),
    Case(
      "factors: [x, y, scale, orientation]", "factors: []",
      "11:39: error: `factors` must be a list, each entry one of shape, scale, orientation, x, y, but is an empty list"
    ),
    // A rule points at its field, or at the kind where the field has its default.
    Case(
      "representation: truth", "representation: {kind: pca, components: 4096, whiten: true}",
      "37:59: error: so many cannot be whitened"),
    Case(
      "representation: truth", "representation: {kind: pca, components: 4096}",
      "37:28: error: so many cannot be whitened"),
    Case(
      "representation: truth", "representation: {kind: pca, components: {quick: 4096, desk: 2, paper: 3}}",
      "37:28: error: so many cannot be whitened"),
    Case(
      "beta: 1, hidden", "optimiser: adam, hidden",
      "17:44: error: `optimiser` must be a mapping with method, rate, but is the text `adam`",
      "29:35: error: `representation.optimiser.rate` leads through a value that has no parts"),
    Case(
      "{paper4: 100}", "{papr4: 100}", "36:17: error: there is no column `papr4` | did you mean `paper4`?"),
    Case("{paper4: 100}", "{paper4: 100.5}", "36:25: warning: 100.5 % lies outside 0 to 100 %"),
    Case(
      "{paper4: 100}", "{paper4: high}", "36:25: error: `paper4` must be a number, but is the text `high`"),
    Case(
      "{paper4: 100}", "{paper4: {value: 99, spread: 1}}",
      "36:37: warning: a spread without `spread-kind` | say which: sd, standard-error, interval-95, range-95, unstated"
    ),
    Case(
      "{paper4: 100}", "{paper4: {value: 99, spread-kind: sd, count: 3}}",
      "36:37: warning: `spread-kind` without `spread`, which it is about | give the printed plus-minus, or leave it out",
      "36:54: warning: `count` without `spread`, which it is about | give the printed plus-minus, or leave it out"
    ),
    Case(
      "{paper4: 100}", "{paper4: {value: 99, spred: 1, count: 3}}",
      "36:37: error: a published cell has no key `spred` | did you mean `spread`?"),
    Case(
      "{paper4: 100}", "{paper4: {valu: 99}}",
      "36:26: error: a published cell has no key `valu` | did you mean `value`?"),
    Case(
      "{paper4: 100}", "{paper4: {value: 99, spread: -1, spread-kind: sd}}",
      "36:45: error: `spread` must be a number of at least 0, but is -1"),
    Case(
      "{paper4: 100}", "100", "36:16: error: `published` must be a mapping from columns to cells, not 100"),
    Case(
      "group: ablation", "group: ablations",
      "26:12: error: `group` must be one of published, control, ablation, but is the text `ablations` | did you mean `ablation`?"
    ),
    Case("id: truth", "id: vae", "34:9: error: the row `vae` is there already, on line 14"),
    Case("id: truth", "id: sweep-1-256", "34:9: error: the row `sweep-1-256` is there already, on line 30"),
  ])
  func rows(_ sample: Case) {
    #expect(problems(sound.with(sample.part, sample.replacement)) == sample.problems)
  }

  @Test(arguments: [
    Case(
      "extends: beta-vae", "extends: beta-vea",
      "25:14: error: there is no row `beta-vea` to extend | did you mean `beta-vae`?"),
    Case(
      "extends: beta-vae", "extends: beta-vae-2",
      "25:14: error: rows extend each other: beta-vae-2 -> beta-vae-2"),
    Case(
      "extends: beta-vae", "extends: sweep",
      "25:14: error: `sweep` is a matrix of rows | extend one of them, such as `sweep-1-256`"),
    Case(
      "extends: beta-vae", "extends: [vae]", "25:14: error: `extends` must be the id of a row, not a list"),
    Case(
      "set: {representation.beta: 4}", "set: {representation.betta: 4}",
      "23:11: error: `vae` has no field `betta` | did you mean `beta`?"),
    Case(
      "set: {representation.beta: 4}", "set: {beta: 4}",
      "23:11: error: `beta` cannot be set: a path starts with `representation`, `classifier`, `search`, `deviations` or `choices`"
    ),
    Case(
      "set: {representation.beta: 4}", "set: {label: x}",
      "23:11: error: `label` cannot be set: a path starts with `representation`, `classifier`, `search`, `deviations` or `choices` | give the row its own `label`"
    ),
    Case(
      "set: {representation.beta: 4}", "set: {representation.kind: pca}",
      "23:11: error: `representation.kind` cannot be set: another kind has other fields | give the row its own `representation`"
    ),
    Case(
      "set: {representation.beta: 4}", "set: {representation..beta: 4}",
      "23:11: error: `representation..beta` is not a path | write names joined by points: `representation.beta`"
    ),
    Case(
      "set: {representation.beta: 4}", "set: {deviations.0: 4}",
      "23:11: error: `deviations.0` is not a path | set `deviations` as a whole"),
    Case(
      "set: {representation.beta: 4}", "set: {choices.0: 4}",
      "23:11: error: `choices.0` is not a path | set `choices` as a whole"),
    Case(
      "set: {representation.beta: 4}", "set: {representation.beta.x: 4}",
      "23:11: error: `representation.beta.x` leads through a value that has no parts"),
    Case(
      "set: {representation.beta: 4}", "set: [beta]",
      "23:10: error: `set` must be a mapping from paths to values, not a list"),
    Case(
      "{representation.beta: [1, 2.5], ", "{representation.beta: 1, ",
      "32:35: error: an axis of a matrix must be a list of values, not 1"),
    Case(
      "{representation.beta: [1, 2.5], ", "{representation.beta: [1, [2]], ",
      "32:39: error: a value of a matrix axis must be a number or a word, not a list | rows are named after these values; give others names: {small: …, large: …}"
    ),
    Case(
      "{representation.beta: [1, 2.5], representation.hidden: [256, 1200]}", "[1]",
      "32:13: error: `matrix` must be a mapping from paths to lists, not a list"),
    Case(
      "{representation.hidden} units", "{representation.hiden} units",
      "33:12: error: the matrix has no axis `representation.hiden` | did you mean `representation.hidden`?"),
    Case(
      "matrix:", "published: {mig: 1}\n    matrix:",
      "32:5: error: a matrix of rows cannot have published cells: all its rows would claim them"),
    Case(
      "- beta-vae > vae on paper4", "- beta-vea > vae on papr4",
      "39:5: error: there is no row `beta-vea` | did you mean `beta-vae`?",
      "39:23: error: there is no column `papr4` | did you mean `paper4`?"),
    Case(
      "- beta-vae > vae on paper4", "- vae > vae on paper4", "39:11: error: `vae` is compared with itself"),
    Case(
      "- beta-vae > vae on paper4", "- \"beta-vae >= vae on paper4\"",
      "39:5: error: `beta-vae >= vae on paper4` is not an expectation | write it as `ROW > ROW on COLUMN`, with >, < or ~"
    ),
    Case(
      "- beta-vae > vae on paper4", "- 'vae < nae on paper4'",
      "39:12: error: there is no row `nae` | did you mean `vae`?"),
  ])
  func references(_ sample: Case) {
    #expect(problems(sound.with(sample.part, sample.replacement)) == sample.problems)
  }

  @Test func anOrderingIsOfRowsThatItsColumnHas() {
    let text = sound.with("section: Other scores", "rows: [vae, truth]")
      .with("- beta-vae > vae on paper4", "- beta-vae > vae on mig")
    #expect(
      problems(text) == [
        "39:5: error: the column `mig` leaves the row `beta-vae` out | add `beta-vae` to the column's `rows`"
      ])
  }

  // MARK: One mistake, one error

  @Test func anIDThatIsNoNameIsKnownByItAllTheSame() {
    let text = sound.replacing("beta-vae-2", with: "variation").replacing("beta-vae", with: "Beta_VAE")
    #expect(
      problems(text) == [
        "19:9: error: `Beta_VAE` is not a name of the form [a-z0-9-]+ | for example `beta-vae`"
      ])
    let twice = sound.with(
      "expect:\n",
      "  - {id: One_Row, label: one, extends: vae}\n  - {id: One_Row, label: other, extends: vae}\nexpect:\n")
    #expect(
      problems(twice)
        == [38, 39].map {
          "\($0):10: error: `One_Row` is not a name of the form [a-z0-9-]+ | for example `one-row`"
        })
  }

  @Test func aMatrixThatIsThereAlreadyIsReportedOnce() {
    let text = sound.with(
      "expect:\n",
      """
        - {id: sweep, label: again, extends: vae, matrix: {representation.beta: [1, 2.5], representation.hidden: [256, 1200]}}
      expect:

      """)
    #expect(
      problems(text) == ["38:10: error: the row `sweep-1-256` is there already, on line 30"])
  }

  @Test(arguments: [
    ("[]", "1:1: error: a manifest must be a mapping, not a list"),
    ("dsprites", "1:1: error: a manifest must be a mapping, not the text `dsprites`"),
  ])
  func notAMapping(text: String, problem: String) { #expect(problems(text) == [problem]) }

  @Test func whatIsMissing() {
    #expect(
      problems("table: dsprites\nrows: []\ncolumns: mig\n") == [
        "1:1: error: a manifest needs `title`", "1:1: error: a manifest needs `source`",
        "1:1: error: a manifest needs `dataset`", "2:7: error: `rows` must be a list, not an empty one",
        "3:10: error: `columns` must be a list, not the text `mig`",
      ])
  }

  @Test func aCycleOfThree() {
    let text = sound.with(
      "representation: {kind: vae,", "extends: beta-vae-2\n    representation: {kind: vae,")
    #expect(problems(text) == ["17:14: error: rows extend each other: vae -> beta-vae-2 -> beta-vae -> vae"])
  }
}

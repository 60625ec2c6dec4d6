extension Shape {
  static let manifest = Shape(
    noun: "a manifest",
    keys: [
      Key("table", .name, required: true, "Name of the table: [a-z0-9-]+, the same as the file's."),
      Key("title", .value(.text), required: true, "Title of the printed table."),
      Key("source", .mapping(source), required: true, "Where the table was published."),
      Key("include", .paths, "Files whose keys are used where this one does not say otherwise."),
      Key("dataset", .kind(.dataset), required: true, "The data all rows work on."),
      Key("repeats", .value(repeats), "How often every seeded step is repeated; 1 by default."),
      Key("seed", .value(.integer(0...Int.max)), "Root of all random streams; 1 by default."),
      Key("deviations", .notes, "Differences from the published protocol, printed as footnotes."),
      Key("choices", .notes, "What the paper leaves open, and what is done here; footnotes too."),
      Key("columns", .list(column), required: true, "The metrics of the table."),
      Key("rows", .list(row), required: true, "The methods of the table."),
      Key("expect", .notes, "Orderings that `check` tests over seeds: `beta-vae > vae on score`."),
    ])

  static let repeats = FieldType.integer(1...10_000)

  /// How many draws of labels there may be.
  static let draws = FieldType.integer(1...1000)

  static let source = Shape(
    noun: "a source",
    keys: [
      Key("paper", .value(.text), required: true, "Authors, year, title or identifier."),
      Key("place", .value(.text), required: true, "Where in the paper: `Table 1`, `Fig. 6 left`."),
    ])

  static let column = Shape(
    noun: "a column",
    keys: [
      Key("id", .name, required: true, "Name of the column: [a-z0-9-]+."),
      Key("label", .value(.text), required: true, "Heading of the printed column."),
      Key("metric", .kind(.metric), required: true, "What is measured, with its protocol."),
      Key(
        "classifier", .kind(.classifier), "What answers for rows that leave features; a row may name its own."
      ),
      Key(
        "labels-per-class", .value(.integer(1...1_000_000)),
        "Labels of each class that the classifier is trained on; every label by default."),
      Key(
        "draws", .value(draws),
        "Independent stratified draws of the labels, each of which gives a value; 1 by default."),
      Key(
        "split", .value(.text), "The split that is answered for; `test` by default. A row may name its own."),
      Key("unit", .value(.text), "Unit of the printed cells, such as `%`; none by default."),
      Key("better", .value(.choice(Direction.allCases.map(\.rawValue))), "Which direction is better."),
      Key("decimals", .value(.integer(0...12)), "Digits after the point in a printed cell; 1 by default."),
      Key(
        "aggregate", .value(.choice(Aggregate.allCases.map(\.rawValue))),
        "How repeats become one number; `mean` by default."),
      Key(
        "section", .value(.text), "Columns of one section are printed as one table; the main one by default."),
      Key(
        "rows", .value(.list(.text, count: 1...10_000)),
        "The rows that are measured in this column, by their ids; all by default."),
      Key(
        "tolerance", .value(.number(0...Double.infinity)),
        "How far a re-run may move a number before `check` fails, in the column's unit."),
    ])

  static let row = Shape(
    noun: "a row",
    keys: [
      Key("id", .name, required: true, "Name of the row: [a-z0-9-]+."),
      Key("label", .value(.text), required: true, "First cell of the printed row."),
      Key(
        "group", .value(.choice(RowGroup.allCases.map(\.rawValue))),
        "`published` for rows with published cells, `ablation` otherwise; `control` has to be said."),
      Key("published", .claims, "The paper's cells, by column; never inherited."),
      Key("representation", .kind(.representation), "How the row represents the data."),
      Key(
        "classifier", .kind(.classifier),
        "What answers for this row's features, in place of the columns' own."),
      Key("split", .value(.text), "The split that is answered for, in place of the columns' own."),
      Key("draws", .value(draws), "Draws of the labels, in place of the columns' own."),
      Key(
        "repeats", .value(repeats), "How often the row's seeded steps are repeated, in place of the table's."),
      Key("deviations", .notes, "Differences from the published protocol; added to inherited ones."),
      Key("choices", .notes, "What the paper leaves open, and what is done here; added to inherited ones."),
      Key("extends", .name, "The row whose representation, deviations and choices this one starts from."),
      Key("set", .settings, "What differs from the extended row, by path: `representation.beta: 4`."),
      Key("matrix", .axes, "Lists of values, or values by name, by path: one row for each combination."),
      Key("search", .search, "Parameters that are drawn at random and chosen on validation data."),
    ])

  static let search = Shape(
    noun: "a search",
    keys: [
      Key(
        "trials", .value(.integer(2...100_000)), required: true, "How many times all parameters are drawn."),
      Key(
        "over", .distributions, required: true,
        "What is drawn, by path: `representation.learning-rate: {log-uniform: [1.0e-4, 1.0e-2]}`."),
      Key(
        "stop", .stops,
        "After which share of the training only the better trials go on: `{after: 0.25, keep: 0.5}`."),
      Key("validation", .validation, "How a trial is validated."),
    ])

  static let claim = Shape(
    noun: "a published cell",
    keys: [
      Key(
        "value", .value(.number(-Double.infinity...Double.infinity)), required: true, "The printed number."),
      Key("spread", .value(.number(0...Double.infinity)), "The printed plus-minus."),
      Key(
        "spread-kind", .value(.choice(SpreadKind.allCases.map(\.rawValue))),
        "What the paper says the spread is; `unstated` where it does not say."),
      Key("count", .value(.integer(1...Int.max)), "How many values stand behind the spread."),
      Key("split", .value(.text), "The split the number was measured on; `test` by default."),
      Key("doubts", .notes, "Known doubts about the published number."),
    ])
}

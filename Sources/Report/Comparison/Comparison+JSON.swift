import Files
import Manifest

extension Comparison {
  /// The comparison for machines.
  ///
  /// - Parameter all: whether cells that are the same are listed too.
  public func json(all: Bool = true) -> JSON {
    [
      "table": .string(after.experiment.table), "profile": .string(after.experiment.profile),
      "verdict": .string(verdict.rawValue), "exact": .bool(mode == .exact),
      "counts": .object(
        Dictionary(uniqueKeysWithValues: counts.map { ($0.outcome.rawValue, JSON.int($0.count)) })),
      "cells": .array((all ? cells.filter { $0.outcome != .empty } : differing).map(\.json)),
      "orderings": .array(
        orderings.map { ordering in
          [
            "claim": .string(
              "\(ordering.expectation.left) \(ordering.expectation.relation.rawValue) \(ordering.expectation.right) "
                + "on \(ordering.expectation.column)"),
            "before": ordering.before.map { .string($0.description) } ?? .null,
            "after": .string(ordering.after.description), "lost": .bool(ordering.isLost),
          ]
        }),
      "provenance": .object(
        Dictionary(
          uniqueKeysWithValues: provenance.map { fact in
            let pair: JSON = [
              "before": fact.before.map { .string($0) } ?? .null,
              "after": fact.after.map { .string($0) } ?? .null,
            ]
            return (fact.name, pair)
          })),
    ]
  }
}

extension CellComparison {
  fileprivate var json: JSON {
    [
      "row": .string(row), "column": .string(column), "outcome": .string(outcome.rawValue),
      "before": before.map { .number($0.printed.mean) } ?? .null,
      "after": after.map { .number($0.printed.mean) } ?? .null,
      "difference": difference.map { .number($0) } ?? .null,
      "test": test.map { .string($0.rawValue) } ?? .null, "p": pValue.map { .number($0) } ?? .null,
    ]
  }
}

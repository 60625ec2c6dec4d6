"""Reads results.h5 into pandas: one observation a line, as `retable export` writes it.

    from read_results import read_results
    frame = read_results("Results/dsprites/quick/results.h5")
    frame[frame.column == "score"].groupby("row").value.agg(["mean", "std", "count"])

Needs pandas and h5py. The columns are the first sixteen of `retable export`, and so are the lines and their order; what follows them
there, such as the verdict, is computed by the rules of docs/verdicts.md and is not in the file.
"""

import json

import h5py
import pandas as pd


def read_results(path):
    """The cells of the table in `path` as a data frame; a cell that was not measured is a line without a value."""
    lines = []
    with h5py.File(path, "r") as file:
        experiment = json.loads(file["experiment"].asstr()[()])
        for row in experiment["rows"]:
            for column in experiment["columns"]:
                if row["id"] not in column.get("rows", [row["id"]]):
                    continue
                claim = row["published"].get(column["id"], {})
                known = {
                    "table": experiment["table"], "profile": experiment["profile"],
                    "row": row["id"], "row_label": row["label"], "group": row["group"],
                    "column": column["id"], "column_label": column["label"],
                    "unit": column["unit"] or None, "better": column.get("better"),
                    "split": row.get("split") or column.get("split") or "test",
                }
                published = {
                    "published": claim.get("value"), "published_spread": claim.get("spread"),
                    "published_spread_kind": claim["spreadKind"] if "spread" in claim else None,
                }
                name = f"rows/{row['id']}/columns/{column['id']}"
                cell = file[name] if name in file else None
                values = [
                    (repeat, draw, value)
                    for repeat, draws in (zip(cell["repeat"][:], cell["values"][:]) if cell else [])
                    for draw, value in enumerate(draws)
                ]
                for repeat, draw, value in values or [(None, None, None)]:
                    lines.append({**known, "repeat": repeat, "draw": draw, "value": value, **published})
    kinds = {"repeat": "Int64", "draw": "Int64", "value": float, "published": float, "published_spread": float}
    return pd.DataFrame(lines).astype(kinds)

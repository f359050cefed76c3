"""From a polars frame to the arrays the network methods work on."""

from __future__ import annotations

import numpy as np
import polars as pl

from analytics.network.graph.graph import DateArray, Labels, Nodes

NO_DATE = np.datetime64("NaT", "D")


def labels(names: pl.Series) -> Labels:
    """Codes of a text column: names sorted, null and empty text unknown (-1)."""
    text = names.cast(pl.String).str.strip_chars().replace("", None)
    known = tuple(text.drop_nulls().unique().sort().to_list())
    codes = text.to_frame("name").join(
        pl.DataFrame({"name": pl.Series(known, dtype=pl.String), "code": np.arange(len(known), dtype=np.int32)}),
        on="name",
        how="left",
        maintain_order="left",
    )["code"]
    return Labels(codes.fill_null(-1).to_numpy().astype(np.int32), known)


def dates(column: pl.Series) -> DateArray:
    """Dates as datetime64[D]; a whole number is a year and stands for its first of January; null is NaT."""
    if column.dtype.is_integer():
        column = column.to_frame("year").select(pl.date(pl.col("year"), 1, 1)).to_series()
    days: DateArray = column.cast(pl.Date).to_numpy().astype("datetime64[D]")
    return days


def nodes_from_frame(frame: pl.DataFrame) -> Nodes:
    """Nodes from a frame with `family` and, where known, `filed`, `published`, `country`, `holder`, `member`.

    `filed` and `published` are dates or whole years. An absent column is unknown for every family; without
    `member` all belong. Raises ValueError when a family is there twice or is null.
    """
    families = frame["family"]
    if families.null_count():
        raise ValueError(f"{families.null_count()} rows have no family key: give every family its key")
    if families.n_unique() != len(families):
        twice = families.filter(families.is_duplicated())[0]
        raise ValueError(f"family {twice} is in the node table more than once: give one row a family")
    return Nodes(
        keys=families.to_numpy(),
        filed=_dates_or_none(frame, "filed"),
        published=_dates_or_none(frame, "published"),
        country=_labels_or_none(frame, "country"),
        holder=_labels_or_none(frame, "holder"),
        member=frame["member"].to_numpy() if "member" in frame.columns else np.ones(len(frame), dtype=np.bool_),
    )


def _dates_or_none(frame: pl.DataFrame, column: str) -> DateArray:
    return dates(frame[column]) if column in frame.columns else np.full(len(frame), NO_DATE)


def _labels_or_none(frame: pl.DataFrame, column: str) -> Labels:
    return labels(frame[column]) if column in frame.columns else Labels(np.full(len(frame), -1, np.int32), ())

"""The patents behind a figure, and one family with all that leads to it."""

from __future__ import annotations

from app.quality.workbook import links
from app.web.base.page import BadRequestError, NotFoundError, Page, View
from app.web.screens.common import all_runs, chosen_run, query, stamp
from warehouse.indicators import BY_ID, SIDES, in_order

PAGE_SIZE = 50
_SORTS = {
    "date": "first_publication_date DESC NULLS LAST, family_id", "filing": "filing_date DESC NULLS LAST, family_id",
    "citations": "forward_citations DESC NULLS LAST, family_id", "claims": "claim_count DESC NULLS LAST, family_id",
    "applicant": "first_applicant NULLS LAST, family_id", "country": "country NULLS LAST, family_id",
    "subclass": "main_subclass NULLS LAST, family_id",
}  # fmt: skip
# Columns of the list besides the title; those of `_SHOWN` unless the address names others.
COLUMNS = (
    "first_applicant", "country", "country_method", "filing_date", "priority_date", "first_publication_date",
    "main_subclass", "claim_count", "forward_citations", "is_pct", "grant_in_force", "window", "members",
    "representative", "family_id",
)  # fmt: skip
_SHOWN = (
    "first_applicant", "country", "filing_date", "first_publication_date", "main_subclass", "claim_count",
    "forward_citations", "is_pct",
)  # fmt: skip
_WINDOWS = {"all": "TRUE", "earlier": '"window" = 1', "later": '"window" = 2', "none": '"window" IS NULL'}


def families(page: Page) -> View:
    """List families. Arguments: technology, run, indicator, side, window, subclass, q, sort, page, columns."""
    runs = all_runs(page)
    run = chosen_run(page, runs)
    offered = page.reader.rows(
        "SELECT DISTINCT technology_id FROM run_families WHERE run_id = $run ORDER BY ALL", {"run": run["run_id"]}
    )
    names = [r["technology_id"] for r in offered]
    key = page.args.get("technology") or (names[0] if names else "")
    if key not in names:
        msg = f"{key}: no families of that technology are kept for run {run['run_id']}."
        raise NotFoundError(msg)
    measured = page.reader.rows(
        "SELECT DISTINCT indicator FROM run_indicators WHERE run_id = $run", {"run": run["run_id"]}
    )
    indicators = in_order(r["indicator"] for r in measured)
    chosen = {
        "side": page.one_of("side", tuple(SIDES), "all"),
        "indicator": page.one_of("indicator", indicators, indicators[0]),
        "window": page.one_of("window", tuple(_WINDOWS), "all"),
        "sort": page.one_of("sort", tuple(_SORTS), "date"),
    }
    number = page.whole("page", 1, high=1_000_000)
    words = page.args.get("q", "")[:200]
    subclass = page.args.get("subclass", "")[:8]
    where = f"{SIDES[chosen['side']]} AND {BY_ID[chosen['indicator']].counting} AND {_WINDOWS[chosen['window']]}"
    where += " AND ($subclass = '' OR starts_with(main_subclass, $subclass)) AND ($q = '' OR contains(lower(concat_ws("
    where += "' ', title_zh, title_en, title, first_applicant, family_id, representative)), lower($q)))"
    values: dict[str, object] = {"run": run["run_id"], "technology": key, "q": words, "subclass": subclass}
    listed = f"FROM ({query('families')}) WHERE {where}"
    total = page.reader.one(f"SELECT count(*) AS n {listed}", values)
    is_file = page.args.get("format") in ("csv", "xlsx")
    limit = 100_000 if is_file else PAGE_SIZE
    rows = page.reader.rows(
        f"SELECT * {listed} ORDER BY {_SORTS[chosen['sort']]} LIMIT {limit} OFFSET {0 if is_file else (number - 1) * PAGE_SIZE}",  # noqa: E501
        values,
    )
    return View(
        tables={"stamp": stamp(run, "relative"), "families": rows, "total": total["n"] if total else 0},
        main="families",
        extra={
            "run": run, "technology": key, "technologies": names, "chosen": chosen, "q": words, "subclass": subclass,
            "page": number, "pages": -(-(total["n"] if total else 0) // PAGE_SIZE), "sorts": tuple(_SORTS),
            "indicator_names": {name: BY_ID[name].zh if page.lang == "zh" else BY_ID[name].en for name in indicators},
            "sides": tuple(SIDES), "indicators": indicators, "windows": tuple(_WINDOWS),
            "columns": _columns(page), "offered": COLUMNS,
        },
    )  # fmt: skip


def _columns(page: Page) -> tuple[str, ...]:
    """Return the columns that the address names (with commas between), in their order here. Raises BadRequestError."""
    named = [name for name in page.args.get("columns", "").split(",") if name]
    unknown = [name for name in named if name not in COLUMNS]
    if unknown:
        msg = f"columns: expected some of {', '.join(COLUMNS)}."
        raise BadRequestError(msg)
    return tuple(name for name in COLUMNS if name in named) or _SHOWN


_MEMBERS = (
    "SELECT publication_number, country, kind, publication_type, publication_date, application_number, filing_date,"
    " priority_date, coalesce(title_zh, title_en, title) AS title, main_ipc, claim_count, is_pct, citation_count,"
    " legal_status, lapse_date, sources FROM publications WHERE family_id = $family"
    " ORDER BY publication_date, publication_number"
)
_RECORDS = (
    "SELECT s.publication_number, s.source, s.part, s.run_id, s.page_id, s.row_no, s.valid_from, p.request, p.path,"
    " p.received_at FROM source_records AS s LEFT JOIN pages AS p USING (page_id)"
    " WHERE s.valid_to IS NULL AND s.publication_number IN"
    " (SELECT publication_number FROM publications WHERE family_id = $family) ORDER BY ALL LIMIT 200"
)


def family(page: Page) -> View:
    """Show one family: members, applicants, IPC, citations, and the landed page or row of each record."""
    key = page.path["family"]
    found = page.reader.rows("FROM families WHERE family_id = $family", {"family": key})
    if not found:
        msg = f"{key}: no family of that id in this snapshot."
        raise NotFoundError(msg)
    one: dict[str, object] = {"key": found[0]["family_key"]}
    members = page.reader.rows(_MEMBERS, {"family": key})
    return View(
        tables={
            "family": found,
            "members": [{**m, "links": links(m["publication_number"])} for m in members],
            "applicants": page.reader.rows(
                "SELECT DISTINCT sequence, name, folded_name, country, address, source FROM applicants"
                " WHERE family_key = $key ORDER BY ALL", one,
            ),
            "ipc": page.reader.rows(
                "SELECT DISTINCT symbol, mapped_subclass FROM ipc WHERE family_key = $key ORDER BY ALL", one,
            ),
            "legal_events": page.reader.rows(
                "SELECT * FROM legal_events WHERE publication_number IN (SELECT publication_number FROM publications"
                " WHERE family_key = $key) ORDER BY ALL LIMIT 200", one,
            ),
            "cited_by": page.reader.rows(
                "SELECT f.family_id, f.title, f.country, f.filing_date FROM family_citations AS c JOIN families AS f"
                " ON f.family_key = c.citing_family_key WHERE c.cited_family_key = $key"
                " ORDER BY f.filing_date LIMIT 200", one,
            ),
            "records": page.reader.rows(_RECORDS, {"family": key}),
        },
        main="members",
        extra={"family": found[0]},
    )  # fmt: skip

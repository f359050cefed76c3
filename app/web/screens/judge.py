"""Judging a sample, one family after another, with the keys y, n and u."""

from __future__ import annotations

from app.quality.workbook import links
from app.web.base import drafts
from app.web.base.page import Page, View
from app.web.screens.trust import named

_SHOWN = (
    "publication_number", "other_title", "abstract", "claims_head", "ipc", "first_applicant", "country",
    "first_publication_date",
)  # fmt: skip
_LINKS = {"espacenet": "Espacenet", "google_patents": "Google Patents", "lens": "Lens"}


def judge(page: Page) -> View:
    """List the samples with what this judge said of each, and offer to draw another. Argument: technology."""
    rows = []
    for one in drafts.sheets(page.workspace):
        said = drafts.draft(page.workspace, one.name, page.who)
        rows.append({
            "sheet": one.name, "technology_id": one.technology, "families": len(one.families), "judged": len(said)
        })  # fmt: skip
    return View(
        tables={"samples": rows}, main="samples",
        extra={"technologies": named(page), "chosen": page.args.get("technology", "")},
    )  # fmt: skip


def judge_sheet(page: Page) -> View:
    """Show one family of a sample to judge. Path: the sample; arguments: item, or after (the next unjudged one)."""
    one = drafts.sheet(page.workspace, page.path["sheet"])
    said = drafts.draft(page.workspace, one.name, page.who)
    items = [family["item"] for family in one.families]
    at = _place(items, set(said), page.args)
    names = {t["technology_id"]: t["name_zh" if page.lang == "zh" else "name_en"] for t in named(page)}
    family = one.families[at] if at is not None else None
    return View(
        tables={"verdicts": [{"item": i, "verdict": said[i][0], "note": said[i][1]} for i in items if i in said]},
        main="verdicts",
        extra={
            "sheet": one, "name": names.get(one.technology, one.technology), "family": family, "at": at,
            "items": items, "said": said, "shown": _SHOWN, "verdict_keys": drafts.VERDICTS,
            "service_links": {_LINKS[k]: v for k, v in links(family["publication_number"]).items()} if family else {},
        },
    )  # fmt: skip


def _place(items: list[str], said: set[str], args: object) -> int | None:
    """Return which family is shown: the one asked for, else the next unjudged one, else the last; None: none at all."""
    asked = dict(args) if isinstance(args, dict) else {}
    if not items:
        return None
    if asked.get("item") in items:
        return items.index(asked["item"])
    start = items.index(asked["after"]) + 1 if asked.get("after") in items else 0
    order = [*range(start, len(items)), *range(start)]
    return next((i for i in order if items[i] not in said), len(items) - 1)

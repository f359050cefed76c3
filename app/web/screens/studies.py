"""Studies: provinces, necessary conditions and sufficient configurations on a table of one's own."""

from __future__ import annotations

from app.web.base import studied
from app.web.base.page import Page, View
from warehouse.sections.provinces import Provinces

_LATEST = (
    "SELECT run_id, as_of, data_label, message FROM runs WHERE kind = 'provinces' AND state = 'published'"
    " ORDER BY run_id DESC LIMIT 5"
)


def studies(page: Page) -> View:
    """List the studies, and offer another."""
    found = [
        {"study": s.name, "method": s.method, "title": s.title, "who": s.who, "files": len(list(s.results.iterdir()))}
        for s in [*filter(None, [studied.reported(page.workspace)]), *studied.studies(page.workspace)]
    ]
    settings: Provinces = page.settings.provinces
    return View(
        tables={"studies": found, "provinces_runs": page.reader.rows(_LATEST)}, main="studies",
        extra={"settings": settings.model_dump(mode="json"), "methods": studied.METHODS},
    )  # fmt: skip


def study(page: Page) -> View:
    """Show one study: its pictures and every table. Path: the study."""
    one = studied.study(page.workspace, page.path["study"])
    report = studied.report_of(one, page.lang)
    sheets = studied.sheets_of(one, page.lang)
    rows = [{"sheet": s["title"], "cells": row} for s in sheets for row in s["rows"]]
    return View(
        tables={"rows": rows}, main="rows",
        extra={
            "study": one, "sheets": sheets, "report": report,
            "pictures": studied.in_language(studied.files_of(one, {".svg": ""}), page.lang),
            "files": studied.in_language(studied.files_of(one, studied.GIVEN), page.lang),
        },
    )  # fmt: skip

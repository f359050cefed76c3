"""What a steward does from the page."""

from __future__ import annotations

from app.web.base.page import Page, View
from etl.catalogue.load import CatalogueError, load_catalogue


def work(page: Page) -> View:
    """Show the forms: import a file, place, refresh. The jobs are added by the site."""
    refused = None
    technologies = []
    try:
        technologies = [
            {"id": t.id, "name": t.name_zh if page.lang == "zh" else t.name_en}
            for t in load_catalogue(page.workspace.technologies_file).technologies
        ]
    except (CatalogueError, OSError) as error:
        refused = str(error)
    return View(tables={"technologies": technologies}, main="technologies", extra={"refused": refused})

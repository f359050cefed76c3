"""The technology a person names on the command line, by id or name (`etl.catalogue.resolve`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.common import fail
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.catalogue.models import Catalogue


def catalogues_of(workspace: Workspace) -> list[Catalogue]:
    """The workspace's lists, technologies first; a list that is not there is left out. Raises CatalogueError."""
    from etl.catalogue.load import load_catalogue

    files = (workspace.technologies_file, workspace.topics_file)
    return [load_catalogue(file) for file in files if file.is_file()]


def technology_id(workspace: Workspace, text: str) -> str:
    """The id of the technology or topic called `text`. Raises typer.Exit (bad input) when none or several are."""
    from etl.catalogue.resolve import UnknownTechnologyError, resolve

    try:
        return resolve(catalogues_of(workspace), text).id
    except UnknownTechnologyError as error:
        raise fail(str(error)) from None


def technology_id_or_text(workspace: Workspace, text: str) -> str:
    """The id of what is called `text`, else `text` itself: figures of a retired technology are still there."""
    from etl.catalogue.resolve import UnknownTechnologyError, resolve

    try:
        return resolve(catalogues_of(workspace), text).id
    except UnknownTechnologyError:
        return text

"""`stuckneck init DIR`: a workspace with commented, bilingual settings, the technology list and the topic list."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from app.common import fail, out
from warehouse.workspace import Workspace, begin_private_file

# file in the workspace -> (package, resource)
_FILES = {
    "stuckneck.toml": ("app.templates", "stuckneck.toml"),
    "technologies.toml": ("etl.catalogue", "technologies.toml"),
    "topics.toml": ("etl.catalogue", "topics.toml"),
}


def template() -> str:
    """Return the commented stuckneck.toml of a new workspace, with a table for each source."""
    from etl.sources.registry import configs, source_table

    text = files("app.templates").joinpath("stuckneck.toml").read_text(encoding="utf-8")
    secrets = [f"#   {name:<24} {what}" for one in configs() for name, what in one.secrets.items()]
    text = text.replace("# the credentials of the sources", "\n".join(secrets))
    return text.replace("# the tables of the sources", "\n\n".join(source_table(one.source) for one in configs()))


def write_workspace(folder: Path, *, extra_settings: str = "") -> tuple[Workspace, list[str]]:
    """Make `folder` a workspace and return it with the files that were there already (those are left as they are)."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for name, (package, resource) in _FILES.items():
        target = folder / name
        if target.exists():
            kept.append(name)
            continue
        text = template() if name == "stuckneck.toml" else files(package).joinpath(resource).read_text(encoding="utf-8")
        target.write_text(text + (extra_settings if name == "stuckneck.toml" else ""), encoding="utf-8")
    workspace = Workspace(folder.resolve())
    workspace.make_folders()
    _write_env(folder / ".env")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(".env\nwarehouse/\nsnapshots/\nlanding/\ninbox/\n", encoding="utf-8")
    return workspace, kept


def _write_env(file: Path) -> None:
    """Write the file for the secrets, every variable commented out, readable by its owner alone."""
    from etl.sources.registry import configs

    if file.exists():
        return
    begin_private_file(file)
    lines = [f"# {what}\n# {name}=\n" for one in configs() for name, what in one.secrets.items()]
    file.write_text("".join(lines), encoding="utf-8")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make a workspace of.")],
) -> None:
    """Make a workspace: settings, technology list, topic list, data folders."""
    if folder.is_file():
        raise fail(f"{folder}: this is a file; name a folder that is to become the workspace.")
    workspace, kept = write_workspace(folder)
    out.print(f"Workspace {workspace.root}", markup=False)
    for name in _FILES:
        out.print(f"  {name}{'  (was there, left as it is)' if name in kept else ''}", markup=False)
    from etl.sources.registry import configs, enabled_sources
    from etl.sources.settings import load_settings

    used = enabled_sources(load_settings(workspace.settings_file))
    names = ", ".join(name for one in configs() if one.source in used for name in one.secrets)
    out.print(
        f"Next: put credentials into .env ({names}) and run "
        f"`stuckneck refresh -w {folder}`,\nor `stuckneck import -w {folder} FILES --technology ID` with exports "
        "you have. `stuckneck doctor` tells what is missing.",
        markup=False,
    )


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("init")(init)

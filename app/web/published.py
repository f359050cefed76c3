"""The workbench as a folder of files for those who may only receive files: the same pages, without forms and scripts.

Figures only: pages of records, SQL and work are left out, and links to them with it. Every page has its JSON and CSV.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from lxml import html
from starlette.requests import Request

from app.web import render
from app.web.base.access import Role
from app.web.base.page import Page, Screen, View
from app.web.base.snapshots import Reader
from app.web.routes import SCREENS
from app.web.screens.common import FRAMES, all_runs, chosen_run, query
from app.web.site import Site
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace

MARK = "stuckneck-site.txt"
_LEFT_OUT = {"sources", "now"}  # how the program runs is no business of those who receive files
_RUNS = 12  # overviews of earlier runs of the record
_BY_NAME = {s.name: s for s in SCREENS}


class SiteFolderError(ValueError):
    """The folder holds something else; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the folder: its screen, what its address holds, and its file without the ending."""

    screen: Screen
    path: dict[str, str]
    args: dict[str, str]
    file: str


def write_site(workspace: Workspace, folder: Path) -> int:
    """Write the published snapshot's pages into `folder`, in both languages; return how many pages.

    What an earlier call wrote there is replaced whole. Raises SiteFolderError where the folder holds anything else,
    NoSnapshotError and SnapshotUnreadableError.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file())):
        msg = f"{folder.name} holds files that are no site of stuckneck: name an empty or a new folder."
        raise SiteFolderError(msg)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    site = Site(workspace, is_local=True)
    try:
        with site.snapshots.reader() as reader:
            count = _write(site, reader, partial)
    finally:
        site.snapshots.close()
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    return count


def _write(site: Site, reader: Reader, folder: Path) -> int:
    static = Path(__file__).parent / "static"
    for name in ("style.css", "icon.svg"):
        (folder / "static").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(static / name, folder / "static" / name)
    count = 0
    for lang in render.LANGUAGES:
        leaves = list(_leaves(_page(site, reader, {}, {}, lang)))
        files = {_key(leaf.screen, leaf.path, leaf.args): leaf.file for leaf in leaves}
        for leaf in leaves:
            _write_leaf(site, reader, leaf, lang, folder, files)
        count += len(leaves)
    (folder / MARK).write_text(f"Written by stuckneck from {reader.name}.\n", encoding="utf-8")
    first = load_settings(site.workspace.settings_file).lang or "zh"
    (folder / "index.html").write_text(_DOOR.replace("LANG", first), encoding="utf-8")
    return count


_DOOR = """<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url=LANG/index.html"><title>stuckneck</title>
<p><a href="zh/index.html" lang="zh-CN">中文</a> · <a href="en/index.html" lang="en">English</a></p>
"""


def _page(site: Site, reader: Reader, path: dict[str, str], args: dict[str, str], lang: str) -> Page:
    settings = load_settings(site.workspace.settings_file)
    return Page(reader, site.workspace, settings, path, args, lang, "-", Role.reader)


def _leaves(page: Page) -> Iterator[Leaf]:
    """Yield every page there is to write: of the newest run of the record, and the overview of those before."""
    runs = all_runs(page)
    run = chosen_run(page, runs)
    for screen in SCREENS:
        if screen.role > Role.reader or screen.name in _LEFT_OUT or "{" in screen.address:
            continue
        yield Leaf(screen, {}, {}, screen.address.strip("/") or "index")
    placed = page.reader.rows(query("placements"), {"run": run["run_id"], "frame": "relative"})
    for frame in FRAMES:
        args = {} if frame == FRAMES[0] else {"frame": frame}
        if args:
            yield Leaf(_BY_NAME["overview"], {}, args, f"overview-{frame}")
        for row in placed:
            name = row["technology_id"]
            file = "-".join([f"technology/{name}", *args.values()])
            yield Leaf(_BY_NAME["technology"], {"technology": name}, args, file)
    for row in placed:
        name = row["technology_id"]
        yield Leaf(_BY_NAME["quality_one"], {"technology": name}, {}, f"quality/{name}")
    for one in page.reader.rows("SELECT alert_id FROM alerts ORDER BY alert_id DESC LIMIT 500"):
        yield Leaf(_BY_NAME["alert"], {"alert": str(one["alert_id"])}, {}, f"alerts/{one['alert_id']}")
    earlier = [r for r in runs if r["origin"] == "live" and r["run_id"] != run["run_id"]]
    for one in earlier[-_RUNS:]:
        yield Leaf(_BY_NAME["overview"], {}, {"run": str(one["run_id"])}, f"overview-run-{one['run_id']}")


def _key(screen: Screen, path: dict[str, str], args: dict[str, str]) -> tuple[str, str, str]:
    return screen.address.format_map(path), args.get("run", ""), args.get("frame", FRAMES[0])


def _write_leaf(
    site: Site, reader: Reader, leaf: Leaf, lang: str, folder: Path, files: dict[tuple[str, str, str], str]
) -> None:
    page = _page(site, reader, leaf.path, {**leaf.args, "format": "html"}, lang)
    view = leaf.screen.show(page)
    address, own, _ = _key(leaf.screen, leaf.path, leaf.args)
    request = Request({
        "type": "http", "method": "GET", "scheme": "http", "server": ("site", 80), "path": address, "query_string": b"",
        "headers": [], "session": {}, "path_params": leaf.path,
    })  # fmt: skip
    frame = site.frame(request, leaf.screen.name, "-", Role.reader, lang) | {"is_static": True, "token": ""}
    text = render.html(leaf.screen.name, lang, {**view.tables, **view.extra, **frame})
    target = folder / lang / f"{leaf.file}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_Links(leaf.file, lang, own, _newest(view), files).settled(text), encoding="utf-8")
    target.with_suffix(".json").write_bytes(render.as_json(view))
    target.with_suffix(".csv").write_bytes(render.as_csv(view))
    target.with_suffix(".xlsx").write_bytes(render.as_xlsx(view))


def _newest(view: View) -> str:
    run = view.extra.get("run")
    return str(run["run_id"]) if run else ""


@dataclass(frozen=True, slots=True)
class _Links:
    """Rewrites one page's links to files beside it; a link to what is not there becomes plain text."""

    file: str
    lang: str
    own: str
    run: str
    files: dict[tuple[str, str, str], str]

    def settled(self, text: str) -> str:
        """Return the page without forms and scripts, every link leading to a file of the folder."""
        tree: Any = html.document_fromstring(text)
        for gone in tree.xpath("//form | //script | //meta[@name='htmx-config']"):
            gone.drop_tree()
        for link in list(tree.iter("a")):
            target = self._file(link)
            if target is None and link.getparent().tag == "nav":
                link.drop_tree()
            elif target is None:
                link.attrib.pop("href", None)
            else:
                link.set("href", target)
        for link in tree.iter("link"):
            link.set("href", self._relative("../" + link.get("href", "").lstrip("/")))
        settled: str = html.tostring(tree, encoding="unicode")
        return f"<!doctype html>\n{settled}\n"

    def _relative(self, target: str) -> str:
        return posixpath.relpath(target, posixpath.dirname(self.file) or ".")

    def _file(self, link: Any) -> str | None:
        given: str = link.get("href", "")
        name = posixpath.basename(self.file)
        if link.get("data-form"):
            return quote(f"{name}.{link.get('data-form')}")
        if link.get("lang"):
            other = "en" if self.lang == "zh" else "zh"
            return quote(self._relative(f"../{other}/{self.file}.html"))
        if given.startswith("#"):
            return given
        parts = urlsplit(given)
        if parts.netloc or not parts.path.startswith("/"):
            return given if parts.scheme in ("http", "https") else None
        asked = parse_qs(parts.query)
        run = asked.get("run", [""])[0]
        frame = asked.get("frame", [FRAMES[0]])[0]
        found = self.files.get((unquote(parts.path), "" if run == self.run and not self.own else run, frame))
        return None if found is None else quote(self._relative(f"{found}.html"))

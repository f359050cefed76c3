"""The folder of static pages: every link leads to a file, no form, no script, no record; it replaces only itself."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.main import app
from app.web import published
from app.web.base.snapshots import Reader
from app.web.published import MARK, SiteFolderError, write_site
from app.web.site import Site
from warehouse.workspace import Workspace

pytestmark = pytest.mark.slow  # a whole site is written


@pytest.fixture(scope="module")
def site(shown: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "pages"
    done = CliRunner().invoke(app, ["report", "--site", str(folder), "-w", str(shown.root)])
    assert done.exit_code == 0, done.output
    return folder


def test_every_link_leads_to_a_file_of_the_folder(site: Path) -> None:
    files = [f for f in site.rglob("*.html") if f.parent != site]
    assert len(files) > 100
    for file in files:
        tree = html.parse(str(file))
        links = [e.get("href") for e in tree.iter("a", "link") if e.get("href") is not None]
        assert len(links) > 8, file
        for link in links:
            assert not urlsplit(link).scheme, (file, link)
            if not link.startswith("#"):
                assert (file.parent / unquote(link)).resolve().is_relative_to(site), (file, link)
                assert (file.parent / unquote(link)).is_file(), (file, link)
        assert not tree.xpath("//form | //script | //@onclick"), file


def test_pages_and_data_say_what_the_workbench_says(site: Path, client: TestClient) -> None:
    told = json.loads((site / "en" / "index.json").read_text(encoding="utf-8"))
    assert told["placements"] == client.get("/overview.json").json()["placements"]
    for lang, label in (("en", "Synthetic data"), ("zh", "合成数据")):
        for name in ("index", "technology/chip", "holders", "forecast"):
            assert label in (site / lang / f"{name}.html").read_text(encoding="utf-8"), (lang, name)


def test_no_page_of_records_is_written(site: Path) -> None:
    names = {p.relative_to(site).parts[1] for p in site.rglob("*.html") if p.parent != site}
    assert not names & {"families", "family", "sql.html", "families.html", "work.html", "sources.html"}


def test_only_an_earlier_site_is_replaced(shown: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_write", written)
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(SiteFolderError, match="no site of stuckneck"):
        write_site(shown, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "kept"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "stale.html").write_text("old")
    (tmp_path / "site" / MARK).write_text("")
    write_site(shown, tmp_path / "site")
    assert [p.name for p in (tmp_path / "site").iterdir()] == [MARK]


def written(_site: Site, _reader: Reader, folder: Path) -> int:
    """Stand for the pages: nothing but the mark."""
    folder.mkdir()
    (folder / MARK).write_text("")
    return 1


def test_the_command_says_what_to_name(shown: Workspace, tmp_path: Path) -> None:
    run = CliRunner().invoke
    root = str(shown.root)
    assert run(app, ["report", "-w", root]).exit_code == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a")
    refused = run(app, ["report", "--site", str(tmp_path / "full"), "-w", root])
    assert refused.exit_code == 2

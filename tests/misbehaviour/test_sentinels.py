"""Known publications asked in every run: a service that changes, or ends, is told by that run with what it touches."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from etl.fetch.shape import is_web_page, paths, topmost
from etl.harvest.compare import Answered, Known, differences
from office.service.office import Office
from office.service.state import Response
from tests.misbehaviour.changes import Change, instead, records
from tests.misbehaviour.house import LATER, answer_otherwise, ask, command
from tests.misbehaviour.table import BOTH, LENS, OPS
from warehouse.workspace import Workspace

PAGE = b"<!DOCTYPE html><html><body>This service was retired.</body></html>"


@pytest.fixture(scope="module")
def asked(published: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Workspaces of either service in which the sentinels were asked and remembered once."""
    found = {}
    for source in BOTH:
        found[source] = Path(shutil.copytree(published[source], tmp_path_factory.mktemp("asked") / "ws"))
        done = command("sentinels", "--ask", "-w", str(found[source]))
        assert done.exit_code == 0, done.output
    return found


@pytest.fixture
def workspace(request: pytest.FixtureRequest, asked: dict[str, Path], tmp_path: Path) -> tuple[str, Workspace]:
    """A copy of such a workspace, and its service."""
    source = request.param
    return source, Workspace(Path(shutil.copytree(asked[source], tmp_path / "ws")))


def told(workspace: Workspace) -> list[tuple[str, str]]:
    return ask(workspace.core, "SELECT text_en, text_zh FROM alert_facts WHERE rule = 'source_changed' ORDER BY 1")


def refresh(workspace: Workspace) -> int:
    return command("refresh", "-w", str(workspace.root), "--as-of", LATER.isoformat()).exit_code


def emptied(tag: bytes, key: str) -> Change:
    """Let a field vanish from every record: in XML the element, in JSON the key of ``biblio``."""

    def lens(one: dict[str, Any]) -> None:
        one.get("biblio", {}).pop(key, None)

    return records((rb"<" + tag + rb"[ >](?s:.)*?</" + tag + rb">", b""), lens)


def nothing_differs(workspace: Workspace) -> None:
    assert ask(workspace.core, "SELECT * FROM sentinel_findings WHERE kind <> 'new'") == []
    assert told(workspace) == []


@pytest.mark.parametrize("workspace", BOTH, indirect=True)
def test_a_service_in_order_is_asked_and_nothing_is_told(workspace: tuple[str, Workspace], office: Office) -> None:
    source, made = workspace
    assert refresh(made) == 0
    nothing_differs(made)
    rows = ask(made.core, "SELECT run_id, count(*), bool_and(outcome = 'answers') FROM sentinel_answers GROUP BY 1")
    assert {run: (count, whole) for run, count, whole in rows}[3] == (4, True), "three publications and the search"
    again = command("sentinels", "-w", str(made.root), "--json")
    assert again.exit_code == 0
    assert {row["source"] for row in json.loads(again.stdout)} == {source}


@pytest.mark.parametrize("workspace", BOTH, indirect=True)
@pytest.mark.parametrize(
    "end", [instead(410, b"gone"), instead(301, b"", Location="https://example.org/"), instead(200, PAGE, "text/html")]
)
def test_a_service_that_ends_is_told_with_what_it_touches_and_what_replaces_it(
    workspace: tuple[str, Workspace], office: Office, monkeypatch: pytest.MonkeyPatch, end: Change
) -> None:
    source, made = workspace
    answer_otherwise(office, source, end, monkeypatch)
    assert refresh(made) == 5, "nothing came"
    [(en, zh)] = told(made)
    other = {"epo_ops": "Lens.org patent API", "lens": "EPO Open Patent Services"}[source]
    assert re.search(
        rf"may have ended.*It touches .*applications.* of: Lidar\..*In its place: .*{other}.*files of ", en
    )
    assert re.search(r"可能已停止.*受影响的指标：.*申请量.*激光雷达.*可替代：.*导入文件：", zh)
    assert refresh(made) == 5
    assert len(told(made)) == 1, "while it goes on it is one alert"


@pytest.mark.parametrize("workspace", BOTH, indirect=True)
@pytest.mark.parametrize(
    ("tag", "key", "field", "figure"),
    [(b"classifications-ipcr", "classifications_ipcr", "ipc", "IPC shift"),
     (b"application-reference", "application_reference", "filing_date", "applications")],
)  # fmt: skip
def test_a_field_that_goes_empty_is_an_incident_and_names_its_figures(
    workspace: tuple[str, Workspace], office: Office, monkeypatch: pytest.MonkeyPatch,
    tag: bytes, key: str, field: str, figure: str,
) -> None:  # fmt: skip
    source, made = workspace
    answer_otherwise(office, source, emptied(tag, key), monkeypatch)
    refresh(made)
    found = ask(made.core, "SELECT DISTINCT item FROM sentinel_findings WHERE kind = 'emptied'")
    assert (field,) in found
    assert any(f" {field}" in en and "It touches" in en and figure in en for en, _ in told(made))
    assert ("incident",) in ask(made.core, "SELECT rule FROM alert_facts")
    audits = {name for (name,) in ask(made.core, "SELECT audit FROM audit_results WHERE rows_found > 0")}
    assert {"sentinels_differ", "fields_emptied"} <= audits


@pytest.mark.parametrize("workspace", BOTH, indirect=True)
def test_a_changed_format_is_told_though_every_field_is_still_read(
    workspace: tuple[str, Workspace], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, made = workspace

    def lens(one: dict[str, Any]) -> None:
        one["biblio"]["classification_system_version"] = "2027"

    change = records((rb"</bibliographic-data>", b"<system-version>2027</system-version></bibliographic-data>"), lens)
    answer_otherwise(office, source, change, monkeypatch)
    assert refresh(made) == 0
    assert {kind for (kind,) in ask(made.core, "SELECT DISTINCT kind FROM sentinel_findings")} == {"new"}
    [(en, _)] = told(made)
    assert "version" in en
    assert ("incident",) not in ask(made.core, "SELECT rule FROM alert_facts"), "nothing rests on it"
    refresh(made)
    assert ask(made.core, "SELECT count(DISTINCT run_id) FROM sentinel_findings") == [(1,)], "told once, then known"


@pytest.mark.parametrize("workspace", BOTH, indirect=True)
def test_a_total_that_jumps_is_told_and_can_be_accepted(
    workspace: tuple[str, Workspace], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, made = workspace
    total = rb'total-result-count="\d+"|"total": ?\d+'

    def jumped(answer: Response, _number: int) -> Response:
        if answer.status == 404:  # the month holds nothing in the office
            return Response(200, b'<ops:world-patent-data xmlns:ops="http://ops.epo.org"><ops:biblio-search '
                            b'total-result-count="7000"/></ops:world-patent-data>', "application/xml")  # fmt: skip
        large = b'total-result-count="7000"' if source == "epo_ops" else b'"total": 7000'
        answer.body = re.sub(total, large, answer.body, count=1)
        return answer

    answer_otherwise(office, source, jumped, monkeypatch)
    assert command("sentinels", "--ask", "-w", str(made.root)).exit_code == 1
    [(en, zh)] = told(made)
    assert "7,000" in en
    assert "总数突变" in zh
    assert command("sentinels", "--ask", "-w", str(made.root)).exit_code == 1, "it stays until a person says so"
    assert command("sentinels", "--accept", source, "-w", str(made.root)).exit_code == 0
    assert command("sentinels", "--ask", "-w", str(made.root)).exit_code == 0
    assert ask(made.core, "SELECT DISTINCT state FROM alert_facts WHERE rule = 'source_changed'") == [("resolved",)]


@pytest.mark.parametrize("workspace", LENS, indirect=True)
def test_a_list_of_ones_own_is_asked_and_a_publication_that_is_gone_is_told(
    workspace: tuple[str, Workspace], office: Office
) -> None:
    _, made = workspace
    text = made.settings_file.read_text(encoding="utf-8")
    own = text.replace("[sources.lens]", '[sources.lens]\nsentinels = ["CN-1-A"]')
    made.settings_file.write_text(own, encoding="utf-8")
    assert command("sentinels", "--ask", "-w", str(made.root)).exit_code == 1
    assert ask(made.core, "SELECT question, kind FROM sentinel_findings") == [("CN-1-A", "gone")]
    made.settings_file.write_text(text.replace("[sources.lens]", "[sources.lens]\nsentinels = []"), encoding="utf-8")
    command("sentinels", "--ask", "-w", str(made.root))
    assert ask(made.core, "SELECT count(*) FROM sentinel_answers WHERE run_id = 4") == [(0,)], "none at all"


@pytest.mark.parametrize("workspace", OPS, indirect=True)
def test_a_service_that_is_away_is_no_finding(
    workspace: tuple[str, Workspace], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, made = workspace
    answer_otherwise(office, source, instead(503, b""), monkeypatch)
    assert command("sentinels", "--ask", "-w", str(made.root)).exit_code == 0
    nothing_differs(made)


def test_what_one_publication_alone_has_or_lacks_is_no_format() -> None:
    known = {"A": Known(paths=frozenset({"x", "y"})), "B": Known(paths=frozenset({"x"}))}

    def now(a: set[str], b: set[str]) -> list[str]:
        answers = {name: Answered("answers", 200, "", Known(paths=frozenset(p))) for name, p in (("A", a), ("B", b))}
        return [f"{one.kind} {one.item}" for one in differences(known, answers)]

    assert now({"x"}, {"x"}) == []
    assert now({"x", "z"}, {"x"}) == []
    assert now({"y"}, {"z"}) == ["lost x"]
    assert now({"x", "z"}, {"x", "z"}) == ["new z"]


def test_paths_of_json_and_xml() -> None:
    assert paths(b'{"a": [{"b": 1}, {"c": {"d": null}}], "e": 2}') == {"a", "a/b", "a/c", "a/c/d", "e"}
    assert paths(b'<r xmlns:o="urn:x"><o:a k="1"><b/></o:a><!-- x --><o:a/></r>') == {"r", "r/a", "r/a/@k", "r/a/b"}
    assert topmost(frozenset({"a", "a/b", "c/d"})) == ["a", "c/d"]
    for nonsense in (b"", b"\x00", b"<a>", b'{"a": ', b"[" * 50_000 + b"]" * 50_000):
        assert paths(nonsense) == frozenset()
    assert is_web_page(PAGE)
    assert is_web_page(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">')
    assert not is_web_page(b'{"html": 1}')


def test_the_packaged_ones_are_known_from_recorded_answers() -> None:
    from etl.fetch.source import AsksKnown
    from etl.sources.registry import configs
    from etl.sources.registry import source as registered

    for one in configs():
        if not isinstance(registered(one.source), AsksKnown):
            assert not one.sentinels, "nothing is asked that cannot be"
            continue
        assert len(one.sentinels) >= 3
        assert all({"publication_date", "filing_date"} <= set(facts) for facts in one.sentinels.values())

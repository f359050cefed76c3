"""Every page in both languages, its data, and what it says when something is missing."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import pytest
from babel.messages import mofile, pofile
from babel.messages.extract import extract_from_dir
from python_calamine import load_workbook
from starlette.testclient import TestClient

from app.web import render
from app.web.routes import SCREENS
from warehouse.publish import connect_snapshot, current
from warehouse.status.activity import Teller
from warehouse.workspace import Workspace

ADDRESSES = (
    "/", "/technology/chip", "/families?technology=chip", "/compare/runs", "/compare/countries",
    "/compare/technologies", "/alerts", "/now",
    "/query/chip",
    "/studies", "/judge", "/quality", "/quality/chip", "/completeness", "/sensitivity", "/holders", "/forecast",
    "/sources", "/sql?q=FROM+matrix_latest+LIMIT+3", "/work", "/how",
)  # fmt: skip


def data_of(address: str, form: str) -> str:
    path, _, tail = address.partition("?")
    return f"{'/overview' if path == '/' else path}.{form}?{tail}"


def test_every_page_is_in_the_list_of_addresses() -> None:
    seen = {a.partition("?")[0].replace("chip", "{technology}") for a in ADDRESSES}
    assert {s.address for s in SCREENS} - seen == {
        "/family/{family:path}", "/alerts/{alert}", "/judge/{sheet}", "/studies/{study}"
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    answer = client.get(address, params={"lang": lang})
    assert answer.status_code == 200
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("address", [a for a in ADDRESSES if not a.startswith(("/work", "/judge"))])
def test_every_page_gives_its_data(client: TestClient, address: str) -> None:
    found = client.get(data_of(address, "json"))
    assert found.status_code == 200
    json.loads(found.text)
    table = client.get(data_of(address, "csv"))
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in table.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(client.get(data_of(address, "xlsx")).content)).get_sheet_by_index(0).to_python()
    assert len(book) in (len(rows), len(rows) - 1)  # an empty table is one empty line of CSV and no row of a sheet


def test_the_overview_says_what_the_view_says(client: TestClient, shown: Workspace) -> None:
    figures = {p["technology_id"]: p for p in client.get("/overview.json").json()["placements"]}
    with connect_snapshot(current(shown)) as con:
        rows = con.execute(
            "SELECT technology_id, capability, dynamics, strategy, probability FROM matrix_latest"
            " WHERE frame = 'relative'"
        ).fetchall()
    assert len(rows) == len(figures) == 20
    for key, capability, dynamics, strategy, probability in rows:
        found = figures[key]
        assert (found["capability"], found["dynamics"]) == (capability, dynamics)
        assert (found["strategy"], found["probability"]) == (strategy, probability)


def test_numerator_and_families_behind_it_agree(client: TestClient) -> None:
    page = client.get("/technology/chip.json").json()
    for indicator in page["indicators"]:
        if indicator["indicator"] not in ("applications", "pct"):
            continue
        behind = client.get(
            "/families.json", params={"technology": "chip", "indicator": indicator["indicator"], "side": "focal"}
        ).json()
        assert behind["total"] == indicator["numerator"]


def test_the_list_of_families_is_whole_over_its_pages(client: TestClient) -> None:
    first = client.get("/families.json", params={"technology": "chip"}).json()
    seen: list[str] = []
    for number in range(1, -(-first["total"] // 50) + 1):
        listed = client.get("/families.json", params={"technology": "chip", "page": number}).json()
        seen += [f["family_id"] for f in listed["families"]]
    assert len(seen) == len(set(seen)) == first["total"]
    rows = list(csv.DictReader(io.StringIO(client.get("/families.csv?technology=chip").content.decode("utf-8-sig"))))
    assert {r["family_id"] for r in rows} == set(seen)


def test_a_family_leads_to_its_landed_pages(client: TestClient) -> None:
    key = client.get("/families.json?technology=chip").json()["families"][0]["family_id"]
    page = client.get(f"/family/{key}.json").json()
    assert page["members"]
    assert {r["publication_number"] for r in page["records"]} == {m["publication_number"] for m in page["members"]}
    assert all(r["path"] for r in page["records"])


def test_countries_agree_with_the_run_for_the_focal_country(client: TestClient) -> None:
    table = client.get("/compare/countries.json").json()["countries"]
    china = next(c for c in table if c["country"] == "CN")
    placed = client.get("/overview.json").json()["placements"]
    for row in placed:
        if row["capability"] is not None:
            assert china[row["technology_id"]] == pytest.approx(row["capability"], abs=1e-12)


def test_the_question_behind_every_figure_runs_and_gives_the_page_s_own_figure(
    client: TestClient, shown: Workspace
) -> None:
    """What "how it is built" prints is no decoration: K and D of every technology come out of its SQL."""
    built = {one["id"]: one["sql"] for one in client.get("/how.json").json()["figures"]}
    placed = {r["technology_id"]: r for r in client.get("/overview.json").json()["placements"]}
    with connect_snapshot(current(shown)) as con:
        for statement in built.values():
            con.execute(statement).fetchall()
        k = dict(con.execute(built["capability"]).fetchall())
        d = dict(con.execute(built["dynamics"]).fetchall())
    for key, row in placed.items():
        assert k[key] == pytest.approx(row["capability"], abs=1e-12)
        assert (d.get(key) or 0) == row["dynamics_raw"]


def test_each_link_to_how_a_figure_is_built_has_its_place(client: TestClient) -> None:
    places = set(re.findall(r'<section class="built" id="(\w+)"', client.get("/how").text))
    assert places == {one["id"] for one in client.get("/how.json").json()["figures"]}
    for address in ("/technology/chip", "/compare/technologies"):
        linked = set(re.findall(r'href="/how#(\w+)"', client.get(address).text))
        assert linked
        assert linked <= places


def test_technologies_side_by_side_say_what_their_own_pages_say(client: TestClient) -> None:
    beside = client.get("/compare/technologies.json?b=chip&d=lithography-machine").json()
    assert [t["technology_id"] for t in beside["technologies"]] == ["chip", "lithography-machine"]
    for one in beside["technologies"]:
        own = client.get(f"/technology/{one['technology_id']}.json").json()
        assert own["placement"] == [one]
        shown = [i for i in beside["indicators"] if i["technology_id"] == one["technology_id"]]
        assert {i["indicator"]: i["value"] for i in shown} == {i["indicator"]: i["value"] for i in own["indicators"]}
        assert {s["prefix"] for s in beside["ipc_shift"] if s["technology_id"] == one["technology_id"]} == {
            s["prefix"] for s in own["ipc_shift"] if s["is_counted"]
        }
    assert client.get("/compare/technologies?a=none-such").status_code == 404


def test_examples_of_a_new_prefix_carry_it_in_the_later_window(client: TestClient) -> None:
    page = client.get("/technology/lithography-machine.json").json()
    later = client.get("/families.csv?technology=lithography-machine&window=later").content.decode("utf-8-sig")
    carried = {row["family_id"]: row["main_subclass"] for row in csv.DictReader(io.StringIO(later))}
    assert page["shift_examples"]
    for one in page["shift_examples"]:
        assert carried[one["family_id"]].startswith(one["prefix"])
    per = [one["prefix"] for one in page["shift_examples"]]
    assert {one["prefix"] for one in page["ipc_shift"] if one["is_counted"]} <= set(per)
    assert max(map(per.count, per)) <= 2


def test_the_list_shows_the_columns_asked_for(client: TestClient) -> None:
    chosen = client.get("/families?technology=chip&columns=country&columns=members&lang=en").text
    head = chosen[chosen.index("<thead>") : chosen.index("</thead>")]
    assert re.findall(r">([^<]+)</th>", head) == ["Title", "Country", "Members"]
    refused = client.get("/families?technology=chip&columns=password")
    assert refused.status_code == 400
    assert "columns: expected some of" in refused.text


def test_the_map_shows_the_table_s_figures(client: TestClient) -> None:
    table = {r["country"]: r for r in client.get("/compare/countries.json").json()["countries"]}
    page = client.get("/compare/countries?technology=chip&lang=en").text
    drawn = dict(re.findall(r">([A-Z]{2})</text><text[^>]*>([0-9.]+|—)</text>", page))
    assert drawn == {
        code: "—" if row["chip"] is None else f"{row['chip']:.2f}" for code, row in table.items() if "chip" in row
    }


def test_the_overview_says_what_may_move_and_when_the_next_run_is_due(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    assert 'hx-get="/now"' in page
    said = client.get("/now.json").json()
    assert [one["schedule"] for one in said["schedules"]] == [
        one["schedule"] for one in said["schedules"] if one["next_at"]
    ]
    forecast = [r for r in client.get("/forecast.json").json()["forecast"] if r["p_moves"] is not None]
    names = re.findall(
        r'href="/technology/([a-z-]+)\?run', page[page.index("Most likely to move") : page.index("Open alerts")]
    )
    assert names == [r["technology_id"] for r in forecast][: len(names)]
    assert bool(names) == bool(forecast)


def test_synthetic_data_are_labelled_on_every_page_with_figures(client: TestClient) -> None:
    for address in ("/", "/technology/chip", "/families?technology=chip", "/compare/runs", "/compare/countries"):
        assert "Synthetic data from the simulated office" in client.get(address, params={"lang": "en"}).text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nothing", 404), ("/technology/no-such", 404), ("/?run=99999", 404), ("/family/none", 404),
        ("/alerts/x", 404),
        ("/families?technology=chip&sort=evil", 400), ("/families?technology=chip&page=-1", 400), ("/?run=1e9", 400),
        ("/?frame=x", 400), ("/families?technology=chip&page=%D9%A1", 400),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_sentence(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "Traceback" not in answer.text


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    client.get("/")
    tag = client.get("/").headers["etag"]
    assert client.get("/", headers={"if-none-match": tag}).status_code == 304
    assert client.get("/?frame=anchored", headers={"if-none-match": tag}).status_code == 200


def test_a_new_snapshot_is_followed(owner: TestClient, workspace: Workspace) -> None:
    before = owner.get("/health").json()["snapshot"]
    file = current(workspace)
    after = file.with_name("snapshot-000009.duckdb")
    after.write_bytes(file.read_bytes())
    (workspace.snapshots / "current").write_text(after.name + "\n")
    assert owner.get("/health").json()["snapshot"] == after.name != before
    assert owner.get("/").status_code == 200


def test_when_the_snapshot_shown_is_removed_another_is_shown_or_a_sentence(
    owner: TestClient, workspace: Workspace
) -> None:
    assert owner.get("/health").json()["snapshot"] == "snapshot-000002.duckdb"
    current(workspace).unlink()
    assert owner.get("/").status_code == 200
    assert owner.get("/health").json()["snapshot"] == "snapshot-000001.duckdb"
    current(workspace).unlink()
    answer = owner.get("/")
    assert answer.status_code == 503
    assert "nothing is published" in answer.text


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_broken_snapshot_is_one_sentence(owner: TestClient, workspace: Workspace, damage: bytes | None) -> None:
    file = current(workspace)
    file.write_bytes(file.read_bytes()[:5000] if damage is None else damage)
    for address in ("/", "/families?technology=chip", "/health"):
        answer = owner.get(address)
        assert answer.status_code == 503, address
        assert "Traceback" not in answer.text
    assert "stuckneck_writing 0.0" in owner.get("/metrics").text, "the ledger's facts lie beside the warehouse"


def test_a_snapshot_of_an_earlier_version_is_one_sentence(owner: TestClient, workspace: Workspace) -> None:
    file = current(workspace)
    with duckdb.connect(str(file)) as con:
        con.execute("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
    for address in ("/", "/technology/chip", "/sql"):
        answer = owner.get(address, params={"lang": "en"})
        assert answer.status_code == 503, address
        assert "stuckneck place" in answer.text


def test_the_sources_page_says_what_runs_now(owner: TestClient, workspace: Workspace) -> None:
    assert "Nothing runs now, and no daemon watches." in owner.get("/sources?lang=en").text
    teller = Teller(workspace, "a test")
    try:
        teller.run(77, "refresh")
        teller.step("harvest")
        page = owner.get("/sources?lang=zh").text
        found = owner.get("/sources.json").json()
    finally:
        teller.end()
    assert "运行 77（刷新）自" in page
    assert found["quotas_left"][0]["left"] > 0


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    from app.web.application import build
    from app.web.site import Site

    (tmp_path / "stuckneck.toml").write_text("")
    with TestClient(build(Site(Workspace.open(tmp_path), is_local=True), hosts=["testserver"])) as browser:
        answer = browser.get("/")
    assert answer.status_code == 503
    assert "stuckneck refresh" in answer.text


def test_sql_of_the_page_runs_in_the_sandbox(client: TestClient) -> None:
    good = client.get("/sql.json", params={"q": "SELECT count(*) AS n FROM families"}).json()
    assert good["rows"][0]["n"] > 0
    for bad in ("DROP TABLE families", "SELECT * FROM read_csv('/etc/passwd')", "ATTACH 'x.db'", "SELECT 1; SELECT 2"):
        answer = client.get("/sql.json", params={"q": bad}).json()
        assert answer["refused"], bad
        assert not answer["rows"]


def test_the_description_names_every_data_address(client: TestClient) -> None:
    paths = client.get("/api").json()["paths"]
    assert len(paths) == len(render.FORMS) * len(SCREENS)
    assert "/overview.json" in paths


def test_metrics_are_prometheus_lines(client: TestClient) -> None:
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("# ")]
    assert any(line.startswith('stuckneck_records{source="epo_ops"}') for line in lines)
    for line in lines:
        name, value = line.rsplit(" ", 1)
        float(value)
        assert name.startswith("stuckneck_")


def test_every_text_of_the_templates_has_a_chinese_entry() -> None:
    templates = Path(render.__file__).parent / "templates"
    texts = (
        {
            message
            for _, _, message, _, _ in extract_from_dir(
                templates, [("**.html", "jinja2")], {"**.html": {"newstyle_gettext": "true", "trimmed": "false"}}
            )
        }
        | {s.title for s in SCREENS}
        | {s.group for s in SCREENS if s.group}
    )
    folder = Path(render.__file__).parent / "locale" / "zh" / "LC_MESSAGES"
    with (folder / "web.po").open("rb") as file:
        entries = {m.id: m.string for m in pofile.read_po(file) if m.id}
    assert len(texts) > 150
    assert {t for t in texts if not entries.get(t)} == set()
    with (folder / "web.mo").open("rb") as file:
        compiled = {m.id: m.string for m in mofile.read_mo(file) if m.id}
    assert compiled == entries


def test_hostile_texts_are_texts(workspace: Workspace) -> None:
    """Script in titles and names of the warehouse, and in the address, is shown as text."""
    from app.web.application import build
    from app.web.site import Site

    evil = '"><script>alert(1)</script>{{7*7}}=cmd|x'
    file = current(workspace)
    with duckdb.connect(str(file)) as con:
        con.execute("UPDATE families SET title = ?, title_zh = ?, title_en = ?, first_applicant = ?", [evil] * 4)
        con.execute("UPDATE edition_items SET name_zh = ?, name_en = ?", [evil] * 2)
        con.execute("UPDATE alert_facts SET title_zh = ?, title_en = ?, text_en = ?", [evil] * 3)
    with TestClient(build(Site(workspace, is_local=True), hosts=["testserver"])) as browser:
        key = browser.get("/families.json?technology=chip").json()["families"][0]["family_id"]
        for address in (
            *ADDRESSES,
            f"/family/{key}",
            f"/families?technology=chip&q={evil}",
            f"/sql?q={evil}",
            f"/{evil}",
        ):
            text = browser.get(address).text
            assert "<script>alert" not in text, address
            assert "49=cmd" not in text
        table = browser.get("/families.csv?technology=chip").content.decode("utf-8-sig")
    assert not any(cell.startswith(("=", "+", "@")) for row in csv.reader(io.StringIO(table)) for cell in row)

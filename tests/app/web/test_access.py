"""Who may what: a table role by route made from the routes themselves, forms, sessions, uploads."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.main import app
from app.web import render
from app.web.application import build
from app.web.base.access import USERS_FILE, Role, Users, UsersError
from app.web.base.jobs import Job, Jobs
from app.web.changes import CHANGES
from app.web.routes import SCREENS
from app.web.site import Site
from warehouse.publish import current
from warehouse.workspace import Workspace

PASSWORDS = {
    "rita": (Role.reader, "reading-1"),
    "anna": (Role.analyst, "analysing-1"),
    "stef": (Role.steward, "steward-1"),
}
OPEN = {"login", "logout", "health", "metrics", "api", "static"}
FILES = {"study.file"}


@pytest.fixture(scope="module")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user of each role; made once, for a password is slow to hash on purpose."""
    file = tmp_path_factory.mktemp("users") / USERS_FILE
    users = Users(file)
    for name, (role, password) in PASSWORDS.items():
        users.put(name, role, password)
    return file


@pytest.fixture
def site(workspace: Workspace, users_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with a user of each role, as a department's server has it."""
    shutil.copy2(users_file, workspace.root / USERS_FILE)
    made = Site(workspace, is_local=False)
    monkeypatch.setattr(Jobs, "add", recorded)
    yield made
    made.snapshots.close()


ASKED: list[tuple[str, tuple[str, ...], str]] = []


def recorded(_jobs: Jobs, title: str, arguments: Sequence[str], who: str) -> Job:
    """Stand for the queue: note what was asked for and start nothing."""
    ASKED.append((title, tuple(arguments), who))
    return Job(1, title, tuple(arguments), who, datetime(2026, 1, 1, tzinfo=UTC))


def browser(site: Site, name: str | None = None) -> TestClient:
    client = TestClient(build(site, hosts=["testserver"]), follow_redirects=False)
    if name is not None:
        answer = client.post("/login", data={"name": name, "password": PASSWORDS[name][1], "token": token(client)})
        assert answer.status_code == 303
    return client


def token(client: TestClient, address: str = "/login") -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def filled(address: str) -> str:
    return re.sub(r"\{\w+(:path)?\}", "1", address)


def test_every_route_has_a_rule(site: Site) -> None:
    known = {s.name for s in SCREENS} | {f"{s.name}.{f}" for s in SCREENS for f in render.FORMS}
    known |= {c.name for c in CHANGES} | OPEN | FILES
    routes = build(site, hosts=["testserver"]).routes
    assert all(isinstance(r, Route | Mount) for r in routes)
    assert {r.name for r in routes if isinstance(r, Route | Mount)} == known


@pytest.mark.parametrize("who", [None, "rita", "anna", "stef"])
def test_each_role_reaches_what_it_may_and_nothing_else(site: Site, who: str | None) -> None:
    client = browser(site, who)
    role = PASSWORDS[who][0] if who else Role.public
    for screen in SCREENS:
        for form in ("", ".json", ".csv", ".xlsx"):
            path = "/overview" if form and screen.address == "/" else filled(screen.address)
            status = client.get(path + form).status_code
            if role >= screen.role:
                assert status in (200, 404), (who, path, form)
            else:
                assert status == (303 if role is Role.public else 403), (who, path, form)
    for change in CHANGES:
        status = client.post(filled(change.address), data={}).status_code
        assert status == 403, (who, change.address)  # a role too low, or no token
    assert client.get("/studies/1/file/1").status_code == (404 if role >= Role.analyst else 403)


def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(site: Site, workspace: Workspace) -> None:
    client = browser(site, "stef")
    good = token(client, "/work")
    for data, headers in (
        ({"state": "resolved"}, {}),
        ({"state": "resolved", "token": "x" * 32}, {}),
        ({"state": "resolved", "token": good}, {"origin": "https://evil.example"}),
        ({"state": "resolved", "token": good}, {"sec-fetch-site": "cross-site"}),
    ):
        assert client.post("/alerts/1", data=data, headers=headers).status_code == 403
    assert not list(workspace.inbox.glob("*.json"))
    assert client.post("/alerts/1", data={"state": "resolved", "token": good}).status_code == 303
    assert len(list(workspace.inbox.glob("*.json"))) == 1


def test_signing_in_takes_the_right_password_and_ends_a_session_begun_before(site: Site) -> None:
    client = browser(site)
    planted = token(client)
    wrong = client.post("/login", data={"name": "rita", "password": "no", "token": planted})
    assert wrong.status_code == 401
    assert client.post("/login", data={"name": "rita", "password": "reading-1"}).status_code == 401
    right = client.post("/login", data={"name": "rita", "password": "reading-1", "token": token(client)})
    assert right.status_code == 303
    assert client.post("/logout", data={"token": planted}).status_code == 303
    assert client.get("/").status_code == 200  # the token of the session before is worth nothing


def test_guessing_is_slowed_down(site: Site) -> None:
    client = browser(site)
    for _ in range(5):
        client.post("/login", data={"name": "anna", "password": "guess", "token": token(client)})
    answer = client.post("/login", data={"name": "anna", "password": "analysing-1", "token": token(client)})
    assert answer.status_code == 401


def test_signing_out_ends_every_copy_of_the_cookie_also_after_a_restart(site: Site, workspace: Workspace) -> None:
    client, thief = browser(site, "rita"), browser(site)
    thief.cookies.update(client.cookies)
    assert thief.get("/").status_code == 200
    assert client.post("/logout", data={"token": token(client)}).status_code == 303
    stolen = dict(thief.cookies)
    assert thief.get("/").status_code == 303
    ended = workspace.root / ".web-sessions-ended"
    ended.write_text(ended.read_text(encoding="ascii") + '["cut', encoding="ascii")  # by a kill
    again = Site(workspace, is_local=False)
    later = browser(again)
    later.cookies.update(stolen)
    assert later.get("/").status_code == 303
    again.snapshots.close()
    assert ended.stat().st_mode & 0o077 == 0


def test_a_new_password_ends_the_sessions_of_the_old_one(site: Site) -> None:
    client = browser(site, "rita")
    assert client.get("/").status_code == 200
    site.users.put("rita", Role.reader, "reading-2")
    assert client.get("/").status_code == 303


def test_one_person_cannot_ask_without_end_and_keeps_nobody_else_out(site: Site, workspace: Workspace) -> None:
    settings = workspace.settings_file
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[web]\nrequests_per_minute = 12\n", encoding="utf-8")
    busy = browser(site, "rita")
    answers = [busy.get("/now") for _ in range(14)]
    assert {a.status_code for a in answers} == {200, 429}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert "web.requests_per_minute" in answers[-1].text
    assert "content-security-policy" in answers[-1].headers
    assert busy.get("/static/style.css").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_only_to_this_site(site: Site, target: str) -> None:
    client = browser(site)
    made = token(client)
    answer = client.post(
        "/login", params={"next": target}, data={"name": "rita", "password": "reading-1", "token": made}
    )
    assert answer.headers["location"] == "/"


def test_a_removed_user_is_out_at_once(site: Site) -> None:
    client = browser(site, "rita")
    assert client.get("/").status_code == 200
    site.users.remove("rita")
    assert client.get("/").status_code == 303


def test_a_foreign_host_name_is_refused(site: Site) -> None:
    assert browser(site).get("/", headers={"host": "evil.example"}).status_code == 400


def test_headers_keep_everything_at_home(client: TestClient) -> None:
    headers = client.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "name", ["../../stuckneck.toml", "..\\..\\evil.csv", "/etc/passwd", "a\0b.csv", "", "x" * 400 + ".csv"]
)
def test_an_upload_stays_in_its_folder(site: Site, workspace: Workspace, name: str) -> None:
    client = browser(site, "stef")
    before = {p: p.read_bytes() for p in workspace.root.glob("*.toml")}
    made = token(client, "/work")
    answer = client.post(
        "/work/upload", data={"token": made}, files={"file": (name, io.BytesIO(b"a,b\n1,2\n"), "text/csv")}
    )
    assert answer.status_code in (303, 400)
    assert {p: p.read_bytes() for p in workspace.root.glob("*.toml")} == before
    kept = [p for p in (workspace.root / "uploads").rglob("*") if p.is_file()]
    assert all(p.parent.parent == workspace.root / "uploads" for p in kept)


def test_an_upload_over_the_limit_is_refused(workspace: Workspace) -> None:
    (workspace.root / "stuckneck.toml").write_text("[sources]\nsynthetic = true\n[web]\nupload_mb = 1\n")
    site = Site(workspace, is_local=True)
    client = TestClient(build(site, hosts=["testserver"]), follow_redirects=False)
    made = token(client, "/work")
    answer = client.post(
        "/work/upload", data={"token": made}, files={"file": ("big.csv", io.BytesIO(b"x" * 1_500_000))}
    )
    assert answer.status_code == 413
    assert "upload_mb" in answer.text


def test_an_import_takes_only_an_upload_and_a_listed_technology(site: Site) -> None:
    client = browser(site, "stef")
    made = token(client, "/work")
    ASKED.clear()
    sent = client.post("/work/upload", data={"token": made}, files={"file": ("a.csv", io.BytesIO(b"a\n1\n"))})
    upload = re.search(r"upload=([0-9a-f]{16})", sent.headers["location"])
    assert upload
    for data in (
        {"upload": "../../..", "technology": "chip"}, {"upload": upload[1], "technology": "--undo"},
        {"upload": "0" * 16, "technology": "chip"},
    ):  # fmt: skip
        assert client.post("/work/import", data={"token": made, **data}).status_code == 400
    client.post("/work/import", data={"token": made, "upload": upload[1], "technology": "chip"})
    assert [a[1][0] for a in ASKED] == ["import", "import"]
    assert ASKED[0][1][1] == "--dry-run"
    assert ASKED[1][1][-2:] == ("-t", "chip")
    assert ASKED[1][2] == "stef"


def test_the_log_of_people_names_who_did_what(site: Site, workspace: Workspace) -> None:
    client = browser(site, "rita")
    client.get("/sql")
    lines = (workspace.root / "warehouse" / "web-audit.jsonl").read_text().splitlines()
    assert any('"signed in"' in line and '"rita"' in line for line in lines)
    assert any('"refused"' in line and "/sql" in line for line in lines)
    assert not any("reading-1" in line for line in lines)


def test_the_file_of_users_is_private_and_its_mistakes_are_sentences(workspace: Workspace) -> None:
    users = Users(workspace.root / USERS_FILE)
    users.put("anna", Role.analyst, "long enough")
    assert users.file.stat().st_mode & 0o077 == 0
    assert "long enough" not in users.file.read_text()
    for name, password in (("a b", "long enough"), ('x"]\n', "long enough"), ("bob", "short")):
        with pytest.raises(UsersError):
            users.put(name, Role.reader, password)
    users.file.write_text('[anna]\nrole = "king"\npassword = "x"\n')
    with pytest.raises(UsersError, match="expected role"):
        users.all()


def test_users_are_added_from_a_pipe_and_a_public_address_wants_them(workspace: Workspace) -> None:
    root = str(workspace.root)
    run = CliRunner().invoke
    refused = run(app, ["serve", "-w", root, "--host", "0.0.0.0"])
    assert refused.exit_code == 2
    assert "stuckneck users add" in refused.output
    assert run(app, ["users", "add", "anna", "--role", "king", "-w", root], input="long enough\n").exit_code == 2
    assert run(app, ["users", "add", "anna", "--role", "analyst", "-w", root], input="long enough\n").exit_code == 0
    assert Users(workspace.root / USERS_FILE).check("anna", "long enough", "-") is not None
    assert "analyst" in run(app, ["users", "list", "-w", root]).output
    assert run(app, ["users", "remove", "anna", "-w", root]).exit_code == 0
    assert run(app, ["users", "remove", "anna", "-w", root]).exit_code == 2


def test_figures_may_be_public_and_records_never(site: Site, workspace: Workspace) -> None:
    settings = workspace.settings_file.read_text()
    workspace.settings_file.write_text(f"{settings}[web]\npublic_figures = true\n")
    client = browser(site)
    for screen in SCREENS:
        status = client.get(filled(screen.address)).status_code
        assert status in ((200, 404) if screen.role <= Role.reader else (303,)), screen.address
    for change in CHANGES:
        assert client.post(filled(change.address), data={}).status_code == 403


def test_titles_of_a_closed_source_are_for_analysts(site: Site, workspace: Workspace) -> None:
    with duckdb.connect(str(current(workspace))) as con:
        con.execute("UPDATE publications SET is_synthetic = false")
    path = browser(site, "anna").get("/technology/chip.json").json()["main_path"]
    assert any(one["title_en"] for one in path)
    hidden = browser(site, "rita").get("/technology/chip.json").json()["main_path"]
    assert [one["family_id"] for one in hidden] == [one["family_id"] for one in path]
    assert not any(one["title_en"] or one["title_zh"] or one["holder"] for one in hidden)
    site.snapshots.close()
    with duckdb.connect(str(current(workspace))) as con:
        con.execute("UPDATE publications SET sources = ['google_bigquery']")
    assert any(one["title_en"] for one in browser(site, "rita").get("/technology/chip.json").json()["main_path"])

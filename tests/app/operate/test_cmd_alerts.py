"""`stuckneck alerts`: listing, evidence, acknowledging while a run holds the warehouse, testing channels."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from app.operate.alerts import register
from schedules.alerts import apply_inbox
from tests.schedules.alerts.made_runs import Runs
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}
app = typer.Typer()
register(app)


def call(space, *args):
    return CliRunner().invoke(app, ["alerts", *args, "--workspace", str(space.root)])


@pytest.fixture
def space(tmp_path):
    (tmp_path / "stuckneck.toml").write_text('[delivery.channels.team]\nurl_env = "NO_SUCH_VARIABLE"\n')
    workspace = Workspace(tmp_path)
    with Core(workspace) as core:
        runs = Runs.__new__(Runs)
        runs.con, runs.number = core.con, 0
        from tests.schedules.alerts.made_runs import SETTINGS, empty

        runs.settings = SETTINGS
        empty(core.con)
        runs.add(HOME)
        runs.add(HOME | {"separator": (0.40, 70.0)}, p=0.93)
        publish(core, 1)
    return workspace


def test_list_show_ack_resolve(space):
    listed = json.loads(call(space, "list", "--json").stdout)
    number = next(a["alert_id"] for a in listed if a["rule"] == "moved")
    shown = json.loads(call(space, "show", str(number), "--json").stdout)
    assert shown["alert"]["to_strategy"] == "position"
    assert shown["evidence"]
    assert call(space, "ack", str(number), "--by", "lin", "--note", "seen").exit_code == 0
    assert call(space, "resolve", str(number), "--by", "wang").exit_code == 0
    log = json.loads(call(space, "show", str(number), "--json").stdout)["log"]
    assert [(e["who"], e["to_state"]) for e in log] == [
        ("stuckneck", "new"),
        ("lin", "acknowledged"),
        ("wang", "resolved"),
    ]
    assert call(space, "ack", "9999").exit_code == 2
    assert call(space, "show", "9999").exit_code == 6


def test_acknowledging_while_a_run_holds_the_warehouse_is_queued_and_never_lost(space):
    code = "import sys; from app.operate.alerts import alerts_app; alerts_app()"
    root = Path(__file__).parents[3]
    with Core(space) as core:
        for args in (["ack", "1", "--by", "lin"], ["list"]):
            done = subprocess.run(
                [sys.executable, "-c", code, *args, "-w", str(space.root)], cwd=root, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        assert "snapshot" in done.stderr
        assert len(list(space.inbox.glob("*.json"))) == 1
        done = apply_inbox(core.con, space, datetime(2030, 1, 1))
        assert len(done.applied) == 1
        assert core.con.execute("SELECT state, state_by FROM alerts WHERE alert_id = 1").fetchall() == [
            ("acknowledged", "lin")
        ]
    assert list(space.inbox.iterdir()) == []


def test_a_request_cut_after_its_commit_is_applied_once(space):
    with Core(space) as core:
        call(space, "ack", "1", "--by", "lin")
        file = next(space.inbox.glob("*.json"), None)
        if file is None:  # the lock is this process's own: write the request by hand
            from schedules.alerts import queue_request

            queue_request(space, 1, "acknowledged", who="lin", now=datetime(2030, 1, 1))
            file = next(space.inbox.glob("*.json"))
        text = file.read_text()
        apply_inbox(core.con, space, datetime(2030, 1, 1))
        file.write_text(text)  # as if the cut came before the file was removed
        apply_inbox(core.con, space, datetime(2030, 1, 1))
        assert core.con.execute("SELECT count(*) FROM alert_log WHERE who = 'lin'").fetchone() == (1,)
        (space.inbox / "x.json").write_text("{broken")
        refused = apply_inbox(core.con, space, datetime(2030, 1, 1)).refused
        assert len(refused) == 1
        assert (space.inbox / "x.reason").read_text()


def test_testing_names_the_missing_variable(space):
    done = call(space, "test")
    assert done.exit_code == 5
    assert "NO_SUCH_VARIABLE" in done.stdout


def test_every_table_view_and_column_is_commented(space):
    with duckdb.connect(str(space.core), read_only=True) as con:
        bare = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND table_name IN"
            " ('alert_facts', 'alert_evidence', 'alert_log', 'outbox', 'alert_rule_runs', 'alerts', 'alerts_open',"
            " 'deliveries')"
        ).fetchall()
    assert bare == []


def test_deliveries_are_listed_by_what_became_of_them(space):
    with Core(space) as core:
        core.con.execute(
            "INSERT INTO outbox (message_id, channel, recipient, kind, alert_id, state, attempts, created_at,"
            " next_attempt_at, last_error) SELECT i, 'team', 'all', 'immediate', 1, s, a, ?, ?, e FROM (VALUES"
            " (1, 'sent', 1, NULL), (2, 'pending', 0, NULL), (3, 'pending', 4, 'HTTP 503'),"
            " (4, 'given_up', 9, 'HTTP 404'), (5, 'dropped', 0, NULL)) AS t(i, s, a, e)",
            [datetime(2026, 1, 1), datetime(2030, 1, 1)],
        )  # fmt: skip

    def numbers(*args):
        return [m["message_id"] for m in json.loads(call(space, "deliveries", "--json", *args).stdout)]

    assert numbers() == [5, 4, 3, 2, 1]
    assert numbers("--limit", "2") == [5, 4]
    assert numbers("--state", "sent") == [1]
    assert numbers("--state", "waiting") == [3, 2]
    assert numbers("--state", "failed") == [4, 3]
    assert numbers("--channel", "other") == []
    assert call(space, "deliveries", "--state", "lost").exit_code == 2
    assert "HTTP 503" in call(space, "deliveries").stdout
    assert call(space, "retry", "1").exit_code == 6, "it was sent"
    assert call(space, "retry", "4").exit_code == 0
    assert numbers("--state", "waiting") == [4, 3, 2]
    assert numbers("--state", "given_up") == []
    with Core(space) as core:
        due = core.con.execute("SELECT next_attempt_at FROM outbox WHERE message_id = 4").fetchone()[0]
    assert due < datetime(2030, 1, 1)


def test_a_sentence_is_told_and_a_channel_without_address_is_named(space):
    done = call(space, "tell", "The unit failed.")
    assert done.exit_code == 5
    assert "NO_SUCH_VARIABLE" in done.stdout

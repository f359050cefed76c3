"""The outbox: at least once, pauses that grow, limits, digests, quiet hours, and a cut between sending and marking."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from schedules.alerts import change, queue_request
from schedules.alerts.basis.book import alerts
from schedules.delivery import Sent, deliver, outbox, send_test, tell
from schedules.delivery.times import after_quiet, digest_due, pause
from tests.schedules.alerts.made_runs import Runs, alerts_of
from warehouse.clock import FakeClock
from warehouse.sections.alerting import Channel
from warehouse.settings import SettingsError, parse_settings
from warehouse.workspace import Workspace

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}
MOVED = HOME | {"separator": (0.40, 70.0)}
ADDRESS = "json://user:hunter2secret@127.0.0.1:9/hook"


class Fake:
    """A notifier that answers as the test says."""

    def __init__(self, *results):
        self.results = list(results)
        self.sent = []

    def send(self, url, message):
        result = self.results.pop(0) if self.results else Sent(True)
        if result.ok:
            self.sent.append(message)
        return result


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    (tmp_path / "stuckneck.toml").write_text("")
    space = Workspace(tmp_path)
    space.make_folders()
    monkeypatch.setenv("TEAM_URL", ADDRESS)
    return space


def channel(**keys):
    lines = "\n".join(f"{k} = {v}" for k, v in keys.items())
    return parse_settings(f'[delivery.channels.team]\nurl_env = "TEAM_URL"\n{lines}\n')


def moved():
    runs = Runs()
    runs.add(HOME)
    assert alerts_of(runs.add(MOVED, p=0.93), "moved")
    return runs


def test_a_message_says_everything_once(workspace):
    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9))
    report = deliver(runs.con, workspace, channel(rules='["moved"]'), clock, fake)
    assert (report.sent, report.failed, report.waiting) == (1, 0, 0)
    said = fake.sent[0].title + "\n" + fake.sent[0].body
    for part in ("锂电池隔膜", "Battery separator", "挖壕", "卡位", "entrench", "position", "0.93", "原因", "Why",
                 "合成数据", "SYNTHETIC DATA", "stuckneck alerts show", "both frames"):  # fmt: skip
        assert part in said, part
    assert {a.state for a in alerts(runs.con, "rule = 'moved'")} == {"sent"}
    assert deliver(runs.con, workspace, channel(rules='["moved"]'), clock, fake).sent == 0


def test_languages_and_the_chart_only_where_wanted(workspace, tmp_path):
    chart = tmp_path / "m.png"
    drawn = []

    def draw():
        drawn.append(1)
        return chart

    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9))
    deliver(runs.con, workspace, channel(rules='["moved"]', language='"zh"'), clock, fake, chart=draw)
    assert fake.sent[0].chart is None, "a program's webhook takes no picture unless asked"
    runs, fake = moved(), Fake()
    stated = channel(rules='["moved"]', language='"zh"', attach_chart="true")
    deliver(runs.con, workspace, stated, clock, fake, chart=draw)
    assert fake.sent[0].chart == chart
    assert "entrench" not in fake.sent[0].title
    runs = moved()
    deliver(runs.con, workspace, channel(language='"en"', attach_chart="false"), clock, fake, chart=draw)
    assert fake.sent[-1].chart is None
    assert "合成" not in fake.sent[-1].body
    assert drawn == [1]


def test_pauses_grow_and_nothing_is_lost_over_three_weeks(workspace):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    down = Fake(*[Sent(False, "no connection")] * 10_000)
    settings = channel(rules='["moved"]')
    while clock.now() < datetime(2024, 1, 30):
        deliver(runs.con, workspace, settings, clock, down)
        clock.sleep(4 * 3600)
    attempts, state, error = runs.con.execute("SELECT attempts, state, last_error FROM outbox").fetchone()
    assert (state, error) == ("pending", "no connection")
    assert attempts < 120
    clock.sleep(6 * 3600)
    up = Fake()
    deliver(runs.con, workspace, settings, clock, up)
    assert len(up.sent) == 1
    assert [pause(n) for n in (1, 2, 3)] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert pause(50) == timedelta(hours=6)


def test_given_up_after_the_most_attempts(workspace):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    settings = parse_settings(
        '[delivery]\nmax_attempts = 2\n[delivery.channels.team]\nurl_env = "TEAM_URL"\nrules = ["moved"]\n'
    )
    for _ in range(4):
        deliver(runs.con, workspace, settings, clock, Fake(Sent(False, "no")))
        clock.sleep(3600)
    assert runs.con.execute("SELECT state, attempts FROM outbox").fetchall() == [("given_up", 2)]


def test_the_pause_a_service_asks_for_holds_the_whole_channel(workspace):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    fake = Fake(Sent(False, "too many", 7200.0))
    deliver(runs.con, workspace, channel(), clock, fake)
    clock.sleep(7000)
    assert deliver(runs.con, workspace, channel(), clock, fake).sent == 0
    clock.sleep(300)
    assert deliver(runs.con, workspace, channel(), clock, fake).sent > 0


def test_a_channel_limit_makes_the_rest_one_message(workspace):
    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9))
    runs.add(HOME | {"chip": (0.3, 80.0), "sensor": (0.7, 80.0)}, p=0.95)
    number = len(alerts(runs.con, "state = 'new'"))
    assert number > 3
    deliver(runs.con, workspace, channel(per_hour=2), clock, fake)
    assert len(fake.sent) == 2
    assert f"{number - 1} alerts" in fake.sent[1].title
    runs.add(MOVED, p=0.95)
    deliver(runs.con, workspace, channel(per_hour=2), clock, fake)
    assert len(fake.sent) == 2
    clock.sleep(3601)
    deliver(runs.con, workspace, channel(per_hour=2), clock, fake)
    assert len(fake.sent) > 2


def test_digest_per_rule_and_recipient(workspace):
    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9, 1))  # 09:00 in Shanghai
    settings = channel(mode='"digest"', digest_at='"18:00"', immediate_rules='["moved"]')
    deliver(runs.con, workspace, settings, clock, fake)
    assert [m.title.count("→") > 0 for m in fake.sent] == [True]
    clock.set(datetime(2024, 1, 9, 9, 59))
    assert deliver(runs.con, workspace, settings, clock, fake).sent == 0
    clock.set(datetime(2024, 1, 9, 10, 0))
    deliver(runs.con, workspace, settings, clock, fake)
    assert len(fake.sent) == 2


def test_quiet_hours_wait_for_the_morning(workspace):
    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9, 15))  # 23:00 in Shanghai
    settings = channel(quiet_hours='["22:00", "08:00"]')
    assert deliver(runs.con, workspace, settings, clock, fake).sent == 0
    clock.set(datetime(2024, 1, 10, 0, 0))
    assert deliver(runs.con, workspace, settings, clock, fake).sent > 0


def test_quiet_hours_and_digests_over_a_clock_change():
    berlin = Channel(url_env="X", time_zone="Europe/Berlin", quiet_hours=("22:00", "08:00"), digest_at="08:00")
    before = datetime(2024, 3, 30, 22)  # 23:00 local, the night the clocks go forward
    assert after_quiet(berlin, before) == datetime(2024, 3, 31, 6)  # 08:00 summer time
    assert digest_due(berlin, before) == datetime(2024, 3, 31, 6)
    assert after_quiet(berlin, datetime(2024, 3, 31, 7)) == datetime(2024, 3, 31, 7)
    noon = Channel(url_env="X", time_zone="UTC", quiet_hours=("12:00", "13:00"))
    assert after_quiet(noon, datetime(2024, 1, 1, 12, 30)) == datetime(2024, 1, 1, 13)


def test_nothing_moved_is_said_once_a_run_and_never_while_alerts_are_held(workspace):
    runs, fake, clock = Runs(), Fake(), FakeClock(datetime(2024, 1, 9))
    settings = channel(nothing_moved="true")
    runs.add(HOME)
    runs.con.execute("UPDATE runs SET state = 'succeeded'")
    assert deliver(runs.con, workspace, settings, clock, fake).sent == 0  # the baseline
    runs.add(HOME)
    runs.con.execute("UPDATE runs SET state = 'succeeded'")
    for _ in range(2):
        deliver(runs.con, workspace, settings, clock, fake)
    assert [m.title for m in fake.sent] == ["卡脖子技术监测：无变化 | Chokepoint monitor: nothing moved"]
    assert "SYNTHETIC" in fake.sent[0].body
    for _ in range(2):
        runs.add(HOME, failing=[("slices_differ", "lens")])
        runs.con.execute("UPDATE runs SET state = 'succeeded'")
        deliver(runs.con, workspace, settings, clock, fake)
    assert sum("nothing moved" in m.title for m in fake.sent) == 1


def test_a_tentative_move_settled_before_it_went_out_is_not_reported(workspace):
    runs, fake, clock = Runs(), Fake(), FakeClock(datetime(2024, 1, 9, 1))
    runs.add(HOME)
    runs.add(MOVED, p=0.6)
    settings = channel(rules='["moved"]')
    deliver(runs.con, workspace, parse_settings(""), clock, fake)
    deliver(runs.con, workspace, channel(rules='["moved"]', mode='"digest"'), clock, fake)
    runs.add(MOVED, p=0.6)
    deliver(runs.con, workspace, settings, clock, fake)
    clock.sleep(86400)
    deliver(runs.con, workspace, settings, clock, fake)
    assert ["confirmed" in m.title for m in fake.sent] == [True]


def test_a_missing_or_leaking_address_is_never_repeated(workspace, monkeypatch):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    report = deliver(runs.con, workspace, channel(), clock, Fake(Sent(False, f"cannot reach {ADDRESS}")))
    stored = runs.con.execute("SELECT string_agg(last_error, ' ') FROM outbox").fetchone()[0]
    assert "hunter2secret" not in stored + " ".join(report.problems)
    monkeypatch.delenv("TEAM_URL")
    clock.sleep(3600)
    report = deliver(runs.con, workspace, channel(), clock, Fake())
    assert any("TEAM_URL" in p for p in report.problems)
    (workspace.root / ".env").write_text(f"TEAM_URL={ADDRESS}\n")
    assert deliver(runs.con, workspace, channel(), clock, Fake()).sent > 0


def test_alerts_test_reaches_every_channel_and_names_what_fails(workspace):
    results = send_test(workspace, channel(), None, Fake(), label="synthetic")
    assert results == {"team": None}
    assert send_test(workspace, channel(), ["team"], Fake(Sent(False, "no")))["team"] == "no"
    with pytest.raises(LookupError, match="team"):
        send_test(workspace, channel(), ["tema"], Fake())


def test_rules_of_ones_own_run_in_the_sandbox_and_fire_once_a_fact(workspace):
    con = duckdb.connect(str(workspace.core))
    runs = Runs(con)
    settings = parse_settings('''
[alerts.rules.few_families]
sql = """
SELECT technology_id, 'fewer than 90 families' AS fact FROM matrix_latest WHERE frame = 'relative' AND families < 90
"""
title = "Few families"
title_zh = "专利族过少"
[alerts.rules.hostile]
sql = "SELECT * FROM read_csv('/etc/passwd')"
[delivery.channels.team]
url_env = "TEAM_URL"
rules = ["few_families"]
''')
    fake, clock = Fake(), FakeClock(datetime(2024, 1, 9))

    def snapshot(number):
        con.execute("CHECKPOINT")
        copy = workspace.snapshots / f"snapshot-{number:06d}.duckdb"
        other = duckdb.connect(str(copy), config={"storage_compatibility_version": "v1.4.0"})
        other.close()
        con.execute(f"ATTACH '{copy}' AS copied")
        con.execute(f"COPY FROM DATABASE {con.execute('SELECT current_database()').fetchone()[0]} TO copied")
        con.execute("DETACH copied")
        (workspace.snapshots / "current").write_text(copy.name)

    runs.add(HOME, state="succeeded")
    snapshot(1)
    report = deliver(con, workspace, settings, clock, fake)
    assert any("hostile" in p for p in report.problems)
    runs.add(HOME, families=85, state="succeeded")
    snapshot(2)
    deliver(con, workspace, settings, clock, fake)
    assert sum("Few families" in m.title for m in fake.sent) == 3
    assert "专利族过少：芯片" in fake.sent[0].title
    runs.add(HOME, families=85, state="succeeded")
    snapshot(3)
    assert deliver(con, workspace, settings, clock, fake).sent == 0
    error = con.execute("SELECT error FROM alert_rule_runs WHERE rule = 'hostile'").fetchone()[0]
    assert error


def test_wrong_rule_names_are_refused(workspace):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    with pytest.raises(SettingsError, match="movde"):
        deliver(runs.con, workspace, channel(rules='["movde"]'), clock, Fake())
    with pytest.raises(SettingsError, match="did you mean 'moved'"):
        deliver(runs.con, workspace, parse_settings("[alerts.rules.movd]\nenabled = false\n"), clock, Fake())


_CUT = """
import os, sys
from datetime import datetime
import duckdb
from pathlib import Path
from schedules.delivery import AppriseNotifier, deliver
from warehouse.clock import FakeClock
from warehouse.settings import parse_settings
from warehouse.workspace import Workspace

class Killed(AppriseNotifier):
    def send(self, url, message):
        assert super().send(url, message).ok
        os.kill(os.getpid(), 9)

space = Workspace(Path(sys.argv[1]))
settings = parse_settings('[delivery.channels.team]\\nurl_env = "TEAM_URL"\\nrules = ["moved"]\\n')
deliver(duckdb.connect(str(space.core)), space, settings, FakeClock(datetime(2024, 1, 9)), Killed())
"""


def test_killed_between_sending_and_marking_it_is_sent_again_and_says_so(workspace, robots, monkeypatch):
    con = duckdb.connect(str(workspace.core))
    runs = Runs(con)
    runs.add(HOME)
    runs.add(MOVED, p=0.93)
    con.close()
    monkeypatch.setenv("TEAM_URL", f"json://127.0.0.1:{robots.port}/hook")
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", _CUT, str(workspace.root)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert killed.returncode == -9
    con = duckdb.connect(str(workspace.core))
    assert con.execute("SELECT state FROM outbox").fetchall() == [("sending",)]
    settings = channel(rules='["moved"]')
    report = deliver(con, workspace, settings, FakeClock(datetime(2024, 1, 9, 0, 5)))
    assert report.sent == 1
    first, second = robots.texts()
    assert "repeat" not in first
    assert "possibly a repeat" in second
    assert deliver(con, workspace, settings, FakeClock(datetime(2024, 1, 9, 1))).sent == 0
    con.close()


def test_queued_acknowledgements_are_applied_before_delivery(workspace):
    runs, fake, clock = moved(), Fake(), FakeClock(datetime(2024, 1, 9))
    number = alerts(runs.con, "rule = 'moved'")[0].alert_id
    queue_request(workspace, number, "resolved", who="lin", now=clock.now())
    report = deliver(runs.con, workspace, channel(rules='["moved"]'), clock, fake)
    assert (len(report.applied), report.sent) == (1, 0)
    assert change(runs.con, number, "sent", who="x", now=clock.now()) is False


def test_an_address_in_the_settings_file_is_refused_without_repeating_it():
    with pytest.raises(SettingsError) as caught:
        parse_settings(f'[delivery.channels.team]\nurl_env = "{ADDRESS}"\n')
    assert "url_env" in str(caught.value)
    assert "hunter2secret" not in str(caught.value)


def test_a_webhook_gets_fields_beside_the_sentence(workspace, robots, monkeypatch):
    monkeypatch.setenv("TEAM_URL", f"json://127.0.0.1:{robots.port}/hook?:team=lithium")
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    report = deliver(runs.con, workspace, channel(rules='["moved"]'), clock)
    assert (report.sent, report.problems) == (1, [])
    ((service, payload),) = robots.received
    assert service == "json"
    assert (payload["kind"], payload["repeat"], payload["team"]) == ("alert", False, "lithium")
    assert "卡位" in payload["message"]
    assert "attachments" not in payload
    (told,) = payload["alerts"]
    wanted = {
        "rule": "moved", "technology": "separator", "from": "entrench", "to": "position", "probability": 0.93,
        "name_en": "Battery separator", "data": "synthetic", "run": runs.number, "certainty": "confirmed",
    }  # fmt: skip
    assert {key: told[key] for key in wanted} == wanted
    places = dict(
        runs.con.execute(
            "SELECT run_id, (capability, dynamics) FROM run_placements WHERE technology_id = 'separator'"
            " AND frame = 'relative'"
        ).fetchall()
    )
    assert (told["K"], told["D"]) == places[told["run"]]
    assert (told["K_before"], told["D_before"]) == places[told["run_before"]]
    assert told["D_before"] < 0.5 < told["D"]
    assert told["settings"]["hash"] == "s"
    assert (
        told["as_of"]
        == runs.con.execute("SELECT as_of FROM runs WHERE run_id = ?", [told["run"]]).fetchone()[0].isoformat()
    )


def test_a_webhook_that_refuses_is_tried_again_and_says_when(workspace, robots, monkeypatch):
    monkeypatch.setenv("TEAM_URL", f"json://127.0.0.1:{robots.port}/hook")
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    robots.replies.append((503, "", {"Retry-After": "900"}))
    report = deliver(runs.con, workspace, channel(rules='["moved"]'), clock)
    assert report.problems == ["Channel team: webhook: HTTP 503"]
    due = runs.con.execute("SELECT next_attempt_at FROM outbox").fetchone()[0]
    assert due >= clock.now() + timedelta(seconds=900)
    robots.replies.append((302, "", {"Location": f"{robots.url}/elsewhere"}))
    clock.set(due)
    assert deliver(runs.con, workspace, channel(rules='["moved"]'), clock).problems == [
        "Channel team: webhook: HTTP 302"
    ]
    assert robots.received == []


def test_given_up_messages_can_be_tried_again(workspace):
    runs, clock = moved(), FakeClock(datetime(2024, 1, 9))
    settings = channel(rules='["moved"]')
    once = settings.delivery.model_copy(update={"max_attempts": 1})
    settings = settings.model_copy(update={"delivery": once})
    deliver(runs.con, workspace, settings, clock, Fake(Sent(False, "no connection")))
    assert runs.con.execute("SELECT state FROM outbox").fetchall() == [("given_up",)]
    assert outbox.again(runs.con, [99], clock.now()) == []
    number = runs.con.execute("SELECT message_id FROM outbox").fetchone()[0]
    assert outbox.again(runs.con, [], clock.now()) == [number]
    up = Fake()
    assert deliver(runs.con, workspace, settings, clock, up).sent == 1
    assert outbox.again(runs.con, [number], clock.now()) == [], "what was sent is sent"


def test_a_sentence_about_the_machine_needs_no_warehouse(workspace):
    sent = Fake()
    assert tell(workspace, channel(), "Unit x failed on host y.", notifier=sent) == {"team": None}
    assert sent.sent[0].body == "Unit x failed on host y."
    assert not workspace.core.exists()
    with pytest.raises(LookupError, match="no channel 'tem'"):
        tell(workspace, channel(), "text", ["tem"], sent)


@pytest.mark.parametrize(("address", "carried"), [("mailto://u:p@example.org", True), (ADDRESS, False)])
def test_a_digest_by_mail_carries_the_report(workspace, tmp_path, monkeypatch, address, carried):
    monkeypatch.setenv("TEAM_URL", address)
    report = tmp_path / "report.html"
    runs, fake, clock = Runs(), Fake(), FakeClock(datetime(2024, 1, 9))
    settings = channel(nothing_moved="true")
    for _ in range(2):  # the first run is the baseline
        runs.add(HOME)
        runs.con.execute("UPDATE runs SET state = 'succeeded'")
        deliver(runs.con, workspace, settings, clock, fake, brief=lambda: [report])
    assert [m.fields["kind"] for m in fake.sent] == ["nothing_moved"]
    assert fake.sent[0].files == ((report,) if carried else ())


def test_one_alert_carries_no_report(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("TEAM_URL", "mailto://u:p@example.org")
    runs, fake = moved(), Fake()
    settings = channel(rules='["moved"]')
    deliver(runs.con, workspace, settings, FakeClock(datetime(2024, 1, 9)), fake, brief=lambda: [tmp_path])
    assert [(m.fields["kind"], m.files) for m in fake.sent] == [("alert", ())]

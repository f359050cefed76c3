"""What is reported, when, and what is not: every built-in rule over made runs."""

from dataclasses import replace as changed
from datetime import datetime, timedelta

import pytest

import analytics.explain.explain
from analytics.explain.explain import Cause
from schedules.alerts import change, evaluate_alerts, evaluate_operations, evaluate_sources
from schedules.alerts.basis.book import alerts
from schedules.alerts.basis.context import Context
from schedules.alerts.rules import built_in
from warehouse.settings import parse_settings

from .made_runs import NAMES, Runs, alerts_of, edition

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}
MOVED = HOME | {"separator": (0.40, 70.0)}


def test_first_run_is_a_baseline_and_fires_nothing():
    runs = Runs()
    assert runs.add(HOME | {"chip": (0.501, 20.0)}, weak=("sensor",), p=0.99) == []
    assert runs.rules() == []


def test_a_sure_move_is_told_once_with_frames_certainty_and_why():
    runs = Runs()
    runs.add(HOME)
    made = alerts_of(runs.add(MOVED, p=0.93), "moved")
    assert [(a.technology_id, a.certainty, a.from_strategy, a.to_strategy, a.frames, a.severity) for a in made] == [
        ("separator", "confirmed", "entrench", "position", "both", "urgent")
    ]
    alert = made[0]
    assert alert.probability == pytest.approx(0.93)
    assert alert.data_label == "synthetic"
    assert alert.why_zh
    assert alert.why_en
    assert "0.93" in alert.text_zh
    assert evaluate_alerts(runs.con, 2, runs.settings, runs.now()) == []  # a resumed run
    assert alerts_of(runs.add(MOVED, p=0.93), "moved") == []


def test_evidence_is_reachable_by_sql():
    runs = Runs()
    runs.add(HOME)
    alert = alerts_of(runs.add(MOVED, p=0.93), "moved")[0]
    rows = runs.con.execute(
        "SELECT label, query FROM alert_evidence WHERE alert_id = ? AND query IS NOT NULL", [alert.alert_id]
    ).fetchall()
    found = {label: runs.con.execute(query).fetchall() for label, query in rows}
    assert found["capability K"]
    assert found["probability of the new quadrant"]
    assert found["indicators"]
    assert len(found["parts of the change"]) >= 4


def test_an_unsure_move_is_tentative_and_confirmed_when_held():
    runs = Runs()
    runs.add(HOME)
    first = alerts_of(runs.add(MOVED, p=0.6), "moved")
    assert [(a.certainty, a.severity) for a in first] == [("tentative", "notice")]
    second = alerts_of(runs.add(MOVED, p=0.6), "moved")
    assert [a.certainty for a in second] == ["confirmed"]
    assert runs.rules("rule = 'moved'") == [
        ("moved", "tentative", "separator", "resolved"), ("moved", "confirmed", "separator", "new")
    ]  # fmt: skip


def test_a_neighbour_that_moves_the_range_is_no_confirmed_move():
    runs = Runs()
    runs.add(HOME | {"chip": (0.6, 60.0)})
    for _ in range(5):
        made = runs.add(HOME | {"chip": (0.6, 60.0)}, top=140.0, p=0.95)  # D 0.60 -> 0.43 by the range alone
        assert [a for a in made if a.certainty == "confirmed"] == []
    found = alerts(runs.con, "rule = 'moved'")
    assert [(a.technology_id, a.certainty, a.frames) for a in found] == [("chip", "tentative", "relative")]
    assert "relative frame only" in found[0].text_en
    assert "移动了参照系" in found[0].text_zh


def test_own_parts_carry_a_move_the_anchored_frame_does_not_see():
    runs = Runs()
    runs.add(HOME | {"chip": (0.6, 60.0)}, top=100.0)
    runs.add(HOME | {"chip": (0.6, 60.0)}, top=110.0)  # 0.545
    made = alerts_of(runs.add(HOME | {"chip": (0.6, 51.0)}, top=110.0, p=0.9), "moved")  # 0.464; anchored 0.51
    assert [(a.certainty, a.frames) for a in made] == [("confirmed", "relative")]


def test_a_flapper_makes_one_tentative_alert_and_says_so():
    runs = Runs()
    runs.add(HOME | {"chip": (0.508, 20.0)})
    for n in range(24):
        k = 0.4965 if (n // 4) % 2 == 0 else 0.5035
        runs.add(HOME | {"chip": (k, 20.0)}, p=0.95)
    moves = alerts(runs.con, "rule IN ('moved', 'crossed_back')")
    assert [(a.certainty, a.state) for a in moves] == [("tentative", "new")]
    notes = runs.con.execute("SELECT note FROM alert_log WHERE note LIKE '%flapping%'").fetchall()
    assert len(notes) == 1


def test_crossing_back_is_told_as_such():
    runs = Runs()
    runs.add(HOME)
    runs.add(MOVED, p=0.9)
    made = runs.add(HOME, p=0.9)
    assert [(a.rule, a.certainty, a.to_strategy) for a in made if a.certainty] == [
        ("crossed_back", "confirmed", "entrench")
    ]
    again = alerts_of(runs.add(MOVED, p=0.9), "crossed_back")
    assert [a.to_strategy for a in again] == ["position"]


def test_a_tentative_move_that_does_not_hold_is_told_and_closed():
    runs = Runs()
    runs.add(HOME)
    runs.add(MOVED, p=0.6)
    made = alerts_of(runs.add(HOME, p=0.6), "crossed_back")
    assert [(a.certainty, a.to_strategy) for a in made] == [("tentative", "entrench")]
    assert runs.rules("rule = 'moved'") == [("moved", "tentative", "separator", "resolved")]


def test_a_changed_query_or_setting_is_never_progress():
    runs = Runs()
    runs.add(HOME)
    edition(runs.con, 2, query="other")
    made = runs.add(MOVED, p=0.95, query="other", edition_id=2)
    assert {a.rule for a in made} == {"list_changed"}
    assert "query changed" in made[0].text_en
    assert alerts_of(runs.add(MOVED, p=0.95, query="other", edition_id=2), "moved") == []
    made = runs.add(HOME, p=0.95, query="other", edition_id=2, settings_hash="t")
    assert [a for a in made if a.rule in ("moved", "crossed_back", "jumped")] == []


def test_a_revision_of_past_data_is_named_and_never_a_move(monkeypatch):
    real = Context.move

    def revised(self, from_run, technology, *, recompute):
        move = real(self, from_run, technology, recompute=recompute)
        return None if move is None else changed(move, cause=Cause.REVISION, revision=(0.0, 0.4))

    runs = Runs()
    runs.add(HOME)
    monkeypatch.setattr(Context, "move", revised)
    made = runs.add(MOVED, p=0.95)
    assert [(a.rule, a.technology_id) for a in made] == [("revised", "separator")]
    assert "no progress" in made[0].text_en
    monkeypatch.undo()
    for _ in range(3):
        assert alerts_of(runs.add(MOVED, p=0.95), "moved") == []
    assert analytics.explain.explain.Cause.REVISION == "revision"


def test_content_alerts_are_held_while_their_source_fails_and_the_incident_is_reported():
    runs = Runs()
    runs.add(HOME)
    both = MOVED | {"sensor": (0.40, 70.0)}
    made = runs.add(both, p=0.95, failing=[("slices_differ", "lens")])
    assert [(a.rule, a.technology_id, a.source) for a in made if a.rule in ("moved", "incident")] == [
        ("moved", "sensor", None), ("incident", None, "lens")
    ]  # fmt: skip
    incident = alerts_of(made, "incident")[0]
    held = runs.con.execute(
        "SELECT label FROM alert_evidence WHERE alert_id = ? AND kind = 'held'", [incident.alert_id]
    ).fetchall()
    assert any("Battery separator" in h[0] for h in held)
    assert alerts_of(runs.add(both, p=0.95, failing=[("slices_differ", "lens")]), "incident") == []  # the same incident
    made = runs.add(both, p=0.95)
    assert [(a.rule, a.technology_id) for a in alerts_of(made, "moved")] == [("moved", "separator")]
    assert runs.rules("rule = 'incident'") == [("incident", None, None, "resolved")]


def test_a_false_move_of_an_incident_is_never_reported():
    runs = Runs()
    runs.add(HOME)
    runs.add(MOVED, p=0.95, failing=[("families_fell", "lens")], families=70)
    assert alerts(runs.con, "rule = 'moved'") == []
    assert runs.add(MOVED, p=0.95, families=70) == []  # the audit compares with the run before and passes now
    assert runs.rules("rule = 'incident'") == [("incident", None, None, "new")]
    runs.add(HOME)
    assert alerts(runs.con, "rule IN ('moved', 'crossed_back')") == []


def test_a_person_may_accept_that_families_fell():
    runs = Runs()
    runs.add(HOME)
    incident = alerts_of(runs.add(HOME, failing=[("families_fell", "lens")], families=70), "incident")[0]
    change(runs.con, incident.alert_id, "resolved", who="lin", now=runs.now())
    runs.add(HOME, families=70)
    assert [a.technology_id for a in alerts_of(runs.add(MOVED, p=0.95, families=70), "moved")] == ["separator"]


def test_watch_evidence_newcomer_and_jump():
    runs = Runs()
    runs.add(HOME)
    near = HOME | {"chip": (0.515, 20.0)}
    made = runs.add(near, weak=("sensor",), codes=("H10B", "G06N"))
    found = {(a.rule, a.technology_id) for a in made}
    assert ("watch", "chip") in found
    assert ("evidence", "sensor") in found
    assert ("jumped", "chip") in found  # 0.60 -> 0.515 leaves [0.55, 0.65]
    newcomers = [a for a in alerts_of(made, "newcomer") if a.technology_id == "chip"]
    assert sorted(a.title_en for a in newcomers) == ["Chip: new class H10", "Chip: new section and class G06"]
    assert runs.add(near, weak=("sensor",), codes=("H10B", "G06N")) == []
    runs.add(HOME)
    assert {r[3] for r in runs.rules("rule IN ('watch', 'evidence')")} == {"resolved"}
    assert alerts_of(runs.add(HOME, codes=("H10B",)), "newcomer") == []  # it was reported


def test_list_changed_tells_who_came_and_went():
    runs = Runs()
    runs.add(HOME)
    edition(runs.con, 2, {k: v for k, v in NAMES.items() if k != "sensor"} | {"laser": ("激光器", "Laser")})
    made = alerts_of(runs.add(HOME, edition_id=2), "list_changed")
    assert "added: Laser" in made[0].text_en
    assert "移出：传感器" in made[0].text_zh
    assert alerts_of(runs.add(HOME, edition_id=2), "list_changed") == []


def test_failing_stale_and_late_need_no_run():
    settings = parse_settings('[schedule.refresh]\ntask = "refresh"\ncron = "0 3 * * 1"\n')
    runs = Runs(settings=settings)
    runs.add(HOME, state="succeeded")
    con = runs.con
    con.execute("INSERT INTO slices (slice_id, run_id, source, technology_id, query_hash, purpose, state)"
                " VALUES (1, 1, 'lens', 'chip', 'q', 'search', 'done')")  # fmt: skip
    con.execute(
        "INSERT INTO source_records (source, part, publication_number, authority, number, page_id, row_no, run_id,"
        " content_hash, valid_from) VALUES ('lens', 'biblio', 'CN-1-A', 'CN', '1', 1, 1, 1, 1, ?)",
        [datetime(2024, 1, 1)],
    )  # fmt: skip
    assert evaluate_operations(con, settings, datetime(2024, 1, 2)) == []
    con.execute("INSERT INTO runs (run_id, kind, state, started_at, message) VALUES"
                " (2, 'refresh', 'failed', '2024-01-08', 'HTTP 503')")  # fmt: skip
    made = evaluate_operations(con, settings, datetime(2024, 1, 20))
    assert [a.rule for a in made] == ["source_failing", "source_stale", "run_late"]
    assert "2024-01-07 19:00" in alerts_of(made, "run_late")[0].text_en  # Monday 03:00 in Shanghai
    assert evaluate_operations(con, settings, datetime(2024, 1, 21)) == []
    con.execute("INSERT INTO runs (run_id, kind, state, started_at, slot) VALUES"
                " (3, 'refresh', 'succeeded', '2024-01-21 19:00', '2024-01-21 19:00')")  # fmt: skip
    con.execute("UPDATE source_records SET valid_from = '2024-01-21'")
    evaluate_operations(con, settings, datetime(2024, 1, 21) + timedelta(days=1))
    assert {r[3] for r in runs.rules()} == {"resolved"}


def test_a_task_that_fails_is_told_once_until_it_succeeds():
    runs = Runs()
    add = "INSERT INTO runs (run_id, kind, state, started_at, message) VALUES (?, 'prune', ?, '2024-01-08', ?)"
    runs.con.execute(add, [901, "failed", "ValueError: 3"])
    runs.con.execute(add, [902, "failed", "ValueError: 4"])
    made = evaluate_operations(runs.con, runs.settings, datetime(2024, 1, 9))
    assert [(a.rule, a.text_en) for a in made] == [
        ("task_failing", "The task prune has failed since run 901: ValueError: 4")
    ]
    assert evaluate_operations(runs.con, runs.settings, datetime(2024, 1, 10)) == []
    runs.con.execute(add, [903, "succeeded", "done"])
    evaluate_operations(runs.con, runs.settings, datetime(2024, 1, 11))
    assert [r[3] for r in runs.rules("rule = 'task_failing'")] == ["resolved"]


def test_a_rule_that_is_off_is_recorded_and_not_reported():
    runs = Runs()
    runs.settings = parse_settings("[alerts.rules.moved]\nenabled = false\n")
    runs.add(HOME)
    assert alerts_of(runs.add(MOVED, p=0.95), "moved") == []
    assert runs.rules("rule = 'moved'") == [("moved", "confirmed", "separator", "resolved")]


def test_two_runs_of_one_day_are_not_held_for_two_runs():
    runs = Runs()
    runs.add(HOME)
    day = runs.now().date() + timedelta(weeks=1)
    runs.add(MOVED, p=0.6, as_of=day)
    made = runs.add(MOVED, p=0.6, as_of=day)
    assert alerts_of(made, "moved") == []


def test_a_source_that_answers_otherwise_is_told_while_it_does_and_resolved_afterwards():
    runs = Runs()
    answer = "INSERT INTO sentinel_answers VALUES (?, 'lens', 'CN-1-A', '2024-01-08', 'answers', 200, NULL, NULL)"
    for run_id in (901, 902, 903):
        runs.con.execute(answer, [run_id])
        if run_id < 903:
            values = [run_id, "lens", "emptied", "CN-1-A", "claim_count", "stated", None]
            runs.con.execute("INSERT INTO sentinel_findings VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    [made] = evaluate_sources(runs.con, 901, runs.settings, datetime(2024, 1, 9))
    assert "CN-1-A claim_count" in made.text_en
    assert "It touches claims of: " in made.text_en
    assert "EPO Open Patent Services" in made.text_en
    assert "权利要求数" in made.text_zh
    assert evaluate_sources(runs.con, 902, runs.settings, datetime(2024, 1, 10)) == [], "reported once"
    assert evaluate_sources(runs.con, 903, runs.settings, datetime(2024, 1, 11)) == []
    state = runs.con.execute("SELECT state FROM alert_facts WHERE rule = 'source_changed'").fetchall()
    assert state == [("resolved",)]


def test_every_built_in_rule_is_fired_above():
    assert set(built_in()) == {
        "moved", "crossed_back", "watch", "jumped", "newcomer", "evidence", "list_changed", "revised", "incident",
        "source_failing", "source_stale", "run_late", "task_failing", "source_changed",
        "province_path", "province_necessity",  # fired in test_province_alerts.py
        "search_quality", "search_unjudged",  # fired in test_search_alerts.py
        "field_fell",  # fired in test_fall_alerts.py
        "approaching",  # fired in test_approaching_alerts.py
        "monopoly", "concentrated",  # fired in test_holder_alerts.py
    }  # fmt: skip

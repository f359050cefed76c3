"""A field that fell: reported once, its technologies held, until it is back or a person says that it is real."""

from .made_runs import Runs, alerts_of

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}
MOVED = HOME | {"separator": (0.40, 70.0)}


def fall(runs: Runs, run_id: int, before: int, *, fell: bool = True) -> None:
    for source in ("lens", "*"):  # the source's own records, and what all sources together state
        runs.con.execute(
            "INSERT INTO run_fields VALUES (?, 'separator', ?, 'claims', 'all', 100, 50, ?, 0.9, ?)",
            [run_id, source, before, fell],
        )


def test_moves_of_what_lost_a_field_are_held_and_the_fall_is_told_once() -> None:
    runs = Runs()
    runs.add(HOME)
    fall(runs, 2, 1)
    made = runs.add(MOVED, p=0.95)
    assert [a.technology_id for a in alerts_of(made, "moved")] == []
    [alert] = alerts_of(made, "field_fell")
    assert alert.source == "lens"
    assert "separator" in alert.text_en
    assert "权利要求数" in alert.text_zh
    fall(runs, 3, 1)
    assert alerts_of(runs.add(MOVED, p=0.95), "field_fell") == []
    fall(runs, 4, 1, fell=False)
    made = runs.add(MOVED, p=0.95)
    assert [a.technology_id for a in alerts_of(made, "moved")] == ["separator"], "the field is back"
    assert [r[3] for r in runs.rules("rule = 'field_fell'")] == ["resolved"]


def test_a_person_who_resolves_it_says_that_it_is_real() -> None:
    from schedules.alerts import change

    runs = Runs()
    runs.add(HOME)
    fall(runs, 2, 1)
    [alert] = alerts_of(runs.add(MOVED, p=0.95), "field_fell")
    change(runs.con, alert.alert_id, "resolved", who="Li", now=runs.now())
    fall(runs, 3, 1)
    assert [a.technology_id for a in alerts_of(runs.add(MOVED, p=0.95), "moved")] == ["separator"]


def test_a_field_that_another_source_still_states_is_not_lost() -> None:
    runs = Runs()
    runs.add(HOME)
    fall(runs, 2, 1)
    runs.con.execute("UPDATE run_fields SET fell = false WHERE source = '*'")
    made = runs.add(MOVED, p=0.95)
    assert alerts_of(made, "field_fell") == []
    assert [a.technology_id for a in alerts_of(made, "moved")] == ["separator"]

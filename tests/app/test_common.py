"""Tables print text as it is: brackets in a title are the patent's own, unknown is a dash."""

from __future__ import annotations

import json

import pytest

from app.common import Format, plain, print_rows


def test_brackets_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"title": "Widget [bold]", "n": None}], Format.table, title="data [synthetic]")
    shown = capsys.readouterr().out
    assert "Widget [bold]" in shown
    assert "data [synthetic]" in shown
    assert "—" in shown


def test_unknown_is_null_in_json_and_empty_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"a": None, "b": 0}], Format.json)
    assert json.loads(capsys.readouterr().out) == [{"a": None, "b": 0}]
    print_rows([{"a": None, "b": 0}], Format.csv)
    assert capsys.readouterr().out == "a,b\n,0\n"


def test_nan_has_no_json() -> None:
    assert plain(float("nan")) is None


def test_slots_and_runs_can_be_asked_for_where_nothing_is_published(tmp_path):
    from typer.testing import CliRunner

    from app.main import app

    (tmp_path / "stuckneck.toml").touch()
    listed = CliRunner().invoke(app, ["schedule", "list", "-w", str(tmp_path), "--json"])
    assert (listed.exit_code, listed.stdout) == (0, "[]\n")
    shown = CliRunner().invoke(app, ["runs", "-w", str(tmp_path)])
    assert shown.exit_code == 6


def test_a_misspelt_option_of_place_is_one_sentence():
    import pytest

    from app.matrix.what_if import adapted
    from warehouse.settings import Settings, SettingsError

    assert adapted(Settings(), windows="rolling", focal_country=None).place.windows == "rolling"
    with pytest.raises(SettingsError, match=r"^place.windows: .*'fixed', 'rolling'; found 'roling'\.$"):
        adapted(Settings(), windows="roling")
    with pytest.raises(SettingsError, match="found 'usa'"):
        adapted(Settings(), focal_country="usa")


def test_a_path_of_the_users_is_one_sentence_and_one_of_the_programs_surfaces():
    import errno
    from pathlib import Path

    from app import main

    missing = FileNotFoundError(errno.ENOENT, "No such file or directory", "/nowhere/out.csv")
    code, sentence = main.path_failure(missing)
    assert (code, sentence) == (2, "/nowhere/out.csv: there is no such file or folder; name one that exists.")
    own = str(Path(main.__file__).parent / "templates" / "lost.toml")
    assert main.path_failure(FileNotFoundError(errno.ENOENT, "No such file", own)) == (None, "")
    assert main.path_failure(OSError(errno.ENOSPC, "No space left on device")) == (None, "")


def test_ctrl_c_within_a_query_is_said_like_any_other(monkeypatch, capsys):
    from app import main as program

    def interrupted() -> None:
        raise RuntimeError("Query interrupted")  # as DuckDB raises it when the signal comes while it works

    monkeypatch.setattr(program, "app", interrupted)
    monkeypatch.setattr(program.interruption, "handle_signals", lambda _say: None)  # the signals here are pytest's
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 130
    assert "Stopped by Ctrl-C" in capsys.readouterr().err

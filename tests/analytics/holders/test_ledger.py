"""The ledger of names: proposals, decisions, and that nothing joins the largest without a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from analytics.holders.ledger import Beside, Decisions, ledger, proposals
from analytics.holders.store import measure_holders, renew_ledger, store_decisions, stored_decisions
from etl.catalogue.holders import HEAD, read_decisions
from etl.catalogue.load import CatalogueError
from etl.normalise.names import fold_name
from tests.analytics.made_warehouse import fill
from warehouse.migrate import migrate

FAMILIES = {"SAM SUNG": 3, "SAMSUNG": 50, "TOYOTA MOTOR": 9, "MOTOR TOYOTA": 2, "三星电子": 12, "LG": 7}
MANY = FAMILIES | {f"HOLDER {i}": 1000 + i for i in range(20)}


def test_names_that_may_be_one_holder_are_proposed_with_their_reason() -> None:
    beside = [Beside("SAMSUNG", "三星电子", 6, 8), Beside("LG", "SAMSUNG", 1, 1), Beside("LG", "三星电子", 2, 9)]
    found = {(p.first, p.second): (p.reason, p.together, p.state) for p in proposals(FAMILIES, beside, Decisions())}
    assert found == {
        ("SAMSUNG", "SAM SUNG"): ("spelling", 0, "open"), ("TOYOTA MOTOR", "MOTOR TOYOTA"): ("order", 0, "open"),
        ("SAMSUNG", "三星电子"): ("family", 6, "open"),
    }  # fmt: skip


def test_the_largest_twenty_are_never_joined_without_a_person() -> None:
    by_itself = proposals(MANY, [Beside("SAMSUNG", "三星电子", 6, 8)], Decisions(), automatic=True)
    states = {(p.first, p.second): (p.state, p.is_large) for p in by_itself}
    assert states["SAMSUNG", "SAM SUNG"] == ("automatic", False)
    assert states["SAMSUNG", "三星电子"] == ("open", False), "side by side may be a sale: a person decides"
    large = proposals(FAMILIES, [], Decisions(), automatic=True)
    assert {p.state for p in large} == {"open"}
    assert {p.is_large for p in large} == {True}
    assert ledger(Decisions(), by_itself).holder(None, "SAM SUNG") == ("SAMSUNG", "automatic")


def test_decisions_go_before_everything_and_are_taken_back_with_their_entry() -> None:
    same = Decisions(same={"SAMSUNG": "SAMSUNG", "三星电子": "SAMSUNG", "SAM SUNG": "OTHER"})
    found = proposals(MANY, [Beside("SAMSUNG", "三星电子", 6, 8)], same, automatic=True)
    made = ledger(same, found)
    assert made.holder(None, "三星电子") == ("SAMSUNG", "decision")
    assert made.holder(None, "SAM SUNG") == ("OTHER", "decision")
    assert ledger(Decisions(), []).holder(None, "三星电子") == ("三星电子", "folding")
    apart = Decisions(apart=frozenset({frozenset(("SAMSUNG", "SAM SUNG"))}))
    assert {p.state for p in proposals(MANY, [], apart, automatic=True) if p.second == "SAM SUNG"} == {"apart"}


def test_spellings_that_folding_puts_together_can_be_split() -> None:
    made = ledger(Decisions(split=frozenset({"Acme GmbH"})), [])
    assert made.holder("Acme GmbH", "ACME") == ("Acme GmbH", "decision")
    assert made.holder("ACME INC", "ACME") == ("ACME", "folding")


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (["Samsung Electronics Co., Ltd.", "SAMSUNG ELECTRONICS CO LTD"], None),
        (["삼성전자 주식회사", "(주)삼성전자", "㈜삼성전자", "삼성전자(주)"], "삼성전자"),
        (["株式会社東芝", "東芝株式会社", "㈱東芝", "(株)東芝"], "東芝"),
        (["某某有限责任公司", "某某有限公司", "某某股份有限公司", "某某集團股份有限公司", "某某有限責任公司"], "某某"),
        (["日立合名会社", "合名会社日立"], "日立"),
        (["한국 재단법인", "재단법인 한국", "한국 유한책임회사"], "한국"),
    ],
)
def test_legal_forms_of_four_languages_fold_away(spellings: list[str], folded: str | None) -> None:
    keys = {fold_name(name) for name in spellings}
    assert len(keys) == 1
    assert folded is None or keys == {folded}


def write(folder: Path, text: str) -> Path:
    file = folder / "holders.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def test_the_file_is_read_and_its_faults_are_named(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none.toml") == []
    file = write(tmp_path, '[[same]]\nnames = ["Samsung Electronics Co., Ltd.", "三星电子株式会社"]\n'
                           '[[split]]\nnames = ["A Inc", "A GmbH"]\n')  # fmt: skip
    found = read_decisions(file)
    assert {(d.kind, d.holder) for d in found} == {
        ("same", fold_name("Samsung Electronics")), ("split", "A Inc"), ("split", "A GmbH")
    }  # fmt: skip
    for text, told in (
        ('[[same]]\nnames = ["A"]\n', r"same\.1\.names"),
        ('[[sames]]\nnames = ["A", "B"]\n', "sames"),
        ("[[same]\n", "not valid TOML"),
        ('[[same]]\nnames = ["A", "B"]\n[[same]]\nnames = ["B", "C"]\n', "entries 1 and 2"),
        ('[[same]]\nnames = ["A", "B"]\n[[apart]]\nnames = ["A", "B"]\n', "keeps apart"),
    ):
        with pytest.raises(CatalogueError, match=told):
            read_decisions(write(tmp_path, text))


def test_from_applicants_to_concentration() -> None:
    con = duckdb.connect()
    migrate(con)
    publications, applicants, families = [], [], []
    for key in range(30):
        # ten families each of Samsung (Korean name on a later member), Toshiba, and twins that folding joins
        name, later = [("SAMSUNG", "三星电子"), ("TOSHIBA", "TOSHIBA"), ("ACME GMBH", "ACME GMBH")][key % 3]
        for at, stated in enumerate((name, later)):
            number = f"{'KR' if at == 0 else 'CN'}-{key}-A"
            publications.append(
                {"publication_number": number, "country": number[:2], "number": str(key), "family_key": key,
                 "family_id": f"f{key}", "publication_date": date(2015 + at, 1, 1), "cited_by_known": True,
                 "sources": ["lens"], "field_source": "{}", "is_synthetic": True}
            )  # fmt: skip
            applicants.append(
                {"publication_number": number, "family_key": key, "sequence": 1, "name": stated,
                 "folded_name": fold_name(stated), "source": "lens"}
            )  # fmt: skip
        families.append(
            {"run_id": 1, "technology_id": "chip", "family_key": key, "family_id": f"f{key}", "country": "KR",
             "forward_citations": key}
        )  # fmt: skip
    for table, rows in (("publications", publications), ("applicants", applicants), ("run_families", families)):
        fill(con, table, rows)

    made = renew_ledger(con, date(2021, 1, 1), automatic=True)
    [proposal] = con.execute("SELECT first_name, second_name, reason, together, is_large, state FROM holder_proposals"
                             ).fetchall()  # fmt: skip
    assert proposal == ("SAMSUNG", fold_name("三星电子"), "family", 10, True, "open")
    before = measure_holders(con, 1, date(2021, 1, 1), made)["chip"]
    assert (before.holders, before.hhi) == (3, pytest.approx(1 / 3))
    assert con.execute("SELECT count(*) FROM holder_names WHERE settled_by = 'folding'").fetchall() == [(3,)]

    store_decisions(con, [("same", 1, "TOSHIBA", "TOSHIBA", "SAMSUNG", "a test"),
                          ("same", 1, "SAMSUNG", "SAMSUNG", "SAMSUNG", None)])  # fmt: skip
    assert stored_decisions(con).same == {"SAMSUNG": "SAMSUNG", "TOSHIBA": "SAMSUNG"}
    after = measure_holders(con, 1, date(2021, 1, 1), renew_ledger(con, date(2021, 1, 1), automatic=False))["chip"]
    assert (after.holders, after.shares[1]) == (2, pytest.approx(2 / 3))
    store_decisions(con, [])
    again = measure_holders(con, 1, date(2021, 1, 1), renew_ledger(con, date(2021, 1, 1), automatic=False))["chip"]
    assert again == before, "taking the entry out takes it back"

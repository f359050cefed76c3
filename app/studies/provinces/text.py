"""The provincial study on the terminal: five tables, notes, changes; findings on published tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table as View

from analytics.provinces.published.check import Checked
from analytics.provinces.published.findings import VERDICT_ZH
from analytics.provinces.study import ProvincialStudy
from analytics.provinces.tables import Table
from app.common import out

SYNTHETIC = "SYNTHETIC DATA 合成数据: not real provinces, not real patents 并非真实省份数据"


def console() -> Console:
    """Return the shared console; a wide one where nobody watches."""
    return out if out.is_terminal else Console(highlight=False, width=180)


def print_tables(tables: Sequence[Table], *, label: str) -> None:
    """Print Tables 1–5; synthetic ones say so in every title."""
    target = console()
    for table in tables:
        mark = "" if label == "real" else f"  [{label} {'合成' if label == 'synthetic' else '真实与合成混合'}]"
        title = f"表{table.number} Table {table.number}  {table.title}{mark}"
        view = View(title=title, title_justify="left", box=box.SIMPLE_HEAD, header_style="bold", show_lines=False)
        for i, name in enumerate(table.columns):
            view.add_column(
                name.replace(" ", "\n", 1), justify="left" if i == 0 else "center", overflow="fold", no_wrap=i == 0
            )
        for row in table.rows:
            view.add_row(*(cell.text for cell in row))
        target.print(view)
        for note in table.notes:
            target.print(f"  {note}", markup=False)


def print_notes(study: ProvincialStudy) -> None:
    """Print what a reader should know beside the tables: cases, notes, robustness reruns."""
    cases, target = study.cases, console()
    if cases.data_label != "real":
        target.print(SYNTHETIC if cases.data_label == "synthetic" else f"{cases.data_label} data", style="yellow")
    target.print(
        f"{len(cases.provinces)} provinces 省份; outcome 结果 {cases.topic} {cases.outcome_year}: "
        f"{cases.families} families, {cases.unknown} of unknown province 省份未知; "
        f"conditions 条件 {cases.conditions_year}",
        markup=False,
    )
    for note in study.notes:
        target.print(f"  {note}", markup=False)
    seen = dict.fromkeys((run.label, run.relation) for run in study.robustness)
    if seen:
        relations = "; ".join(f"{label}: {relation}" for label, relation in seen)
        target.print(f"  Robustness 稳健性 (configurations of a rerun against Table 5): {relations}", markup=False)


def print_checked(found: Checked, *, everything: bool = False) -> None:
    """Print findings: what cannot be true and what differs in full, what agrees by kind of check."""
    target = console()
    target.print(found.title, style="bold", markup=False)
    counts: dict[str, list[str]] = {}
    for one in found.findings:
        if one.verdict == "agrees" and not everything:
            counts.setdefault(one.check, []).append(one.where)
            continue
        style = {"agrees": "green", "differs": "yellow", "cannot be true": "red"}[one.verdict]
        target.print(f"{one.verdict} {VERDICT_ZH[one.verdict]}  [{one.where}]", style=style, markup=False)
        target.print(f"    {one.en}\n    {one.zh}", markup=False)
    for check, places in counts.items():
        target.print(f"agrees 一致  {check}: {len(places)}", style="green", markup=False)
    target.print(
        f"{found.count('agrees')} agree 一致, {found.count('differs')} differ 有出入, "
        f"{found.count('cannot be true')} cannot be true 不可能成立",
        style="bold",
        markup=False,
    )

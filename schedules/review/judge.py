"""Judging the list on the evidence: what is watched, what could be, what patents do not measure, and what to change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from etl.catalogue.models import Technology
from schedules.review.figures import Figures
from warehouse.settings import Settings

WATCHED, COULD_BE, NOT_MEASURABLE = "watched", "could be watched", "not measurable by patents"
ADD, RETIRE = "add", "retire"
STABLE_SHARE, STABLE_RUNS = 0.5, 4
# Findings that say the technology cannot be measured; the others say its query or data wants looking at.
EVIDENCE = frozenset({"few_families", "few_earlier", "few_later", "not_placed"})
DOUBT = frozenset({"fell", "no_records"})


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One technology as judged. `findings` are (code, English, Chinese); `proposal` is add, retire or None."""

    technology: Technology
    figures: Figures
    verdict: str
    proposal: str | None
    findings: tuple[tuple[str, str, str], ...]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings."""
        return [code for code, _, _ in self.findings]

    @property
    def finding_en(self) -> str | None:
        """The findings in one English sentence; a candidate without findings gives its reason."""
        return "; ".join(english for _, english, _ in self.findings) or self.technology.reason

    @property
    def finding_zh(self) -> str | None:
        """The findings in one Chinese sentence."""
        return "；".join(chinese for _, _, chinese in self.findings) or self.technology.reason


def judge(technology: Technology, figures: Figures, settings: Settings, *, retired: bool = False) -> ReviewItem:
    """Return the verdict and the proposal for one technology (floors: ``[review]`` and place.coverage_floor).

    `retired`: an earlier review took it off the list; then only a person puts it back, or the list would flap.
    """
    findings = _findings(figures, settings) if technology.measurable else []
    if retired and technology.status == "candidate":
        findings.append(
            ("retired_before", "an earlier review retired it: a person decides", "此前复核已退出，由人决定")
        )
    codes = {code for code, _, _ in findings}
    if not technology.measurable:
        verdict = NOT_MEASURABLE
    elif technology.status == "watched":
        verdict = WATCHED
    else:
        verdict = NOT_MEASURABLE if codes & EVIDENCE else COULD_BE
    proposal = None
    if technology.status == "watched" and codes & EVIDENCE and not codes & DOUBT:
        proposal = RETIRE
    if technology.status == "candidate" and technology.measurable and technology.query and not codes:
        proposal = ADD
    return ReviewItem(technology, figures, verdict, proposal, tuple(findings))


def hold_when_doubtful(items: list[ReviewItem]) -> tuple[list[ReviewItem], str | None]:
    """Return the items with every proposal withdrawn, and why, when more than half of the watched fail at once.

    Then not the technologies have changed but the data: a source that failed, or settings that screen all away.
    """
    watched = [item for item in items if item.technology.status == "watched"]
    failing = [item for item in watched if item.proposal == RETIRE]
    if len(failing) * 2 <= len(watched):
        return items, None
    why = (
        f"{len(failing)} of {len(watched)} watched technologies fail at once: the data is doubted, nothing is "
        "proposed. "
        f"观察的 {len(watched)} 项中有 {len(failing)} 项同时不达标：数据存疑，不提建议。"
    )
    return [replace(item, proposal=None) for item in items], why


def _findings(known: Figures, settings: Settings) -> list[tuple[str, str, str]]:
    floors = settings.review
    if known.families is None:
        return [("no_records", "no records in the warehouse: it cannot be judged", "仓库中没有记录，无法判断")]
    out = []
    for code, count, floor, english, chinese in (
        ("few_families", known.families, floors.min_families, "families", "专利族"),
        (
            "few_earlier",
            known.families_earlier,
            floors.min_families_window,
            "families in the earlier window",
            "前窗口专利族",
        ),
        ("few_later", known.families_later, floors.min_families_window, "families in the later window", "后窗口专利族"),
    ):
        if count is not None and count < floor:
            out.append((code, f"{count} {english}, {floor} needed", f"{chinese} {count} 个，需 {floor} 个"))
    if known.not_placed_why:
        out.append(("not_placed", f"not placed: {known.not_placed_why}", f"未定位：{known.not_placed_why}"))
    return out + _doubts(known, settings)


def _doubts(known: Figures, settings: Settings) -> list[tuple[str, str, str]]:
    floors, coverage_floor = settings.review, settings.place.coverage_floor
    out = []
    if known.least_coverage is not None and known.least_coverage < coverage_floor:
        share = f"{known.least_coverage_indicator} {known.least_coverage:.2f} < {coverage_floor:g}"
        out.append(("coverage", f"coverage of {share}", f"覆盖率 {share}"))
    if known.confirmed_share is not None and known.confirmed_share < floors.min_confirmed:
        share = f"{known.confirmed_share:.2f} < {floors.min_confirmed:g}"
        out.append(("confirmed", f"share the local evaluation confirms {share}", f"本地评估确认比例 {share}"))
    if known.growth is not None and known.growth > floors.max_growth:
        factor = f"{known.growth:.1f} > {floors.max_growth:g}"
        out.append(("growth", f"grew suddenly by a factor of {factor}", f"突增倍数 {factor}"))
    if known.growth is not None and known.growth < 1 / floors.max_growth:
        factor = f"{known.growth:.2f} < {1 / floors.max_growth:.2f}"
        out.append(
            (
                "fell",
                f"fell suddenly, to {factor} of the run before: check the source",
                f"骤降至上次的 {factor}，请查来源",
            )
        )
    if known.overlap_share is not None and known.overlap_share > floors.max_overlap:
        share = f"{known.overlap_share:.2f} > {floors.max_overlap:g}"
        out.append(
            (
                "overlap",
                f"shares {share} of its families with {known.overlap_with}",
                f"与 {known.overlap_with} 重叠 {share}",
            )
        )
    if known.stability is not None and (known.runs_compared or 0) >= STABLE_RUNS and known.stability < STABLE_SHARE:
        share = f"{known.stability:.2f}"
        out.append(
            (
                "unstable",
                f"was elsewhere in most of {known.runs_compared} runs ({share})",
                f"近 {known.runs_compared} 次定位不稳（{share}）",
            )
        )
    return out

"""Which figures a source feeds, which of them a field carries, and what else could feed them."""

from __future__ import annotations

from collections.abc import Iterable

from etl.exports.vendor import packaged_vendors
from etl.sources.registry import config, configs

# Figure → (Chinese, English).
FIGURES = {
    "applications": ("申请量", "applications"),
    "country": ("申请人国别", "country of the applicant"),
    "citations": ("被引", "forward citations"),
    "claims": ("权利要求数", "claims"),
    "pct": ("PCT", "PCT"),
    "ipc_shift": ("分类号变迁", "IPC shift"),
    "legal_status": ("法律状态", "legal status"),
    "legal_events": ("法律事件", "legal events"),
    "families": ("简单同族", "simple families"),
}
# Field of a record → the figures that rest on it; a field that is not here carries all of them.
_CARRIES = {
    "titles": (), "abstracts": (), "cpc": (), "cites": ("citations",),
    "applicants": ("country",),
    "cited_by": ("citations",), "citation_count": ("citations",),
    "claim_count": ("claims",),
    "is_pct": ("pct",), "priorities": ("pct", "families"), "priority_date": ("families",),
    "ipc": ("ipc_shift",),
    "legal_status": ("legal_status",),
    "source_family_id": ("families",), "family_members": ("families",),
}  # fmt: skip


def fed(source: str) -> list[str]:
    """Return the figures that `source` feeds, wholly or in part."""
    feeds = config(source).indicators
    return [name for name in FIGURES if name in feeds and feeds[name].feeds != "no"]


def touched(source: str, fields: Iterable[str] | None) -> list[str]:
    """Return the figures of `source` that rest on `fields`; None: on any of them."""
    held = fed(source)
    if fields is None:
        return held
    carried = {figure for name in fields for figure in _CARRIES.get(name, tuple(FIGURES))}
    return [name for name in held if name in carried]


def substitutes(source: str, figures: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return (other services, kinds of export files) that feed at least one of `figures` in full, by their titles.

    Of files those that feed the most of them come first.
    """
    wanted = set(figures)
    services = [one.title for one in configs() if one.source != source and wanted & set(fed(one.source))]
    feeding = {
        one.source.title: sum(one.capabilities.get(name) == "yes" for name in wanted)
        for one in packaged_vendors().values()
        if not one.refuse
    }
    files = sorted((title for title, count in feeding.items() if count), key=lambda title: (-feeding[title], title))
    return services, files

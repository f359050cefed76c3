"""The table of what each source can feed, for docs/sources.md and for people; generated from the ``source.toml`` files.

``python -m app.pages.sources`` prints the page.
"""

from __future__ import annotations

from importlib.resources import files

from etl.exports.vendor import Vendor
from etl.fetch.source import SourceConfig
from etl.sources.feeding import FIGURES
from etl.sources.registry import configs

_MARK = {"yes": "yes 是", "partial": "partial 部分", "no": "no 否"}
_NAMES = {name: en if en == zh else f"{en} {zh}" for name, (zh, en) in FIGURES.items()}
_HEAD = """# What each source can feed 各数据源能提供什么

Generated from `etl/sources/*/source.toml` by `python -m app.pages.sources`; do not edit by hand.
Cost is in requests beyond the search itself ("0" comes with it). Unknown stays unknown: an indicator a source cannot
feed is never read as zero.
"""
_FILES = """
## Export files and bulk files 导出文件与批量数据

Generated from `etl/exports/vendors/*.toml` and the table of bulk files. They cost no request. "partial": for some
rows only, or only where the analyst chose the column. What a certain file can feed: `stuckneck import --dry-run FILE`.
"""


# What a figure needs → the fields a column may feed it by.
_NEEDS = {
    "number": ("publication_number", "publication_numbers", "grant_number", "number", "publication_id"),
    "published": ("publication_date", "publication_dates", "grant_date"),
    "filed": ("filing_date", "filing_dates"),
    "priorities": ("priorities", "priority_date", "priority_dates"),
    "country": ("applicant_countries", "applicant_addresses", "applicants_full"),
    "families": ("family_id", "family_members", "family_lens_ids"),
    "pct": ("pct", "family_members", "family_offices"),
    "ipc": ("ipc", "ipc_main"),
    "claims": ("claim_count", "claims_text"),
    "citations": ("citation_count", "family_citation_count", "cited_by"),
    "legal_status": ("legal_status", "lapse_date"),
    "legal_events": ("legal_events", "legal_history"),
}
_FIELDS_HEAD = """
## Columns of export files: used, stated but not usable, not stated 导出文件各列的使用情况

Generated from the same tables, and held to the headers known of each kind by a test. "used": a column feeds the
figure where the analyst exported it. "not usable": the vendor states something like it that no figure can
use, for the reason below.
"real": tried on files of the vendor; "made": only on files made after its documented headers.
"""


def use_of(vendor: Vendor, need: str) -> str:
    """``used``, ``not usable`` or ``not stated``: what becomes of a vendor's columns for one need of the figures."""
    in_names = need == "country" and "(?P<country>" in vendor.patterns.get("applicants", "")
    if in_names or any(name in vendor.columns for name in _NEEDS[need]):
        return "used"
    return "not usable" if need in vendor.unusable else "not stated"


def _columns() -> list[str]:
    """The table of what becomes of each kind's columns, and the reasons for what is not used."""
    from etl.exports.vendor import packaged_vendors

    vendors = [vendor for vendor in packaged_vendors().values() if not vendor.refuse]
    lines = [_FIELDS_HEAD, f"| kind | tried | {' | '.join(_NEEDS)} |", "|---" * (len(_NEEDS) + 2) + "|"]
    for vendor in vendors:
        cells = " | ".join(use_of(vendor, need) for need in _NEEDS)
        lines.append(f"| `{vendor.key}` | {vendor.evidence.tried} | {cells} |")
    lines.append("")
    for vendor in vendors:
        lines.append(f"- `{vendor.key}`: {vendor.evidence.note or vendor.source.title}.")
        lines += [f"  - {need}, not used: {reason}." for need, reason in vendor.unusable.items()]
    return lines


def _cell(config: SourceConfig, indicator: str) -> str:
    item = config.indicators.get(indicator)
    if item is None:
        return "no 否"
    parts = [_MARK[item.feeds], f"cost {item.cost}" if item.cost else "", item.note]
    return "; ".join(part for part in parts if part)


def _files() -> list[str]:
    """The table of export files and bulk files, a line a kind."""
    from etl.bulk.detect import SOURCES
    from etl.exports.vendor import packaged_vendors

    stated = [
        (v.source.key, v.source.title, v.source.licence, {k: str(f) for k, f in v.capabilities.items()})
        for v in packaged_vendors().values()
        if not v.refuse
    ] + [(s["key"], s["title"], s["licence"], s["capabilities"]) for s in SOURCES.values()]
    names = [name for name in _NAMES if any(name in feeds for *_, feeds in stated)]
    lines = [_FILES, f"| kind | {' | '.join(_NAMES[name] for name in names)} | licence and terms 许可 |"]
    lines.append("|---" * (len(names) + 2) + "|")
    for key, title, licence, feeds in stated:
        cells = [_MARK[feeds.get(name, "no")] for name in names]
        lines.append(f"| `{key}` {title} | {' | '.join(cells)} | {licence} |")
    lines.append("")
    for source in SOURCES.values():
        lines += [
            f"- `{source['key']}`, not used ({reason}): `{'`, `'.join(fields.split())}`."
            for reason, fields in source.get("unused", {}).items()
        ]
    return lines


def render() -> str:
    """Return docs/sources.md."""
    all_configs = configs()
    lines = [_HEAD, f"| indicator | {' | '.join(config.title for config in all_configs)} |"]
    lines.append("|---" * (len(all_configs) + 1) + "|")
    for indicator, name in _NAMES.items():
        lines.append(f"| {name} | {' | '.join(_cell(config, indicator) for config in all_configs)} |")
    for config in all_configs:
        lines += [
            "",
            f"## {config.title}",
            "",
            f"- Publisher: {config.publisher}, <{config.address}>; {config.documentation}.",
            f"- Licence: {config.licence}.",
            f"- Terms: {config.terms}.",
            f"- Records may be shown to others: {'yes' if config.passes_on else 'no, to signed-in analysts only'}.",
            f"- Access: {config.access}.",
            *(f"- Limit ({name}): {text}." for name, text in config.limits.items()),
            f"- Merge rank {config.merge_rank}; by field (lower wins): "
            + ", ".join(f"{name} {rank}" for name, rank in sorted(config.field_ranks.items()))
            + ".",
        ]
    facts = files(__package__).joinpath("source_facts.md").read_text(encoding="utf-8")
    return "\n".join(lines + _files() + _columns()) + "\n" + facts


if __name__ == "__main__":
    print(render(), end="")

"""The table of what each source can feed, for docs/sources.md and docs/zh/sources.md; from the ``source.toml`` files.

``python -m app.pages.sources`` prints the English page, ``python -m app.pages.sources zh`` the Chinese one. The fixed
text of each is ``sources.LANGUAGE.md`` beside this module; what the tables of sources say is translated by the
catalogue of `words`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.resources import files
from string import Template

from etl.bulk.detect import SOURCES
from etl.exports.vendor import Vendor, packaged_vendors
from etl.fetch.source import SourceConfig
from etl.reading import readings
from etl.sources.feeding import FIGURES
from etl.sources.registry import configs
from words.glossary import Language
from words.language import say

# What the page itself says, (Chinese, English), as in `words.glossary`.
_WORDS = {
    "yes": ("是", "yes"),
    "partial": ("部分", "partial"),
    "no": ("否", "no"),
    "used": ("已采用", "used"),
    "not usable": ("不可用", "not usable"),
    "not stated": ("未给出", "not stated"),
    "real": ("真实", "real"),
    "made": ("仿制", "made"),
    "page": ("每页", "page"),
    "total": ("总数", "total"),
    "requests": ("请求数", "requests"),
    "bytes": ("流量", "bytes"),
    "indicator": ("指标", "indicator"),
    "kind": ("种类", "kind"),
    "tried": ("试用文件", "tried"),
    "terms": ("许可与条款", "licence and terms"),
    "cost": ("费用：{}", "cost {}"),
    "publisher": ("- 发布者：{}，<{}>；{}。", "- Publisher: {}, <{}>; {}."),
    "licence": ("- 许可：{}。", "- Licence: {}."),
    "conditions": ("- 条款：{}。", "- Terms: {}."),
    "shown": ("- 可否向他人展示记录：{}。", "- Records may be shown to others: {}."),
    "hidden": ("否，仅限登录的分析人员", "no, to signed-in analysts only"),
    "access": ("- 访问凭据：{}。", "- Access: {}."),
    "limit": ("- 限额（{}）：{}。", "- Limit ({}): {}."),
    "rank": ("- 合并次序 {}。", "- Merge rank {}."),
    "ranks": ("- 合并次序 {}；按字段（数小者优先）：{}。", "- Merge rank {}; by field (lower wins): {}."),
    "reader": ("`{}`：{}", "`{}`: {}"),
    "read": ("- {}：取自 {}。", "- {}: read from {}."),
    "left": ("- {}，未采用 {}：{}。", "- {}, not used {}: {}."),
    "unneeded": ("- 不需要 {}：{}。", "- not needed {}: {}."),
    "note": ("- `{}`：{}。", "- `{}`: {}."),
    "reason": ("  - {}，未采用：{}。", "  - {}, not used: {}."),
}
# What a figure needs → its name, and the fields a column may feed it by.
_NEED_NAMES = {
    "number": ("文献号", "number"),
    "published": ("公开日", "published"),
    "filed": ("申请日", "filed"),
    "priorities": ("优先权", "priorities"),
    "country": ("国别", "country"),
    "families": ("同族", "families"),
    "pct": ("PCT", "pct"),
    "ipc": ("IPC", "ipc"),
    "claims": ("权利要求数", "claims"),
    "citations": ("被引", "citations"),
    "legal_status": ("法律状态", "legal_status"),
    "legal_events": ("法律事件", "legal_events"),
    "application": ("申请号", "application"),
    "cpc": ("CPC", "cpc"),
    "texts": ("标题与摘要", "texts"),
    "cites": ("引用", "cites"),
}
_NEEDS = {
    "number": ("publication_number", "publication_numbers", "grant_number", "number", "publication_id"),
    "published": ("publication_date", "publication_dates", "grant_date"),
    "application": ("application_number", "application_numbers"),
    "filed": ("filing_date", "filing_dates"),
    "priorities": ("priorities", "priority_date", "priority_dates"),
    "country": ("applicant_countries", "applicant_addresses", "applicants_full"),
    "families": ("family_id", "family_members", "family_lens_ids"),
    "pct": ("pct", "family_members", "family_offices"),
    "ipc": ("ipc", "ipc_main"),
    "cpc": ("cpc",),
    "texts": ("title", "title_zh", "title_en", "abstract", "abstract_zh", "abstract_en"),
    "claims": ("claim_count", "claims_text"),
    "cites": ("cites",),
    "citations": ("citation_count", "family_citation_count", "cited_by"),
    "legal_status": ("legal_status", "lapse_date"),
    "legal_events": ("legal_events", "legal_history"),
}


def _in(pair: tuple[str, str], language: Language) -> str:
    return pair[0 if language == "zh" else 1]


def _word(name: str, language: Language, *filled: object) -> str:
    """A word or line of the page; what fills it is translated where it is a text of a source."""
    return _in(_WORDS[name], language).format(*(say(str(each), language) for each in filled))


def _listed(items: Iterable[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(items)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {' | '.join(row)} |" for row in rows)]


def use_of(vendor: Vendor, need: str) -> str:
    """``used``, ``not usable`` or ``not stated``: what becomes of a vendor's columns for one need of the figures."""
    in_names = need == "country" and "(?P<country>" in vendor.patterns.get("applicants", "")
    if in_names or any(name in vendor.columns for name in _NEEDS[need]):
        return "used"
    return "not usable" if need in vendor.unusable else "not stated"


def _vendors() -> list[Vendor]:
    return [vendor for vendor in packaged_vendors().values() if not vendor.refuse]


def _columns(language: Language) -> list[str]:
    """The table of what becomes of each kind's columns, and the reasons for what is not used."""
    head = [_word(name, language) for name in ("kind", "tried")]
    lines = _table(
        [*head, *(_in(_NEED_NAMES[need], language) for need in _NEEDS)],
        [
            [f"`{vendor.key}`", _word(vendor.evidence.tried, language)]
            + [_word(use_of(vendor, need), language) for need in _NEEDS]
            for vendor in _vendors()
        ],
    )
    lines.append("")
    for vendor in _vendors():
        lines.append(_word("note", language, vendor.key, vendor.evidence.note or vendor.source.title))
        for need, reason in vendor.unusable.items():
            lines.append(_word("reason", language, _in(_NEED_NAMES[need], language), reason))
    return lines


def _cell(config: SourceConfig, indicator: str, language: Language) -> str:
    item = config.indicators.get(indicator)
    if item is None:
        return _word("no", language)
    cost = _word("cost", language, item.cost) if item.cost else ""
    parts = [_word(item.feeds, language), cost, say(item.note, language)]
    return ("；" if language == "zh" else "; ").join(part for part in parts if part)


def _indicators(language: Language) -> list[str]:
    head = [_word("indicator", language), *(say(config.title, language) for config in configs())]
    rows = [[_in(pair, language), *(_cell(one, name, language) for one in configs())] for name, pair in FIGURES.items()]
    return _table(head, rows)


def _files(language: Language) -> list[str]:
    """The table of export files and bulk files, a line a kind."""
    stated = [
        (v.source.key, v.source.title, v.source.licence, {k: str(f) for k, f in v.capabilities.items()})
        for v in _vendors()
    ] + [(s["key"], s["title"], s["licence"], s["capabilities"]) for s in SOURCES.values()]
    names = [name for name in FIGURES if any(name in feeds for *_, feeds in stated)]
    return _table(
        [_word("kind", language), *(_in(FIGURES[name], language) for name in names), _word("terms", language)],
        [
            [f"`{key}` {say(title, language)}"]
            + [_word(feeds.get(name, "no"), language) for name in names]
            + [say(licence, language)]
            for key, title, licence, feeds in stated
        ],
    )


def _elements(language: Language) -> list[str]:
    """The table of what becomes of the elements of bulk files and saved answers, and which are read for what."""
    declared = readings()
    head = [_word(name, language) for name in ("kind", "tried")]
    lines = _table(
        [*head, *(_in(_NEED_NAMES[need], language) for need in _NEEDS)],
        [
            [f"`{one.key}`", _word(one.tried, language), *(_word(one.use_of(need), language) for need in _NEEDS)]
            for one in declared
        ],
    )
    for one in declared:
        lines += ["", _word("reader", language, one.key, one.title), ""]
        for need in _NEEDS:
            if need in one.used:
                lines.append(
                    _word("read", language, _in(_NEED_NAMES[need], language), _named(one.used[need], language))
                )
        for need, left in one.unusable.items():
            name, shown = _in(_NEED_NAMES[need], language), _named(left.names, language)
            lines.append(_word("left", language, name, shown, left.reason))
        for reason, names in one.unneeded.items():
            lines.append(_word("unneeded", language, _named(names, language), reason))
    return lines


def _named(names: str, language: Language) -> str:
    return _listed((f"`{name}`" for name in names.split()), language)


def _source(config: SourceConfig, language: Language) -> list[str]:
    """The section of one service."""
    ranks = _listed((f"{name} {rank}" for name, rank in sorted(config.field_ranks.items())), language)
    rank = ("ranks", config.merge_rank, ranks) if ranks else ("rank", config.merge_rank)
    return [
        f"## {say(config.title, language)}",
        "",
        _word("publisher", language, config.publisher, config.address, config.documentation),
        _word("licence", language, config.licence),
        _word("conditions", language, config.terms),
        _word("shown", language, _word("yes" if config.passes_on else "hidden", language)),
        _word("access", language, config.access),
        *(_word("limit", language, _word(name, language), text) for name, text in config.limits.items()),
        _word(rank[0], language, *rank[1:]),
    ]


def render(language: Language) -> str:
    """Return docs/sources.md, or docs/zh/sources.md."""
    page = Template(files(__package__).joinpath(f"sources.{language}.md").read_text(encoding="utf-8"))
    parts = {
        "indicators": _indicators(language),
        "sources": "\n\n".join("\n".join(_source(config, language)) for config in configs()).splitlines(),
        "files": _files(language),
        "columns": _columns(language),
        "elements": _elements(language),
    }
    return page.substitute({name: "\n".join(lines) for name, lines in parts.items()})


if __name__ == "__main__":
    print(render("zh" if sys.argv[1:] == ["zh"] else "en"), end="")

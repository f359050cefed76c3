"""The study's variables: names, units, and what the derived ones are computed from.

Source: docs/methods.md, Provinces; docs/provinces.md.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Unit = Literal["ratio", "index", "amount", "count"]
OUTCOME = "outcome"
NATION = "000000"
"""Code of rows that give the national total (全国)."""


class Variable(NamedTuple):
    """A variable: its name in tables, short code in print, names, unit, and what it is."""

    name: str
    code: str
    zh: str
    en: str
    unit: Unit
    meaning: str


CONDITIONS: tuple[Variable, ...] = (
    Variable("digital_technology", "DIG", "数字化技术", "Digital technology", "index", "digital development index"),
    Variable("rd_intensity", "RD", "R&D投入强度", "R&D intensity", "ratio", "R&D expenditure / GDP"),
    Variable(
        "organizational_agglomeration", "ORG", "组织集聚化", "Organizational agglomeration", "ratio",
        "industrial parks / all parks of the country",
    ),
    Variable(
        "industrial_coordination", "IND", "产业协同化", "Industrial coordination", "index",
        "co-agglomeration of producer services and manufacturing",
    ),
    Variable("market_environment", "MKT", "市场化环境", "Market environment", "index", "marketisation index"),
    Variable(
        "government_support", "GOV", "政府支持度", "Government support", "ratio",
        "science and technology expenditure / general public budget expenditure",
    ),
)  # fmt: skip

BASE: tuple[Variable, ...] = (
    Variable("rd_expenditure", "", "R&D经费", "R&D expenditure", "amount", "same currency unit as gdp"),
    Variable("gdp", "", "地区生产总值", "Gross regional product", "amount", "same currency unit as rd_expenditure"),
    Variable("parks", "", "产业园区数", "Industrial parks", "count", "number of parks"),
    Variable("science_expenditure", "", "科学技术支出", "S&T expenditure", "amount", "as budget_expenditure"),
    Variable("budget_expenditure", "", "一般公共预算支出", "Budget expenditure", "amount", "as science_expenditure"),
    Variable("employment_services", "", "生产性服务业就业", "Employment, producer services", "count", "persons"),
    Variable("employment_manufacturing", "", "制造业就业", "Employment, manufacturing", "count", "persons"),
    Variable("employment_total", "", "总就业", "Employment, all", "count", "persons"),
)

KNOWN: dict[str, Variable] = {v.name: v for v in (*CONDITIONS, *BASE)}
OUTCOME_VARIABLE = Variable(
    OUTCOME,
    "KCT",
    "关键核心技术水平",
    "Key core technology",
    "count",
    "patent families of the outcome's topic and year",
)


def variable(name: str) -> Variable:
    """Return the known variable of that name; of another (the user's own condition), one that carries its name."""
    if name == OUTCOME:
        return OUTCOME_VARIABLE
    return KNOWN.get(name) or Variable(name, name, name, name, "index", "")


def label(name: str, language: Literal["zh", "en", "both"]) -> str:
    """Return the name for people of a variable or of its negation (``~name``)."""
    sign = "~" if name.startswith("~") else ""
    known = variable(name.removeprefix("~"))
    both = known.zh if known.zh == known.en else f"{known.zh} {known.en}"
    return sign + {"zh": known.zh, "en": known.en, "both": both}[language]

"""Invented applicants: who files, where they live, and how their addresses are written."""

from __future__ import annotations

import random
from dataclasses import dataclass

from office.plan.model import Applicant
from office.plan.table2 import Row

FOREIGN = ("US", "JP", "DE", "KR", "GB", "FR")
_WEIGHTS = (34, 30, 13, 12, 6, 5)
_FORM = {"US": "INC", "JP": "KK", "DE": "GMBH", "KR": "CO LTD", "GB": "LTD", "FR": "SA", "CN": "CO LTD"}
CITIES = (
    ("北京市", "北京市海淀区"),
    ("上海市", "上海市浦东新区"),
    ("广东省", "广东省深圳市南山区"),
    ("江苏省", "江苏省苏州市工业园区"),
    ("浙江省", "浙江省杭州市滨江区"),
    ("山东省", "山东省济南市历下区"),
    ("湖北省", "湖北省武汉市洪山区"),
    ("四川省", "四川省成都市高新区"),
    ("陕西省", "陕西省西安市雁塔区"),
    ("安徽省", "安徽省合肥市蜀山区"),
    ("辽宁省", "辽宁省沈阳市浑南区"),
    ("湖南省", "湖南省长沙市岳麓区"),
)


@dataclass(frozen=True, slots=True)
class Holders:
    """The applicants of one technology: the focal country's, and the others by country."""

    focal: tuple[Applicant, ...]
    foreign: dict[str, tuple[Applicant, ...]]

    def draw(self, country: str, rng: random.Random) -> Applicant:
        """Draw one applicant of a country; the first few file most."""
        group = self.focal if country == "CN" else self.foreign[country]
        return group[min(int(rng.expovariate(0.45)), len(group) - 1)]


def holders(row: Row, rng: random.Random) -> Holders:
    """Return a technology's invented applicants, all named SYNTHETIC."""
    topic = row.name_en.upper()
    focal = []
    for number in range(1, 13):
        city = rng.choice(CITIES)[1]
        focal.append(
            Applicant(
                f"SYNTHETIC {topic} WORKS {number} CO LTD",
                "CN",
                f"{city}合成路{number}号",
                f"合成{row.name_zh}{number}号有限公司",
            )
        )
    foreign = {
        country: tuple(
            Applicant(f"SYNTHETIC {topic} {country} {number} {_FORM[country]}", country) for number in range(1, 7)
        )
        for country in FOREIGN
    }
    return Holders(tuple(focal), foreign)


def foreign_country(rng: random.Random) -> str:
    """Draw a country other than the focal one."""
    return rng.choices(FOREIGN, _WEIGHTS)[0]

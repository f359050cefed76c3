"""Numbers, kinds and dates as the offices give them, from ranges no real publication is in (serials from 900 000)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from office.plan.model import Publication


@dataclass(slots=True)
class Serials:
    """Running numbers per office, so that every invented number is used once."""

    next: dict[str, int] = field(default_factory=dict)

    def take(self, name: str) -> int:
        """Return the next serial of one series, from 0."""
        number = self.next.get(name, 0)
        self.next[name] = number + 1
        return number


def on_weekday(day: date, weekday: int) -> date:
    """Return the first such weekday on or after `day`: offices publish weekly."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


_WEEKDAY = {"CN": 4, "US": 3, "EP": 2, "WO": 3, "JP": 3, "KR": 1, "DE": 3, "GB": 2, "FR": 4}


# First serial of each office's applications as published and of its grants: no real document is numbered so high.
_GRANTS = {"US": 99_000_000, "JP": 9_000_000, "KR": 109_000_000}
_BY_YEAR = {"US": "{year}{serial}", "JP": "{year}{serial}", "KR": "{year}0{serial}", "DE": "10{year}{serial}"}
_APPLICATIONS = {
    "CN": "{year}{kind}{long}", "US": "{year}{series}{serial}", "EP": "{short:02d}{serial}", "KR": "{year}0{serial}",
    "DE": "10{year}{serial}", "GB": "{short:02d}{small}",
}  # fmt: skip


def publication_number(country: str, kind: str, year: int, serials: Serials) -> str:
    """Return a number in DOCDB form; A and B of one CN, EP, DE, GB, FR application share it (pass it on instead)."""
    if country == "WO":
        serial = serials.take(f"WO{year}")
        return f"{year}{900000 + serial}" if year >= 2004 else f"{year % 100:02d}{90000 + serial}"
    if kind.startswith("B") and country in _GRANTS:
        return str(_GRANTS[country] + serials.take(f"{country}B"))
    if country in _BY_YEAR:
        return _BY_YEAR[country].format(year=year, serial=900000 + serials.take(f"{country}A{year}"))
    if country == "CN":
        return str(990_000_000 + serials.take("CNU") if kind == "U" else 900_000_000 + serials.take("CNA"))
    return str(9_000_000 + serials.take(country))


def application_number(country: str, filed: date, serials: Serials, utility: bool = False) -> str:
    """Return an application number in DOCDB form."""
    year, serial = filed.year, serials.take(f"ap{country}{filed.year}")
    return _APPLICATIONS.get(country, "{year}{serial}").format(
        year=year, short=year % 100, serial=900000 + serial, long=9000000 + serial, small=90000 + serial,
        kind=2 if utility else 1, series=17 if year > 2020 else 12,
    )  # fmt: skip


_FIRST_KIND = {"CN": "A", "US": "A1", "EP": "A1", "WO": "A1", "JP": "A", "KR": "A", "DE": "A1", "GB": "A", "FR": "A1"}
_GRANT_KIND = {"CN": "B", "US": "B2", "EP": "B1", "JP": "B2", "KR": "B1", "DE": "B4", "GB": "B", "FR": "B1"}
_SAME_NUMBER = frozenset({"CN", "EP", "DE", "GB", "FR"})


def publish(
    country: str,
    filed: date,
    first: date,
    grant: date | None,
    claims: int | None,
    serials: Serials,
    pct_of: str | None = None,
) -> list[Publication]:
    """Return the application's publications: the first on the office's weekday from `first`, a grant where dated.

    A WO publication's application is the receiving office's (`pct_of`), kind W, as DOCDB and Lens state it.
    """
    kind = _FIRST_KIND[country]
    on = on_weekday(first, _WEEKDAY[country])
    number = publication_number(country, kind, on.year, serials)
    if country == "WO":
        receiving = pct_of or "US"
        filing = f"{filed.year}{900000 + serials.take(f'apWO{filed.year}')}"
        return [Publication("WO", number, kind, on, receiving, filing, "W", filed, "application", claims)]
    application = application_number(country, filed, serials)
    made = [Publication(country, number, kind, on, country, application, "A", filed, "application", claims)]
    if grant is not None:
        granted = on_weekday(max(grant, on + timedelta(days=140)), _WEEKDAY[country])
        kind_b = _GRANT_KIND[country]
        number_b = number if country in _SAME_NUMBER else publication_number(country, kind_b, granted.year, serials)
        fewer = None if claims is None else max(1, claims - 1)
        made.append(Publication(country, number_b, kind_b, granted, country, application, "A", filed, "grant", fewer))
    return made


def utility_model(filed: date, published: date, claims: int | None, serials: Serials) -> Publication:
    """Return a Chinese utility model (kind U, 实用新型)."""
    on = on_weekday(published, _WEEKDAY["CN"])
    number = publication_number("CN", "U", on.year, serials)
    application = application_number("CN", filed, serials, utility=True)
    return Publication("CN", number, "U", on, "CN", application, "U", filed, "utility_model", claims)


def days(rng: random.Random, low: int, high: int) -> timedelta:
    """Return a random span between `low` and `high` days."""
    return timedelta(days=rng.randint(low, high))

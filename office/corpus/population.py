"""The families of one technology at the first date: those that are counted, and those to be screened away."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from office.plan.holders import Holders, foreign_country, holders
from office.plan.ipc_plan import IpcPlan, plan
from office.plan.model import Applicant, Family, LegalEvent, Publication, Role
from office.plan.offices import Serials, days, publish, utility_model
from office.plan.table2 import Counts, Row, counts
from office.plan.wording import Writer

T0 = date(2021, 5, 31)
LAST_BEFORE_T0 = date(2021, 5, 19)  # nothing of the first date's figures hangs on the last days before it
FULL_TEXT_OFFICES = frozenset({"EP", "WO", "GB", "FR"})  # OPS has claims of these


@dataclass(slots=True)
class Maker:
    """What is needed to make families of one technology."""

    row: Row
    rng: random.Random
    serials: Serials
    writer: Writer
    holders: Holders
    families: list[Family]  # of the whole corpus; indexes are positions in it
    plan: IpcPlan
    counts: Counts
    events_need_legal: bool = False

    def family(
        self,
        role: Role,
        country: str,
        subclass: str | None,
        filed: date,
        publications: list[Publication],
        priority_country: str | None = None,
    ) -> Family:
        """Add a family with its text, classification and applicants; return it."""
        text = self.writer.write(self.rng, subclass)
        first = publications[0]
        applicants = [self.holders.draw(country, self.rng)]
        if self.rng.random() < 0.1:
            other = self.holders.draw(country if self.rng.random() < 0.7 else foreign_country(self.rng), self.rng)
            applicants += [other] if other not in applicants else []
        made = Family(
            index=len(self.families),
            docdb_id=990_000_000 + len(self.families),
            technologies=(self.row.technology,),
            role=role,
            title_en=text.title_en,
            title_zh=text.title_zh,
            abstract=text.abstract,
            ipc=text.ipc,
            applicants=applicants,
            priorities=[(priority_country or first.application_country, first.application_number, "A", filed)],
            publications=publications,
            claims_text=text.claim,
        )
        for one in publications:
            one.family = made.index
            one.residence_stated = _residence_stated(one, self.rng)
        self.families.append(made)
        return made


def _residence_stated(publication: Publication, rng: random.Random) -> bool:
    """Whether OPS states the residence: often not for CN and JP, nor for older US publications."""
    if publication.country == "US":
        return publication.date.year >= 2012
    return rng.random() < {"CN": 0.85, "JP": 0.5}.get(publication.country, 0.95)


def _filed(first_year: int, last_year: int, rng: random.Random) -> date:
    start, end = date(first_year, 2, 1), min(date(last_year, 12, 20), date(2019, 8, 15))
    return start + timedelta(days=rng.randint(0, (end - start).days))


def members(
    country: str, filed: date, pct: bool, claims: int | None, rng: random.Random, serials: Serials, simple: bool = False
) -> list[Publication]:
    """Return a family's publications: at home, then abroad; `simple` keeps to offices without full text on OPS."""
    home = country if country in {"CN", "US", "JP", "KR"} or not simple else "US"
    if country in {"GB", "FR", "DE"} and not simple and rng.random() < 0.5:
        home = "EP"
    grant = filed + days(rng, 850, 1400) if rng.random() < 0.4 else None
    found = publish(home, filed, filed + days(rng, 330, 535), grant, claims, serials)
    if pct:
        found += publish("WO", filed + timedelta(days=360), filed + days(rng, 552, 580), None, claims, serials, home)
    abroad = [office for office in ("US", "EP", "CN", "JP", "KR") if office != home]
    weights = {"US": 0.35, "EP": 0.3, "CN": 0.35, "JP": 0.15, "KR": 0.1}
    for office in abroad:
        if rng.random() < weights[office] * (1.0 if pct else 0.25) and not (simple and office == "EP"):
            entered = filed + days(rng, 361, 365)
            grant = filed + days(rng, 1200, 1700) if rng.random() < 0.3 else None
            more = None if claims is None else max(1, claims + rng.choice((-2, 0, 0, 1)))
            found += publish(office, entered, filed + days(rng, 640, 980), grant, more, serials)
    return found


def _claim_numbers(share: float, focal: int, foreign: int, rng: random.Random) -> tuple[list[int], list[int]]:
    """Return claim counts whose focal total over the whole total is as near to `share` as whole numbers allow."""
    others = [rng.randint(5, 14) for _ in range(foreign)]
    base = sum(others)
    extra = min(range(40), key=lambda e: (round(_miss(share, base + e), 9), e))
    for _ in range(extra):
        others[rng.randrange(foreign)] += 1
    wanted = round(share / (1 - share) * (base + extra))
    ours = [wanted // focal] * focal
    for at in range(wanted - sum(ours)):
        ours[at] += 1
    for _ in range(focal * 4):  # spread them without changing the total
        one, two = rng.randrange(focal), rng.randrange(focal)
        if ours[one] > 3 and ours[two] < 30:
            ours[one] -= 1
            ours[two] += 1
    return ours, others


def _miss(share: float, others: int) -> float:
    ours = round(share / (1 - share) * others)
    return abs(ours / (ours + others) - share)


def _years(maker: Maker) -> list[tuple[str | None, int, int]]:
    """Return (subclass, first year, last year) for every counted family; no subclass: none is stated."""
    slots: list[tuple[str | None, int, int]] = []
    for window, first, last in ((maker.plan.earlier, 2005, 2010), (maker.plan.later, 2011, 2019)):
        slots += [(code, first, last) for code, number in window.items() for _ in range(number)]
    slots += [(None, 2011, 2018)] * (maker.counts.families - len(slots))
    maker.rng.shuffle(slots)
    return slots


def _counted(maker: Maker) -> None:
    rng, number = maker.rng, maker.counts
    flags = [True] * number.focal + [False] * (number.families - number.focal)
    rng.shuffle(flags)
    unknown = max(1, round(number.families * 0.05))
    pct = {True: number.pct_focal, False: number.pct - number.pct_focal}
    hidden = {True: round(unknown * number.focal / number.families)}
    hidden[False] = unknown - hidden[True]
    ours, others = _claim_numbers(
        maker.row.claims, number.focal - hidden[True], number.families - number.focal - hidden[False], rng
    )
    claims = {True: ours, False: others}
    for (subclass, first, last), focal in zip(_years(maker), flags, strict=True):
        country = "CN" if focal else foreign_country(rng)
        filed = _filed(first, last, rng)
        is_pct = pct[focal] > 0
        pct[focal] -= is_pct
        is_hidden = not is_pct and hidden[focal] > 0
        hidden[focal] -= is_hidden
        count = None if is_hidden else claims[focal].pop()
        if is_pct and filed > date(2019, 5, 1):
            filed = filed.replace(year=2018)
        made = maker.family(
            "counted", country, subclass, filed, members(country, filed, is_pct, count, rng, maker.serials, is_hidden)
        )
        if not is_hidden and rng.random() < 0.02:
            for one in made.publications:  # known to Lens only
                one.on_ops = False


def _unusual_residences(maker: Maker) -> None:
    """Give some families a first filing abroad, so that the first applicant's residence decides.

    Source: docs/methods.md, Counting.
    """
    rng = maker.rng
    pool = [f for f in maker.families if f.technologies[0] == maker.row.technology and f.role == "counted"]
    pool = [f for f in pool if len({p.country for p in f.publications}) == 1 and f.publications[0].on_lens]
    ours = [f for f in pool if f.publications[0].country == "US"][:2]
    theirs = [f for f in pool if f.publications[0].country == "CN" and f.publications[0].on_ops][:2]
    if len(ours) < 2 or len(theirs) < 2:
        return
    for ours_now, theirs_now in zip(ours, theirs, strict=True):  # swapped in pairs: the shares stay
        swap_claims = [p.claims for p in ours_now.publications], [p.claims for p in theirs_now.publications]
        if any(None in claims for claims in swap_claims):
            continue
        first, second = swap_claims[0][0], swap_claims[1][0]
        ours_now.applicants = [maker.holders.draw("CN", rng)]
        theirs_now.applicants = [maker.holders.draw(foreign_country(rng), rng)]
        for one in ours_now.publications:
            one.claims = second
        for one in theirs_now.publications:
            one.claims = first
            one.residence_stated = True


def _screened_away(maker: Maker) -> None:
    rng, about = maker.rng, maker.counts.families
    leaders = [*maker.plan.safe, maker.plan.newcomer]
    for role, share in (("inactive", 0.07), ("event", 0.025), ("utility", 0.08), ("uncited", 0.22)):
        for at in range(max(3, round(about * share))):
            country = "CN" if role == "utility" or rng.random() < 0.75 else foreign_country(rng)
            late = role == "uncited" and at % 2 == 0
            filed = _filed(2018, 2019, rng) if late else _filed(2005, 2017, rng)
            code = rng.choice(leaders)
            if role == "utility":
                on = min(filed + days(rng, 150, 330), LAST_BEFORE_T0)
                found = [utility_model(filed, on, rng.randint(3, 9), maker.serials)]
            elif late:
                first = (date(2021, 2, 15) if at % 4 == 0 else date(2020, 9, 1)) + days(rng, 0, 80)
                found = publish(country, filed, first, None, rng.randint(4, 12), maker.serials)
            else:
                found = members(country, filed, False, rng.randint(4, 12), rng, maker.serials)
            made = maker.family(role, country, code, filed, found)  # type: ignore[arg-type]
            if role == "utility" and at % 3 == 0:
                # Known to OPS only, which says neither status nor citing list unasked: of the families that
                # are screened by what both services state, so that no figure hangs on how much was asked for.
                found[0].on_lens = False
            elif role == "inactive":
                _lapse(made, rng)
            elif role == "event":
                _dispute(made, rng)


def _lapse(family: Family, rng: random.Random) -> None:
    """Let every member end before the first date; members that would be published after it never are."""
    family.publications = [p for p in family.publications if p.date < date(2020, 6, 1)]
    for one in family.publications:
        one.lapse_date = min(max(one.date + days(rng, 200, 900), date(2012, 3, 1)), date(2021, 2, 1))
        one.events.append(LegalEvent(one.lapse_date, "MM4A", "LAPSE BECAUSE OF NON-PAYMENT OF ANNUAL FEES"))


_EVENTS = (
    ("TR01", "TRANSFER OF PATENT RIGHT"),
    ("PE01", "ENTRY INTO FORCE OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT RIGHT"),
    ("EE01", "ENTRY INTO FORCE OF RECORDATION OF PATENT LICENSING CONTRACT"),
    ("C45", "REQUEST FOR INVALIDATION OF PATENT RIGHT"),
)


def _dispute(family: Family, rng: random.Random) -> None:
    code, text = rng.choice(_EVENTS)
    family.publications = [p for p in family.publications if p.date < date(2020, 6, 1)]
    after = days(rng, 200, 600)
    for one in family.rights():  # every right: neither order of screening keeps such a family
        one[0].events.append(LegalEvent(min(one[0].date + after, date(2021, 2, 1)), code, text, disqualifying=True))


def _dispute_abroad(maker: Maker) -> None:
    """Give some counted families an event on a right abroad: the right at home passes, so the family stays.

    Families merged first would lose them. Source: docs/methods.md, Screening.
    """
    rng = random.Random(f"{maker.row.technology}:abroad")
    pool = [f for f in maker.families if f.technologies[0] == maker.row.technology and f.role == "counted"]
    late = [f.rights()[-1][0] for f in pool if len(f.rights()) > 1]
    some = [one for one in late if one.date < date(2020, 6, 1) and one.country != "WO"]
    for one in some[: max(2, round(len(some) * 0.1))]:
        code, text = rng.choice(_EVENTS)
        on = min(one.date + days(rng, 200, 600), date(2021, 2, 1))
        one.events.append(LegalEvent(on, code, text, disqualifying=True))


def populate(row: Row, about: int, families: list[Family], seed: int, serials: Serials, writer: Writer) -> Maker:
    """Add one technology's families as of the first date (still without citations); return its maker."""
    rng = random.Random(f"{seed}:{row.technology}")
    number = counts(row, about)
    unclassified = 0 if writer.needs_symbol else max(1, round(number.families * 0.02))
    earlier = round((number.families - unclassified) * 0.44)
    ipc = plan(row, earlier, number.families - unclassified - earlier, rng, writer.barred)
    maker = Maker(row, rng, serials, writer, holders(row, rng), families, ipc, number)
    _counted(maker)
    _unusual_residences(maker)
    _screened_away(maker)
    _dispute_abroad(maker)
    return maker


__all__ = ["LAST_BEFORE_T0", "T0", "Applicant", "Maker", "days", "members", "populate"]

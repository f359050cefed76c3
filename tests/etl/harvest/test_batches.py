"""One request for many publications: whatever the service does with it, each is settled once and none is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.fetch.fetched import Fetched, PageUnreadableError
from etl.fetch.http import QueryRefusedError, Request, Then
from etl.records import Parsed, Record
from etl.sources.epo_ops.ask import OpsAsker
from etl.sources.epo_ops.client import BATCH


def asked(request: Request) -> list[str]:
    if request.method == "POST":
        names = str(request.body).split("\n")
    else:
        names = [request.path.split("/docdb/")[1].split("/")[0]]
    return [name.replace(".", "-") for name in names]


class Service:
    """Answers for some numbers; `manner` says what it makes of several."""

    def __init__(self, known: set[str], manner: Callable[[list[str], set[str]], list[str] | None]) -> None:
        self.known = known
        self.manner = manner
        self.requests: list[list[str]] = []

    def fetch(self, request: Request, slice_id: int) -> Fetched:
        names = asked(request)
        self.requests.append(names)
        shown = self.manner(names, self.known)
        if shown is None:
            return Fetched(Then.NOTHING, None, b"", Parsed())
        records = [Record(name, name[:2], name[3:-2], "A", part=request.landed()["purpose"]) for name in shown]
        return Fetched(Then.USE, None, b"", Parsed(records))


def leaves_out(names: list[str], known: set[str]) -> list[str] | None:
    return [n for n in names if n in known] or None


def refuses_all_for_one(names: list[str], known: set[str]) -> list[str] | None:
    return names if set(names) <= known else None


def takes_the_first_only(names: list[str], known: set[str]) -> list[str] | None:
    return names[:1] if names[0] in known else None


def does_not_take_several(names: list[str], known: set[str]) -> list[str] | None:
    if len(names) > 1:
        raise QueryRefusedError("HTTP 405")
    return leaves_out(names, known)


def unreadable_when_large(names: list[str], known: set[str]) -> list[str] | None:
    if len(names) > 5:
        raise PageUnreadableError("cut off")
    return leaves_out(names, known)


MANNERS = (leaves_out, refuses_all_for_one, takes_the_first_only, does_not_take_several, unreadable_when_large)


@pytest.mark.parametrize("manner", MANNERS)
@settings(max_examples=60, derandomize=True)
@given(known=st.sets(st.integers(0, 30)), wanted=st.lists(st.integers(0, 30), unique=True, min_size=1))
def test_each_is_settled_once_and_rightly(manner, known: set[int], wanted: list[int]):
    names = [f"EP-{1000000 + n}-A" for n in wanted]
    service = Service({f"EP-{1000000 + n}-A" for n in known}, manner)
    noted: list[tuple[str, str]] = []
    OpsAsker(service, lambda _, outcomes: noted.extend(outcomes.items())).ask("legal", names, 1)
    assert sorted(name for name, _ in noted) == sorted(names)
    assert {name for name, outcome in noted if outcome == "landed"} == service.known & set(names)
    assert len(service.requests) < 2 * len(names) + 1


def test_a_hundred_cost_one_request_and_where_only_the_first_is_answered_no_more_are_asked_together():
    names = [f"EP-{1000000 + n}-A" for n in range(100)]
    service = Service(set(names), leaves_out)
    batches = OpsAsker(service, lambda *_: None)
    assert batches.size("claims", 1000) == BATCH
    batches.ask("claims", names, 1)
    assert len(service.requests) == 1
    service = Service(set(names), takes_the_first_only)
    batches = OpsAsker(service, lambda *_: None)
    batches.ask("legal", names, 1)
    assert [len(r) for r in service.requests] == [100] + [1] * 99
    assert batches.size("legal", 1000) == 1
    assert batches.size("claims", 1000) == BATCH


def test_a_batch_never_costs_more_than_the_budget_has_left():
    for left in (1, 2, 3, 7, 50):
        names = [f"EP-{1000000 + n}-A" for n in range(100)]
        service = Service(set(), does_not_take_several)
        batches = OpsAsker(service, lambda *_: None)
        batches.ask("legal", names[: batches.size("legal", left)], 1)
        assert len(service.requests) <= left

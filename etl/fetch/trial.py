"""Trying a source: its credentials and one search of one row, without a run and without landing anything."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from etl.fetch.client import Client
from etl.fetch.http import Answer, ParkedError, QueryRefusedError, Request, StoppedError, Then, TransportError
from etl.fetch.source import Source
from etl.records import PageRefusedError
from warehouse.clock import Clock

# For one wait on the service; a whole exchange may take four of them (etl.fetch.wire).
TIMEOUT_SECONDS = 3.0


class Outcome(Enum):
    """What a trial showed."""

    answers = "answers"
    spent = "spent"  # the credentials are taken, but a quota is spent
    refused = "refused"  # the credentials, or the access with them
    strange = "strange"  # an answer came that is none of this service's, or it refuses its simplest search
    away = "away"  # no usable answer


class Trial(NamedTuple):
    """What a trial showed, and the sentence about it (no secret is in it)."""

    outcome: Outcome
    sentence: str


def attempt(source: Source, client: Client, clock: Clock) -> Trial:
    """Send the one request the source tries itself with (and what logging in takes), once, and say what came."""
    request = source.trial()
    try:
        answer = client.send(request, clock.now())
        verdict = client.judge(request, answer, clock.now())
    except StoppedError as error:
        return Trial(Outcome.refused, str(error))
    except ParkedError as error:
        return Trial(Outcome.spent, f"the credentials are taken; {error}")
    except QueryRefusedError as error:
        return Trial(Outcome.strange, str(error))
    except TransportError as error:
        return Trial(Outcome.away, f"does not answer: {error}; check the network, the proxy and base_url")
    if verdict.then is not Then.USE:
        return Trial(Outcome.away, f"gives no usable answer: {verdict.reason or f'HTTP {answer.status}'}")
    return _read(source, request, answer)


def _read(source: Source, request: Request, answer: Answer) -> Trial:
    try:
        source.parse(answer.content, request.landed(), answer.status)
    except PageRefusedError as error:
        return Trial(Outcome.strange, f"answers, but not as {source.name} does: {error}; check base_url and the proxy")
    return Trial(Outcome.answers, "the credentials are taken and a search of one row is answered")

"""Every page of a case costs few statements and few bytes, however far the case has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from models import Role, Scope, Stance
from tests.answering import READERS, drafted
from tests.counting import statements
from tests.papering import REF, before_councils, decided, say
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.exchange.lists import OF_CASE
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.report.comment_rounds import comment, open_round, reply
from udmelding.casework.wiring import Services
from udmelding.config.forms.library import form_named
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.report.report import comments_of
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.recording.reading import Sent, in_query
from udmelding.web.recording.shapes import shapes_of

MOST, MOST_FOR_A_PREVIEW, MOST_BYTES = 40, 60, 90_000
EARLIER = "CU-FOER-2023"
DAY = dt.date(2025, 4, 10)
NOT_PAGES = {
    "/sager/{reference}/dokumenter/{sha256}",
    "/sager/{reference}/skema/svar/{party}/excel",
    "/sager/{reference}/skema/excel/{work}",
}


@played_once
def with_all_that_a_page_may_show(services: Services) -> None:
    """A case beside one that is over: answers, versions, remarks, decisions, a reservation."""
    with writing(services.engine) as session:
        stamp = Stamp(clock.at(dt.date(2023, 6, 1)), "anna")
        new = NewCase(
            reference=EARLIER,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=stamp.now.date(),
            particulars=NewParticulars(title="Den forrige"),
            deadline=NewDeadline(due_on=dt.date(2024, 5, 31)),
        )
        launch_case(session, services.settings, new, stamp)
    over = {"closed_on": dt.date(2024, 6, 1), "reason": "sendt"}
    record_past(services, EARLIER, "closure", over, Stamp(clock.at(over["closed_on"]), "anna"))
    before_councils(services)
    drafted(services, REF, clock.at(DAY, "08:00"))
    discussed(services)
    decided(services, "0360", DAY)
    say(services, "submission", DAY, on=DAY)


def discussed(services: Services) -> None:
    """Two remarks to the first round, one of them replied to, and a second round."""
    reader = READERS[0]
    said = {"author": reader.name, "speaks_for": reader.group, "reader": reader.email}
    for chapter in ("resume", "baggrund"):
        stamp = Stamp(clock.at(DAY, "09:00"), "læser")
        comment(services, REF, 1, chapter=chapter, text="Nævn ventelisten.", **said, stamp=stamp)
    with reading(services.engine) as session:
        first = comments_of(session, find(session, REF).id)[0]
    stamp = Stamp(clock.at(DAY, "10:00"), "anna")
    reply(services, REF, first.key, next(iter(Stance)), "Det er skrevet ind.", stamp)
    due_on = DAY + dt.timedelta(days=7)
    open_round(services, REF, version=2, due_on=due_on, readers=READERS, text="Igen.", stamp=stamp)


DECIDED = Sent(
    {"on": "14/4", "outcome": "approved", "level": "council", "step": "councils"}, ("0253",)
)
"""What somebody has written on the form of a decision."""


def taking_back(key: str) -> Sent:
    return Sent({"key": key, "reason_back": "prøve"})


def addresses(app: FastAPI, case: Case) -> Iterator[str]:
    """Every page of the case; a parameter that is not known here fails."""
    known = {"reference": [REF], "party": ["0253"], "what": list(shapes_of(case, None))}
    known["word"] = list(OF_CASE)
    section = form_named(case.question_sets[-1].form).sections[0]
    key = case.decisions[-1].key
    queries = {
        "/sager/{reference}/registrer/ret": f"?key={key}",
        "/sager/{reference}/registrer/tilbage": f"?f={in_query(taking_back(key))}",
        "/sager/{reference}/registrer/{what}/se": f"?f={in_query(DECIDED)}",
        "/sager/{reference}/rapport/sammenlign": "?fra=2&til=3",
        "/sager/{reference}/mails": f"?mail={case.mails[0].key}",
        "/sager/{reference}/skema/ret/hent": f"?afsnit={section.id}&fra=form:gravide",
    }
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        is_page = isinstance(route.original_route, APIRoute) and "GET" in (route.methods or ())
        is_file = path in NOT_PAGES or "." in path
        if not is_page or is_file or not path.startswith("/sager/{reference}"):
            continue
        filled = [path + queries.get(path, "")]
        if path.endswith("{what}/se"):
            filled = [filled[0].replace("{what}", "beslutning")]
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            filled = [one.replace(f"{{{name}}}", value) for one in filled for value in known[name]]
        yield from filled


@pytest.mark.slow
def test_no_page_of_a_case_needs_more_than_forty_statements_or_ninety_kilobytes(
    services: Services, web: FastAPI, signed_in: Callable[[Role], Any]
) -> None:
    with_all_that_a_page_may_show(services)
    client = signed_in(Role.CASEWORKER).client
    client.get("/")  # where one lands; what waits is counted there, and told on the pages after it
    with reading(services.engine) as session:
        case = load(session, REF, web.state.now())
    costs: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for address in addresses(web, case):
        with statements(services.engine) as sent:
            answer = client.get(address)
        assert answer.status_code == 200, address
        costs[address], sizes[address] = len(sent), len(answer.content)

    assert len(costs) > 30, "the walk finds the pages"
    # What a recording would change is shown by doing it and taking it back: two cases are loaded.
    previews = {a for a in costs if "registrer/" in a and "?f=" in a}
    assert max(costs[address] for address in previews) <= MOST_FOR_A_PREVIEW, costs
    assert {a: cost for a, cost in costs.items() if cost > MOST and a not in previews} == {}
    assert {address: size for address, size in sizes.items() if size > MOST_BYTES} == {}

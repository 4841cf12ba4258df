"""Where everybody stands: a case step by step, all municipalities in all cases, the open cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from udmelding.config.case.process import Parties
from udmelding.rules.case.facts import Party
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing
from udmelding.rules.desk.cards import bars_of
from udmelding.rules.exchange.listing import (
    ALL_OPEN,
    TITLES,
    Cell,
    Column,
    Holds,
    Listing,
    Seen,
    Spec,
    Table,
    Word,
    listing_of,
    named,
    table_of,
)
from udmelding.rules.parties.events import last_heard
from udmelding.rules.status.briefing import AreaCount, briefing
from udmelding.rules.status.glance import Glance, glance_of, step_now
from udmelding.rules.status.lights import light_of
from udmelding.rules.status.status import Status
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_lower, first_upper

_NAMED = 8
"""So many municipalities are named in one cell; of more only the number is told."""

_TOWN: Spec[Party] = (Column("Kommune", 20), lambda party: party.name)


def steps_listing(seen: Seen, areas: Mapping[str, str]) -> Listing:
    """All municipalities of a case in all its steps, the other steps, and the other areas.

    Args:
        seen: the case.
        areas: what areas are called.
    """
    case, found = seen
    steps = {s.id: s.title for s in case.process.steps if s.parties is Parties.MUNICIPALITIES}
    rows = [row for row in found.standings if row.step.id in steps]
    heard = last_heard(case)
    specs: list[Spec[Party]] = [
        _TOWN,
        *(_stands(title, found, rows, step) for step, title in steps.items()),
        (Column("Sidst hørt fra", 12, Holds.DAY), lambda party: heard.get(party.party)),
    ]
    others: list[Spec[Standing]] = [
        (Column("Trin", 34), lambda row: row.step.title),
        (Column("Står", 30, Holds.GLANCE), lambda row: shown(found, row)),
    ]
    counted = briefing(case, found).areas
    return listing_of(
        TITLES[Word.STEPS],
        named(case),
        found.as_of,
        (seen,),
        table_of(
            "Kommuner",
            specs,
            _parties(rows),
            lambda party: (case.reference, party.party),
            empty="Sagen har ingen kommuner, der skal svare eller beslutte.",
        ),
        table_of(
            "Sagens øvrige trin",
            others,
            [row for row in found.standings if row.step.id not in steps],
            lambda _: ("", ""),
        ),
        *([_areas(counted, areas)] if counted else []),
    )


def across_listing(cases: Sequence[Seen], as_of: dt.date) -> Listing:
    """All municipalities in all open cases: where each stands in the step that is on."""
    rows = [
        row
        for seen in cases
        for row in seen.status.standings
        if row.step.id == step_now(seen.status) and row.step.parties is Parties.MUNICIPALITIES
    ]
    specs: list[Spec[Party]] = [
        _TOWN,
        *(
            _stands(one.case.name, one.status, one.status.standings, step_now(one.status))
            for one in cases
        ),
    ]
    return listing_of(
        "Kommunerne i alle sager",
        ALL_OPEN,
        as_of,
        cases,
        table_of(
            "Kommuner",
            specs,
            _parties(rows),
            lambda party: ("", party.party),
            note="Hver sag viser det trin, kommunerne er nået til i den. Er feltet tomt, er "
            "kommunen ikke med i sagen.",
            empty="Der er ingen åbne sager.",
        ),
    )


def _parties(rows: Sequence[Standing]) -> Sequence[Party]:
    """Each party once, in the order in which they are met."""
    return tuple({row.party.party: row.party for row in rows}.values())


def _stands(title: str, found: Status, rows: Sequence[Standing], step: str) -> Spec[Party]:
    """The column that tells how each party stands in one step."""
    at = {row.party.party: row for row in rows if row.step.id == step}

    def cell(party: Party) -> Cell:
        row = at.get(party.party)
        return shown(found, row) if row is not None else None

    return Column(title, 28, Holds.GLANCE), cell


def shown(found: Status, row: Standing) -> Glance:
    """As everywhere, and what elsewhere stands beside it: late, only reported, more time."""
    made = glance_of(found, row)
    told = ", efter fristen" if row.is_late else ""
    if row.outcome is not None and row.state.is_closed and not row.is_proven:
        told += " (meldt)"
    if row.is_extended and row.state.is_owed:
        told += " (mere tid)"
    return replace(made, text=f"{made.text}{told}")


def _areas(counted: Sequence[AreaCount], names: Mapping[str, str]) -> Table:
    specs: list[Spec[AreaCount]] = [
        (Column("Område", 30), lambda one: names.get(one.area, one.area)),
        (Column("Har godkendt", 12, Holds.NUMBER), lambda one: one.approved),
        (Column("Af", 8, Holds.NUMBER), lambda one: one.total),
        (Column("Tal fra", 20), lambda one: one.old),
    ]
    return table_of(
        "Hele landet",
        specs,
        counted,
        lambda _: ("", ""),
        note="Andre områders tal er dem, de selv har meldt. Er feltet tomt, er tallet ikke oplyst.",
    )


def open_listing(cases: Sequence[Seen], as_of: dt.date, waits: Mapping[str, int] | None) -> Listing:
    """Every open case, in the order given.

    Args:
        cases: that are open.
        as_of: the day.
        waits: how many things wait for a person in each; None where nobody can say.
    """
    specs: list[Spec[Seen]] = [
        (Column("Sag", 22), lambda seen: seen.case.name),
        (Column("Reference", 19), lambda seen: seen.case.reference),
        (Column("Stadie", 13), lambda seen: first_upper(label(seen.status.stage))),
        (Column("Kan fristen nås?", 30), lambda seen: light_of(seen.status).sentence),
        (Column("Frist", 12, Holds.DAY), lambda seen: seen.case.deadline),
        (Column("Det næste", 26), lambda seen: _coming(seen)[1]),
        (Column("Dag", 12, Holds.DAY), lambda seen: _coming(seen)[0]),
        (Column("Nået", 17), _reached),
        (Column("Mangler", 24), _missing),
        (Column("Ansvarlig", 23), lambda seen: seen.case.particulars.responsible),
    ]
    if waits is not None:
        known, number = waits, Holds.NUMBER
        specs.append(
            (Column("Venter på jer", 9, number), lambda seen: known.get(seen.case.reference, 0))
        )
    return listing_of(
        TITLES[Word.OPEN],
        "Sagerne med den nærmeste frist først",
        as_of,
        cases,
        table_of(
            "Åbne sager",
            specs,
            cases,
            lambda seen: (seen.case.reference, ""),
            empty="Der er ingen åbne sager.",
        ),
    )


def _coming(seen: Seen) -> tuple[dt.date | None, str]:
    """What it waits for after the submission; before that what comes next, and when."""
    if seen.status.waiting:
        return None, seen.status.waiting
    dates: Sequence[tuple[dt.date | None, str]] = briefing(*seen).dates
    return next(iter(dates), (None, ""))


def _reached(seen: Seen) -> str:
    return ", ".join(f"{first_lower(b.name)} {b.done} af {b.total}" for b in bars_of(*seen))


def _missing(seen: Seen) -> str:
    """Who is missing in the step that is on."""
    now = step_now(seen.status)
    rows = [row for row in seen.status.standings if row.step.id == now and row.state.is_owed]
    names = [row.party.name for row in rows]
    return join_names(names) if len(names) <= _NAMED else f"{len(names)} kommuner"

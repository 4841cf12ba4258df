"""Shows a form that records: what was written, what is wrong, and what helps to fill it in.

What a change does to the plan is shown as lines of a table: parties that move alike share one.
Nobody writes over what somebody else recorded while the form stood open. A form carries the moment
at which its person last saw the case. What was recorded later about the same parties is shown
before anything is saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import HTMLResponse

from models import DateSource
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import reservable
from udmelding.rules.plan.plan_change import DateChange, PlanChange, moved_by
from udmelding.rules.recording.catalogue import ENTRY_OF_VALUE, kind_of, sentence
from udmelding.rules.recording.entry import names_of
from udmelding.rules.recording.written import How
from udmelding.rules.words.date_wording import clock_time, short_date
from udmelding.rules.words.lists import join_names
from udmelding.web.case.pages import Seen, case_page
from udmelding.web.recording.corrections import Correctable, correctable
from udmelding.web.recording.fields import MEETING, Shape
from udmelding.web.recording.letter_beside import letter_beside
from udmelding.web.recording.reading import Lax, Sent
from udmelding.web.visitor import services_of

_WRONG = 422


def fields_page(
    request: Request,
    found: Seen,
    shape: Shape,
    sent: Sent,
    *,
    old: Correctable | None = None,
    flaws: Mapping[str, str] | None = None,
    has_seen: bool = False,
) -> HTMLResponse:
    """The form as it was left, with what is wrong at each field (``""``: at none of them).

    ``has_seen``: the person now sees what others have recorded since the form was opened.
    """
    is_seen_now = has_seen or not sent.word_in(OPENED)
    labels = {field.name: field.label for field in shape.fields} | {"reason_back": "Begrundelse"}
    return case_page(
        request,
        "recording/form.html",
        found,
        code=_WRONG if flaws else 200,
        shape=shape,
        How=How,
        values=Lax(sent.values),
        opened=found.moment.isoformat() if is_seen_now else sent.word_in(OPENED),
        parties=sent.parties,
        flaws=Lax(flaws or {}),
        labels=labels,
        standing=_standing(found, shape),
        asked={party.party for party in found.case.parties if party.is_asked},
        folded=_FOLDED,
        missing=_missing(found),
        no_reservation=not found.case.process.reservation,
        meetings=_coming_meetings(found) if shape.kind == MEETING else (),
        letter=letter_beside(services_of(request), found, shape, sent),
        old=old,
        old_text=sentence_of(found, old) if old else "",
    )


_FOLDED = frozenset({"note", "item_number", "signers", "source"})
"""Fields that few have anything to write in."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A council that has not decided; ``planned``: when it is expected to, where that is known."""

    party: str
    name: str
    planned: dt.date | None
    is_assumed: bool


def _missing(found: Seen) -> tuple[Missing, ...]:
    plan = found.status.plan
    rows = {row.party: row for row in plan.councils} if plan else {}
    missing = reservable(found.status.standings)
    return tuple(
        Missing(
            party.party,
            party.name,
            rows[party.party].planned if party.party in rows else None,
            party.party in rows and rows[party.party].is_assumed,
        )
        for party in sorted(missing, key=lambda party: danish_sort_key(party.name))
    )


def sentence_of(found: Seen, fact: Correctable) -> str:
    """The fact as the log says it."""
    return sentence(fact, names_of(found.case))


def _steps(found: Seen, shape: Shape) -> str:
    """The step whose standings help to tick the right parties; empty where there is a choice."""
    return str(shape.fixed.get("step", ""))


def _standing(found: Seen, shape: Shape) -> Lax:
    """How each party stands in the form's step, in a few words."""
    told = Lax()
    for row in found.status.standings:
        if row.step.id != _steps(found, shape):
            continue
        word = label(row.outcome) if row.outcome else label(row.state)
        day = row.met_on or (row.due_on if row.state.is_owed else None)
        when = f"{'' if row.met_on else 'frist '}{short_date(day)}" if day else ""
        told[row.party.party] = ", ".join(part for part in (word, when) if part)
    return told


def tick_owing(found: Seen, shape: Shape, sent: Sent) -> Sent:
    """The same with ticks at all that still owe something, where that was asked for."""
    if sent.word_in("do") != "owing":
        return sent
    step = _steps(found, shape) or sent.word_in("step")
    rows = [r for r in found.status.standings if r.step.id == step and not r.state.is_closed]
    return replace(sent, parties=tuple(row.party.party for row in rows))


def _coming_meetings(found: Seen) -> list[tuple[str, list[str]]]:
    """The next meetings of each body, to write the right day."""
    today, days = found.moment.date(), dict[str, list[str]]()
    for meeting in found.case.meetings:
        if meeting.area == found.case.area and meeting.held_on >= today:
            word = f"{short_date(meeting.held_on)} ({label(meeting.state)})"
            days.setdefault(meeting.body, []).append(word)
    return [(p.name, days[p.party][:6]) for p in found.case.parties if p.party in days]


_MANY = 8
_TOLD = (DateSource.ASSUMED, DateSource.ANNOUNCED, DateSource.AGREED)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line: what, before, after, and how far it moves."""

    what: str
    before: dt.date | None
    after: dt.date | None
    note: str


def change_lines(change: PlanChange) -> tuple[ChangeLine, ...]:
    """The dates that move, one line for all that move alike."""
    groups: dict[tuple[object, ...], list[DateChange]] = {}
    for moved in (*change.dates, *change.due_dates):
        at = (moved.step, moved.before, moved.after, "" if moved.party else moved.what)
        groups.setdefault(at, []).append(moved)
    return tuple(_line(group) for group in groups.values())


def _line(group: list[DateChange]) -> ChangeLine:
    first = group[0]
    names = [moved.what for moved in group]
    what = join_names(names)
    if len(names) >= _MANY:
        _, comma, step = first.what.partition(",")
        what = f"{len(names)} kommuner{comma}{step}"
    note = moved_by(first)
    if first.party and first.origin in _TOLD:
        note = f"{note} ({label(first.origin)})".strip()
    return ChangeLine(what, first.before, first.after, note)


OPENED = "opened"
"""The hidden field that says when its person last saw the case."""


def recorded_meanwhile(case: Case, shape: Shape, sent: Sent) -> tuple[Correctable, ...]:
    """Facts of the form's kind about its parties that were recorded since it was opened.

    Oldest first; none for a form that does not say when it was opened.
    """
    since = moment_in(sent.word_in(OPENED))
    if since is None:
        return ()
    found = (
        fact
        for fact in correctable(case)
        if fact.recorded_at > since and kind_of(ENTRY_OF_VALUE[type(fact)]) == shape.kind
    )
    return tuple(reversed([fact for fact in found if _is_about(fact, sent.parties)]))


def moment_in(text: str) -> dt.datetime | None:
    """The moment that a form says it was opened at; None where it says none."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _is_about(fact: Correctable, parties: Sequence[str]) -> bool:
    party = getattr(fact, "party", "")
    return not party or party in parties


def successor(case: Case, shape: Shape, sent: Sent) -> Correctable | None:
    """What now stands in place of a fact that was corrected while its form stood open."""
    return next(iter(reversed(recorded_meanwhile(case, shape, sent))), None)


def told_meanwhile(facts: Sequence[Correctable], sentences: Sequence[str]) -> str:
    """What to say about it, in Danish."""
    said = " ".join(
        f"{fact.recorded_by} registrerede kl. {clock_time(fact.recorded_at)}: {text}"
        for fact, text in zip(facts, sentences, strict=True)
    )
    return (
        f"Der er kommet noget til, mens du skrev. {said} Intet er overskrevet, og intet af dit er "
        "gemt endnu. Fortsæt, hvis dit også skal registreres."
    )

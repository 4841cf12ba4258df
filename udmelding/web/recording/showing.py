"""Shows a form that records: what was written, what is wrong, and what helps to fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request
from fastapi.responses import HTMLResponse

from udmelding.rules.case.glossary import label
from udmelding.rules.case.sentences import sentence
from udmelding.rules.words.date_wording import short_date
from udmelding.web.case.pages import Seen, case_page
from udmelding.web.recording.corrections import Correctable
from udmelding.web.recording.fields import MEETING, How, Shape
from udmelding.web.recording.reading import Lax, Sent
from udmelding.web.recording_meanwhile import OPENED

_WRONG = 422


def form_page(
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
    is_seen_now = has_seen or not sent.said(OPENED)
    labels = {field.name: field.label for field in shape.fields} | {"reason_back": "Begrundelse"}
    return case_page(
        request,
        "record/form.html",
        found,
        code=_WRONG if flaws else 200,
        shape=shape,
        How=How,
        values=Lax(sent.values),
        opened=found.moment.isoformat() if is_seen_now else sent.said(OPENED),
        parties=sent.parties,
        flaws=Lax(flaws or {}),
        labels=labels,
        standing=_standing(found, shape),
        asked={party.party for party in found.case.parties if party.is_asked},
        meetings=_coming_meetings(found) if shape.kind == MEETING else (),
        old=old,
        old_text=sentence_of(found, old) if old else "",
    )


def sentence_of(found: Seen, fact: Correctable) -> str:
    """The fact as the log says it."""
    return sentence(fact, {party.party: party.name for party in found.case.parties})


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


def ticked(found: Seen, shape: Shape, sent: Sent) -> Sent:
    """The same with ticks at all that still owe something, where that was asked for."""
    if sent.said("do") != "owing":
        return sent
    step = _steps(found, shape) or sent.said("step")
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

"""What speaks against launching a case? Nobody may be reached from here, or asked anything."""

from __future__ import annotations

import datetime as dt

from models.document import DocumentKind
from udmelding.config.case.process import FulfilledBy
from udmelding.rules.case.case import Case
from udmelding.rules.words.date_wording import long_date


def launch_doubts(*, url: str, has_links: bool) -> tuple[str, ...]:
    """What speaks against launching a case here, in Danish sentences; empty where nothing does.

    Args:
        url: the address of the pages where it means nothing on other machines; empty elsewhere.
        has_links: whether the mails have links to the pages.
    """
    if not url:
        return ()
    fate = (
        "Linkene i mailene virker derfor ikke hos kommunerne."
        if has_links
        else "Mailene er derfor uden links, og kommunerne kan ikke svare på siderne."
    )
    return (f"Siderne har en adresse, der kun virker på denne maskine ({url}). {fate}",)


def unasked(case: Case) -> str:
    """What it means that a case asks no question set, in Danish sentences.

    A warning, no doubt: a case can be asked by mail alone, but then each answer is read by a person
    and typed in.

    Returns:
        Empty where a set is chosen, or where nobody is invited to answer.
    """
    asking = [
        step
        for step in case.process.steps
        if step.fulfilled_by is FulfilledBy.RESPONSE and step.invitation is not None
    ]
    if not asking or any(case.question_set(step.id) for step in asking):
        return ""
    has_file = any(one.document_kind is DocumentKind.QUESTIONS for one in case.documents)
    told = (
        "Der er ikke valgt spørgsmål som skema; de følger kun med som fil."
        if has_file
        else "Der er ikke valgt spørgsmål."
    )
    return (
        f"{told} Mailen beder derfor kommunerne om at svare på selve mailen, og svarene kan ikke "
        "tælles sammen, før nogen taster dem ind."
    )


_USUAL = dt.timedelta(weeks=8)
"""The agency gives longer than this; a shorter deadline is rather a day or a year misread."""


def deadline_doubt(deadline: dt.date, today: dt.date) -> str:
    """What speaks against a deadline, as a question in Danish; empty where nothing does."""
    if deadline < today:
        return f"Fristen {long_date(deadline)} er overskredet. Er den rigtig?"
    if deadline < today + _USUAL:
        days = (deadline - today).days
        left = "i dag" if not days else f"om {days} {'dag' if days == 1 else 'dage'}"
        return f"Fristen {long_date(deadline)} er {left}, under otte uger. Er den rigtig?"
    return ""

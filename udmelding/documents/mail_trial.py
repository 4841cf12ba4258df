"""Does a mail's text hold when it is used? Written once with every kind of made-up value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.outbox import MailKind
from udmelding.documents import markdown
from udmelding.documents.mail.flaw_wording import TextFlaw, in_danish
from udmelding.documents.mail.samples import sample_values, trials
from udmelding.documents.mail.templates import MailTemplates, TemplateError, names


def flaws_of(kind: MailKind, found: MailTemplates, shipped: MailTemplates) -> tuple[TextFlaw, ...]:
    """What goes wrong when the kind's texts are written with made-up values.

    Values that the shipped text cannot be written with either never come together in a case.
    """
    flaws = []
    for values in trials(kind):
        error = _error(kind, found, values)
        if error is not None and _error(kind, shipped, values) is None:
            flaws.append(TextFlaw(error.template, error.line or 0, in_danish(error.problem)))
    return tuple(sorted(set(flaws))) or (*_of_result(kind, found), *page_flaws(found))


def page_flaws(found: MailTemplates) -> tuple[TextFlaw, ...]:
    """What goes wrong when the page around a mail is written."""
    try:
        found.page("Emne", "<p>Tekst</p>")
    except TemplateError as error:
        return (TextFlaw(error.template, error.line or 0, in_danish(error.problem)),)
    return ()


def _error(kind: MailKind, found: MailTemplates, values: Mapping[str, Any]) -> TemplateError | None:
    try:
        found.subject(kind, values)
        found.body(kind, values)
    except TemplateError as error:
        return error
    return None


def _of_result(kind: MailKind, found: MailTemplates) -> Iterator[TextFlaw]:
    """Is everything that a mail needs really there when all values are?"""
    subject_name, body_name = names(kind)
    values = sample_values(kind)
    reference = f"[{values['reference']}]"
    subject = found.subject(kind, values)
    if not subject.startswith(reference):
        told = "Emnet skal begynde med [{{ reference }}], så svar kan høre til den rette sag."
        yield TextFlaw(subject_name, 1, told)
    elif not subject.removeprefix(reference).strip():
        yield TextFlaw(subject_name, 1, "Emnet siger ikke andet end sagens reference.")
    text = markdown.as_text(markdown.parsed(found.body(kind, values)))
    if not text.strip():
        yield TextFlaw(body_name, 1, "Mailen bliver tom.")

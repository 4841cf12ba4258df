"""How is a mail's text written before it is used, and by more than one?

What somebody has typed is a draft among the secretariat's own files, ``drafts/mail/KIND.txt``: it
is kept with each look at the preview, flawed or not, and gone when it is used. Nothing reads it but
the page on which it is written (see decision 35). It is in the plain form, or a template.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from models import MailKind
from udmelding.casework import own
from udmelding.casework.mail.texts import (
    EditedTexts,
    draft_path,
    edited_texts,
    seen_numbers,
)
from udmelding.casework.wiring import Services
from udmelding.documents.mail.plain import Plain, Templates, as_plain, as_templates
from udmelding.journal import own as journal
from udmelding.journal.database import reading
from udmelding.journal.own import ChangedMeanwhileError
from udmelding.journal.stamp import Stamp

_RULE = "\n----------\n"


class View(StrEnum):
    """In which form a text is written."""

    PLAIN = "plain"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDraft:
    """A mail's text as somebody writes it.

    Attributes:
        used: the texts in use, or shipped; ``seen`` of it is what a save must come from.
        view: the form in which ``subject`` and ``body`` are.
        saved_at: when, and ``saved_by`` by whom; None and empty where nothing is kept.
        begun_from: the editions of the texts in use that the draft was begun from.
    """

    kind: MailKind
    used: EditedTexts
    view: View
    subject: str
    body: str
    saved_at: dt.datetime | None = None
    saved_by: str = ""
    begun_from: str = ""

    @property
    def is_overtaken(self) -> bool:
        """What is in use was changed after the draft was begun."""
        return self.saved_at is not None and self.begun_from != _texts_in(self.used.seen)

    def templates(self) -> Templates:
        """The draft as templates; only where it is in the plain form."""
        around = self.used.subject, self.used.body
        return as_templates(self.kind, Plain(self.subject, self.body), around)

    def seen_in(self, view: View) -> TextDraft | None:
        """The same in another form; None where that cannot be, and this one has to be mended."""
        if view is self.view:
            return self
        subject, body = self.subject, self.body
        if view is View.PLAIN:
            plain = as_plain(self.kind, subject, body)
            if plain is None:
                return None
            subject, body = plain.subject, plain.body
        else:
            made = self.templates()
            if made.flaws:
                return None
            subject, body = made.subject, made.body
        return replace(self, view=view, subject=subject, body=body)


def text_draft(services: Services, kind: MailKind) -> TextDraft:
    """What somebody has typed for a kind of mail, or else what is in use, plain where it can be."""
    used = edited_texts(services, kind)
    with reading(services.engine) as session:
        newest = next(iter(journal.editions_of(session, draft_path(kind))), None)
        kept = newest if newest is not None and newest.is_there else None
        text = journal.contents(session, [kept.id]).get(kept.id) if kept else None
    if kept is None or text is None:
        in_use = TextDraft(
            kind=kind, used=used, view=View.TEMPLATE, subject=used.subject, body=used.body
        )
        return in_use.seen_in(View.PLAIN) or in_use
    view, subject, body = _read(text.decode("utf-8", "replace"))
    return TextDraft(
        kind=kind,
        used=used,
        view=view,
        subject=subject,
        body=body,
        saved_at=kept.recorded_at,
        saved_by=kept.recorded_by,
        begun_from=kept.source,
    )


def keep_text_draft(services: Services, typed: TextDraft, seen: str, stamp: Stamp) -> None:
    """Keep what somebody has typed, whatever is wrong with it.

    Raises:
        ChangedMeanwhileError: somebody else has typed since the page was opened.
        CprRefusedError, CprQuestionError: it holds what is or may be a CPR number.
    """
    numbers = seen_numbers(typed.kind, seen)
    path = draft_path(typed.kind)
    if _texts_in(typed.used.seen) != _texts_in(seen):
        raise ChangedMeanwhileError
    begun_from = typed.begun_from if typed.saved_at else _texts_in(seen)
    content = f"{typed.view}\n{typed.subject.strip()}{_RULE}{typed.body}"
    changes: dict[str, bytes | None] = {path: content.encode()}
    own.save(services, changes, stamp, seen={path: numbers[path]}, source=begun_from)


def discard_text_draft(services: Services, kind: MailKind, seen: str, stamp: Stamp) -> None:
    """Take the draft away; what is in use stays.

    Raises:
        ChangedMeanwhileError: somebody else has typed since the page was opened.
    """
    path = draft_path(kind)
    own.save(services, {path: None}, stamp, seen={path: seen_numbers(kind, seen)[path]})


def _texts_in(seen: str) -> str:
    """What a page has shown, without the draft's own number."""
    return seen.rpartition("-")[0]


def _read(text: str) -> tuple[View, str, str]:
    view, _, rest = text.partition("\n")
    subject, _, body = rest.partition(_RULE)
    return View.PLAIN if view == View.PLAIN else View.TEMPLATE, subject, body

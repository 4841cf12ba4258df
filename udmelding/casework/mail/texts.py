"""The secretariat's own texts for its mails: which there are, whether they hold, changing them.

They are kept in the database (``casework.own``) below ``mail/``, named like the shipped ones, and
come before them. What is saved has passed every check. A text that an older program has let pass
may be flawed; mails of its kind are then written from the shipped text, and the flaw is told here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from models import MailKind
from udmelding.casework import own
from udmelding.casework.wiring import Services, refreshed
from udmelding.documents.mail import checks as mail_checks
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.rendering import MAILS, REWORDED, MailTexts, find_texts
from udmelding.documents.mail.reply_checks import unread_replies
from udmelding.documents.mail.templates import names, own_text
from udmelding.errors import NotFoundError
from udmelding.journal.database import Session
from udmelding.journal.mail import texts as mail_texts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.own import Edition
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.glossary import label

_WHEN: Mapping[MailKind, str] = {
    MailKind.INVITATION: "Når dataindsamlingen begynder, til hver kommune.",
    MailKind.REMINDER_BEFORE: "Nogle dage før svarfristen, til dem, der ikke har svaret.",
    MailKind.REMINDER_OVERDUE: "Når svarfristen er overskredet.",
    MailKind.REMINDER_ESCALATED: "Når svarfristen er overskredet i flere dage; I sender den selv.",
    MailKind.THANKS: "Når et svar er registreret.",
    MailKind.ANSWER_RETURNED: "Når I sender et svar tilbage.",
    MailKind.EXTENSION_GRANTED: "Når I giver en kommune mere tid.",
    MailKind.ANNOUNCED_BEFORE: "Før den dag, som kommunen selv har meldt.",
    MailKind.ANNOUNCED_PASSED: "Når den dag, kommunen har meldt, er gået uden svar.",
    MailKind.DATED_REMINDER: "På den dag, I har valgt, med jeres egen besked.",
    MailKind.COMMENT_INVITATION: "Når I sender et udkast til bemærkninger.",
    MailKind.COMMENT_REMINDER: "Når en læser ikke har svaret på udkastet.",
    MailKind.COUNCIL_INVITATION: "Når rapporten skal behandles politisk, til hver kommune.",
    MailKind.COUNCIL_REMINDER_BEFORE: "Nogle dage før fristen for den politiske beslutning.",
    MailKind.COUNCIL_REMINDER_OVERDUE: "Når fristen for den politiske beslutning er overskredet.",
    MailKind.COUNCIL_REMINDER_ESCALATED: (
        "Når fristen for beslutningen er overskredet i flere dage; I sender den selv."
    ),
    MailKind.DUE_DATE_MOVED: "Når en frist, kommunen har fået at vide, bliver en anden.",
    MailKind.DIGEST: "I stedet for flere påmindelser samme dag til den samme person.",
    MailKind.INVITATION_DIGEST: "I stedet for flere invitationer samme dag til den samme person.",
    MailKind.NOTICE: "Når der er sket noget, I skal vide; kun til jer selv.",
    MailKind.SUBMISSION: "Når rapporten fremsendes; en person frigiver den.",
    MailKind.RESERVATION_LIFTED: "Når de sidste kommuner har godkendt; en person frigiver den.",
    MailKind.QUESTION_ANSWER: "Når styrelsens spørgsmål er besvaret; en person frigiver den.",
    MailKind.CORRECTION: "Når I retter en mail, der er sendt.",
    MailKind.HANDOVER: "Når en kommune får en ny kontakt.",
    MailKind.WEEKLY: "I begyndelsen af ugen, til den, der har bedt om direktørens side på mail.",
}
"""When each kind of mail is sent."""


class Origin(StrEnum):
    """Whose text the mails of a kind are written from."""

    SHIPPED = "shipped"
    OWN = "own"
    FLAWED = "flawed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfMail:
    """One kind of mail, as far as its texts go.

    Attributes:
        origin: whose text is used; ``FLAWED``: there is an own one, but the shipped one is used.
        own: names of the own files that its mails are, or would be, written from.
        changed_at: when the newest of these was changed, and ``changed_by`` whom; None and empty
            where there are none.
        warnings: what they say that is not true in every case; they are used all the same.
        has_draft: whether somebody is writing another text.
    """

    kind: MailKind
    origin: Origin
    own: tuple[str, ...]
    changed_at: dt.datetime | None
    changed_by: str
    flaws: tuple[TextFlaw, ...]
    warnings: tuple[TextFlaw, ...]
    has_draft: bool

    @property
    def label(self) -> str:
        """The kind's Danish name."""
        return label(self.kind)

    @property
    def when(self) -> str:
        """When such a mail is sent, a Danish sentence."""
        return _WHEN[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedTexts:
    """The texts of one kind as they can be edited.

    Attributes:
        seen: the editions that are shown; what is saved later must come from the same.
        is_own: whether the kind has a text of the secretariat's own.
    """

    subject: str
    body: str
    seen: str
    is_own: bool


def kind_named(name: str) -> MailKind:
    """The kind of mail with that English or Danish name.

    Raises:
        NotFoundError: there is none.
    """
    wanted = name.strip().casefold()
    for kind in MAILS:
        if wanted in (kind.value, kind.value.replace("_", "-"), label(kind).casefold()):
            return kind
    raise NotFoundError("slags mail", name, tuple(kind.value for kind in MAILS))


def all_kinds(services: Services) -> tuple[KindOfMail, ...]:
    """Every kind of mail and whose text it is written from."""
    texts = find_texts(refreshed(services).settings.texts_folder)
    known = {one.path: one for one in own.editions(services)}
    return tuple(_kind_of(services, texts, kind, known) for kind in MAILS)


def one_kind(services: Services, kind: MailKind) -> KindOfMail:
    """One kind of mail and whose text it is written from."""
    texts = find_texts(refreshed(services).settings.texts_folder)
    return _kind_of(services, texts, kind, {one.path: one for one in own.editions(services)})


def told_warnings(services: Services, texts: MailTexts, kind: MailKind) -> tuple[TextFlaw, ...]:
    """What the kind's own texts say that is not true in every case, or not in this home."""
    told = texts.warnings(kind)
    if services.settings.mailbox.host or texts.flaws(kind):
        return told
    return tuple(sorted({*told, *unread_replies(kind, texts.found)}))


def _kind_of(
    services: Services, texts: MailTexts, kind: MailKind, known: Mapping[str, Edition]
) -> KindOfMail:
    flaws = texts.flaws(kind)
    found = mail_checks.own_texts(kind, texts.found)
    last = max(
        (known[path] for name in found if (path := f"mail/{name}") in known),
        key=lambda one: one.recorded_at,
        default=None,
    )
    return KindOfMail(
        kind=kind,
        origin=Origin.FLAWED if flaws else (Origin.OWN if found else Origin.SHIPPED),
        own=found,
        changed_at=last.recorded_at if last else None,
        changed_by=last.recorded_by if last else "",
        flaws=flaws,
        warnings=told_warnings(services, texts, kind),
        has_draft=draft_path(kind) in known,
    )


def flaws_in(folder: Path) -> tuple[TextFlaw, ...]:
    """Everything that is wrong with the texts in a folder of a secretariat's own.

    Args:
        folder: holds a folder ``mail``; where it is not there, nothing is wrong.
    """
    mails = folder / "mail"
    if mails.exists():
        try:
            next(mails.iterdir(), None)
        except OSError as error:
            return (TextFlaw("mail", 0, f"Mappen {mails} kan ikke læses ({error.strerror})."),)
    texts = find_texts(folder)
    flaws = [flaw for kind in MAILS for flaw in texts.flaws(kind)]
    return tuple(sorted({*flaws, *mail_checks.unused_files(texts.found)}))


def warnings_in(folder: Path) -> tuple[TextFlaw, ...]:
    """What the own texts in a folder say that is not true in every case, flawed ones left out."""
    texts = find_texts(folder)
    return tuple(sorted({warning for kind in MAILS for warning in texts.warnings(kind)}))


def edited_texts(services: Services, kind: MailKind) -> EditedTexts:
    """The kind's texts for the form: its own where there is one, flawed or not."""
    paths, locked = _paths(kind), _locked(kind)
    seen, here = own.numbers(services, locked), own.tree(services)
    shipped = find_texts().shipped
    subject, body = (
        here[path].decode("utf-8", "replace") if path in here else shipped.texts[name].content
        for name, path in zip(names(kind), paths, strict=True)
    )
    return EditedTexts(
        subject=subject,
        body=body,
        seen="-".join(str(seen[path]) for path in locked),
        is_own=any(path in here for path in paths),
    )


def with_changes(services: Services, kind: MailKind, subject: str, body: str) -> MailTexts:
    """All texts as they would be with these for the kind; saves nothing."""
    folder = refreshed(services).settings.texts_folder
    texts, changes = find_texts(folder), {}
    for name, text in zip(names(kind), (subject, body), strict=True):
        plain = _normal(text)
        shipped = texts.shipped.texts[name]
        is_shipped = plain.strip() == shipped.content.strip()
        changes[name] = shipped if is_shipped else own_text(folder / "mail" / name, plain.encode())
    return replace(texts, found=texts.found.with_texts(changes))


def save_texts(
    services: Services, kind: MailKind, subject: str, body: str, seen: str, stamp: Stamp
) -> tuple[TextFlaw, ...]:
    """Use these texts for the kind from now on, if nothing is wrong with them.

    A text that says the same as the shipped one needs none of its own, and gets none.

    Returns:
        The flaws, and then nothing is saved; none when the texts are in use.

    Raises:
        ChangedMeanwhileError: there are newer texts than ``seen``.
        CprRefusedError, CprQuestionError: a text holds what is or may be a CPR number.
    """
    changed = with_changes(services, kind, subject, body)
    if flaws := changed.flaws(kind):
        return flaws
    texts = [changed.found.texts[name] for name in names(kind)]
    _save(services, kind, [one.content if one.is_own else None for one in texts], seen, stamp)
    return ()


def use_shipped(services: Services, kind: MailKind, seen: str, stamp: Stamp) -> None:
    """Take the kind's own texts out of use; its mails are written from the shipped ones again.

    A draft of another text goes with them.

    Raises:
        ChangedMeanwhileError: there are newer texts than ``seen``.
    """
    _save(services, kind, [None, None], seen, stamp)


def _save(
    services: Services, kind: MailKind, texts: Iterable[str | None], seen: str, stamp: Stamp
) -> None:
    own.save(
        services,
        {
            **{
                path: None if text is None else text.encode()
                for path, text in zip(_paths(kind), texts, strict=True)
            },
            draft_path(kind): None,
        },
        stamp,
        seen=seen_numbers(kind, seen),
    )


def draft_path(kind: MailKind) -> str:
    """Where the draft of the kind's texts lies among what the secretariat has of its own."""
    return f"drafts/mail/{kind.value}.txt"


def seen_numbers(kind: MailKind, seen: str) -> dict[str, int]:
    """What a page has shown of the kind's texts and their draft: numbers of editions by path."""
    said = [int(number) if number.isdecimal() else -1 for number in seen.split("-")]
    return dict(zip(_locked(kind), [*said, -1, -1, -1][:3], strict=True))


def shipped_texts(kind: MailKind) -> dict[str, str]:
    """The kind's shipped subject and body, by where an own one would stand."""
    shipped = find_texts().shipped
    return {
        path: shipped.texts[name].content
        for name, path in zip(names(kind), _paths(kind), strict=True)
    }


def keep_versions(
    session: Session, texts: MailTexts, mails: Iterable[OutboxMail], now: dt.datetime
) -> None:
    """Keep the texts that mails were just made from, in the transaction that writes the mails."""
    made = {(x.mail, x.template_version) for x in mails if x.template_version != REWORDED}
    for kind, version in sorted(made):
        source = texts.source(kind)
        mail_texts.keep(session, kind, version, source.texts, source.own, now)


def _paths(kind: MailKind) -> list[str]:
    """Where the kind's subject and body stand among what the secretariat has of its own."""
    return [f"mail/{name}" for name in names(kind)]


def _locked(kind: MailKind) -> list[str]:
    """All that a page shows of the kind, and that nobody may have changed meanwhile."""
    return [*_paths(kind), draft_path(kind)]


def _normal(text: str) -> str:
    """A text as a file holds it, however the browser has sent it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"

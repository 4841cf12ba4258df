"""What did the person write on a form that records, and what is wrong with it?

Everything written travels in the address of the page that shows it, or along in hidden fields, so a
form can always be shown again as it was left, and going back never asks to send it again. A file is
kept in the store at once and travels by its checksum.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import Depends, Request

from models import DocumentKind, Level
from udmelding.casework.case.documents import take_in_from
from udmelding.casework.files import ANY, take_in
from udmelding.casework.plan.meetings import MeetingChange
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import without_links_in
from udmelding.rules.case import facts
from udmelding.rules.case.case import Case
from udmelding.rules.recording.asking import Field, in_reading_order, meaning
from udmelding.rules.recording.case import NewDocument
from udmelding.rules.recording.catalogue import ENTRY_OF
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.written import How, Period
from udmelding.rules.words.danish_dates import DateReading, Direction, read_day
from udmelding.rules.words.date_wording import long_period
from udmelding.rules.words.lists import join_names
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.recording import fields
from udmelding.web.recording.corrections import Correctable, period_of, prefill
from udmelding.web.recording.fields import Shape
from udmelding.web.recording.shapes import MEETING_CANCELLED, MEETING_HELD, MEETING_MOVED
from udmelding.web.upload import SentFile, sent_file

_FILE = ("file_sha256", "file_name")
_FEW = 3


class Lax(dict[str, str]):
    """Words by name; a name that is not there is an empty word, which templates can show."""

    def __missing__(self, key: str) -> str:
        """Nothing was written."""
        return ""


class FlawedFieldsError(RefusedError):
    """Something on the form is wrong.

    Attributes:
        flaws: for each field what is wrong with it, in Danish.
    """

    def __init__(self, flaws: Mapping[str, str]) -> None:
        """Keep what is wrong."""
        super().__init__(" ".join(flaws.values()))
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: its fields, the ticked parties, a file."""

    values: Mapping[str, str]
    parties: tuple[str, ...] = ()
    upload: SentFile | None = None

    def word_in(self, name: str) -> str:
        """What stands in a field; empty where it was not sent."""
        return self.values.get(name, "")


async def _sent(request: Request) -> Sent:
    form = await request.form()
    values = {
        name: text.replace("\r\n", "\n").strip()
        for name, text in form.items()
        if isinstance(text, str) and name not in ("csrf", "party")
    }
    parties = tuple(dict.fromkeys(p for p in form.getlist("party") if isinstance(p, str) and p))
    return Sent(values, parties, await sent_file(form, "file"))


Filled = Annotated[Sent, Depends(_sent)]

_NOT_PACKED = frozenset({"do", "even_so"})


def in_query(sent: Sent) -> str:
    """What was written as a part of an address; see ``kept_fields.in_address``."""
    words = {name: text for name, text in sent.values.items() if text and name not in _NOT_PACKED}
    if sent.parties:
        words["party"] = ",".join(sent.parties)
    return in_address(without_links_in(words))


def from_query(packed: str) -> Sent | None:
    """What ``in_query`` packed; None where the address has nothing, or was changed by hand."""
    words = from_address(packed) if packed else {}
    parties = tuple(party for party in words.pop("party", "").split(",") if party)
    return Sent(words, parties) if words or parties else None


def keep_file(services: Services, shape: Shape, sent: Sent, stamp: Stamp) -> Sent:
    """The same with the file in the store, sent or fetched; nothing is recorded here.

    Raises:
        FlawedFieldsError: it is refused; see ``casework.files.take_in``.
        ConfirmationNeededError: it may hold a CPR number, and nobody has looked.
    """
    file = sent.upload
    link = sent.word_in("link") if shape.kind == fields.DOCUMENT else ""
    if file is None and not link:
        return sent
    try:
        if file is not None:
            taken = take_in(services, file.name, file.content, ANY, stamp)
        elif link.startswith(("http://", "https://")):
            taken = take_in_from(services, link, stamp)
        else:
            raise FlawedFieldsError({"link": "Et link skal begynde med https:// eller http://."})
    except FlawedFieldsError:
        raise
    except (RefusedError, OutsideError) as error:
        raise FlawedFieldsError({"link" if file is None else "file": error.message}) from error
    kept = {"file_sha256": taken.sha256, "file_name": taken.file_name, "link": ""}
    if file is None and not sent.word_in("source"):
        kept["source"] = link
    return replace(sent, values={**sent.values, **kept}, upload=None)


def read_fields(
    shape: Shape, sent: Sent, today: dt.date, old: Correctable | None = None
) -> dict[str, Any]:
    """What the fields say; the parties are in ``sent``.

    Args:
        shape: the form.
        sent: what was written.
        today: the day that dates without a year are seen from.
        old: the fact that is corrected; its day stands as it was where nobody touched it.

    Raises:
        FlawedFieldsError: fields are missing or cannot be read; names each.
    """
    said: dict[str, Any] = {}
    flaws: dict[str, str] = {}
    untouched = prefill(shape, old) if old else {}
    for field in in_reading_order(shape.fields):
        if field.how is How.FILE:
            continue
        try:
            if field.how is How.PERIOD and old and sent.word_in("on") == untouched.get("on"):
                said["on"] = period_of(old)
            else:
                ahead = ENTRY_OF.get(shape.kind, Entry).looks_ahead(said)
                said[field.name] = _read(field, sent, today, looks_ahead=ahead)
        except RefusedError as error:
            flaws[field.name] = error.message
    if flaws:
        raise FlawedFieldsError(flaws)
    return said


def _read(field: Field, sent: Sent, today: dt.date, *, looks_ahead: bool) -> Any:
    if field.name == "party" or field.how is How.PARTIES:
        return _read_parties(field, sent)
    text = sent.word_in(field.name)
    if not text:
        if field.is_required:
            raise RefusedError(_missing(field))
        return "" if field.how in (How.TEXT, How.LONG) else None
    return _read_text(field, text, sent, today, looks_ahead=looks_ahead)


def _read_text(field: Field, text: str, sent: Sent, today: dt.date, *, looks_ahead: bool) -> Any:
    if field.options and text not in dict(field.options):
        raise RefusedError("Vælg en af mulighederne.")
    if field.name == "on" and sent.word_in("what") == MEETING_HELD:
        return read_day(text, today=today, direction=Direction.PAST)
    return meaning(field, text, today, looks_ahead=looks_ahead)


def _read_parties(field: Field, sent: Sent) -> tuple[str, ...] | None:
    known = dict(field.options)
    if not sent.parties:
        if field.is_required:
            raise RefusedError(_missing(field))
        return None
    if any(party not in known for party in sent.parties):
        raise RefusedError("Vælg en af mulighederne.")
    return sent.parties


def _missing(field: Field) -> str:
    if field.how is How.PARTIES:
        return "Sæt kryds ved mindst én kommune."
    if field.how in (How.PERIOD, How.PAST_DAY, How.COMING_DAY):
        return "Skriv en dato, fx 28/4-2025."
    if field.name == "reason":
        return "Skriv en begrundelse."
    return "Vælg en af mulighederne." if field.options else "Skriv det, der mangler her."


def facts_of(
    services: Services,
    case: Case,
    shape: Shape,
    said: Mapping[str, Any],
    sent: Sent,
    old: Correctable | None = None,
) -> tuple[dict[str, Any], ...]:
    """The fields of each entry that the form makes: one for each party, or one for the case.

    Raises:
        FlawedFieldsError: a document has no file.
        NotFoundError: the store does not have it.
    """
    asked = {name: value for name, value in said.items() if name not in ("party", "link")}
    common = {**shape.fixed, **asked}
    common |= _of_kind(services, case, shape, common, sent, old)
    if old is not None:
        common["corrects"] = old.key
        if hasattr(old, "step") and "step" not in said:
            common["step"] = old.step
    made = [{**common, "party": p} for p in said["party"]] if "party" in said else [common]
    for one in made:
        one |= ENTRY_OF[shape.kind].follows(one)
        if isinstance(old, facts.Decision):
            one["report_version"] = old.report_version
            one["is_proven"] |= old.is_proven and not old.evidence
    return tuple(made)


def _of_kind(
    services: Services,
    case: Case,
    shape: Shape,
    common: Mapping[str, Any],
    sent: Sent,
    old: Correctable | None,
) -> dict[str, Any]:
    """What the form says besides its fields, or in place of what they say, by its kind."""
    match shape.kind:
        case "submission":
            # A new one's reservation is worked out: it is for whoever has not decided.
            return {"reservation_for": list(sent.parties) if old else None}
        case "decision":
            is_unchanged = isinstance(old, facts.Decision) and common["evidence"] == old.evidence
            if sent.word_in("file_name") and (is_unchanged or not common["evidence"]):
                return {"evidence": sent.word_in("file_name")}
        case fields.DOCUMENT:
            file = file_of(services, sent, old)
            return file | {"title": common["title"] or PurePath(file["file_name"]).stem}
        case fields.FRONT_PAGE:
            said = {"journal_number": common["journal_number"] or None}
            return _front_page(case) | dict(common) | said
    return {}


def _front_page(case: Case) -> dict[str, Any]:
    """The front page as it is: it is recorded as a whole."""
    front = case.particulars
    names = ("legal_basis", "renews", "journal_number", "responsible", "target_group")
    return {"announcement_kind": front.kind} | {name: getattr(front, name) for name in names}


def file_of(services: Services, sent: Sent, old: Correctable | None = None) -> dict[str, Any]:
    """The columns of a document for the file that was sent, or the one that the old fact has.

    Raises:
        FlawedFieldsError: there is none.
        NotFoundError: the store does not have it.
    """
    sha256, name = (sent.word_in(field) for field in _FILE)
    if not sha256 and isinstance(old, facts.Document):
        sha256, name = old.sha256, old.file_name
        if not sha256:
            return {"file_name": name}  # only the fact of it is known
    if not sha256:
        raise FlawedFieldsError({"file": "Vælg en fil, eller skriv et link til den."})
    with services.store.open_checked(sha256) as file:
        size = file.seek(0, 2)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"file_name": name, "media_type": media_type, "size": size, "sha256": sha256}


def documents_of(
    services: Services, case: Case, said: Mapping[str, Any], sent: Sent
) -> tuple[dict[str, Any], ...]:
    """The document that the minutes of decisions become; none where none were sent along.

    Raises:
        NotFoundError: the store does not have it.
    """
    if not sent.word_in("file_sha256") or "party" not in said:
        return ()
    names = [p.name for p in case.parties if p.party in said["party"]]
    return (minutes_of(names, said["on"], file_of(services, sent)),)


def minutes_of(
    names: list[str], on: Period | DateReading, file: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of the document that minutes of a day become.

    Args:
        names: whose minutes they are.
        on: when they met.
        file: ``file_name``, ``media_type``, ``size`` and ``sha256``.
    """
    who = join_names(names) if len(names) <= _FEW else f"{len(names)} kommuner"
    return NewDocument(
        document_kind=DocumentKind.MINUTES,
        title=f"Referat: {who}, {long_period(on.start, on.end)}",
        dated_on=on.end,
        **file,
    ).model_dump(exclude={"kind"})


def meeting_of(case: Case, said: Mapping[str, Any]) -> MeetingChange:
    """What the form says of a meeting.

    Raises:
        FlawedFieldsError: it was moved, and the new day is missing.
    """
    what = said["what"]
    if what == MEETING_MOVED and said["moved_to"] is None:
        raise FlawedFieldsError({"moved_to": "Skriv den nye dag."})
    return MeetingChange(
        area=case.area,
        body=said["body"],
        on=said["on"],
        moved_to=said["moved_to"] if what == MEETING_MOVED else None,
        is_held=what == MEETING_HELD,
        is_cancelled=what == MEETING_CANCELLED,
        papers_due_on=said["papers_due_on"],
        level=Level(said["level"]),
        note=said["note"],
        source=said["source"],
    )

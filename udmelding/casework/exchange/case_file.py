"""Case files: a whole case as text, to be imported, exported, or played day by day.

``read_case_file`` checks everything before anything is recorded: a file with one wrong line changes
nothing. History is recorded as of its own dates and by whom it says; importing the same file again
records nothing, because every fact has the same key. An imported open case is paused, so that
nobody is written to about matters long past until a person takes it up.

The format is YAML (JSON is read too): the identity of the case, then ``facts``, each an entry of
``udmelding.rules.recording.catalogue`` with, where it differs from the default, when and by whom it
was recorded and what has replaced it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from models import PartyKind, Scope
from udmelding import clock
from udmelding.config import marked
from udmelding.config.case.process import Shape
from udmelding.config.marked import Lines, problem_in_danish
from udmelding.errors import BadFileError, Flaw
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars, ProcessText
from udmelding.rules.recording.catalogue import AnyEntry, CaseEntry, flaws_of

FORMAT = "udmelding/case/1"


def _moment(value: Any) -> dt.datetime:
    """A moment as ``2025-01-10 09:00`` (Danish time) or with an offset."""
    if isinstance(value, dt.datetime):
        found = value
    elif isinstance(value, dt.date):
        return clock.at(value)
    else:
        found = dt.datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=clock.COPENHAGEN)


Moment = Annotated[dt.datetime, BeforeValidator(_moment)]


class Envelope(Shape):
    """When and by whom a fact was recorded, and what has replaced it."""

    key: str | None = None
    recorded_at: Moment | None = None
    recorded_by: str = ""
    superseded_at: Moment | None = None
    superseded_by: str | None = None


class PartyShape(Shape):
    """A party of an exported case; a written file leaves them out and gets the area's."""

    party: str
    name: str
    kind: PartyKind
    area: str = ""
    is_asked: bool = True
    member_from: dt.date | None = None
    member_until: dt.date | None = None


class CaseShape(Shape):
    """The head of a case file; its facts are checked one by one."""

    format: Literal["udmelding/case/1"]
    reference: Annotated[str, Field(min_length=1, max_length=60)]
    process: str
    area: str
    scope: Scope
    received: dt.date
    source: str = ""
    is_made_up: bool = False
    recorded_at: Moment | None = None
    recorded_by: str = ""
    process_content: ProcessText | None = None
    parties: tuple[PartyShape, ...] | None = None
    mails: tuple[dict[str, Any], ...] = ()
    facts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """One fact of a file with its envelope, ready to be recorded."""

    entry: CaseEntry
    at: dt.datetime
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A checked case file.

    Attributes:
        entries: in the order in which they became known.
    """

    shape: CaseShape
    entries: tuple[DatedEntry, ...]

    @property
    def particulars(self) -> NewParticulars:
        """The first front page; its presence was checked."""
        return next(e.entry for e in self.entries if isinstance(e.entry, NewParticulars))

    @property
    def deadline(self) -> NewDeadline | None:
        """The first deadline, if the file has one."""
        return next((e.entry for e in self.entries if isinstance(e.entry, NewDeadline)), None)


def read_case_file(path: Path) -> CaseFile:
    """Read and check a whole case file.

    Raises:
        BadFileError: lists every flaw with its line and key.
    """
    what = f"Sagsfilen {path.name}"
    content = marked.read_yaml(path, what)
    lines = content.lines
    shape = marked.validate(CaseShape, content.data, lines, what)
    flaws: list[Flaw] = []
    entries: list[DatedEntry] = []
    for index, raw in enumerate(shape.facts):
        try:
            entries.append(_entry(raw, shape))
        except ValidationError as error:
            flaws += _flaws(error, index, lines)
        except (TypeError, ValueError) as error:
            flaws.append(lines.flaw(("facts", index), str(error)))
    if not flaws and not any(isinstance(e.entry, NewParticulars) for e in entries):
        flaws.append(lines.flaw(("facts",), "mangler et punkt med «kind: particulars»"))
    if flaws:
        raise BadFileError(what, tuple(flaws))
    return CaseFile(shape, tuple(sorted(entries, key=lambda e: (e.at, _order(e.entry)))))


def _order(entry: CaseEntry) -> int:
    """At the same moment the front page comes first, then the deadline, then the rest."""
    return {"particulars": 0, "deadline": 1, "obligation": 2}.get(entry.kind, 3)


def _entry(raw: Any, shape: CaseShape) -> DatedEntry:
    if not isinstance(raw, dict):
        raise TypeError("skal være et punkt med «kind:» og felter")
    names = set(Envelope.model_fields)
    envelope = Envelope.model_validate({k: v for k, v in raw.items() if k in names})
    rest = {k: v for k, v in raw.items() if k not in names}
    # Dates in files carry their year, so the day of reading makes no difference but for periods
    # that name none; those are read as of the day they were recorded.
    today = (envelope.recorded_at or clock.at(shape.received)).date()
    entry = AnyEntry.validate_python({"source": shape.source} | rest, context={"today": today})
    return DatedEntry(entry, envelope.recorded_at or _known_at(entry, shape), envelope)


def _known_at(entry: CaseEntry, shape: CaseShape) -> dt.datetime:
    """When a fact without ``recorded_at`` counts as known: at noon of its (last possible) day."""
    return clock.at(entry.happened_on or shape.received)


def _flaws(error: ValidationError, index: int, lines: Lines) -> list[Flaw]:
    """The flaws of one fact, in its envelope or in its entry."""
    is_envelope = error.title == Envelope.__name__
    found = (
        [(tuple(flaw["loc"]), problem_in_danish(flaw)) for flaw in error.errors(include_url=False)]
        if is_envelope
        else flaws_of(error)
    )
    return [lines.flaw(("facts", index, *path), told) for path, told in found]

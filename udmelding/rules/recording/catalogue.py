"""All kinds of facts: one row each, in the order in which they are listed everywhere.

What a kind is stands in its class (``recording.entry``); a new one is added to ``CaseEntry`` here
and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from udmelding.config.marked import problem_in_danish
from udmelding.errors import RefusedError
from udmelding.rules.case import facts
from udmelding.rules.recording.agency import (
    NewDeadline,
    NewQuestion,
    NewQuestionAnswer,
    NewSubmission,
    NewTally,
    NewVerdict,
)
from udmelding.rules.recording.case import (
    NewAction,
    NewAffirmation,
    NewBulletin,
    NewClosure,
    NewDocument,
    NewMeeting,
    NewMilestone,
    NewParticulars,
    NewPause,
    NewProcess,
)
from udmelding.rules.recording.entry import Entry, Names
from udmelding.rules.recording.parties import (
    NewChaseStop,
    NewDatedReminder,
    NewDecision,
    NewExpectation,
    NewExtension,
    NewObligation,
    NewResponse,
    NewWaiver,
)
from udmelding.rules.recording.report import (
    NewComment,
    NewCommentReply,
    NewCommentRound,
    NewFigurePublication,
    NewFormAnswer,
    NewQuestionSet,
    NewReportVersion,
    NewRespondent,
    NewTextBlock,
)

CaseEntry = (
    NewParticulars
    | NewDeadline
    | NewRespondent
    | NewObligation
    | NewResponse
    | NewDecision
    | NewWaiver
    | NewExtension
    | NewExpectation
    | NewDocument
    | NewSubmission
    | NewQuestion
    | NewQuestionAnswer
    | NewVerdict
    | NewTally
    | NewMilestone
    | NewBulletin
    | NewAction
    | NewPause
    | NewChaseStop
    | NewDatedReminder
    | NewClosure
    | NewProcess
    | NewQuestionSet
    | NewFormAnswer
    | NewTextBlock
    | NewReportVersion
    | NewFigurePublication
    | NewCommentRound
    | NewComment
    | NewCommentReply
    | NewAffirmation
)
"""Everything that belongs to one case."""

ENTRIES: tuple[type[Entry], ...] = CaseEntry.__args__
AnyEntry: TypeAdapter[CaseEntry] = TypeAdapter(
    Annotated[CaseEntry, Field(discriminator="kind")], config=ConfigDict(defer_build=True)
)


def kind_of(entry: type[Entry]) -> str:
    """The English word of a kind, as files, webhooks and the API say it."""
    return str(entry.model_fields["kind"].default)


ENTRY_OF: Mapping[str, type[Entry]] = {kind_of(entry): entry for entry in ENTRIES}
"""The entry of each kind."""

_WITH_SHARED: tuple[type[Entry], ...] = (*ENTRIES, NewMeeting)
ENTRY_OF_VALUE: Mapping[type[facts.Recorded], type[Entry]] = {
    entry.value: entry for entry in _WITH_SHARED
}
"""The entry that makes each value that rules read."""


def sentence(fact: facts.Recorded, names: Names) -> str:
    """One Danish sentence on ``fact``, for the log, the time line and other programs.

    It ends with one sign: words that people wrote may bring their own.

    Raises:
        KeyError, NotImplementedError: the kind of fact has no sentence; a test walks all of a case.
    """
    if isinstance(fact, facts.Redaction):
        return _redaction(fact)
    return _TWO_ENDS.sub(r"\1", ENTRY_OF_VALUE[type(fact)].sentence(fact, names))


_TWO_ENDS = re.compile(r"([.?!])\.$")


def fact_of(entry: Entry, now: dt.datetime, by: str) -> facts.Recorded:
    """The fact that an entry would become; it has no key yet."""
    columns: dict[str, Any] = {"process_version_id": 0} | entry.columns()
    columns |= {"key": "", "recorded_at": now, "recorded_by": by}
    known = {field.name for field in fields(entry.value)}
    said = {name: column for name, column in columns.items() if name in known}
    if "signers" in said:
        said["signers"] = tuple(facts.Signer(**signer) for signer in said["signers"])
    return entry.value(**said)


def _redaction(fact: facts.Redaction) -> str:
    """Nobody records it as an entry: taking something out for good records it."""
    what = f"Filen «{fact.file_name}»" if fact.file_name else "En tekst"
    places = "ét sted" if fact.places == 1 else f"{fact.places} steder"
    return f"{what} blev fjernet for altid fra {places} i sagen, fordi {fact.reason}."


def flaws_of(error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    """What is wrong with an entry: the path of each key, and what is allowed there, in Danish."""
    found: list[tuple[tuple[int | str, ...], str]] = []
    for flaw in error.errors(include_url=False):
        if flaw["type"] in ("union_tag_invalid", "union_tag_not_found"):
            kinds = ", ".join(sorted(ENTRY_OF))
            found.append((("kind",), f"skal være en slags registrering: {kinds}"))
        else:
            # The first part of the path is the kind of entry, which is no key of the file.
            found.append((tuple(flaw["loc"][1:]), problem_in_danish(flaw)))
    return found


def make_entry(kind: str, said: Mapping[str, Any], today: dt.date) -> CaseEntry:
    """The entry of that ``kind`` from what was said.

    Args:
        kind: the entry's ``kind``, such as ``decision``.
        said: its fields; None means not said.
        today: the day that dates without a year are read from.

    Raises:
        RefusedError: a field is wrong or missing; says which, and what is allowed.
    """
    given = {name: value for name, value in said.items() if value is not None}
    try:
        return AnyEntry.validate_python(given | {"kind": kind}, context={"today": today})
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, path))}: {told}" for path, told in flaws_of(error)
        )
        raise RefusedError(f"Kan ikke registreres: {problems}.") from error

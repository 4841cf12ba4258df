"""What do the letters to the agency say? Cover letter, overview of decisions, supplementary letter.

A letter is a list of parts that Word and PDF write alike. Names, dates and counts are read from the
case: who is missing in the reservation is who is missing in the status.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from udmelding.errors import RefusedError
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party, Submission
from udmelding.rules.case.letters_due import receivers_named, signers_of
from udmelding.rules.case.standing import State, deciding, reservable
from udmelding.rules.papers.letters_decisions import (
    HEAD,
    count_decisions,
    decided_otherwise,
    decision_rows,
    met_on,
    missing_lines,
)
from udmelding.rules.papers.meeting_paper_values import MADE_UP, on
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper


class LetterKind(StrEnum):
    """Which letter; the values stand in addresses."""

    COVER = "foelgebrev"
    OVERVIEW = "beslutninger"
    SUPPLEMENT = "supplerende"


TITLES = {
    LetterKind.COVER: "Følgebrev",
    LetterKind.OVERVIEW: "Oversigt over beslutninger",
    LetterKind.SUPPLEMENT: "Supplerende brev",
}
"""What the letters are called in lists and names of files."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a heading."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_MANY = 12
"""From more on, the missing are counted in the sentence; the list names them all."""

Part = Text | Items | Grid


def heading(text: str) -> Text:
    """A heading."""
    return Text(text, is_heading=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter.

    Attributes:
        title: its heading; ``receiver`` is empty for an enclosure, which nobody is written.
        signed_by: who signs, a line for each; empty for the sender.
        dated_on: the letter's day; one that is known only vaguely is written in its source's words.
        about: pairs for its head: case, journal number, deadline.
    """

    kind: LetterKind
    reference: str
    title: str
    receiver: str
    sender: str
    dated_on: dt.date
    about: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    signed_by: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Everything that is read, piece by piece."""
        yield self.title
        for part in self.parts:
            match part:
                case Text():
                    yield part.text
                case Items():
                    yield from part.texts
                case Grid():
                    yield from (text for row in (part.head, *part.rows) for text in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMaterial:
    """What all letters of one case are made from.

    Attributes:
        secretariat: who writes; ``senders`` whose letter it is, such as ``kommunerne i KKR
            Sjælland``.
        forecast: says when the missing are expected to decide; None where there is none.
        enclosed: names of the enclosures, as they stand in the cover letter.
        today: the day of the letter.
    """

    case: Case
    status: Status
    forecast: Forecast | None
    secretariat: str
    senders: str
    enclosed: tuple[str, ...]
    today: dt.date


def cover_letter(material: LetterMaterial) -> Letter:
    """The letter that goes with the report to the agency.

    Raises:
        RefusedError: the process has no receiver of letters; or somebody is missing, and it allows
            no reservation.
    """
    case, sent = material.case, material.status.submission
    if not receivers_named(case):
        raise RefusedError(
            f"Processen «{case.process.title}» har ingen modtager, der skal have et brev."
        )
    late = _reserved(material)
    if late and not case.process.reservation:
        names = join_names([party.name for party in late])
        raise RefusedError(
            f"Processen «{case.process.title}» kan ikke sendes med forbehold, og {names} mangler."
        )
    what = case.process.paper_title
    with_it = " med forbehold" if late else ""
    parts: list[Part] = [
        Text(f"Hermed fremsendes {what} «{case.title}» fra {material.senders}{with_it}.")
    ]
    if case.particulars.legal_basis:
        sent_out = "Sagen er sendt ud" if case.process.is_from_agency else "Det sker"
        parts.append(Text(f"{sent_out} efter {case.particulars.legal_basis}."))
    parts += [heading("Politisk behandling"), *map(Text, count_decisions(case, material.status))]
    parts += _reservation(material, late)
    if material.enclosed:
        parts += [heading("Vedlagt"), Items(material.enclosed)]
    return _letter(
        material,
        LetterKind.COVER,
        f"{first_upper(what)}: {case.title}",
        parts,
        dated_on=sent.day if sent is not None else material.today,
    )


def _reserved(material: LetterMaterial) -> tuple[Party, ...]:
    """For whom the reservation is: whom the submission named, else who is missing today."""
    sent = material.status.submission
    if sent is None:
        return reservable(material.status.standings)
    found = [material.case.party(code) for code in sent.reservation_for]
    return tuple(party for party in found if party is not None)


def _reservation(material: LetterMaterial, late: Sequence[Party]) -> list[Part]:
    """The paragraph that names the missing councils, and when they are expected to decide."""
    if not late:
        return []
    what = first_upper(material.case.process.paper_title)
    named = join_names([party.name for party in late])
    who = named if len(late) <= _MANY else _counted([party.party for party in late])
    lines = missing_lines(material.forecast, late)
    return [
        heading("Forbehold"),
        Text(
            f"{what} sendes med forbehold for den politiske behandling i {who}, som endnu ikke "
            "har truffet beslutning. Der sendes et supplerende brev, når det er sket."
        ),
        Text("De ventes at beslutte:" if len(late) > 1 else "Kommunen ventes at beslutte:"),
        Items(lines),
    ]


def decision_overview(material: LetterMaterial) -> Letter:
    """Who has decided what, when and where it stands: an enclosure of the cover letter."""
    case, status = material.case, material.status
    bodies, councils = decision_rows(case, status, material.forecast)
    parts: list[Part] = [
        Text(f"Oversigten gælder {case.process.paper_title} «{case.title}»."),
        *map(Text, count_decisions(case, status)),
    ]
    if bodies:
        parts += [heading("Styrende organer"), Grid(HEAD, bodies)]
    if councils:
        parts += [heading("Kommunerne"), Grid(HEAD, councils)]
    made = _letter(
        material, LetterKind.OVERVIEW, f"Oversigt over beslutninger: {case.title}", parts
    )
    return replace(made, receiver="")


def supplementary_letter(material: LetterMaterial, since: dt.date | None = None) -> Letter:
    """The letter that lifts the reservation, for all of it or for those that have approved.

    Args:
        material: what is known.
        since: only those that have decided after this day, because earlier ones have been told;
            None for all.

    Raises:
        RefusedError: nothing was sent with a reservation, or nobody has decided since.
    """
    case, status, sent = material.case, material.status, material.status.submission
    if sent is None or not sent.reservation_for:
        raise RefusedError("Der er ikke sendt noget med forbehold.")
    rows = {row.party.party: row for row in deciding(status.standings)}
    named = [rows[code] for code in sent.reservation_for if code in rows]
    done = [r for r in named if r.is_approved and _is_after(r.met_on, since)]
    others = decided_otherwise([r for r in named if _is_after(r.met_on, since)])
    if not done and not others:
        raise RefusedError("Ingen af de kommuner, der er taget forbehold for, har besluttet siden.")
    what = first_upper(case.process.paper_title)
    left = [r.party.name for r in named if not r.is_approved and r.state is not State.WAIVED]
    parts: list[Part] = [Text(_sent_with(what, receivers_named(case), sent))]
    if done:
        noun = "Denne kommune" if len(done) == 1 else "Disse kommuner"
        items = Items(tuple(f"{row.party.name}: {met_on(row)}" for row in done))
        parts += [Text(f"{noun} har nu godkendt:"), items]
    parts += [Text(text) for text in others]
    parts += [Text(_lifted([r.party.name for r in done], left))]
    parts += [heading("Politisk behandling"), *map(Text, count_decisions(case, status))]
    title = f"{what}: {case.title}. Supplerende brev"
    return _letter(material, LetterKind.SUPPLEMENT, title, parts)


def _sent_with(what: str, agency: str, sent: Submission) -> str:
    return (
        f"{what} blev sendt til {agency} {on(sent)} med forbehold for den politiske behandling i "
        f"{_counted(sent.reservation_for)}."
    )


def _counted(codes: Sequence[str]) -> str:
    """So many municipalities, and the regional council beside them."""
    towns = sum(code.isdigit() for code in codes)
    told = ["1 kommune" if towns == 1 else f"{towns} kommuner"] if towns else []
    return join_names([*told, *(["regionsrådet"] if towns < len(codes) else [])])


def _lifted(done: list[str], left: list[str]) -> str:
    if not left:
        return "Forbeholdet er dermed ophævet."
    still = f"Forbeholdet gælder fortsat for {join_names(left)}."
    return f"Forbeholdet ophæves for {join_names(done)}. {still}" if done else still


def _is_after(day: dt.date | None, since: dt.date | None) -> bool:
    return since is None or (day is not None and day > since)


def _signed_by(material: LetterMaterial) -> tuple[str, ...]:
    """The signers of the submission; none where the secretariat signs."""
    return tuple(signer.text for signer in signers_of(material.status.submission))


def _letter(
    material: LetterMaterial,
    kind: LetterKind,
    title: str,
    parts: Sequence[Part],
    dated_on: dt.date | None = None,
) -> Letter:
    case = material.case
    about = [("Sag", case.reference)]
    if case.particulars.journal_number:
        about.append(("Journalnummer", case.particulars.journal_number))
    if case.deadline:
        about.append(("Frist", long_date(case.deadline)))
    made = Letter(
        kind=kind,
        reference=case.reference,
        title=title,
        receiver=receivers_named(case),
        sender=material.secretariat,
        signed_by=_signed_by(material),
        dated_on=dated_on or material.today,
        about=tuple(about),
        parts=tuple(parts),
    )
    is_marked = case.is_made_up or any(MADE_UP in text for text in made.texts())
    note = Text(f"{MADE_UP} Opdigtet til demonstration.")
    return replace(made, parts=(*made.parts, note)) if is_marked else made

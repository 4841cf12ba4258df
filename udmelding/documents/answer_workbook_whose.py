"""Is it the workbook that was asked for? The case, the party and the version of the questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.workbook import Workbook

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.identity import ForeignError, Identity, NewerError, read_identity
from udmelding.errors import RefusedError

FOREIGN = (
    "Filen er ikke det regneark, som svaret skal skrives i, eller den er lavet om, så det ikke "
    "længere kan læses. Det sker, når celler kopieres over i en ny fil, eller når et ark gemmes "
    "alene. Hent regnearket igen, skriv svarene i det, og send det."
)
_NEWER = (
    "Regnearket er lavet af en nyere udgave af systemet og kan ikke læses her. Hent regnearket "
    "igen, skriv svarene i det, og send det."
)
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the workbook should be.

    Attributes:
        party: code of who answers; None where any party of the case may.
        respondent: which sections it is asked; None where that follows from the workbook.
        question_set: key of the set that the case uses now.
        known_parties: names of the case's parties by their codes.
    """

    form: Form
    reference: str
    step: str
    question_set: str
    known_parties: Mapping[str, str]
    party: str | None = None
    respondent: Respondent | None = None


def identified(book: Workbook) -> Identity:
    """What the workbook says that it is.

    Raises:
        RefusedError: it says nothing that can be read.
    """
    try:
        return read_identity(book)
    except NewerError:
        raise RefusedError(_NEWER) from None
    except ForeignError:
        raise RefusedError(FOREIGN) from None


def check_whose(identity: Identity, expected: Expected) -> Respondent:
    """Whether it is the one that is expected.

    Returns:
        Which sections the party is asked.

    Raises:
        RefusedError: it is another one; says all that is wrong, and which one to send.
    """
    problems = list(_problems(identity, expected))
    if problems:
        raise RefusedError(" ".join((*problems, "Intet er taget ind.")))
    return Respondent(identity.respondent)


def _problems(identity: Identity, expected: Expected) -> Iterator[str]:
    if (identity.reference, identity.step) != (expected.reference, expected.step):
        yield (
            f"Regnearket hører til sagen «{identity.reference[:_LONGEST]}» og ikke til det, der "
            f"svares på i «{expected.reference}». Hent regnearket til denne sag."
        )
        return
    yield from _wrong_party(identity, expected)
    if identity.question_set != expected.question_set or identity.form != expected.form.id:
        yield _other_version(identity, expected)


def _wrong_party(identity: Identity, expected: Expected) -> Iterator[str]:
    names = expected.known_parties
    said = names.get(identity.party, identity.party_name)[:_LONGEST]
    wanted = {expected.respondent.value} if expected.respondent else set(Respondent)
    if expected.party is not None and identity.party != expected.party:
        own = names.get(expected.party, expected.party)
        yield f"Regnearket er lavet til {said} og ikke til {own}. Hent regnearket til {own}."
    elif expected.party is None and identity.party not in names:
        yield f"Regnearket er lavet til {said}, der ikke er spurgt i sagen."
    elif identity.respondent not in wanted:
        yield f"Regnearket til {said} har andre spørgsmål end dem, der nu stilles. Hent det igen."


def _other_version(identity: Identity, expected: Expected) -> str:
    if identity.form != expected.form.id:
        return (
            "Regnearket hører til et andet spørgeskema end det, sagen bruger nu. Hent regnearket "
            "igen, og skriv svarene i det."
        )
    return (
        f"Regnearket hører til version {identity.version} af spørgeskemaet, men sagen bruger nu "
        f"version {expected.form.version}. Hent et nyt regneark, og skriv svarene i det."
    )

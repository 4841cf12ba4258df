"""Which questions does a case ask? Choosing, taking over and editing its question set.

A case keeps the very version that it sent out. Another version takes its place as a new fact; what
was answered to the old one stays, and is read by the questions that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models import PartyKind
from udmelding.casework.wiring import Services
from udmelding.config.case.process import FulfilledBy
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_named, parse_form
from udmelding.config.forms.questions import Respondent
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal import own
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.taking_part import party_names
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.forms.answers import AskedSet, asked_sets, sets_by_key, sets_of_cases
from udmelding.journal.recording.record import Recorded, record
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.recording.report import NewQuestionSet, NewRespondent

RESPONDENTS: Mapping[PartyKind, Respondent] = {
    PartyKind.MUNICIPALITY: Respondent.MUNICIPALITY,
    PartyKind.PROVIDER: Respondent.PROVIDER,
    PartyKind.REGION: Respondent.REGION,
}
"""Which kinds of parties can answer a question set, and as what."""


FOLDER = "forms/"
"""Where the secretariat's own question sets lie among its own files."""


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A question set to begin from: a shipped one, one's own, or that of an earlier case.

    Attributes:
        place: ``form:domfaeldte``, ``own:spiseforstyrrelser`` or ``case:CU-DOMFAELDTE-2024``.
        title: what people choose by.
    """

    place: str
    title: str

    @property
    def choice(self) -> tuple[str, str]:
        """As one of a list to choose from."""
        return self.place, self.title


def known_sets(session: Session, without: str = "") -> tuple[KnownSet, ...]:
    """Every question set that another case can begin from, shipped ones first."""
    shipped = [KnownSet(f"form:{one}", form_named(one).title) for one in form_ids()]
    ours = [KnownSet(f"own:{one}", f"{form.title} (jeres eget)") for one, form in own_sets(session)]
    taken = [
        KnownSet(f"case:{reference}", f"{title} (version {version}, fra {reference})")
        for reference, title, version in sets_of_cases(session, without)
    ]
    return (*shipped, *ours, *taken)


def own_sets(session: Session) -> tuple[tuple[str, Form], ...]:
    """The secretariat's own question sets that are in use, by their names."""
    heads = {one.id: one.path for one in own.newest(session) if one.is_there}
    heads = {at: path for at, path in heads.items() if path.startswith(FOLDER)}
    if not heads:
        return ()
    texts = own.contents(session, heads)
    return tuple(
        (path.removeprefix(FOLDER).removesuffix(".yaml"), parse_form(texts[at].decode(), path))
        for at, path in heads.items()
    )


def form_at(services: Services, place: str) -> Form:
    """The question set at a place of ``known_sets``.

    Raises:
        NotFoundError: there is none.
        RefusedError: the place does not say whether it is a shipped one, an own one or a case's.
    """
    kind, _, name = place.partition(":")
    if kind == "form":
        return form_named(name)
    if kind == "own":
        with reading(services.engine) as session:
            ours = dict(own_sets(session))
        if name not in ours:
            raise NotFoundError("spørgeskema", name, tuple(ours))
        return ours[name]
    if kind != "case":
        shipped = ", ".join(f"form:{one}" for one in form_ids())
        raise RefusedError(
            f"«{place}» er hverken en fil, der findes, eller et skema. Skriv case:SAG for skemaet "
            f"i en anden sag, own:ID for et af jeres egne, eller et af disse: {shipped}."
        )
    with reading(services.engine) as session:
        found = asked_sets(session, find(session, name).id)
    if not found:
        raise NotFoundError("spørgeskema i sagen", name)
    return found[-1].form


def step_that_asks(header: Header) -> str:
    """The step of the case that municipalities answer questions in.

    Raises:
        RefusedError: its process has none.
    """
    steps = [s for s in header.process.steps if s.fulfilled_by is FulfilledBy.RESPONSE]
    if not steps:
        raise RefusedError("Sagens proces har intet trin, hvor der svares på spørgsmål.")
    return steps[0].id


def asked_in(session: Session, header: Header) -> AskedSet | None:
    """The question set that the case asks now, or None."""
    found = asked_sets(session, header.id)
    return found[-1] if found else None


Forms = Mapping[str, Form]
"""Question sets by their keys."""

NO_FORMS: Forms = {}
"""For mails that ask no questions, such as letters to an authority."""


def forms_of(session: Session, cases: Iterable[Case]) -> Forms:
    """The question sets that those cases ask now; one statement, none where no case asks any."""
    latest = {(case.reference, one.step): one.key for case in cases for one in case.question_sets}
    return sets_by_key(session, set(latest.values()))


def ask(services: Services, reference: str, form: Form, stamp: Stamp) -> Recorded:
    """Let the case ask a question set, in place of the one it asked before.

    Raises:
        RefusedError: the number of the version is not higher though the questions are others.
    """
    with writing(services.engine) as session:
        return ask_in(session, find(session, reference), form, stamp)


def ask_in(session: Session, header: Header, form: Form, stamp: Stamp) -> Recorded:
    """``ask`` in the caller's transaction."""
    before = asked_in(session, header)
    if before is not None and before.form == form:
        return Recorded(before.key, is_new=False)
    is_same = before is not None and before.form.id == form.id
    if before is not None and is_same and form.version <= before.form.version:
        raise RefusedError(
            f"Skemaet er ændret. Skriv et højere versionsnummer end {before.form.version}."
        )
    entry = NewQuestionSet(
        step=step_that_asks(header),
        form=form.id,
        version=form.version,
        title=form.title,
        content=form.model_dump_json(),
        corrects=before.key if before else None,
    )
    return record(session, header, entry, stamp)


def ask_text(services: Services, reference: str, text: str, stamp: Stamp) -> Recorded:
    """``ask`` for a question set that was edited as YAML text.

    Raises:
        BadFileError: the text is flawed; every flaw is named with its line.
        RefusedError: as ``ask``.
    """
    return ask(services, reference, parse_form(text), stamp)


def add_respondent(
    services: Services, reference: str, kind: PartyKind, name: str, stamp: Stamp
) -> str:
    """Ask somebody else than a municipality too. Returns its short name in the case.

    Raises:
        RefusedError: the name is missing, or that respondent is there already.
    """
    title = " ".join(name.split())
    if not title:
        raise RefusedError("Skriv, hvem der skal spørges.")
    prefix = {PartyKind.PROVIDER: "tilbud", PartyKind.REGION: "region"}.get(kind)
    if prefix is None:
        raise RefusedError("Vælg, om det er et tilbud eller en region.")
    with writing(services.engine) as session:
        header = find(session, reference)
        known = party_names(session, (header.id,))
        if title.casefold() in {one.casefold() for one in known.values()}:
            raise RefusedError(f"«{title}» er allerede med i sagen.")
        number = 1 + sum(1 for _, one in known if one.startswith(f"{prefix}-"))
        entry = NewRespondent(
            party=f"{prefix}-{number}",
            name=title[:200],
            respondent_kind=kind,  # type: ignore[arg-type]
            area=header.area,
        )
        record(session, header, entry, stamp)
        return entry.party

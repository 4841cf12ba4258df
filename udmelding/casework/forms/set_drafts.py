"""How is a question set written over days, by more than one, before anything is asked by it?

What is being written is a draft among the secretariat's own files: ``drafts/cases/REF.yaml`` for
what a case is to ask, ``drafts/forms/ID.yaml`` for a set of the library. It need not hang together.
Each save is an edition of it: who saved, when, and what it said before, so the last step can be
undone, and the second of two people is told. Nobody is asked by a draft. Used, it becomes the
case's next version (``question_sets.ask``) or the library's ``forms/ID.yaml``, and is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from udmelding.casework.forms.question_sets import ask, asked_in, form_at
from udmelding.casework.own import save
from udmelding.casework.wiring import Services
from udmelding.config.forms.drafts import draft_text, parse_draft, unchecked
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import parse_form
from udmelding.errors import RefusedError
from udmelding.journal import own
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading
from udmelding.journal.forms.answers import answers_of
from udmelding.journal.own import ChangedMeanwhileError, Edition
from udmelding.journal.stamp import Stamp
from udmelding.rules.forms.codes import code_of
from udmelding.rules.forms.draft_flaws import DraftFlaw, draft_flaws
from udmelding.rules.forms.editing import begun
from udmelding.rules.forms.set_changes import changes_to_confirm, with_codes_of_their_own


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDraft:
    """A question set as somebody writes it.

    Attributes:
        path: of the draft.
        form: what it says; where nothing is saved yet, what is in use.
        seen: number of its newest edition, also one that took it away; 0 for none.
        edition: the newest one; None while nothing is saved that is not in use.
        used: what is in use; None for nothing.
        is_overtaken: what is in use is another than what the draft was begun from.
        answered: how many have answered each question of ``used``.
    """

    path: str
    form: Form
    seen: int
    edition: Edition | None
    used: Form | None
    source: str
    is_overtaken: bool
    answered: Mapping[str, int]

    @property
    def taken(self) -> frozenset[str]:
        """Codes that no new question may bear: answers may lie under them."""
        return (
            frozenset(question.id for question in self.used.questions) if self.used else frozenset()
        )

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What to be asked before it is used."""
        return changes_to_confirm(self.used, self.form, self.answered) if self.used else ()


class FlawedDraftError(RefusedError):
    """The draft cannot be used yet."""

    def __init__(self, flaws: tuple[DraftFlaw, ...]) -> None:
        """Keep the flaws, and tell how many there are."""
        noun = "én ting" if len(flaws) == 1 else f"{len(flaws)} ting"
        super().__init__(f"Skemaet kan ikke bruges endnu. Der er {noun} at rette.")
        self.flaws = flaws


class ToConfirmError(RefusedError):
    """Somebody has answered what the draft changes, and nobody has said that it is meant so."""

    http_status = 409


def case_draft_path(reference: str) -> str:
    """Where the draft of what a case is to ask lies."""
    return f"drafts/cases/{quote(reference, safe='')}.yaml"


def case_draft(services: Services, reference: str) -> SetDraft | None:
    """What the case is to ask; None where it asks nothing and nothing is begun."""
    with reading(services.engine) as session:
        header = find(session, reference)
        asked = asked_in(session, header)
        answered: dict[str, set[str]] = {}
        for answer in answers_of(session, header.id, step=asked.step) if asked else ():
            for path in answer.content:
                answered.setdefault(path.partition(".")[0], set()).add(answer.party)
        return read_draft(
            session,
            case_draft_path(header.reference),
            asked.form if asked else None,
            asked.key if asked else "",
            {code: len(parties) for code, parties in answered.items()},
        )


def read_draft(
    session: Session, path: str, used: Form | None, source: str, answered: Mapping[str, int]
) -> SetDraft | None:
    """What is being written at a path, or what is in use; None where there is neither.

    Args:
        session: reads.
        path: of the draft.
        used: what is in use.
        source: what is in use, as it is remembered which of it a draft was begun from.
        answered: see ``SetDraft``.
    """
    editions = own.editions_of(session, path)
    newest = editions[0] if editions else None
    kept = newest if newest is not None and newest.is_there else None
    text = own.contents(session, [kept.id]).get(kept.id) if kept else None
    form = parse_draft(text.decode(), path) if text is not None else used
    if form is None:
        return None
    return SetDraft(
        path=path,
        form=form,
        seen=newest.number if newest else 0,
        edition=kept,
        used=used,
        source=kept.source if kept else source,
        is_overtaken=kept is not None and kept.source != source,
        answered=answered,
    )


def keep_draft(services: Services, draft: SetDraft, form: Form, seen: int, stamp: Stamp) -> None:
    """Keep what somebody has written.

    Args:
        services: the database.
        draft: as it was read now.
        form: what it is to say.
        seen: number of the edition that the page showed.
        stamp: who and when.

    Raises:
        ChangedMeanwhileError: somebody else has saved since the page was opened.
        CprRefusedError, CprQuestionError: a text holds what is or may be a CPR number.
    """
    if seen != draft.seen:
        raise ChangedMeanwhileError
    if form == draft.form:
        return
    content = draft_text(form).encode()
    save(services, {draft.path: content}, stamp, seen={draft.path: seen}, source=draft.source)


def undo_last(services: Services, draft: SetDraft, seen: int, stamp: Stamp) -> None:
    """Let the draft say what it said before it was last saved.

    Raises:
        ChangedMeanwhileError: somebody else has saved since the page was opened.
        RefusedError: there is nothing to undo.
    """
    if seen != draft.seen:
        raise ChangedMeanwhileError
    with reading(services.engine) as session:
        editions = own.editions_of(session, draft.path)[:2]
        texts = own.contents(session, [one.id for one in editions])
    if not editions:
        raise RefusedError("Der er intet at fortryde.")
    before = editions[1] if len(editions) > 1 else None
    content = texts.get(before.id) if before else None
    source = before.source if before and content is not None else draft.source
    save(services, {draft.path: content}, stamp, seen={draft.path: seen}, source=source)


def discard_draft(services: Services, draft: SetDraft, seen: int, stamp: Stamp) -> None:
    """Take the draft away; what is in use stays.

    Raises:
        ChangedMeanwhileError: somebody else has saved since the page was opened.
    """
    save(services, {draft.path: None}, stamp, seen={draft.path: seen})


def begin_case_draft(services: Services, reference: str, place: str, stamp: Stamp) -> None:
    """Begin what the case is to ask, from a place of ``known_sets``, or empty.

    Raises:
        NotFoundError, RefusedError: as ``question_sets.form_at``.
    """
    with reading(services.engine) as session:
        header = find(session, reference)
        asked = asked_in(session, header)
        title = load(session, reference, stamp.now).title
        path = case_draft_path(header.reference)
    form = form_at(services, place) if place else begun(code_of(title, (), joint="-"), title)
    source = asked.key if asked else ""
    save(services, {path: draft_text(form).encode()}, stamp, source=source)


def use_in_case(
    services: Services, reference: str, seen: int, stamp: Stamp, *, is_confirmed: bool
) -> bool:
    """Let the case ask what the draft says, as its next version.

    Args:
        services: the database.
        reference: the case.
        seen: number of the draft's edition that the page showed.
        stamp: who and when.
        is_confirmed: the person has read what becomes of the answers.

    Returns:
        Whether it is another set than before.

    Raises:
        FlawedDraftError: it cannot be used yet.
        ToConfirmError: it changes what somebody has answered, and nobody has confirmed it.
        ChangedMeanwhileError: somebody else has saved since the page was opened.
        RefusedError: as ``question_sets.ask``.
    """
    draft = case_draft(services, reference)
    if draft is None:
        raise RefusedError("Sagen har ikke et spørgeskema. Begynd et først.")
    form = usable_form(draft, seen)
    if draft.to_confirm and not is_confirmed:
        raise ToConfirmError(" ".join(draft.to_confirm))
    if draft.used is not None:
        form = with_codes_of_their_own(draft.used, form, draft.answered)
    form = next_version_of(form, draft.used)
    done = ask(services, reference, form, stamp)
    discard_draft(services, draft, seen, stamp)
    return done.is_new


def usable_form(draft: SetDraft, seen: int) -> Form:
    """What the draft says, checked.

    Raises:
        FlawedDraftError: it cannot be used yet.
        ChangedMeanwhileError: somebody else has saved since the page was opened.
    """
    if seen != draft.seen:
        raise ChangedMeanwhileError
    if flaws := draft_flaws(draft.form):
        raise FlawedDraftError(flaws)
    return parse_form(draft_text(draft.form))


def next_version_of(form: Form, used: Form | None) -> Form:
    """The set with the number that it is used under; what is not changed keeps its own."""
    if used is None or used.id != form.id:
        return form
    is_same = unchecked(form, version=used.version) == used
    return unchecked(form, version=used.version if is_same else used.version + 1)

"""How is a case begun over days, by more than one, before it is a case?

What is being written is a draft among the secretariat's own files, ``drafts/launch/ID.json``: the
fields of the launch as they stand, whether or not they hang together. Each save is an edition of
it, with who and when; so the last one can be undone, and two who write are told of each other. A
draft sends nothing. Started, it becomes its cases in one transaction and is gone, so that it can
become them once; the edition that took it away names them. Thrown away, it can be fetched back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from udmelding.casework.wiring import Services
from udmelding.config.launch import launch_text, parse_launch
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal import own
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.own import ChangedMeanwhileError, Edition
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import without_links_in
from udmelding.rules.desk.waits import Wait, Waiting
from udmelding.rules.launch.steps import LaunchStep, lacks, step_to_go_on
from udmelding.rules.words.date_wording import clock_time
from udmelding.rules.words.lists import join_names

_FOLDER = "drafts/launch/"
_NAME = re.compile("k[0-9a-f]{8}")  # the letter first, so that no name is all digits


@dataclass(frozen=True, slots=True)
class LaunchDraft:
    """A case as somebody begins it.

    Attributes:
        said: what stands in the fields, by their names.
        editions: all of it, the newest first; none where nothing is saved yet.
    """

    name: str
    said: Mapping[str, str]
    editions: tuple[Edition, ...]

    @property
    def seen(self) -> int:
        """Number of the newest edition, also one that took the draft away; 0 for none."""
        return self.editions[0].number if self.editions else 0

    @property
    def edition(self) -> Edition | None:
        """The newest edition; None where nothing is saved, or nothing is there any more."""
        return self.editions[0] if self.editions and self.editions[0].is_there else None

    @property
    def cases(self) -> tuple[str, ...]:
        """References of the cases that it became; the first is of its own title."""
        return () if self.edition or not self.editions else tuple(self.editions[0].source.split())

    @property
    def is_thrown_away(self) -> bool:
        """Whether somebody took it away without starting it."""
        return bool(self.editions) and not self.edition and not self.cases

    @property
    def title(self) -> str:
        """What people call it."""
        return self.said.get("short_name") or self.said.get("title") or "Sag uden titel"

    @property
    def lack(self) -> str:
        """What is not said yet, as a list in words; empty where nothing is missing."""
        return join_names([one.name for one in lacks(self.said)])

    @property
    def step(self) -> LaunchStep:
        """Where one goes on with it."""
        return step_to_go_on(self.said)


@dataclass(frozen=True, slots=True)
class KeptLaunch:
    """What became of what somebody wrote.

    Attributes:
        said: what the draft says now.
        clashes: what others wrote in the same fields meanwhile, by field, and the draft still says;
            ``aside`` is the number of the edition with one's own.
    """

    said: Mapping[str, str]
    clashes: Mapping[str, str] = field(default_factory=dict)
    aside: int = 0


class GoneDraftError(RefusedError):
    """The draft was started or thrown away meanwhile."""

    http_status = 409

    def __init__(self, draft: LaunchDraft) -> None:
        """Say which."""
        done = "startet" if draft.cases else "kasseret"
        super().__init__(f"Kladden er {done} af {draft.editions[0].recorded_by} og er ikke rettet.")
        self.draft = draft


class DraftMovedError(RefusedError):
    """The draft says something else than the plan that somebody read and wants to start."""

    http_status = 409

    def __init__(self, draft: LaunchDraft) -> None:
        """Say who has changed it."""
        last = draft.editions[0]
        super().__init__(
            f"{last.recorded_by} har rettet kladden kl. {clock_time(last.recorded_at)}, siden du "
            "så planen. Se planen og mailene igennem igen. Sagen er ikke startet."
        )


def new_name() -> str:
    """A name that no draft has."""
    return f"k{uuid4().hex[:8]}"


def draft_name(name: str) -> str:
    """The name, where a draft can be called so.

    Raises:
        NotFoundError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise NotFoundError("kladde", name[:20])
    return name


def launch_draft(services: Services, name: str, number: int = 0) -> LaunchDraft:
    """The draft of that name, which may not be there; an edition's number gives what that says."""
    with reading(services.engine) as session:
        return _draft(session, name, number)


def _draft(session: Session, name: str, number: int = 0) -> LaunchDraft:
    editions = own.editions_of(session, _path(name))
    there = [one for one in editions if one.is_there and number in (0, one.number)]
    said = _said(session, there[0]) if there else {}
    return LaunchDraft(name, said, editions)


def open_drafts(session: Session) -> tuple[LaunchDraft, ...]:
    """Every draft that can be gone on with, the last written first."""
    heads = [one for one in own.newest(session) if one.is_there and one.path.startswith(_FOLDER)]
    texts = own.contents(session, [one.id for one in heads]) if heads else {}
    heads.sort(key=lambda one: one.recorded_at, reverse=True)
    return tuple(
        LaunchDraft(
            one.path.removeprefix(_FOLDER).removesuffix(".json"),
            parse_launch(texts[one.id].decode(), one.path),
            (one,),
        )
        for one in heads
    )


def _wait(one: LaunchDraft) -> Wait:
    """A case that somebody has begun and not started."""
    saved = one.editions[0]
    return Wait(
        kind=Waiting.DRAFT,
        key=one.name,
        who=one.title,
        what="er en kladde. Intet er sendt",
        at=saved.recorded_at,
        about=(
            f"mangler {one.lack}" if one.lack else "alt er udfyldt",
            f"gemt af {saved.recorded_by}",
        ),
    )


def draft_waits(session: Session) -> tuple[Wait, ...]:
    """The drafts as the overview tells of them."""
    return tuple(_wait(one) for one in open_drafts(session))


def keep_launch(
    services: Services, name: str, written: Mapping[str, str], seen: int, stamp: Stamp
) -> KeptLaunch:
    """Keep what somebody wrote, beside what others have written in other fields meanwhile.

    Args:
        services: the database.
        name: of the draft; begun where nothing is saved by that name.
        written: what stands in the fields that the page had.
        seen: number of the edition that the page showed; 0 for none.
        stamp: who and when.

    Raises:
        GoneDraftError: it is started or thrown away.
        CprRefusedError, CprQuestionError: a text holds what is or may be a CPR number.
    """
    with writing(services.engine) as session:
        draft = _draft(session, name)
        if draft.editions and not draft.edition:
            raise GoneDraftError(draft)
        base = next((_said(session, one) for one in draft.editions if one.number == seen), {})
        ours = {n: text for n, text in _clean(written).items() if text != base.get(n, "")}
        now = draft.said
        clashes = {
            n: now.get(n, "")
            for n, text in ours.items()
            if now.get(n, "") not in (base.get(n, ""), text)
        }
        changed = {n: text for n, text in ours.items() if text != now.get(n, "")}
        said = {**now, **changed}
        if changed:
            _put(session, draft, draft.seen, said, changed, stamp)
        if clashes:  # one's own stands aside; what nobody else wrote is kept of it
            said |= {n: text for n, text in now.items() if n in clashes}
            _put(session, draft, draft.seen + 1, said, {}, stamp)
            return KeptLaunch(said, clashes, draft.seen + 1)
        return KeptLaunch(said)


def undo_launch(services: Services, name: str, seen: int, stamp: Stamp) -> None:
    """Let the draft say what it said before it was last saved, or fetch it back.

    Raises:
        ChangedMeanwhileError: somebody else has saved since the page was opened.
        RefusedError: there is nothing to undo, or it was started.
    """
    with writing(services.engine) as session:
        draft = _draft(session, name)
        if draft.cases:
            raise GoneDraftError(draft)
        if seen != draft.seen:
            raise ChangedMeanwhileError
        before = draft.editions[1] if len(draft.editions) > 1 else None
        if before is None or not before.is_there:
            raise RefusedError("Der er intet at fortryde.")
        _put(session, draft, seen, _said(session, before), {}, stamp)


def throw_away(services: Services, name: str, seen: int, stamp: Stamp) -> None:
    """Take the draft away; ``undo_launch`` fetches it back.

    Raises:
        ChangedMeanwhileError: somebody else has saved since the page was opened.
        GoneDraftError: it is gone already.
    """
    with writing(services.engine) as session:
        draft = _draft(session, name)
        if draft.editions and not draft.edition:
            raise GoneDraftError(draft)
        own.put(session, _path(name), None, stamp, seen=seen)


def use_launch(
    session: Session, name: str, seen: int, references: Sequence[str], stamp: Stamp
) -> None:
    """Let the draft become its cases, which are launched in the same transaction.

    Args:
        session: an open writing transaction.
        name: of the draft.
        seen: number of the edition whose plan was read.
        references: of the cases.
        stamp: who and when.

    Raises:
        NotFoundError: there never was such a draft.
        GoneDraftError: it is started already, or thrown away.
        DraftMovedError: it says something else than what was read.
    """
    draft = _draft(session, name)
    if not draft.editions:
        raise NotFoundError("kladde", name)
    if not draft.edition:
        raise GoneDraftError(draft)
    if seen != draft.seen:
        raise DraftMovedError(draft)
    own.put(session, _path(name), None, stamp, seen=seen, source=" ".join(references))


def _path(name: str) -> str:
    return f"{_FOLDER}{name}.json"


def _said(session: Session, edition: Edition) -> dict[str, str]:
    if not edition.is_there:
        return {}
    return parse_launch(own.contents(session, [edition.id])[edition.id].decode(), edition.path)


def _clean(written: Mapping[str, str]) -> dict[str, str]:
    return {name: str(text) for name, text in without_links_in(written).items()}


def _put(
    session: Session,
    draft: LaunchDraft,
    seen: int,
    said: Mapping[str, str],
    changed: Mapping[str, str],
    stamp: Stamp,
) -> None:
    content = launch_text(said).encode()
    own.put(session, _path(draft.name), content, stamp, seen=seen, said=changed)

"""Which question sets has the secretariat of its own? The library, and what is done to it.

A set is one of the secretariat's own files, ``forms/ID.yaml``; while it is written it is a draft
(``set_drafts``). Taken out of use it is offered no more; its editions stay, and so do the cases
that ask it.
"""

from __future__ import annotations

from dataclasses import dataclass

from udmelding.casework.forms.question_sets import FOLDER, form_at, own_sets
from udmelding.casework.forms.set_drafts import SetDraft, next_version_of, read_draft, usable_form
from udmelding.casework.own import save
from udmelding.casework.wiring import Services
from udmelding.config.forms.drafts import draft_text, parse_draft, unchecked
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_text, parse_form
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal import own
from udmelding.journal.database import Session, reading
from udmelding.journal.own import ChangedMeanwhileError, Edition
from udmelding.journal.stamp import Stamp
from udmelding.rules.forms.codes import code_of
from udmelding.rules.forms.editing import begun

_DRAFTS = "drafts/forms/"


@dataclass(frozen=True, slots=True)
class OwnSet:
    """A set of the library.

    Attributes:
        form: as it is in use, else as it was last in use, else the draft.
        is_used: whether cases can begin from it.
        is_drafted: whether somebody is writing on it.
    """

    name: str
    form: Form
    is_used: bool
    is_drafted: bool
    edition: Edition


def library(services: Services) -> tuple[OwnSet, ...]:
    """Every set of the library: in use, begun, taken out of use, and discarded."""
    with reading(services.engine) as session:
        newest = own.newest(session)
        drafts = {o.path.removeprefix(_DRAFTS): o for o in newest if o.path.startswith(_DRAFTS)}
        sets = {o.path.removeprefix(FOLDER): o for o in newest if o.path.startswith(FOLDER)}
        found: list[OwnSet] = []
        for file in sorted({*sets, *drafts}):
            head, draft = sets.get(file), drafts.get(file)
            last, text = _last(session, f"{FOLDER}{file}" if head else f"{_DRAFTS}{file}")
            is_used = head is not None and head.is_there
            is_drafted = draft is not None and draft.is_there
            name = file.removesuffix(".yaml")
            found.append(OwnSet(name, parse_draft(text.decode(), file), is_used, is_drafted, last))
    return tuple(found)


def take_out_of_use(services: Services, name: str, stamp: Stamp) -> None:
    """Offer a set no more; cases that ask it go on, and it can be taken into use again."""
    save(services, {_path(name): None, _draft_path(name): None}, stamp)


def take_into_use(services: Services, name: str, stamp: Stamp) -> None:
    """Offer a set again as it was last in use; one that never was is a draft again.

    Raises:
        NotFoundError: there never was such a set.
    """
    with reading(services.engine) as session:
        known = {one.path for one in own.newest(session)}
        path = next((p for p in (_path(name), _draft_path(name)) if p in known), None)
        if path is None:
            raise NotFoundError("spørgeskema", name[:60])
        _, text = _last(session, path)
    save(services, {path: text}, stamp)


def _last(session: Session, path: str) -> tuple[Edition, bytes]:
    """The newest edition of a path that did not take it away, and what it says."""
    last = next(one for one in own.editions_of(session, path) if one.is_there)
    return last, own.contents(session, [last.id])[last.id]


def own_draft(services: Services, name: str) -> SetDraft:
    """A set of the library, as it is in use or as somebody writes it.

    Raises:
        NotFoundError: there is no such set, and none is begun.
    """
    with reading(services.engine) as session:
        ours = dict(own_sets(session))
        number = {one.path: one.number for one in own.newest(session)}.get(_path(name), 0)
        found = read_draft(session, _draft_path(name), ours.get(name), str(number), {})
    if found is None:
        raise NotFoundError("spørgeskema", name[:60], tuple(ours))
    return found


def begin_own_set(services: Services, title: str, place: str, stamp: Stamp) -> str:
    """Begin a set of the library, from a place of ``known_sets`` or empty; gives its name.

    A copy has a name of its own: by the same one it would be compared with answers to the other.

    Raises:
        NotFoundError, RefusedError: as ``question_sets.form_at``; the title is missing.
    """
    words = " ".join(title.split())[:400]
    if not words:
        raise RefusedError("Skriv, hvad skemaet skal hedde.")
    with reading(services.engine) as session:
        known = {one.path.rpartition("/")[2].removesuffix(".yaml") for one in own.newest(session)}
    name = code_of(words, {*known, *form_ids()}, joint="-")
    if place:
        form = unchecked(form_at(services, place), id=name, title=words, version=1)
    else:
        form = begun(name, words)
    path = _draft_path(name)
    save(services, {path: draft_text(form).encode()}, stamp, seen={path: 0}, source="0")
    return name


def use_in_library(services: Services, name: str, seen: int, stamp: Stamp) -> bool:
    """Let the library's set be what the draft says, as its next version.

    Returns:
        Whether it is another set than before.

    Raises:
        FlawedDraftError: it cannot be used yet.
        ChangedMeanwhileError: somebody else has saved since the page was opened.
    """
    draft = own_draft(services, name)
    form = next_version_of(usable_form(draft, seen), draft.used)
    changes = {_path(name): form_text(form).encode(), draft.path: None}
    done = save(
        services, changes, stamp, seen={_path(name): _number(services, name), draft.path: seen}
    )
    return _path(name) in (*done.added, *done.changed)


def _number(services: Services, name: str) -> int:
    with reading(services.engine) as session:
        return next(iter([e.number for e in own.editions_of(session, _path(name))]), 0)


def save_own_text(services: Services, name: str, text: str, seen: int, stamp: Stamp) -> None:
    """Let the library's set be what a text says; a draft of it is gone then.

    Raises:
        NotFoundError: there is no such set.
        BadFileError: the text is flawed; every flaw is named with its line.
        ChangedMeanwhileError: somebody else has saved since the page was opened.
    """
    draft = own_draft(services, name)
    if seen != draft.seen:
        raise ChangedMeanwhileError
    form = next_version_of(unchecked(parse_form(text), id=name), draft.used)
    changes = {_path(name): form_text(form).encode(), draft.path: None}
    save(services, changes, stamp, seen={_path(name): _number(services, name), draft.path: seen})


def _path(name: str) -> str:
    return f"{FOLDER}{name}.yaml"


def _draft_path(name: str) -> str:
    return f"{_DRAFTS}{name}.yaml"

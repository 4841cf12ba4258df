"""The one way in for what the secretariat has of its own: looked at by its kind, then kept.

Pages and commands change one file; an import brings many. All of them are tried together, beside
what is there already, before any is kept: either all of it is used from now on, or nothing.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from udmelding.casework.wiring import Services, refreshed
from udmelding.config.case.library import (
    NATIONAL,
    area_named,
    check_areas,
    meeting_bodies,
    parse_area,
    parse_national,
    parse_process,
)
from udmelding.config.forms.drafts import parse_draft
from udmelding.config.forms.library import parse_form
from udmelding.config.launch import parse_launch
from udmelding.config.own import FILE, as_text, decided, leaves, with_own
from udmelding.documents.mail.checks import unused_files
from udmelding.documents.mail.rendering import MAILS, find_texts
from udmelding.documents.papers.council_paper_wording import NAME as COUNCIL_PAPER
from udmelding.documents.papers.council_paper_wording import check_wording
from udmelding.documents.report.docx import check_template
from udmelding.documents.sample import try_look
from udmelding.errors import BadFileError, RefusedError, UdmeldingError
from udmelding.journal import own
from udmelding.journal.case.header import open_headers
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading, writing
from udmelding.journal.own import Edition
from udmelding.journal.stamp import Stamp
from udmelding.outside.own import files_in
from udmelding.rules.case.area_change import OpenCase, bodies_missed

MOST_BYTES = 5_000_000
"""Of one file: a large font has some two."""

MOST_FILES = 500

REPORT = "report/rapport.docx"
_DRAFTS: Mapping[tuple[str, ...], tuple[str, Callable[[str, str], object]]] = {
    ("drafts", "forms"): (".yaml", parse_draft),
    ("drafts", "cases"): (".yaml", parse_draft),
    ("drafts", "launch"): (".json", parse_launch),
}
"""The folders of drafts: how files there end, and what reads them; a mail's may say anything."""

_MAIL_DRAFTS = ("drafts", "mail")
_LOOK_ENDINGS = (".toml", ".svg", ".png", ".jpg", ".jpeg", ".ttf", ".otf", ".ttc")
_KINDS = (
    f"{FILE} · mail/SLAGS/body.md og subject.txt · {COUNCIL_PAPER} · look/look.toml med logo og "
    f"skrift · {REPORT} · areas/ID.yaml · processes/ID.yaml · forms/ID.yaml · "
    "drafts/forms/ID.yaml, drafts/cases/SAG.yaml, drafts/launch/ID.json og drafts/mail/SLAGS.txt"
)


class OwnFilesError(RefusedError):
    """Files cannot be used, and none was kept."""

    def __init__(self, flaws: Sequence[str]) -> None:
        """Compose the message of all flaws."""
        super().__init__("Intet er gemt. " + " ".join(flaws))
        self.flaws = tuple(flaws)


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What an import would do: paths that are new, another content, the same, and taken away."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    removed: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)


def editions(services: Services, as_of: dt.datetime | None = None) -> tuple[Edition, ...]:
    """What there is now, or was at a moment: the newest edition of each path."""
    with reading(services.engine) as session:
        return tuple(one for one in own.newest(session, as_of) if one.is_there)


def history(services: Services, path: str) -> tuple[Edition, ...]:
    """Every edition of one file, the newest first."""
    with reading(services.engine) as session:
        return own.editions_of(session, path)


def history_of(services: Services, path: str) -> tuple[tuple[Edition, bytes | None], ...]:
    """Every edition of one file with its content, the oldest first; None took the file away."""
    with reading(services.engine) as session:
        found = own.editions_of(session, path)[::-1]
        texts = own.contents(session, [one.id for one in found])
    return tuple((one, texts.get(one.id)) for one in found)


def tree(services: Services, as_of: dt.datetime | None = None) -> dict[str, bytes]:
    """Every file by its path, as it is now or was at a moment."""
    with reading(services.engine) as session:
        heads = {one.id: one.path for one in own.newest(session, as_of) if one.is_there}
        return {heads[at]: content for at, content in own.contents(session, heads).items()}


def numbers(services: Services, paths: Sequence[str]) -> dict[str, int]:
    """The number of the newest edition of each path; 0 where there never was one."""
    with reading(services.engine) as session:
        known = {one.path: one.number for one in own.newest(session)}
    return {path: known.get(path, 0) for path in paths}


def save(
    services: Services,
    changes: Mapping[str, bytes | None],
    stamp: Stamp,
    *,
    seen: Mapping[str, int] | None = None,
    source: str = "",
) -> OwnChange:
    """Use these files from now on; None takes one away.

    Args:
        services: the database, and the server's settings.
        changes: content by path.
        stamp: who, and when.
        seen: by path, the number of the edition that was changed; see ``journal.own.put``.
        source: where they came from.

    Raises:
        OwnFilesError: a file is of no kind that there is, too large, or has a flaw; all flaws are
            told, and nothing is kept.
        ChangedMeanwhileError: somebody else has written one of them meanwhile.
        CprRefusedError, CprQuestionError: a text holds what is or may be a CPR number.
    """
    flaws = tuple(flaws_in(services, changes, stamp.now))
    if flaws:
        raise OwnFilesError(flaws)
    done = difference(services, changes)
    with writing(services.engine) as session:
        for path, content in changes.items():
            number = None if seen is None else seen.get(path, 0)
            own.put(session, path, content, stamp, seen=number, source=source)
    return done


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that somebody changed; ``old`` and ``new`` are as TOML gives them, or None."""

    at: dt.datetime
    by: str
    trail: tuple[str, ...]
    old: Any
    new: Any


def change_settings(
    services: Services, changes: Mapping[tuple[str, ...], Any], stamp: Stamp, *, seen: int
) -> bool:
    """Decide some settings anew; the others stay as they are.

    Args:
        services: the database, and the server's settings.
        changes: values by the settings' paths; see ``config.own.DECIDED_BY_PEOPLE``.
        stamp: who, and when.
        seen: number of the edition that was shown when they were changed.

    Returns:
        Whether any is another now.

    Raises:
        BadFileError: a value cannot be; each flaw with the setting's path as its key.
        ChangedMeanwhileError: somebody else has decided something meanwhile.
        CprRefusedError, CprQuestionError: as ``save``.
    """
    now = refreshed(services)
    text = as_text({**decided(now.settings), **changes})
    with_own(now.server or now.settings, text)
    return not save(services, {FILE: text.encode()}, stamp, seen={FILE: seen}).is_nothing


def settings_history(services: Services, most: int) -> tuple[SettingChange, ...]:
    """What people changed of the settings, the newest first; ``most`` editions are looked at."""
    with reading(services.engine) as session:
        found = own.editions_of(session, FILE)[: most + 1]
        texts = own.contents(session, [one.id for one in found])
    said = [dict(leaves(tomllib.loads(texts[one.id].decode()))) for one in found]
    return tuple(
        SettingChange(new.recorded_at, new.recorded_by, trail, before.get(trail), now.get(trail))
        for new, now, before in zip(found, said, said[1:], strict=False)
        for trail in sorted({*now, *before})
        if now.get(trail) != before.get(trail)
    )


def difference(services: Services, changes: Mapping[str, bytes | None]) -> OwnChange:
    """What ``save`` would do."""
    now = tree(services)
    added = [p for p, content in changes.items() if content is not None and p not in now]
    changed = [p for p, content in changes.items() if p in now and content not in (None, now[p])]
    same = [p for p, content in changes.items() if p in now and content == now[p]]
    removed = [p for p, content in changes.items() if content is None and p in now]
    return OwnChange(tuple(added), tuple(changed), tuple(same), tuple(removed))


def changes_in(folder: Path) -> dict[str, bytes | None]:
    """Every file of a folder, to be saved; what is not in it stays.

    Raises:
        RefusedError: there are none.
        OutsideError: one cannot be read.
    """
    found: dict[str, bytes | None] = {**files_in(folder)}
    if not found:
        raise RefusedError(f"Mappen {folder} har ingen filer. Kendte filer: {_KINDS}.")
    return found


def flaws_in(
    services: Services, changes: Mapping[str, bytes | None], now: dt.datetime
) -> Iterator[str]:
    """Everything that speaks against using these files, in Danish sentences."""
    if len(changes) > MOST_FILES:
        yield f"Der er {len(changes)} filer; højst {MOST_FILES} tages ind ad gangen."
        return
    written = {path: content for path, content in changes.items() if content is not None}
    strange = [path for path in written if not _is_known(path)]
    for path in strange:
        yield f"«{path}» er ikke en fil, programmet kender. Kendte filer: {_KINDS}."
    large = [path for path, content in written.items() if len(content) > MOST_BYTES]
    for path in large:
        yield f"«{path}» fylder over {MOST_BYTES // 1_000_000} MB."
    if strange or large:
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path, content in {**tree(services), **changes}.items():
            if content is not None:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
        alone = [
            flaw
            for path, content in written.items()
            for flaw in _flaws_of_one(services, path, content)
        ]
        yield from alone
        yield from _flaws_together(folder, {path.split("/")[0] for path in written}, now)
        # What is taken away counts too: a process whose words stand in an area, a body of a case.
        if not alone and {path.split("/")[0] for path in changes} & {"areas", "processes"}:
            yield from _flaws_of_areas(services, folder, now)


def _is_known(path: str) -> bool:
    pure = PurePosixPath(path)
    if pure.is_absolute() or any(part.startswith(".") for part in pure.parts) or "\\" in path:
        return False
    first, ending = pure.parts[0], pure.suffix.casefold()
    return (
        path in (FILE, REPORT, COUNCIL_PAPER)
        or (first == "mail" and len(pure.parts) > 1 and ending in (".md", ".txt", ".html"))
        or (first == "look" and len(pure.parts) == 2 and ending in _LOOK_ENDINGS)
        or (first in ("areas", "processes", "forms") and ending == ".yaml" and len(pure.parts) == 2)
        or _DRAFTS.get(pure.parts[:-1], ("",))[0] == ending != ""
        or (pure.parts[:-1] == _MAIL_DRAFTS and pure.stem in MAILS and ending == ".txt")
    )


def _flaws_of_one(services: Services, path: str, content: bytes) -> Iterator[str]:
    """What is wrong with a file as such."""
    pure = PurePosixPath(path)
    try:
        if path == REPORT:
            yield from check_template(content)
        elif path == FILE:
            with_own(services.server or services.settings, content.decode())
        elif draft := _DRAFTS.get(pure.parts[:-1]):
            draft[1](content.decode(), path)
        elif pure.suffix == ".yaml":
            _check_yaml(pure, content.decode())
    except UnicodeDecodeError:
        yield f"«{path}» er ikke gemt som UTF-8. Gem den igen med den tegnkodning."
    except UdmeldingError as error:
        yield error.message


def _check_yaml(path: PurePosixPath, text: str) -> None:
    """Read a file of its kind.

    Raises:
        BadFileError, RefusedError: it has a flaw, or its id is not its name.
    """
    kind, stem = path.parts[0], path.stem
    if kind == "areas" and stem == NATIONAL:
        parse_national(text)
    elif kind == "areas":
        area_named(stem)  # there are no others: municipalities belong to these
        parse_area(text, stem)
    else:
        made = (parse_process if kind == "processes" else parse_form)(text, str(path))
        if made.id != stem:
            raise RefusedError(f"«{path}»: id er «{made.id}» og skal være filens navn, «{stem}».")


def _flaws_of_areas(services: Services, folder: Path, now: dt.datetime) -> Iterator[str]:
    """What is wrong with the areas of a folder, by themselves and for the open cases."""
    try:
        check_areas(folder)
    except BadFileError as error:
        yield error.message
        return
    with reading(services.engine) as session:
        cases = [OpenCase(h.reference, h.area, h.process) for h in open_headers(session)]
        meetings = load_meetings(session, now)
    before = meeting_bodies(refreshed(services).settings.texts_folder)
    yield from bodies_missed(before, meeting_bodies(folder), cases, meetings)


def _flaws_together(folder: Path, kinds: set[str], now: dt.datetime) -> Iterator[str]:
    """What is wrong with files of those kinds beside all others, in a folder that holds them."""
    if "mail" in kinds:
        texts = find_texts(folder)
        flaws = {flaw for kind in MAILS for flaw in texts.flaws(kind)}
        for flaw in sorted({*flaws, *unused_files(texts.found)}):
            yield str(flaw)
    try:
        if "look" in kinds:
            try_look(folder / "look", now)
        if "paper" in kinds:
            check_wording(folder)
    except UdmeldingError as error:
        yield error.message

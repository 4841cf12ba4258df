"""Moves a running case to other rules, and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from udmelding.config.case.library import area_named, load_process, process_named
from udmelding.config.case.process import Process
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session
from udmelding.journal.recording.record import after_latest, record, retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.recording.case import NewProcess


def moving_to(
    reference: str, source: str, reason: str, stamp: Stamp, own: Path | None = None
) -> Callable[[Session], str]:
    """Something that moves the case to other rules, for ``consequences.preview`` and ``carry_out``.

    Args:
        reference: the case.
        source: path of a process file, or the id of a process.
        reason: why; kept with the case.
        stamp: who and when.
        own: the folder of what the secretariat has of its own.

    Raises:
        BadFileError: the file is flawed.
        NotFoundError: no such file or process.
    """
    is_file = Path(source).is_file()
    process = load_process(Path(source)) if is_file else process_named(source, own)
    return partial(_move, reference=reference, process=process, reason=reason, stamp=stamp, own=own)


def _move(
    session: Session,
    *,
    reference: str,
    process: Process,
    reason: str,
    stamp: Stamp,
    own: Path | None,
) -> str:
    header = find(session, reference)
    pinned = process.for_area(area_named(header.area, own))
    if pinned == header.process:
        raise RefusedError(f"{header.reference} følger allerede disse regler.")
    case = load(session, header.reference, stamp.now)
    _check(case, pinned)
    entry = NewProcess(content=pinned.model_dump_json(), reason=reason)
    record(session, header, entry, after_latest(session, header, entry, stamp))
    return (
        f"{header.reference} følger nu «{pinned.title}», version {pinned.version} "
        f"(før: version {header.process.version})."
    )


def _check(case: Case, process: Process) -> None:
    """Refuse rules that have no place for what has happened.

    Raises:
        RefusedError: names the step, and what is recorded in it.
    """
    if process.id != case.process.id:
        raise RefusedError(
            f"Sagen er en «{case.process.title}» og kan ikke laves om til «{process.title}»."
        )
    steps = {step.id: step for step in process.steps}
    for step_id, what in _in_use(case).items():
        new, old = steps.get(step_id), case.process.step(step_id)
        if new is None:
            raise RefusedError(
                f"De nye regler har intet trin «{step_id}», men i sagen er det trin i brug: {what}."
            )
        if old and (new.parties, new.fulfilled_by) != (old.parties, old.fulfilled_by):
            raise RefusedError(
                f"Trinnet «{old.title}» er i brug i sagen og kan ikke laves om til noget andet."
            )


def _in_use(case: Case) -> dict[str, str]:
    """The steps in which something has happened, and what."""
    used = {obligation.step: "nogen er bedt om noget" for obligation in case.obligations}
    used |= {decision.step: "der er truffet beslutninger" for decision in case.decisions}
    return used | {response.step: "der er modtaget svar" for response in case.responses}


def moving_back(reference: str, reason: str, stamp: Stamp) -> Callable[[Session], str]:
    """Something that takes the latest move to other rules back."""
    return partial(_move_back, reference=reference, reason=reason, stamp=stamp)


def _move_back(session: Session, *, reference: str, reason: str, stamp: Stamp) -> str:
    header = find(session, reference)
    case = load(session, header.reference, stamp.now)
    if not case.process_pins:
        raise RefusedError(f"{header.reference} følger de regler, den begyndte med.")
    retract(session, header, case.process_pins[-1].key, reason or "fortrudt", stamp)
    process = find(session, reference).process
    return f"{header.reference} følger igen «{process.title}», version {process.version}."

"""In which steps is a case begun, what does a draft still lack, and where does one go on with it?

A draft is what stands in the fields, by their names; nothing of it need hang together yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class LaunchStep(StrEnum):
    """The steps, in the order in which a letter is worked through."""

    LETTER = "brevet"
    QUESTIONS = "spoergsmaal"
    DATES = "datoer"
    PLAN = "plan"

    @property
    def after(self) -> LaunchStep:
        """The next one; the last has none but itself."""
        order: list[LaunchStep] = [*LaunchStep]
        return order[min(order.index(self) + 1, len(order) - 1)]


class Asks(StrEnum):
    """What the municipalities are to answer."""

    SET = "set"
    """A question set."""
    NEW = "new"
    """A question set that is yet to be written."""
    FILE = "file"
    """Questions in a file; they are answered by mail."""
    NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a draft lacks: the step that asks for it, and what it is called."""

    step: LaunchStep
    name: str


def asks_of(said: Mapping[str, str]) -> Asks | None:
    """What the municipalities are to answer; None where nobody has chosen.

    Nothing to answer is a choice, never what comes of not choosing.
    """
    chosen = said.get("asks", "")
    if chosen in {*Asks}:
        return Asks(chosen)
    if said.get("question_set"):
        return Asks.SET
    return Asks.FILE if said.get("questions_sha256") or said.get("questions_from") else None


def lacks(said: Mapping[str, str]) -> tuple[Lack, ...]:
    """What is not said yet, in the order in which it is asked for."""
    return tuple(_lacks(said))


def _lacks(said: Mapping[str, str]) -> Iterator[Lack]:
    for field, name in (("title", "titel"), ("received", "modtagelsesdag"), ("deadline", "frist")):
        if not said.get(field):
            yield Lack(LaunchStep.LETTER, name)
    asks = asks_of(said)
    if asks in (None, Asks.NEW):
        yield Lack(LaunchStep.QUESTIONS, "spørgsmål")


def step_to_go_on(said: Mapping[str, str]) -> LaunchStep:
    """Where a draft is gone on with: what it lacks, else as far as somebody has come."""
    reached = said.get("reached", "")
    far = LaunchStep(reached) if reached in {*LaunchStep} else LaunchStep.LETTER
    order = [*LaunchStep]
    # That there is no deadline can be meant so: it leads back only from where nobody has passed it.
    needed = [one.step for one in lacks(said) if one.name != "frist"]
    return min([far, *needed], key=order.index)

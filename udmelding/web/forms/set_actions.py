"""What does a button of the page on which a question set is written do to the set?

A button says ``what:place``: ``op:spoerg:gravide``, ``nyt:omfang``, ``slet:sum:0``. The page saves
what stands in its fields first; what the button does comes on top, so that it alone can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from udmelding.config.forms.forms import Form
from udmelding.rules.forms import editing
from udmelding.rules.forms.question_words import numbered_name


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of it.

    Attributes:
        place: what is open then.
        message: what is told; empty where it is seen.
        can_undo: whether «Fortryd» is offered.
    """

    form: Form
    place: str
    message: str = ""
    can_undo: bool = False


Step = Callable[[Form, str, str, Collection[str]], Acted]
"""From the set, the place, its code and the codes that are taken."""


def acted(form: Form, do: str, place: str, taken: Collection[str]) -> Acted:
    """What a button makes of the set.

    Args:
        form: with what stood in the fields.
        do: what the button says.
        place: what was open.
        taken: codes that no new question may bear.
    """
    what, _, target = do.partition(":")
    code = target.partition(":")[2] or target
    step = _STEPS.get(what)
    return step(form, target, code, taken) if step else Acted(form, place)


def _open(form: Form, target: str, _: str, __: Collection[str]) -> Acted:
    return Acted(form, target)


def _close(form: Form, target: str, code: str, _: Collection[str]) -> Acted:
    """The section stays open where a question or its own words were closed."""
    home = editing.section_of(form, code) if target.startswith("spoerg:") else None
    if home is None and target.startswith("afsnit:"):
        home = editing.section_named(form, code)
    return Acted(form, f"liste:{home.id}" if home else "")


def _move(step: int) -> Step:
    def move(form: Form, target: str, code: str, _: Collection[str]) -> Acted:
        if target.startswith("afsnit:"):
            return Acted(editing.moved_section(form, code, step), "")
        made = editing.moved_question(form, code, step)
        home = editing.section_of(made, code)
        return Acted(made, f"liste:{home.id}" if home else "")

    return move


def _delete(form: Form, target: str, code: str, _: Collection[str]) -> Acted:
    if target.startswith("spoerg:"):
        home = editing.section_of(form, code)
        told = f"«{numbered_name(form, code)}» er slettet."
        made = editing.without_question(form, code)
        return Acted(made, f"liste:{home.id}" if home else "", told, can_undo=True)
    if target.startswith("afsnit:"):
        section = editing.section_named(form, code)
        told = f"Afsnittet «{section.title}» er slettet." if section else ""
        return Acted(editing.without_section(form, code), "", told, can_undo=True)
    place = int(code) if code.isascii() and code.isdecimal() and len(code) < 4 else -1
    return Acted(editing.without_sum(form, place), "", "Summen er slettet.", can_undo=True)


def _copy(form: Form, _: str, code: str, taken: Collection[str]) -> Acted:
    made, copied = editing.with_copy(form, code, taken)
    return Acted(made, f"spoerg:{copied}", "Spørgsmålet er kopieret.", can_undo=True)


def _new_question(form: Form, _: str, code: str, __: Collection[str]) -> Acted:
    made, new = editing.with_new_question(form, code)
    return Acted(made, f"spoerg:{new}")


def _new_section(form: Form, _: str, __: str, ___: Collection[str]) -> Acted:
    made, new = editing.with_new_section(form)
    return Acted(made, f"afsnit:{new}")


def _new_sum(form: Form, _: str, __: str, ___: Collection[str]) -> Acted:
    return Acted(editing.with_new_sum(form), f"sum:{len(form.sums)}")


def _new_column(form: Form, _: str, code: str, __: Collection[str]) -> Acted:
    return Acted(editing.with_new_column(form, code), f"spoerg:{code}")


def _column(change: Callable[[Form, str, str], Form], told: str = "") -> Step:
    def step(form: Form, target: str, _: str, __: Collection[str]) -> Acted:
        code, _, column = target.partition(".")
        made = change(form, code, column)
        return Acted(made, f"spoerg:{code}", told, can_undo=bool(told))

    return step


def _next(form: Form, _: str, code: str, __: Collection[str]) -> Acted:
    """The question after this one; after the last of a section a new one."""
    home = editing.section_of(form, code)
    if home is None:
        return Acted(form, "")
    codes = [question.id for question in home.questions]
    if codes[-1] == code:
        return _new_question(form, "", home.id, ())
    return Acted(form, f"spoerg:{codes[codes.index(code) + 1]}")


_STEPS: Mapping[str, Step] = {
    "aabn": _open,
    "luk": _close,
    "op": _move(-1),
    "ned": _move(1),
    "slet": _delete,
    "kopi": _copy,
    "nyt": _new_question,
    "nyt-afsnit": _new_section,
    "ny-sum": _new_sum,
    "ny-kolonne": _new_column,
    "kolonne-op": _column(lambda form, code, column: editing.moved_column(form, code, column, -1)),
    "kolonne-ned": _column(lambda form, code, column: editing.moved_column(form, code, column, 1)),
    "kolonne-slet": _column(editing.without_column, "Kolonnen er slettet."),
    "naeste": _next,
}

"""How are the rows that a respondent added numbered? From 1, without gaps, in their order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from udmelding.config.forms.forms import Form
from udmelding.errors import RefusedError

_ROW = re.compile(r"([a-z][a-z0-9_]*)\.(\d{1,4})\.([a-z][a-z0-9_]*)")


def renumbered(form: Form, paths: Collection[str], filled: Collection[str]) -> dict[str, str]:
    """New paths by old ones, for those in rows that the respondent added.

    Args:
        form: the question set.
        paths: of the answers.
        filled: those of them that hold something; their rows come first.
    """
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    used: set[tuple[str, int]] = set()
    for path in paths:
        match = _ROW.fullmatch(path)
        question = form.question(match[1]) if match else None
        if match and question is not None and question.has_free_rows:
            code, number = match[1], int(match[2])
            found.setdefault(code, {}).setdefault(number, []).append((path, match[3]))
            if path in filled:
                used.add((code, number))
    new: dict[str, str] = {}
    for code, rows in found.items():
        order = sorted(rows, key=lambda row, code=code: ((code, row) not in used, row))  # type: ignore[misc]
        for number, old in enumerate(order, start=1):
            new |= {path: f"{code}.{number}.{column}" for path, column in rows[old]}
    return new


def placed(form: Form, typed: Mapping[str, str], *, is_cut: bool = False) -> dict[str, str]:
    """What was typed, with added rows from 1, so that each finds its place in the workbook.

    Args:
        form: the question set.
        typed: text by path.
        is_cut: leave rows out that there is no room for, instead of refusing.

    Raises:
        RefusedError: a table has more rows than there is room for.
    """
    filled = {path: text for path, text in typed.items() if text.strip()}
    new = renumbered(form, filled, filled)
    for question in form.questions:
        rows = {path.split(".")[1] for path in new.values() if path.startswith(f"{question.id}.")}
        if len(rows) > question.most_rows and not is_cut:
            raise RefusedError(
                f"«{question.name}» har {len(rows)} linjer, men der er kun plads til "
                f"{question.most_rows}. Ret det på siden, før du henter regnearket."
            )
    return {new.get(path, path): text for path, text in filled.items()}

"""Where in a file does each key stand, and what is wrong with it?

``read_yaml`` gives the data of a YAML file together with the line of every key and list item;
``validate`` turns the data into a value of a pydantic shape or tells every flaw with its place.
Which YAML is understood is told in ``yaml_reading``; how a flaw is put in ``flaw_wording``. What a
shape wants at a key is found here too, for flaws that pydantic itself does not tell well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from udmelding import private
from udmelding.config import toml_reading, yaml_reading
from udmelding.config.flaw_wording import (
    BOOLEAN_FOR_NUMBER,
    kind_in_danish,
    problem_in_danish,
    unknown_key,
)
from udmelding.config.yaml_reading import Trail
from udmelding.errors import BadFileError, Flaw


@dataclass(frozen=True, slots=True)
class Lines:
    """The place of every key of one file.

    Attributes:
        file: its name as people are told it.
        at: line of each key and list item by its path; ``()`` is the file's content as a whole.
        elsewhere: keys that did not come from the file, and where they came from instead.
    """

    file: str
    at: Mapping[Trail, int]
    elsewhere: Mapping[Trail, str] = field(default_factory=dict)

    def flaw(self, trail: Trail, problem: str) -> Flaw:
        """The flaw ``problem`` at ``trail``, placed at the nearest key that has a place."""
        return Flaw(self._where(trail), ".".join(str(part) for part in trail), problem)

    def line(self, trail: Trail) -> int:
        """Line of ``trail`` or of the nearest key around it; 0 if none has a line."""
        return next((self.at[near] for near in _outward(trail) if near in self.at), 0)

    def _where(self, trail: Trail) -> str:
        for near in _outward(trail):
            if near in self.elsewhere:
                return self.elsewhere[near]
            if near in self.at:
                return f"{self.file}:{self.at[near]}"
        return self.file


@dataclass(frozen=True, slots=True)
class Marked:
    """What a YAML file says, and where it says it."""

    data: dict[str, Any]
    lines: Lines


def check(
    shape: type[Shaped], data: object, lines: Lines
) -> tuple[Shaped | None, tuple[Flaw, ...]]:
    """The value of ``shape`` that ``data`` makes, or None and every flaw in the file's order."""
    value = None
    found = [(trail, BOOLEAN_FOR_NUMBER) for trail in booleans_for_numbers(shape, data)]
    try:
        value = shape.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    else:
        problems = []
    # Outside the except: pydantic's error quotes what was written, and must not ride along.
    for problem in problems:
        trail = _trail(problem["loc"], data)
        found.append((trail, _told(shape, trail, problem)))
    found.sort(key=lambda pair: lines.line(pair[0]))
    flaws = tuple(lines.flaw(trail, told) for trail, told in found)
    return (None if flaws else value), flaws


def load(shape: type[Shaped], path: Path, what: str) -> Shaped:
    """``read_yaml`` and ``validate`` in one; the file is read each time, the same text made once.

    To make a value of a long file takes 50 ms, and pages ask for several; so shapes are frozen.

    Raises:
        BadFileError: as they do.
    """
    value = _made(shape, read_text(path, what), path.name, what)
    assert isinstance(value, shape)  # noqa: S101 - the type is lost on the way through lru_cache
    return value


@lru_cache(maxsize=64)
def _made(shape: type[BaseModel], text: str, file: str, what: str) -> BaseModel:
    marked = parse_yaml(text, file, what)
    return validate(shape, marked.data, marked.lines, what)


def parse_yaml(text: str, file: str, what: str) -> Marked:
    """The same as ``read_yaml`` for text that is at hand; ``file`` names it in flaws.

    Raises:
        BadFileError: as ``read_yaml``.
    """
    reading = yaml_reading.read(text)
    problems = list(reading.problems)
    if not problems and reading.data is None:
        problems = [(1, "", "filen er tom")]
    elif not problems and not isinstance(reading.data, dict):
        kind = kind_in_danish(reading.data)
        problem = f"filen skal bestå af nøgler og værdier; her står {kind}"
        problems = [(reading.lines[()], "", problem)]
    if problems:
        raise BadFileError(
            what, tuple(Flaw(f"{file}:{line}", key, told) for line, key, told in problems)
        )
    return Marked(reading.data, Lines(file, reading.lines))


def read_text(path: Path, what: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises:
        BadFileError: it is missing, unreadable or not UTF-8; ``what`` names it in Danish.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadFileError(what, (Flaw(path.name, "", f"filen findes ikke: {path}"),)) from None
    except OSError as error:
        closed = private.why_closed(path)
        problem = closed and f"kan ikke læses: {closed}"
        problem = problem or f"filen kan ikke læses: {error.strerror or error}"
        raise BadFileError(what, (Flaw(path.name, "", problem),)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = "filen er ikke gemt som UTF-8; gem den igen med den tegnkodning"
        raise BadFileError(what, (Flaw(f"{path.name}:{line}", "", problem),)) from error


def read_toml(path: Path, what: str) -> Marked:
    """The data of a TOML file; an empty one is allowed.

    Raises:
        BadFileError: missing, unreadable, not UTF-8, not TOML, a key twice.
    """
    data, lines, problem = toml_reading.read(read_text(path, what))
    if problem:
        raise BadFileError(what, (Flaw(f"{path.name}:{problem[0]}", "", problem[1]),))
    return Marked(data, Lines(path.name, lines))


def read_yaml(path: Path, what: str) -> Marked:
    """The data of a YAML file whose top level is keys and values.

    Args:
        path: the file.
        what: what it is, as a Danish noun phrase such as ``"Mødekalenderen"``.

    Raises:
        BadFileError: missing, unreadable, empty, not UTF-8, not YAML, a key twice, another top
            level.
    """
    return parse_yaml(read_text(path, what), path.name, what)


def validate(shape: type[Shaped], data: object, lines: Lines, what: str) -> Shaped:
    """The value of ``shape`` that ``data`` makes.

    Args:
        shape: a pydantic model.
        data: what was read.
        lines: where each key of it stands.
        what: what the file is, as a Danish noun phrase.

    Raises:
        BadFileError: with one flaw for each problem: its place, its key, and what is allowed.
    """
    value, flaws = check(shape, data, lines)
    if value is None:
        raise BadFileError(what, flaws)
    return value


__all__ = [
    "Lines",
    "Marked",
    "Trail",
    "check",
    "load",
    "parse_yaml",
    "problem_in_danish",
    "read_text",
    "read_toml",
    "read_yaml",
    "validate",
]

Shaped = TypeVar("Shaped", bound=BaseModel)


def _outward(trail: Trail) -> list[Trail]:
    return [trail[:length] for length in range(len(trail), -1, -1)]


def _trail(location: Trail, data: object) -> Trail:
    """Pydantic's location without what is not of the file: key marks, keys of what is no group."""
    trail: list[str | int] = []
    here = data
    for part in location:
        if part == "[key]" or not isinstance(here, dict | list):
            break
        trail.append(part)
        inside: Mapping[object, object] = here if isinstance(here, dict) else dict(enumerate(here))
        here = inside.get(part, {})
    return tuple(trail)


def _told(shape: type[BaseModel], trail: Trail, error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return unknown_key(trail[-1], allowed_keys(shape, trail[:-1]))
    return problem_in_danish(error)


def allowed_keys(shape: type[BaseModel], trail: Trail) -> tuple[str, ...]:
    """The keys that the group at ``trail`` may have; none if there is no group of fixed keys."""
    here = _annotation_at(shape, trail)
    if not _is_model(here):
        return ()
    return tuple(field.alias or name for name, field in here.model_fields.items())


def booleans_for_numbers(shape: type[BaseModel], data: object) -> Iterator[Trail]:
    """Where ``data`` has true or false for a number: pydantic takes them for 1 and 0."""
    for trail in _booleans(data, ()):
        wanted = _annotation_at(shape, trail)
        if wanted is int or wanted is float:  # not `in {…}`: annotations need not be hashable
            yield trail


def _booleans(data: object, trail: Trail) -> Iterator[Trail]:
    if isinstance(data, bool):
        yield trail
    for part, value in _inside_data(data):
        yield from _booleans(value, (*trail, part))


def _inside_data(data: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(data, dict):
        return data.items()
    return enumerate(data) if isinstance(data, list) else ()


def _annotation_at(shape: type[BaseModel], trail: Trail) -> Any:
    here: Any = shape
    for part in trail:
        here = _step(here, part)
    return here


def _step(annotation: Any, part: str | int) -> Any:
    if _is_model(annotation):
        found = annotation.model_fields.get(part)
        annotation = found.annotation if found else None
    else:  # Mapping[str, X] and tuple[X, ...] both hold X
        annotation = next((a for a in reversed(get_args(annotation)) if a is not ...), None)
    while get_origin(annotation) in {Annotated, Union, UnionType}:
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)

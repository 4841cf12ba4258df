"""What does a pydantic shape want at a key? For flaws that pydantic itself does not tell well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from udmelding.config.yaml_reading import Trail


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

"""How is a question set kept that does not hang together yet?

While somebody works on a set it is a ``Form`` that nobody has checked: a question may lack its
text, a condition may point to what was deleted. It is kept as the same text as any other, and read
back without the checks; what is wrong with it is told by ``rules.forms.draft_flaws``. Only what
``library.parse_form`` takes is used for anything but editing and looking at it.
"""

from __future__ import annotations

from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from udmelding.config import marked
from udmelding.config.forms.forms import Form, Section, SumRule
from udmelding.config.forms.library import form_text
from udmelding.errors import BadFileError, Flaw

_WHAT = "Kladden til spørgeskemaet"

draft_text = form_text
"""The text of a draft; ``parse_draft`` reads it to the same draft."""


def unchecked(form: Form, **changes: Any) -> Form:
    """The set with other values of its own, whether or not it hangs together then."""
    return form.model_copy(update=changes)


def empty_draft(form_id: str, title: str) -> Form:
    """A set without a section."""
    sums: tuple[SumRule, ...] = ()
    sections: tuple[Section, ...] = ()
    return Form.model_construct(id=form_id, version=1, title=title, sections=sections, sums=sums)


def parse_draft(text: str, file: str = "kladden") -> Form:
    """The draft that a text describes.

    Args:
        text: as ``draft_text`` writes it.
        file: names it in flaws.

    Raises:
        BadFileError: it is no YAML, or a value is of another kind than its key wants.
    """
    content = marked.parse_yaml(text, file, _WHAT)
    try:
        made = _value(Form, content.data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadFileError(_WHAT, (Flaw(file, "", "er ikke et spørgeskema"),)) from error
    if not isinstance(made, Form):
        raise BadFileError(_WHAT, (Flaw(file, "", "er ikke et spørgeskema"),))
    return made


def _value(annotation: Any, data: Any) -> Any:
    """What the text says of one key, of the kind that its key has, bounds and patterns aside."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _value(get_args(annotation)[0], data)
    if origin in (Union, UnionType):
        (one,) = (a for a in get_args(annotation) if a is not NoneType)
        return None if data is None else _value(one, data)
    if origin is tuple:
        if not isinstance(data, list):
            raise TypeError
        return tuple(_value(get_args(annotation)[0], one) for one in data)
    if issubclass(annotation, BaseModel):
        return _shape(annotation, data)
    return _plain(annotation, data)


def _plain(kind: type, data: Any) -> Any:
    if issubclass(kind, StrEnum):
        return kind(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:  # a boolean is no number here
        raise TypeError
    return data


def _shape(shape: type[BaseModel], data: Any) -> BaseModel:
    fields = shape.model_fields
    needed = {name for name, field in fields.items() if field.is_required()}
    if not isinstance(data, dict) or not needed <= set(data) <= set(fields):
        raise TypeError
    values = {name: _value(fields[name].annotation, said) for name, said in data.items()}
    return shape.model_construct(**values)

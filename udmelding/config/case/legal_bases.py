"""Which provisions can a case rest on, and from when? The shape of ``config/legal_bases.yaml``.

The file says also under which number of the common journal plan (KLE) a case is likely to be filed.
What it means for one case is ``udmelding.rules.case.law``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.announcement import AnnouncementKind, TargetGroup
from udmelding import paths
from udmelding.config import marked
from udmelding.config.case.process import Lifetime, Shape

_WHAT = "Filen med lovhjemler"


class ForGroups(Lifetime):
    """What holds for some target groups, and from when until when.

    Attributes:
        groups: whom it is for; ``both`` is asked for and never said.
        source: where it is known from.
    """

    groups: Annotated[
        tuple[TargetGroup, ...],
        Field(alias="for", min_length=1),
    ]
    source: str

    @model_validator(mode="after")
    def _is_of_one_law(self) -> Self:
        """Raises ValueError (Danish) for a group that two laws are for."""
        if TargetGroup.BOTH in self.groups:
            raise ValueError("skriv for: [adults, children] i stedet for both")
        return self


class LegalBasis(ForGroups):
    """One provision, as a sentence has it: ``serviceloven § 13 b, stk. 2``."""

    kind: AnnouncementKind
    text: Annotated[str, Field(min_length=1)]


class KleGroup(ForGroups):
    """A number of the common journal plan."""

    number: Annotated[str, Field(pattern=r"^\d\d\.\d\d\.\d\d$")]


class Kle(Shape):
    """The suggested numbers; ``across`` is for what spans several of them."""

    groups: tuple[KleGroup, ...]
    across: Annotated[str, Field(pattern=r"^\d\d\.\d\d\.\d\d$")]


class LegalBases(Shape):
    """All of the file, in its order."""

    legal_bases: tuple[LegalBasis, ...]
    kle: Kle


@cache
def load_legal_bases(path: Path | None = None) -> LegalBases:
    """The provisions of the file, or the shipped ones.

    Raises:
        BadFileError: every flaw with its line and key.
    """
    content = marked.read_yaml(path or paths.CONFIG / "legal_bases.yaml", _WHAT)
    return marked.validate(LegalBases, content.data, content.lines, _WHAT)

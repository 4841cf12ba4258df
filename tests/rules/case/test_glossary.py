"""Every word that the code stores has a Danish one, and every fact its sentence."""

from __future__ import annotations

import inspect
from dataclasses import fields
from enum import StrEnum

import pytest

import models
from udmelding.config.case.process import BodyKind
from udmelding.journal.tables import KINDS, table_of
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.council import Basis, CouncilState
from udmelding.rules.case.glossary import LABELS, SYMBOLS, label
from udmelding.rules.case.mail_state import MailState
from udmelding.rules.case.standing import State
from udmelding.rules.recording.catalogue import ENTRY_OF_VALUE
from udmelding.rules.recording.entry import Entry
from udmelding.rules.words.lists import join_names

VOCABULARIES = [
    found for _, found in inspect.getmembers(models, inspect.isclass) if issubclass(found, StrEnum)
] + [Basis, BodyKind, CouncilState, MailState, State, Withheld]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda v: v.__name__)
def test_every_word_of_a_vocabulary_has_a_danish_label_of_its_own(
    vocabulary: type[StrEnum],
) -> None:
    labels = [label(word) for word in vocabulary]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_the_glossary_holds_no_vocabulary_that_is_not_there() -> None:
    assert set(LABELS) == set(VOCABULARIES)
    assert set(SYMBOLS) == set(State)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.field)
def test_every_kind_of_fact_is_said_in_a_sentence_and_has_its_tables_columns(kind: object) -> None:
    entry = ENTRY_OF_VALUE.get(kind.value)  # type: ignore[attr-defined]
    assert entry is None or entry.sentence is not Entry.sentence
    columns = set(table_of(kind.fact).c.keys())  # type: ignore[attr-defined]
    assert {field.name for field in fields(kind.value)} <= columns  # type: ignore[attr-defined]


def test_names_are_listed_as_danish_lists_them() -> None:
    assert join_names([]) == ""
    assert join_names(["Greve"]) == "Greve"
    assert join_names(["Greve", "Køge", "Lolland"]) == "Greve, Køge og Lolland"

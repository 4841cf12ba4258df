"""What can a question ask? The questions, columns and conditions of a question set.

Part of the shape of ``config/forms/*.yaml``; ``config.forms.forms`` puts them together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from udmelding.config.case.process import Shape

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=400)]
Help = Annotated[str, Field(max_length=2000)]


class Respondent(StrEnum):
    """Who may be asked."""

    MUNICIPALITY = "municipality"
    PROVIDER = "provider"
    REGION = "region"


class Kind(StrEnum):
    """What an answer to a question is."""

    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    TABLE = "table"
    TEXT = "text"
    DATE = "date"
    FILE = "file"


NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT})
CHOOSING = frozenset({Kind.CHOICE, Kind.CHOICES})


class Counts(StrEnum):
    """What a number counts. Small numbers of citizens never circulate (``rules.report.hiding``)."""

    CITIZENS = "citizens"
    PLACES = "places"
    OTHER = "other"


class Gather(StrEnum):
    """How the answers of many become one figure: added up, or their plain average.

    Counts of citizens are always added up: an average would be one more number to compute from.
    """

    SUM = "sum"
    MEAN = "mean"


class Option(Shape):
    """One answer to choose.

    Attributes:
        id: its code in data; ``text`` what people read.
    """

    id: Id
    text: Words


class Measured(Shape):
    """What a question and a column of a table have in common.

    Attributes:
        unit: of a number, such as ``dage`` or ``kr. pr. døgn``; amounts are kroner without it.
        decimals: how many a number may have.
        minimum: least allowed value; ``maximum`` the greatest.
        counts: what a whole number counts.
        gather: how the numbers of many are put together.
        at_most: the number may not be greater than that question's (that column's) number; of a
            table with added rows: there may be no more rows than that question's number.
        options: what there is to choose.
    """

    kind: Kind
    unit: Annotated[str, Field(max_length=40)] = ""
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    minimum: float | None = None
    maximum: float | None = None
    counts: Counts = Counts.OTHER
    gather: Gather = Gather.SUM
    at_most: Id | None = None
    options: tuple[Option, ...] = ()
    is_required: bool = True

    @property
    def places(self) -> int:
        """How many decimals a number is written with."""
        return 0 if self.kind is Kind.INTEGER else self.decimals

    @property
    def is_disclosive(self) -> bool:
        """Whether a small number says something about a citizen."""
        return self.counts is Counts.CITIZENS

    def option(self, code: str) -> Option | None:
        """The option with that code, or None."""
        return next((option for option in self.options if option.id == code), None)

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        """Raises ValueError (Danish) where keys do not fit the kind."""
        if (self.kind in CHOOSING) != bool(self.options):
            raise ValueError("options skal stå ved choice og choices, og kun dér")
        codes = [option.id for option in self.options]
        if len(set(codes)) != len(codes):
            raise ValueError("to options har samme id")
        if None not in (self.minimum, self.maximum) and self.maximum < self.minimum:  # type: ignore[operator]
            raise ValueError("maximum er mindre end minimum")
        if self.counts is not Counts.OTHER and self.kind is not Kind.INTEGER:
            raise ValueError("counts hører til hele tal (kind: integer)")
        return self


class Column(Measured):
    """One column of a table.

    Attributes:
        title: its head.
    """

    id: Id
    title: Words
    help: Help = ""

    @model_validator(mode="after")
    def _fits_a_cell(self) -> Self:
        """Raises ValueError (Danish) for kinds that no cell can hold."""
        if self.kind in (Kind.TABLE, Kind.FILE, Kind.CHOICES):
            raise ValueError("en kolonne kan ikke være table, file eller choices")
        return self


class Row(Shape):
    """One fixed row of a table; ``short`` is its name where there is little room."""

    id: Id
    title: Words
    short: Annotated[str, Field(max_length=40)] = ""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return self.short or self.title


class Condition(Shape):
    """When a question is asked: another question's answer decides.

    Attributes:
        question: the other question, asked earlier in the form.
        equals: any of these answers (``ja``/``nej`` for yes or no, else an option's code).
        above: for a number: more than this.
    """

    question: Id
    equals: tuple[str, ...] = ()
    above: float | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        """Raises ValueError (Danish) unless exactly one test is given."""
        if bool(self.equals) == (self.above is not None):
            raise ValueError("skriv enten equals eller above")
        return self


class Question(Measured):
    """One question.

    Attributes:
        text: what is asked; ``help`` explains it; ``short`` is its name in tables.
        required_if: it is asked, and must be answered, only then; None is always.
        columns: of a table; ``rows`` its fixed rows.
        most_rows: for a table without fixed rows: how many the respondent may add; with
            ``at_most`` no more than that number either.
        row_title: what one such row is, such as ``Tilbud`` or ``Borger``.
        is_per_person: each row is one citizen: rows never circulate, only their counts do.
        compare: last time's answer is shown beside it, and a great change is asked about.
        based_on: a count of citizens that the number is about: it circulates only where that does.
        longest: of a text, in characters.
    """

    id: Id
    text: Words
    short: Annotated[str, Field(max_length=80)] = ""
    help: Help = ""
    required_if: Condition | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    most_rows: Annotated[int, Field(ge=0, le=200)] = 0
    row_title: Annotated[str, Field(max_length=40)] = ""
    is_per_person: bool = False
    compare: bool = False
    based_on: Id | None = None
    longest: Annotated[int, Field(ge=1, le=10_000)] = 2000

    @property
    def name(self) -> str:
        """What it is called in tables and lists."""
        return self.short or self.text

    @property
    def has_free_rows(self) -> bool:
        """Whether the respondent adds the rows."""
        return self.kind is Kind.TABLE and not self.rows

    @property
    def counts_citizens(self) -> bool:
        """Whether any number in it counts citizens; rows that are one citizen each do."""
        return (
            self.is_disclosive
            or self.is_per_person
            or any(column.is_disclosive for column in self.columns)
        )

    def column(self, code: str) -> Column | None:
        """The column with that id, or None."""
        return next((column for column in self.columns if column.id == code), None)

    @model_validator(mode="after")
    def _is_a_table_or_not(self) -> Self:
        """Raises ValueError (Danish) where the keys of a table do not fit."""
        is_table = self.kind is Kind.TABLE
        if is_table != bool(self.columns):
            raise ValueError("columns skal stå ved table, og kun dér")
        if is_table and bool(self.rows) == bool(self.most_rows):
            raise ValueError("en tabel skal have enten rows eller most_rows")
        if not is_table and (self.rows or self.most_rows or self.is_per_person):
            raise ValueError("rows, most_rows og is_per_person hører til table")
        if self.is_per_person and self.rows:
            raise ValueError("en tabel med en række for hver borger kan ikke have faste rows")
        if self.rows and self.at_most is not None:
            raise ValueError("en tabel med faste rows kan ikke have at_most")
        for named in (self.columns, self.rows):
            codes = [one.id for one in named]
            if len(set(codes)) != len(codes):
                raise ValueError("to rækker eller kolonner har samme id")
        return self

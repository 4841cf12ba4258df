"""How is this installation set up? The settings, their defaults, and where they are read from.

Where a setting comes from, the first that has it: the environment (``UDMELDING_AREA``,
``UDMELDING_MAIL__HOST``; an empty variable counts as not set); one TOML file, which is
``UDMELDING_CONFIG`` or else ``udmelding.toml`` in the home folder; the default below. Home is
``.udmelding`` under the current working directory unless ``UDMELDING_HOME`` says otherwise.
``config/udmelding.example.toml`` lists every setting; a test keeps it in step with this file.
Nothing is read at import. What a flaw says never shows a value, because it may be a password.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from udmelding import paths, private
from udmelding.config import flaw_wording, marked
from udmelding.config.settings_sections import (
    Agency,
    Figures,
    Files,
    Graph,
    Mail,
    Mailbox,
    Oidc,
    Prefect,
    Secretariat,
    Section,
    Web,
    is_this_machine,
)
from udmelding.errors import BadFileError, Flaw

__all__ = [
    "Agency",
    "Figures",
    "Files",
    "Graph",
    "Mail",
    "Mailbox",
    "Oidc",
    "Prefect",
    "Secretariat",
    "Settings",
    "SettingsFile",
    "Web",
    "home_choice",
    "load_settings",
    "setting_places",
    "setting_trails",
    "settings_file",
    "variable",
]

PREFIX = "UDMELDING_"
HOME, CONFIG = "UDMELDING_HOME", "UDMELDING_CONFIG"
TEST_PREFIX = "UDMELDING_TEST_"
SQLITE, POSTGRESQL = "sqlite:///", "postgresql+psycopg://"

_WHAT = "Opsætningen"
_log = logging.getLogger(__name__)
_warned: set[Path] = set()


class Settings(BaseSettings):
    """One installation. ``load_settings`` reads it; calling the class reads nothing but arguments.

    Attributes:
        home: folder of all that this installation keeps; loaded absolute.
        database_url: SQLite (a relative path is taken from home) or PostgreSQL.
        area: id of the KKR area whose secretariat uses it.
        is_for_practice: people learn on it; cases start before a trial mail has arrived.
    """

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
    )

    home: Path = Field(default=Path(".udmelding"), validate_default=True)
    database_url: str = Field(default=f"{SQLITE}udmelding.db", validate_default=True, repr=False)
    area: str = Field(default="sjaelland", validate_default=True)
    is_for_practice: bool = False
    secretariat: Secretariat = Field(default=Secretariat(), validate_default=True)
    agency: Agency = Agency()
    mail: Mail = Field(default=Mail(), validate_default=True)
    graph: Graph = Field(default=Graph(), validate_default=True)
    mailbox: Mailbox = Mailbox()
    files: Files = Files()
    prefect: Prefect = Prefect()
    web: Web = Web()
    oidc: Oidc = Oidc()
    figures: Figures = Figures()

    _own_folder: Path | None = PrivateAttr(default=None)

    def with_own_folder(self, folder: Path | None) -> Settings:
        """The same settings, with the secretariat's own files in that folder."""
        (made := self.model_copy())._own_folder = folder
        return made

    @property
    def sends(self) -> bool:
        """Whether mails really leave this machine."""
        return self.mail.transport != "folder" and not self.mail.dry_run

    @property
    def texts_folder(self) -> Path:
        """The secretariat's own templates, out of the database; they go before the shipped ones."""
        return self._own_folder or self.home / "cache" / "own" / "none"

    @property
    def is_reached_here_only(self) -> bool:
        """Whether the address of the pages means this machine to whoever opens it."""
        return is_this_machine(urlsplit(self.web.url).hostname or "")

    @property
    def links_in_mails(self) -> bool:
        """Whether mails carry links: never where they are sent, and the pages only reached here."""
        return self.web.links_in_mails and not (self.is_reached_here_only and self.sends)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only: ``load_settings`` does the reading, so that every flaw has its place."""
        return (init_settings,)

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_kind(cls, url: str, info: ValidationInfo) -> str:
        if url.startswith(SQLITE):
            path = url.removeprefix(SQLITE)
            if not path:
                raise ValueError(f"skal nævne en fil, som {SQLITE}udmelding.db")
            home = info.data.get("home", Path())
            return url if path.startswith(":memory:") else f"{SQLITE}{home / path}"
        if url.startswith(POSTGRESQL):
            return url
        raise ValueError(f"skal begynde med {SQLITE} eller {POSTGRESQL}")

    @field_validator("area")
    @classmethod
    def _known_area(cls, area: str) -> str:
        known = _area_ids()
        if area not in known:
            hint = flaw_wording.suggestion(area, known)
            raise ValueError(f"er ikke et KKR-område; {hint}tilladt er: {', '.join(known)}")
        return area

    @field_validator("secretariat")
    @classmethod
    def _with_sender(cls, secretariat: Secretariat) -> Secretariat:
        sender = secretariat.sender_name or secretariat.name
        return secretariat.model_copy(update={"sender_name": sender})

    @field_validator("graph")
    @classmethod
    def _whole_where_used(cls, graph: Graph, info: ValidationInfo) -> Graph:
        mail = info.data.get("mail")
        if mail is not None and mail.transport == "graph" and graph.missing:
            raise ValueError(f'mangler {", ".join(graph.missing)}: transport = "graph" bruger dem')
        return graph

    @field_validator("mail")
    @classmethod
    def _completed(cls, mail: Mail, info: ValidationInfo) -> Mail:
        if not {"home", "secretariat"} <= info.data.keys():
            return mail  # they are flawed, and told
        domain = mail.message_id_domain or info.data["secretariat"].email.rpartition("@")[2]
        folder = info.data["home"] / mail.folder.expanduser()
        return mail.model_copy(update={"folder": folder, "message_id_domain": domain})


def setting_trails() -> tuple[marked.Trail, ...]:
    """Every setting by its path in the TOML file, such as ``("mail", "host")``."""
    return tuple(trail for trail, _ in _trails(Settings, ()))


def variable(trail: marked.Trail) -> str:
    """The environment variable of a setting, such as ``UDMELDING_MAIL__HOST``."""
    return PREFIX + "__".join(str(part) for part in trail).upper()


def setting_places(environ: Mapping[str, str] | None = None) -> Mapping[marked.Trail, str]:
    """Where each setting that is not left at its default is set, in Danish.

    Raises:
        BadFileError: the settings file cannot be read.
    """
    given = _ours(os.environ if environ is None else environ)
    content, _ = _file_content(given)
    places = {}
    for trail in setting_trails():
        if variable(trail) in given:
            places[trail] = f"miljøvariablen {variable(trail)}"
        elif _at(content.data, trail) is not None:  # TOML knows no null
            places[trail] = f"{content.lines.file}, linje {content.lines.line(trail)}"
    return places


def _at(data: Any, trail: marked.Trail) -> Any:
    """What stands at ``trail``; None for nothing."""
    for part in trail:
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def home_choice(environ: Mapping[str, str] | None = None) -> str:
    """Why the home folder is the one it is, as a Danish clause to stand after «fordi»."""
    place = setting_places(environ).get(("home",))
    if place is not None:
        return f"det står i {place}"
    return f"{HOME} ikke er sat, og så bruges .udmelding i den mappe, du står i"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The one file that settings are read from, and which of its keys hold something secret."""

    path: Path
    secrets: tuple[str, ...]


def settings_file(environ: Mapping[str, str] | None = None) -> SettingsFile | None:
    """The settings file in force; None where there is none.

    Raises:
        BadFileError: it cannot be read.
    """
    content, path = _file_content(_ours(os.environ if environ is None else environ))
    return None if path is None else SettingsFile(path, tuple(_secrets(content.data)))


def _secrets(data: Mapping[str, Any]) -> Iterator[str]:
    """The keys whose values are nobody else's business; an address may hold a password too."""
    for trail, kind in _trails(Settings, ()):
        value = _at(data, trail)
        if value and (kind is SecretStr or (isinstance(value, str) and _has_password(value))):
            yield ".".join(str(part) for part in trail)


def _has_password(address: str) -> bool:
    try:
        return bool(urlsplit(address).password)
    except ValueError:  # no address at all
        return False


def load_settings(environ: Mapping[str, str] | None = None, *, is_warning: bool = True) -> Settings:
    """The settings of this installation.

    Says once, on stderr, that others can read a settings file with something secret.

    Args:
        environ: the environment; the process's own if None.
        is_warning: False for what looks at the file itself, and says more of it.

    Raises:
        BadFileError: the file named by ``UDMELDING_CONFIG`` is missing, a file is not TOML, or a
            variable or key is unknown or wrong; every flaw is named, no value is shown.
    """
    given = _ours(os.environ if environ is None else environ)
    content, path = _file_content(given)
    known = {variable(trail): trail for trail in setting_trails()}
    elsewhere = {known[name]: f"miljøvariablen {name}" for name in given if name in known}
    lines = replace(content.lines, elsewhere=elsewhere)
    merged = _merged(content.data, _from_environment(given))
    settings, flaws = marked.check(Settings, merged, lines)
    flaws = (*_unknown_variables(given, known), *flaws)
    if settings is None or flaws:
        raise BadFileError(_WHAT, flaws)
    if is_warning and path is not None:
        _warn(path, tuple(_secrets(content.data)))
    return settings


def _warn(path: Path, secrets: tuple[str, ...]) -> None:
    if secrets and path not in _warned and private.is_open(path):
        _warned.add(path)
        _log.warning(
            "Advarsel: Opsætningsfilen indeholder %s og kan læses af andre brugere på maskinen. "
            "Luk den med: chmod 600 %s",
            ", ".join(secrets),
            path.absolute(),
        )


def _trails(model: type[BaseModel], above: marked.Trail) -> Iterator[tuple[marked.Trail, Any]]:
    """Every setting below ``model``: its path, and the type of its values."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _trails(kind, (*above, name))
        else:
            yield (*above, name), kind


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in sorted(environ.items())
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and value
    }


def _file_content(given: Mapping[str, str]) -> tuple[marked.Marked, Path | None]:
    """What the one settings file says, and which it is; None and nothing where there is none.

    A relative ``home`` in it is taken from its own folder.
    """
    named = given.get(CONFIG)
    home = Path(given.get(HOME, ".udmelding")).expanduser()
    path = Path(named).expanduser() if named else home / "udmelding.toml"
    if not named and _is_missing(path):
        return marked.Marked({}, marked.Lines("indstillingerne", {})), None
    content = marked.read_toml(path, _WHAT)
    written = content.data.get("home")
    if isinstance(written, str):
        content.data["home"] = path.absolute().parent / Path(written).expanduser()
    return content, path


def _is_missing(path: Path) -> bool:
    """Whether there is no such file; one that nobody lets us look for is read, and then told."""
    try:
        return not path.exists()
    except PermissionError:
        return False


def _from_environment(given: Mapping[str, str]) -> dict[str, Any]:
    source = EnvSettingsSource(Settings)
    names = [variable(trail) for trail in setting_trails()]
    source.env_vars = {name.lower(): given[name] for name in names if name in given}
    return source()


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            value = _merged(under, value)
        merged[key] = value
    return merged


def _unknown_variables(given: Mapping[str, str], known: Mapping[str, Any]) -> Iterator[Flaw]:
    allowed = (CONFIG, *known)
    for name in given:
        if name not in allowed:
            close = flaw_wording.suggestion(name, allowed).strip()
            told = close or f"tilladt er: {', '.join(allowed)}"
            yield Flaw(f"miljøvariablen {name}", "", f"ukendt miljøvariabel; {told}")


@cache
def _area_ids() -> tuple[str, ...]:
    """Ids of the areas; ``library`` would load all models, which settings do not need."""
    found = sorted(path.stem for path in (paths.CONFIG / "areas").glob("*.yaml"))
    return tuple(name for name in found if name != "national")

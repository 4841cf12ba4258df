"""Which files of other projects do our pages ship, and are they unchanged? ``make vendor``.

``static/vendor/VENDOR.toml`` names each package with its version, the registry's integrity hash,
the files we keep and their checksums. This module fetches the packages anew with ``npm pack`` and
writes those very files; a test holds the checksums equal to what is committed. Nothing is fetched
when pages are served.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "static" / "vendor"
MANIFEST = VENDOR / "VENDOR.toml"


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the manifest.

    Attributes:
        name: its name in the npm registry.
        folder: where its files are, under ``static/vendor``.
        integrity: the registry's hash of the tarball, ``sha512-…``.
        source: the folder of the tarball that the files are taken from.
        files: path of each file we keep, with its SHA-256.
        written: files of the folder that come from elsewhere, such as the text of a licence.
    """

    name: str
    version: str
    folder: str
    integrity: str
    source: str
    files: Mapping[str, str]
    written: Mapping[str, str]


def read_manifest() -> tuple[Package, ...]:
    """The packages of ``VENDOR.toml``."""
    content = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return tuple(
        Package(
            name=entry["name"],
            version=entry["version"],
            folder=entry["folder"],
            integrity=entry["integrity"],
            source=entry["source"],
            files=entry["files"],
            written=entry.get("written", {}),
        )
        for entry in content["package"]
    )


def checksum(path: Path) -> str:
    """The SHA-256 of a file, lower-case hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differing(package: Package) -> tuple[str, ...]:
    """The files of a package that are missing, changed, or there without being named."""
    folder = VENDOR / package.folder
    named = dict(package.files) | dict(package.written)
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    wrong = (name for name, digest in named.items() if not _is(folder / name, digest))
    return tuple(sorted({*wrong, *(there - named.keys())}))


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and checksum(path) == digest


def renew(packages: Iterable[Package]) -> None:
    """Write the named files of each package again, from the registry.

    Raises:
        SystemExit: npm is not there, or a tarball is not the one that the manifest names.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to renew the files of other projects")
    with tempfile.TemporaryDirectory() as temporary:
        for package in packages:
            wanted = f"{package.name}@{package.version}"
            command = [npm, "pack", wanted, "--silent"]
            run = subprocess.run(  # noqa: S603
                command, cwd=temporary, check=True, capture_output=True, text=True
            )
            tarball = Path(temporary) / run.stdout.strip().splitlines()[-1]
            _check(package, tarball)
            _unpack(package, tarball)


def _check(package: Package, tarball: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        raise SystemExit(f"{package.name}: the tarball is not {package.integrity}")


def _unpack(package: Package, tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        for name in package.files:
            member = archive.extractfile(f"package/{package.source}{name}")
            if member is None:
                raise SystemExit(f"{package.name}: {name} is no file")
            target = VENDOR / package.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.read())


def main() -> int:
    """Renew every package and say what differs from the manifest."""
    packages = read_manifest()
    renew(packages)
    wrong = {package.name: differing(package) for package in packages}
    for name, files in wrong.items():
        sys.stdout.write(f"{name}: {', '.join(files) or 'as the manifest says'}\n")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

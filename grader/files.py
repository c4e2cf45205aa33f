"""Files of a folder or of a zip, read without trust: no link is followed, nothing unpacked, every read has a limit."""

import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

MOST_FILE = 20_000_000  # bytes of one file; a notebook with its figures has a few
MOST_ENTRIES, MOST_DEPTH = 50_000, 8
IGNORED = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git", ".DS_Store"}


class Refused(Exception):
    """A file that is not read; the message says why."""


def plain(name: str) -> str:
    """A name as text that can be written: what is none, such as a byte of Latin-1, becomes an escape."""
    return name.encode(errors="backslashreplace").decode()


def amount(size: int) -> str:
    """Bytes in words."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"


@dataclass(frozen=True)
class Entry:
    """One file, not read yet.

    Args:
        path: its path in the folder or zip.
        size: in bytes, as far as the folder or zip is to be believed.
        when: when it was last changed.
        refused: why it may not be read; "" if it may.
        contents: reads at most so many bytes of it.
    """

    path: PurePosixPath
    size: int
    when: datetime | None
    refused: str
    contents: Callable[[int], bytes]

    def read(self, most: int = MOST_FILE) -> bytes:
        """Its bytes; Refused if there are more than `most`, or if it may not be read at all."""
        if self.refused:
            raise Refused(self.refused)
        most = min(most, MOST_FILE)
        if self.size > most:
            raise Refused(f"its {amount(self.size)} are too many; {amount(most)} are allowed")
        blob = self.contents(most + 1)
        if len(blob) > most:
            raise Refused(f"it is larger than it says, and than {amount(most)}")
        return blob

    def below(self, levels: int) -> "Entry":
        """The same file with the first parts of its path left away."""
        return replace(self, path=PurePosixPath(*self.path.parts[levels:]))

    def renamed(self, path: str) -> "Entry":
        """The same file under another name."""
        return replace(self, path=PurePosixPath(path or self.path.name))


def entries_of(place: Path) -> Iterator[Entry]:
    """The files of a folder or a zip, or a single file."""
    if place.is_dir():
        yield from entries_of_folder(place)
    elif place.suffix.lower() == ".zip":
        yield from entries_of_zip(place)
    elif place.is_file():
        yield file_entry(place, PurePosixPath(place.name))
    else:
        raise FileNotFoundError(f"there is no folder, zip or file {place}")


def entries_of_folder(folder: Path) -> Iterator[Entry]:
    """Every file below a folder; a link is named and refused."""
    waiting, count = [(folder, PurePosixPath())], 0
    while waiting:
        here, path = waiting.pop()
        for item in sorted(os.scandir(here), key=lambda item: item.name):
            own, count = path / item.name, count + 1
            if count > MOST_ENTRIES:
                raise Refused(f"there are more than {MOST_ENTRIES} files")
            if item.name in IGNORED or item.name.startswith("._"):
                continue
            if item.is_dir(follow_symlinks=False) and len(own.parts) <= MOST_DEPTH:
                waiting.append((Path(item.path), own))
            else:
                yield file_entry(Path(item.path), own)


def file_entry(file: Path, path: PurePosixPath) -> Entry:
    """A file of a folder; only a regular file may be read."""
    facts = file.lstat()
    refused = ""
    if stat.S_ISLNK(facts.st_mode):
        refused = "it is a link to another file"
    elif not stat.S_ISREG(facts.st_mode):
        refused = "it is no ordinary file"

    def contents(most: int) -> bytes:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as opened:
            return opened.read(most)

    return Entry(
        PurePosixPath(plain(str(path))), facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC), refused, contents
    )


def entries_of_zip(source: Path | bytes) -> Iterator[Entry]:
    """The files of a zip; it is a Refused if it is none."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refused(f"it is no readable zip ({error})") from error
    if len(listed) > MOST_ENTRIES:
        raise Refused(f"it holds more than {MOST_ENTRIES} files")
    for info in listed:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if not path.parts or info.is_dir() or IGNORED & set(path.parts) or path.name.startswith("._"):
            continue
        refused = ""
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            refused = "its path leads out of the zip"
            path = PurePosixPath(*[part for part in path.parts if part not in ("..", "/")] or ["file"])
        elif stat.S_ISLNK(info.external_attr >> 16):
            refused = "it is a link to another file"
        elif info.flag_bits & 1:
            refused = "it is encrypted"
        yield Entry(path, info.file_size, zip_time(info), refused, zip_reader(archive, info))


def zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    """Reads one member, unpacking no more than is asked for."""

    def contents(most: int) -> bytes:
        try:
            with archive.open(info) as opened:
                return opened.read(most)
        except Exception as error:  # zlib, lzma and bz2 each raise their own
            raise Refused(f"it cannot be unpacked ({error})") from error

    return contents


def zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """When a member was changed; zips know no time zone, and some know no time."""
    try:
        when = datetime(*info.date_time)
    except ValueError:
        return None
    return when.astimezone(UTC) if when.year > 1980 else None

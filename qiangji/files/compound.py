"""Reading the table of contents of an OLE compound file (.doc, .xls), as far as judging a file needs it.

An old Office file is a small file system: sectors chained by an allocation table, a directory of named
streams, and a "mini stream" for those under 4096 bytes. Everything in it comes from outside, so each chain is
bounded by the size of the file and every number is checked before it is used.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_REGULAR_SECTOR = 0xFFFFFFFA
STORAGE, STREAM, ROOT = 1, 2, 5
ENTRY = 128
HEADER_ROOM = 109


class DamagedCompound(ValueError):
    """The file's own tables contradict each other or end too early."""


@dataclass(frozen=True)
class Entry:
    """One name in the directory."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file. Raises DamagedCompound where the tables do not hold together."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream = stream
        header = self._bytes_at(0, 512)
        if header[:8] != SIGNATURE:
            raise DamagedCompound("no signature")
        sector_shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if sector_shift not in (9, 12) or mini_shift != 6:
            raise DamagedCompound("sector size")
        self.sector_size = 1 << sector_shift
        self.sector_count = size // self.sector_size + 1
        directory_start, self.cutoff = struct.unpack_from("<I4xI", header, 48)
        mini_start, _, more_start, more_count = struct.unpack_from("<IIII", header, 60)
        listed = list(struct.unpack_from(f"<{HEADER_ROOM}I", header, 76))
        self.table = self._allocation_table(listed, more_start, more_count)
        self.entries = self._directory(directory_start)
        self.names = {entry.name for entry in self.entries}
        self.mini_table = self._numbers(self._chain(mini_start))

    def head(self, name: str, length: int) -> bytes:
        """Return the first bytes of a stream, fewer where it is shorter; empty for an unknown name."""
        entry = next((entry for entry in self.entries if entry.name == name and entry.kind == STREAM), None)
        if entry is None:
            return b""
        length = min(length, entry.size)
        if entry.size >= self.cutoff:
            return self._read_chain(self._chain(entry.start, -(-length // self.sector_size)))[:length]
        root = next((entry for entry in self.entries if entry.kind == ROOT), None)
        if root is None:
            raise DamagedCompound("no root")
        small = self._read_chain(self._chain(root.start))
        sectors = follow(self.mini_table, entry.start, len(self.mini_table), -(-length // 64))
        return b"".join(small[number * 64 : number * 64 + 64] for number in sectors)[:length]

    def _bytes_at(self, offset: int, length: int) -> bytes:
        self.stream.seek(offset)
        found = self.stream.read(length)
        if len(found) < length:
            raise DamagedCompound("ends too early")
        return found

    def _sector(self, number: int) -> bytes:
        self.stream.seek((number + 1) * self.sector_size)
        found = self.stream.read(self.sector_size)
        if not found:
            raise DamagedCompound("sector beyond the end")
        # Some programs leave the last sector short.
        return found.ljust(self.sector_size, b"\0")

    def _numbers(self, sectors: list[int]) -> list[int]:
        count = self.sector_size // 4
        return [value for number in sectors for value in struct.unpack(f"<{count}I", self._sector(number))]

    def _allocation_table(self, listed: list[int], more_start: int, more_count: int) -> list[int]:
        """Read the allocation table; its sectors are listed in the header and, in big files, in further sectors."""
        following = more_start
        for _ in range(min(more_count, self.sector_count)):
            if following >= LAST_REGULAR_SECTOR:
                break
            *numbers, following = self._numbers([following])
            listed.extend(numbers)
        used = [number for number in listed if number < LAST_REGULAR_SECTOR]
        if len(used) > self.sector_count:
            raise DamagedCompound("more tables than sectors")
        return self._numbers(used)

    def _chain(self, start: int, limit: int | None = None) -> list[int]:
        return follow(self.table, start, self.sector_count, limit)

    def _read_chain(self, sectors: list[int]) -> bytes:
        return b"".join(self._sector(number) for number in sectors)

    def _directory(self, start: int) -> list[Entry]:
        data = self._read_chain(self._chain(start))
        entries = []
        for offset in range(0, len(data), ENTRY):
            length, kind = struct.unpack_from("<HB", data, offset + 64)
            if kind not in (STORAGE, STREAM, ROOT) or not 2 <= length <= 64:
                continue
            name = data[offset : offset + length - 2].decode("utf-16-le", errors="replace")
            first, size = struct.unpack_from("<II", data, offset + 116)
            entries.append(Entry(name, kind, first, size))
        return entries


def follow(table: list[int], start: int, most: int, limit: int | None = None) -> list[int]:
    """Return the numbers of a chain in an allocation table, at most ``limit`` of them.

    >>> follow([2, 0, 0xFFFFFFFE], 1, 3)
    [1, 0, 2]

    Raises DamagedCompound for a chain that leaves the table or runs in a circle.
    """
    chain: list[int] = []
    number = start
    while number < LAST_REGULAR_SECTOR and (limit is None or len(chain) < limit):
        if number >= len(table) or len(chain) >= most:
            raise DamagedCompound("broken chain")
        chain.append(number)
        number = table[number]
    return chain

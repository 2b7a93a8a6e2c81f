"""Writes the ELF shared object that Solana's loader takes (SBF version 0).

The file: ELF header, one program header (it points at the dynamic table), .text, .rodata, .dynsym, .dynstr, .rel.dyn,
.dynamic, .shstrtab, section headers. A section's address is its offset in the file.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from nosana_chain.localnet.build.elf import (
    EM_BPF,
    FILE_HEADER,
    MAGIC,
    RELOCATION,
    SECTION_HEADER,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHT_DYNAMIC,
    SHT_DYNSYM,
    SHT_PROGBITS,
    SHT_REL,
    SHT_STRTAB,
    SYMBOL,
)

_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
_DYNAMIC = struct.Struct("<QQ")

#: Where the code begins.
CODE_ADDRESS = FILE_HEADER.size + _PROGRAM_HEADER.size

_ET_DYN = 3
_PT_DYNAMIC, _PF_READ = 2, 4
_DT_NULL, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT, _DT_REL, _DT_RELSZ, _DT_RELENT = 0, 5, 6, 10, 11, 17, 18, 19
_GLOBAL_FUNCTION = 0x12
_ALIGN = 8


@dataclass(frozen=True, slots=True)
class DynamicRelocation:
    """What the loader has to finish at `address`; `name` is that of a system call, or empty."""

    address: int
    kind: int
    name: str = ""


def shared_object(code: bytes, constants: bytes, *, entry: int, relocations: Sequence[DynamicRelocation]) -> bytes:
    """Write the file.

    Args:
        code: instructions; they begin at CODE_ADDRESS.
        constants: read-only data that follows the code at once.
        entry: address of the entry point.
        relocations: those of the code.
    """
    file = _File()
    file.add(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, code)
    if constants:
        file.add(".rodata", SHT_PROGBITS, SHF_ALLOC, constants)
    dynamic = _add_dynamic_sections(file, relocations)
    return file.finish(entry=entry, dynamic=dynamic)


def _add_dynamic_sections(file: "_File", relocations: Sequence[DynamicRelocation]) -> tuple[int, int]:
    """Add the tables of system calls; return address and size of the dynamic table."""
    system_calls = sorted({relocation.name for relocation in relocations} - {""})
    names = _Names()
    symbols = SYMBOL.pack(0, 0, 0, 0, 0, 0) + b"".join(
        SYMBOL.pack(names.add(name), _GLOBAL_FUNCTION, 0, 0, 0, 0) for name in system_calls
    )
    symbol_index = {name: index for index, name in enumerate(["", *system_calls])}
    table = b"".join(
        RELOCATION.pack(relocation.address, symbol_index[relocation.name] << 32 | relocation.kind)
        for relocation in relocations
    )
    dynstr = len(file.headers) + 1
    symbols_at = file.add(".dynsym", SHT_DYNSYM, SHF_ALLOC, symbols, link=dynstr, info=1, entry_size=SYMBOL.size)
    names_at = file.add(".dynstr", SHT_STRTAB, SHF_ALLOC, names.table)
    table_at = file.add(".rel.dyn", SHT_REL, SHF_ALLOC, table, link=dynstr - 1, entry_size=RELOCATION.size)
    entries = {
        _DT_REL: table_at,
        _DT_RELSZ: len(table),
        _DT_RELENT: RELOCATION.size,
        _DT_SYMTAB: symbols_at,
        _DT_SYMENT: SYMBOL.size,
        _DT_STRTAB: names_at,
        _DT_STRSZ: len(names.table),
        _DT_NULL: 0,
    }
    dynamic = b"".join(_DYNAMIC.pack(*entry) for entry in entries.items())
    at = file.add(".dynamic", SHT_DYNAMIC, SHF_ALLOC, dynamic, link=dynstr, entry_size=_DYNAMIC.size)
    return at, len(dynamic)


class _Names:
    """A string table."""

    def __init__(self) -> None:
        self.table = b"\0"

    def add(self, name: str) -> int:
        at = len(self.table)
        self.table += name.encode() + b"\0"
        return at


class _File:
    """The file as it grows: sections, each followed by the next."""

    def __init__(self) -> None:
        self.data = bytearray(CODE_ADDRESS)
        self.headers = [bytes(SECTION_HEADER.size)]
        self._names = _Names()

    def add(
        self, name: str, kind: int, flags: int, data: bytes, *, link: int = 0, info: int = 0, entry_size: int = 0
    ) -> int:
        """Add a section; return its address."""
        at = self._align()
        address = at if flags & SHF_ALLOC else 0
        self.data += data
        self.headers.append(
            SECTION_HEADER.pack(
                self._names.add(name), kind, flags, address, at, len(data), link, info, _ALIGN, entry_size
            )
        )
        return at

    def finish(self, *, entry: int, dynamic: tuple[int, int]) -> bytes:
        """Add what describes the sections, and write the headers."""
        at, size = dynamic
        self._add_names()
        headers_at = self._align()
        self.data += b"".join(self.headers)
        count = len(self.headers)
        FILE_HEADER.pack_into(
            self.data, 0, MAGIC, _ET_DYN, EM_BPF, 1, entry, FILE_HEADER.size, headers_at, 0, FILE_HEADER.size,
            _PROGRAM_HEADER.size, 1, SECTION_HEADER.size, count, count - 1,
        )  # fmt: skip
        _PROGRAM_HEADER.pack_into(self.data, FILE_HEADER.size, _PT_DYNAMIC, _PF_READ, at, at, at, size, size, _ALIGN)
        return bytes(self.data)

    def _add_names(self) -> None:
        name = ".shstrtab"
        self.add(name, SHT_STRTAB, 0, self._names.table + name.encode() + b"\0")

    def _align(self) -> int:
        self.data += bytes(-len(self.data) % _ALIGN)
        return len(self.data)

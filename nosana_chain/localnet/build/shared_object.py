"""Writes the ELF shared object that Solana's loader takes (SBF version 0).

The file: ELF header, one program header (it points at the dynamic table), .text, .rodata, .dynsym, .dynstr, .rel.dyn,
.dynamic, .shstrtab, section headers. A section's address is its offset in the file.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from nosana_chain.localnet.build.elf import (
    FILE_HEADER,
    PROGRAM_HEADER,
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
    FileHeader,
    SectionHeader,
    StringTable,
)

#: Where the code begins.
CODE_ADDRESS = FILE_HEADER.size + PROGRAM_HEADER.size

_DYNAMIC = struct.Struct("<QQ")
_DT_NULL, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT, _DT_REL, _DT_RELSZ, _DT_RELENT = 0, 5, 6, 10, 11, 17, 18, 19
_PT_DYNAMIC, _PF_READ = 2, 4
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
    file.add(".text", code, kind=SHT_PROGBITS, flags=SHF_ALLOC | SHF_EXECINSTR)
    if constants:
        file.add(".rodata", constants, kind=SHT_PROGBITS)
    dynamic = _add_dynamic_sections(file, relocations)
    return file.finish(entry=entry, dynamic=dynamic)


def _add_dynamic_sections(file: "_File", relocations: Sequence[DynamicRelocation]) -> SectionHeader:
    """Add what the loader reads: system calls and their names, relocations, and the table of where these are."""
    system_calls = sorted({relocation.name for relocation in relocations} - {""})
    symbol_of = {name: index for index, name in enumerate(["", *system_calls])}
    table = b"".join(RELOCATION.pack(each.address, symbol_of[each.name] << 32 | each.kind) for each in relocations)
    strings = StringTable()
    symbols = bytes(SYMBOL.size) + b"".join(
        SYMBOL.pack(strings.add(name), _GLOBAL_FUNCTION, 0, 0, 0, 0) for name in system_calls
    )
    dynsym, dynstr = file.next_index, file.next_index + 1
    symbols_header = file.add(".dynsym", symbols, kind=SHT_DYNSYM, link=dynstr, info=1, entry_size=SYMBOL.size)
    strings_header = file.add(".dynstr", strings.data, kind=SHT_STRTAB)
    entries = {
        _DT_SYMTAB: symbols_header.address,
        _DT_SYMENT: SYMBOL.size,
        _DT_STRTAB: strings_header.address,
        _DT_STRSZ: strings_header.size,
    }
    if table:  # the loader takes no empty one
        header = file.add(".rel.dyn", table, kind=SHT_REL, link=dynsym, entry_size=RELOCATION.size)
        entries |= {_DT_REL: header.address, _DT_RELSZ: header.size, _DT_RELENT: RELOCATION.size}
    dynamic = b"".join(_DYNAMIC.pack(*entry) for entry in [*entries.items(), (_DT_NULL, 0)])
    return file.add(".dynamic", dynamic, kind=SHT_DYNAMIC, link=dynstr, entry_size=_DYNAMIC.size)


class _File:
    """The file as it grows, section by section."""

    def __init__(self) -> None:
        self._data = bytearray(CODE_ADDRESS)
        self._headers = [SectionHeader()]
        self._names = StringTable()

    @property
    def next_index(self) -> int:
        """Index of the section that is added next."""
        return len(self._headers)

    def add(
        self,
        name: str,
        data: bytes,
        *,
        kind: int,
        flags: int = SHF_ALLOC,
        link: int = 0,
        info: int = 0,
        entry_size: int = 0,
    ) -> SectionHeader:
        at = self._align()
        self._data += data
        place = self._names.add(name)
        header = SectionHeader(place, kind, flags, at, at, len(data), link, info, _ALIGN, entry_size)
        self._headers.append(header)
        return header

    def finish(self, *, entry: int, dynamic: SectionHeader) -> bytes:
        """Add what describes the sections, and write the headers."""
        names_section = self.next_index
        self._add_names()
        section_headers_at = self._align()
        self._data += b"".join(SECTION_HEADER.pack(*header) for header in self._headers)
        header = FileHeader(
            entry=entry,
            program_headers_at=FILE_HEADER.size,
            program_headers=1,
            section_headers_at=section_headers_at,
            section_headers=self.next_index,
            names_section=names_section,
        )
        at, size = dynamic.address, dynamic.size
        FILE_HEADER.pack_into(self._data, 0, *header)
        PROGRAM_HEADER.pack_into(self._data, FILE_HEADER.size, _PT_DYNAMIC, _PF_READ, at, at, at, size, size, _ALIGN)
        return bytes(self._data)

    def _add_names(self) -> None:
        """The names of all sections, its own too."""
        place = self._names.add(".shstrtab")
        at, names = self._align(), self._names.data
        self._data += names
        self._headers.append(SectionHeader(place, SHT_STRTAB, offset=at, size=len(names), align=_ALIGN))

    def _align(self) -> int:
        self._data += bytes(-len(self._data) % _ALIGN)
        return len(self._data)

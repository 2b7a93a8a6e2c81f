"""The parts of the ELF64 format that the linker reads and writes."""

import struct
from typing import NamedTuple

MAGIC = b"\x7fELF\x02\x01\x01" + bytes(9)  # 64 bits, little-endian
EM_BPF = 247
ET_REL, ET_DYN = 1, 3

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_DYNAMIC, SHT_REL, SHT_DYNSYM = 1, 2, 3, 6, 9, 11
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
SHN_UNDEF = 0

FILE_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
SYMBOL = struct.Struct("<IBBHQQ")  # name, kind, visibility, section, value, size
RELOCATION = struct.Struct("<QQ")  # place, symbol << 32 | kind


class FileHeader(NamedTuple):
    """The fields of FILE_HEADER."""

    magic: bytes = MAGIC
    kind: int = ET_DYN
    machine: int = EM_BPF
    version: int = 1
    entry: int = 0
    program_headers_at: int = 0
    section_headers_at: int = 0
    flags: int = 0
    size: int = FILE_HEADER.size
    program_header_size: int = PROGRAM_HEADER.size
    program_headers: int = 0
    section_header_size: int = SECTION_HEADER.size
    section_headers: int = 0
    names_section: int = 0


class SectionHeader(NamedTuple):
    """The fields of SECTION_HEADER."""

    name: int = 0
    kind: int = 0
    flags: int = 0
    address: int = 0
    offset: int = 0
    size: int = 0
    link: int = 0
    info: int = 0
    align: int = 0
    entry_size: int = 0


class StringTable:
    """Names, each ended by a zero; the first is empty."""

    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, name: str) -> int:
        """Add a name; return its place."""
        at = len(self.data)
        self.data += name.encode() + b"\0"
        return at


def name_at(table: bytes, at: int) -> str:
    """The name at a place of a string table."""
    return table[at : table.index(0, at)].decode()

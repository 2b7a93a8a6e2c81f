"""Reads the relocatable ELF object that clang writes for bpf, as far as the linker needs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from nosana_chain.localnet.build.elf import (
    EM_BPF,
    ET_REL,
    FILE_HEADER,
    MAGIC,
    RELOCATION,
    SECTION_HEADER,
    SHF_ALLOC,
    SHN_UNDEF,
    SHT_REL,
    SHT_SYMTAB,
    SYMBOL,
    FileHeader,
    SectionHeader,
    name_at,
)
from nosana_chain.localnet.build.errors import BuildError


@dataclass(frozen=True, slots=True)
class Section:
    """A section and its place in the table."""

    index: int
    name: str
    header: SectionHeader
    data: bytes


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name: of a place in a section (by its index), or of something that another object has."""

    name: str
    section: int
    value: int

    @property
    def is_defined(self) -> bool:
        """True if this object has it."""
        return self.section != SHN_UNDEF


@dataclass(frozen=True, slots=True)
class Relocation:
    """A place in a section that names a symbol."""

    offset: int
    kind: int
    symbol: Symbol


class ObjectFile:
    """One object file.

    Args:
        data: the file's bytes.

    Raises:
        BuildError: not an object for bpf.
    """

    def __init__(self, data: bytes) -> None:
        header = FileHeader._make(FILE_HEADER.unpack(data[: FILE_HEADER.size].ljust(FILE_HEADER.size, b"\0")))
        if (header.magic, header.kind, header.machine) != (MAGIC, ET_REL, EM_BPF):
            raise BuildError("the compiler wrote no ELF object for bpf")
        self.sections = _sections(data, header)
        self._symbols = [symbol for table in self._of_kind(SHT_SYMTAB) for symbol in self._symbols_of(table)]

    def loaded(self) -> list[Section]:
        """The sections that belong into the program's memory; its machine has no use for unwinding."""
        return [s for s in self.sections if s.header.flags & SHF_ALLOC and s.data and s.name != ".eh_frame"]

    def relocations(self, section: Section) -> Iterator[Relocation]:
        """The relocations of a section, in the compiler's order."""
        for table in self._of_kind(SHT_REL):
            if table.header.info == section.index:
                for offset, info in RELOCATION.iter_unpack(table.data):
                    yield Relocation(offset, info & 0xFFFFFFFF, self._symbols[info >> 32])

    def symbol(self, name: str) -> Symbol:
        """The defined symbol of this name.

        Raises:
            BuildError: there is none.
        """
        for symbol in self._symbols:
            if symbol.name == name and symbol.is_defined:
                return symbol
        raise BuildError(f"the program has no `{name}`")

    def _of_kind(self, kind: int) -> Iterator[Section]:
        return (section for section in self.sections if section.header.kind == kind)

    def _symbols_of(self, table: Section) -> Iterator[Symbol]:
        names = self.sections[table.header.link].data
        for name, _, _, section, value, _ in SYMBOL.iter_unpack(table.data):
            yield Symbol(name_at(names, name), section, value)


def _sections(data: bytes, header: FileHeader) -> list[Section]:
    places = (header.section_headers_at + i * SECTION_HEADER.size for i in range(header.section_headers))
    headers = [SectionHeader._make(SECTION_HEADER.unpack_from(data, place)) for place in places]
    contents = [data[found.offset : found.offset + found.size] for found in headers]
    names = contents[header.names_section]
    return [Section(index, name_at(names, found.name), found, contents[index]) for index, found in enumerate(headers)]

"""Reads the relocatable ELF object that clang writes for bpf, as far as the linker needs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from nosana_chain.localnet.build.elf import (
    EM_BPF,
    FILE_HEADER,
    MAGIC,
    RELOCATION,
    SECTION_HEADER,
    SHF_ALLOC,
    SHN_UNDEF,
    SHT_REL,
    SYMBOL,
)
from nosana_chain.localnet.build.errors import BuildError


@dataclass(frozen=True, slots=True)
class Section:
    """A section and its place in the table."""

    index: int
    name: str
    kind: int
    flags: int
    link: int
    info: int
    align: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name: of a place in `section`, or of a system call when that is SHN_UNDEF."""

    name: str
    section: int
    value: int


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
        header = FILE_HEADER.unpack_from(data)
        if header[0] != MAGIC or header[2] != EM_BPF:
            raise BuildError("the compiler wrote no ELF object for bpf")
        self.sections = _sections(data, table=header[6], count=header[12], names=header[13])
        self._symbols = list(self._read_symbols())

    def loaded(self) -> list[Section]:
        """The sections that belong into the program's memory."""
        return [s for s in self.sections if s.flags & SHF_ALLOC and s.data and s.name != ".eh_frame"]

    def relocations(self, section: Section) -> Iterator[Relocation]:
        """The relocations of a section, in the compiler's order."""
        for table in self.sections:
            if table.kind == SHT_REL and table.info == section.index:
                for offset, info in RELOCATION.iter_unpack(table.data):
                    yield Relocation(offset, info & 0xFFFFFFFF, self._symbols[info >> 32])

    def symbol(self, name: str) -> Symbol:
        """The defined symbol of this name.

        Raises:
            BuildError: there is none.
        """
        for symbol in self._symbols:
            if symbol.name == name and symbol.section != SHN_UNDEF:
                return symbol
        raise BuildError(f"the program has no `{name}`")

    def _read_symbols(self) -> Iterator[Symbol]:
        table = next(section for section in self.sections if section.name == ".symtab")
        names = self.sections[table.link].data
        for name, _, _, section, value, _ in SYMBOL.iter_unpack(table.data):
            yield Symbol(_text(names, name), section, value)


def _sections(data: bytes, *, table: int, count: int, names: int) -> list[Section]:
    headers = [SECTION_HEADER.unpack_from(data, table + i * SECTION_HEADER.size) for i in range(count)]
    contents = [data[header[4] : header[4] + header[5]] for header in headers]
    return [
        Section(index, _text(contents[names], name), kind, flags, link, info, align, contents[index])
        for index, (name, kind, flags, _, _, _, link, info, align, _) in enumerate(headers)
    ]


def _text(table: bytes, offset: int) -> str:
    return table[offset : table.index(0, offset)].decode()

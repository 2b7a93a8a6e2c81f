"""Links one bpf object into the shared object that Solana's loader takes (SBF version 0).

Three kinds of reference occur in the code:

* the load of an address (`lddw`): the address is written into the instruction, and a relative relocation
  tells the loader to add the base of the program's memory;
* a call inside the program: the distance is written into the instruction, nothing is left for the loader;
* a call of a system call: a relocation against the system call's name.

Data holds no addresses (the C layer has no tables of pointers), and nothing is writable.
"""

import struct
from dataclasses import dataclass, field

from nosana_chain.localnet.build.elf import SHF_WRITE
from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.object_file import ObjectFile, Relocation, Section, Symbol
from nosana_chain.localnet.build.shared_object import CODE_ADDRESS, DynamicRelocation, shared_object

ENTRYPOINT = "entrypoint"

#: Relocations that clang writes.
R_BPF_64_64, R_BPF_64_32 = 1, 10
#: Relocations that the loader reads: an address in memory, and (by the same number as clang's) a system call.
R_BPF_64_RELATIVE, R_BPF_SYSTEM_CALL = 8, 10

_INSTRUCTION_SIZE = 8


def link(data: bytes) -> bytes:
    """Link the object file `data`; equal input gives equal output.

    Raises:
        BuildError: the object needs what the loader or this linker doesn't have.
    """
    source = ObjectFile(data)
    image = _place(source)
    relocations = [
        found
        for section in source.loaded()
        for relocation in source.relocations(section)
        if (found := _resolve(image, section, relocation)) is not None
    ]
    return shared_object(
        code=bytes(image.data[: image.code_size]),
        constants=bytes(image.data[image.code_size :]),
        entry=image.address_of(source.symbol(ENTRYPOINT)),
        relocations=relocations,
    )


@dataclass(slots=True)
class _Image:
    """The program's memory from CODE_ADDRESS on: code, then constants."""

    data: bytearray = field(default_factory=bytearray)
    code_size: int = 0
    addresses: dict[int, int] = field(default_factory=dict)  # by section index

    def append(self, section: Section) -> None:
        self.data += bytes(-len(self.data) % max(section.header.align, _INSTRUCTION_SIZE))
        self.addresses[section.index] = CODE_ADDRESS + len(self.data)
        self.data += section.data

    def address_of(self, symbol: Symbol) -> int:
        return self.addresses[symbol.section] + symbol.value


def _place(source: ObjectFile) -> _Image:
    sections = sorted(source.loaded(), key=lambda section: section.name != ".text")
    if any(section.header.flags & SHF_WRITE for section in sections):
        raise BuildError("the program has a global variable that is not constant")
    image = _Image()
    for section in sections:
        image.append(section)
        image.code_size = image.code_size or len(image.data)
    return image


def _resolve(image: _Image, section: Section, relocation: Relocation) -> DynamicRelocation | None:
    """Write what is known into the image; return what is left for the loader."""
    address, symbol = image.addresses[section.index] + relocation.offset, relocation.symbol
    if section.name == ".text" and relocation.kind == R_BPF_64_32:
        if not symbol.is_defined:
            return DynamicRelocation(address, R_BPF_SYSTEM_CALL, _system_call(symbol))
        _add_call_distance(image.data, address - CODE_ADDRESS, image.address_of(symbol) - address)
        return None
    if section.name == ".text" and relocation.kind == R_BPF_64_64 and symbol.is_defined:
        _add_address(image.data, address - CODE_ADDRESS, image.address_of(symbol))
        return DynamicRelocation(address, R_BPF_64_RELATIVE)
    raise BuildError(f"{section.name} refers to `{symbol.name}` in a way that the loader or this linker doesn't know")


def _system_call(symbol: Symbol) -> str:
    """The name of a system call; the compiler may also ask for functions of a C library, which nothing here has."""
    if symbol.name != "abort" and not symbol.name.startswith("sol_"):
        raise BuildError(f"the program calls `{symbol.name}`, which is no system call")
    return symbol.name


def _add_call_distance(data: bytearray, at: int, distance: int) -> None:
    """Calls count in instructions, from the one after; what clang left in the instruction counts likewise."""
    (offset,) = struct.unpack_from("<i", data, at + 4)
    struct.pack_into("<i", data, at + 4, offset + distance // _INSTRUCTION_SIZE)


def _add_address(data: bytearray, at: int, address: int) -> None:
    """An `lddw` is two instructions, each with half of the address in its last four bytes."""
    (offset,) = struct.unpack_from("<I", data, at + 4)
    struct.pack_into("<I", data, at + 4, offset + address)

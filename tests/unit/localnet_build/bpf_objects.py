"""Relocatable bpf objects, assembled by hand: what a linker gets, without a compiler."""

import struct
from collections.abc import Sequence

TEXT, RODATA, UNDEFINED = 1, 2, 0  # indexes of sections
ADDRESS, CALL = 1, 10  # clang's relocations: of an lddw, of a call
READ_ONLY, WRITABLE = 2, 3  # flags of .rodata

EXIT = bytes([0x95]) + bytes(7)

Symbols = Sequence[tuple[str, int, int]]  # name, section, value
Relocations = Sequence[tuple[int, int, int]]  # place, kind, number of the symbol, counted from 1


def load_address(register: int, offset: int = 0) -> bytes:
    return struct.pack("<BBhi", 0x18, register, 0, offset) + bytes(8)


def load_number(register: int, value: int) -> bytes:
    return struct.pack("<BBhi", 0xB7, register, 0, value)


def call(value: int = -1) -> bytes:
    return struct.pack("<BBhi", 0x85, 0x10, 0, value)


def bpf_object(
    text: bytes,
    rodata: bytes = b"",
    *,
    symbols: Symbols = (("entrypoint", TEXT, 0),),
    relocations: Relocations = (),
    rodata_relocations: Relocations = (),
    rodata_flags: int = READ_ONLY,
    machine: int = 247,
) -> bytes:
    """Sections: 1 .text, 2 .rodata, 3 and 4 their relocations, 5 .symtab, 6 .strtab with all names."""
    names = [
        "",
        ".text",
        ".rodata",
        ".rel.text",
        ".rel.rodata",
        ".symtab",
        ".strtab",
        *(name for name, _, _ in symbols),
    ]
    strings = "\0".join(names).encode() + b"\0"
    places = [len("\0".join([*names[:i], ""])) if i else 0 for i in range(len(names))]
    symbol_table = bytes(24) + b"".join(
        struct.pack("<IBBHQQ", place, 0x10, 0, section, value, 0)
        for place, (_, section, value) in zip(places[7:], symbols, strict=True)
    )
    sections = [
        (0, 0, 0, 0, b""),
        (1, 6, 0, 0, text),
        (1, rodata_flags, 0, 0, rodata),
        (9, 0, 5, TEXT, _table(relocations)),
        (9, 0, 5, RODATA, _table(rodata_relocations)),
        (2, 0, 6, 1, symbol_table),
        (3, 0, 0, 0, strings),
    ]
    return _file(sections, places, machine)


def _table(relocations: Relocations) -> bytes:
    return b"".join(struct.pack("<QQ", place, symbol << 32 | kind) for place, kind, symbol in relocations)


def _file(sections: Sequence[tuple[int, int, int, int, bytes]], names: Sequence[int], machine: int) -> bytes:
    contents, headers = bytearray(), bytearray()
    for name, (kind, flags, link, info, data) in zip(names, sections, strict=False):
        headers += struct.pack("<IIQQQQIIQQ", name, kind, flags, 0, 64 + len(contents), len(data), link, info, 8, 0)
        contents += data
    magic = b"\x7fELF\x02\x01\x01" + bytes(9)
    count = len(sections)
    head = struct.pack(
        "<16sHHIQQQIHHHHHH", magic, 1, machine, 1, 0, 0, 64 + len(contents), 0, 64, 0, 0, 64, count, count - 1
    )
    return head + bytes(contents) + bytes(headers)

"""What the Solana CLI's configuration says about keys. Its endpoint is left alone."""

from __future__ import annotations

import re
from pathlib import Path

from nosana_chain.files import open_regular, without_mark
from nosana_chain.secret import SecretText

_MOST_BYTES = 64 * 1024
#: A line of the file that `solana config set` writes: YAML, with a plain or a quoted text behind the key.
_LINE = re.compile(r"""^keypair_path:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#][^\n#]*))""", re.MULTILINE)


def keypair_path(config: Path) -> SecretText | None:
    """The key file that the Solana CLI signs with, as its configuration file names it.

    None where there is no such file, where it can't be read or names none, and where it names what is no file: a
    hardware wallet (usb://), a prompt.
    """
    try:
        with open_regular(config) as file:
            text = without_mark(file.read(_MOST_BYTES)).decode()
    except (OSError, UnicodeDecodeError):
        return None
    found = _LINE.search(text)
    named = next((one for one in found.groups() if one), "").strip() if found else ""
    is_file = named.startswith(("/", "~", "./", "../")) and named.isprintable()
    return SecretText(named) if is_file else None

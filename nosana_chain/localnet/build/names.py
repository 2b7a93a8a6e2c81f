"""Names as the interfaces, C and Anchor write them."""

import re


def snake_case(name: str) -> str:
    """`addFee` -> `add_fee`; what is snake_case already stays."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal_case(name: str) -> str:
    """`addFee` -> `AddFee`, as in Anchor's log line."""
    return name[0].upper() + name[1:]


def short_name(interface: str) -> str:
    """`nosana_jobs` -> `jobs`, `merkle_distributor` -> `distributor`: the folder of its instructions."""
    return interface.rpartition("_")[2]

"""How large and how deep an answer may be, by method: what is longer is refused before it fills the memory.

The sizes hold twice: for the bytes on the wire, and for what they unpack to.
"""

from __future__ import annotations

import re

_KIB = 1024
_MIB = 1024 * _KIB
_ACCOUNT = 14 * _MIB + 2 * _KIB  # the largest account, 10 MiB, in base64

OPEN_ENDED = 32 * _MIB  #: from this limit on, an honest answer may be longer
MAX_ANSWER_BYTES = OPEN_ENDED  #: for a method that isn't in the table
#: Most bytes of an answer. Program accounts: four times the largest honest answer seen, 100,000 jobs in one.
LIMITS = {
    "getAccountInfo": _ACCOUNT,
    "getBalance": 16 * _KIB,
    "getBlock": 256 * _MIB,
    "getBlockHeight": 16 * _KIB,
    "getEpochInfo": 16 * _KIB,
    "getFeeForMessage": 16 * _KIB,
    "getGenesisHash": 16 * _KIB,
    "getHealth": 16 * _KIB,
    "getLatestBlockhash": 16 * _KIB,
    "getMinimumBalanceForRentExemption": 16 * _KIB,
    "getMultipleAccounts": 64 * _MIB,
    "getProgramAccounts": 256 * _MIB,
    "getRecentPrioritizationFees": 256 * _KIB,  # 150 blocks of about 45 bytes each
    "getSignatureStatuses": _MIB,  # 256 of at most about 1 KB
    "getSignaturesForAddress": 4 * _MIB,  # 1,000, with memos
    "getSlot": 16 * _KIB,
    "getTransaction": 2 * _MIB,  # logs of a node without a limit on them
    "getVersion": 16 * _KIB,
    "isBlockhashValid": 16 * _KIB,
    "requestAirdrop": 16 * _KIB,
    "sendTransaction": 256 * _KIB,  # an error may bring the logs of a trial run
    "simulateTransaction": 3 * _ACCOUNT,  # it may give the accounts as they would be
}

MAX_DEPTH = 64  #: of arrays and objects in each other; transactions in words, the deepest honest ones, take about 15
_STRUCTURE = b'[]{}"'
_ALL_ELSE = bytes(byte for byte in range(256) if byte not in _STRUCTURE)
_TEXT = re.compile(rb'"[^"]*"')


def most_bytes(method: str) -> int:
    """How long an answer of `method` may be."""
    return LIMITS.get(method, MAX_ANSWER_BYTES)


def is_shallow(answer: bytes) -> bool:
    """Whether no more than 64 arrays and objects stand in each other; False also where their ends don't match.

    Readers of JSON call themselves for each level, and end the program or the thread where there are too many.
    """
    if answer.count(b"[") + answer.count(b"{") <= MAX_DEPTH:
        return True
    left = _brackets(answer)
    for _ in range(MAX_DEPTH):  # each round takes away what has nothing inside
        if not left:
            return True
        shorter = left.replace(b"[]", b".").replace(b"{}", b".").translate(None, b".")  # one level, of either kind
        if len(shorter) == len(left):
            return False
        left = shorter
    return not left


def _brackets(answer: bytes) -> bytes:
    """The brackets outside of texts. Whole-buffer steps only: an answer may be 256 MiB."""
    if b"\\" in answer:  # first pairs of backslashes, so that a last one is known to belong to what follows it
        answer = answer.replace(b"\\\\", b"").replace(b'\\"', b"")
    left = answer.translate(None, _ALL_ELSE).replace(b'""', b"")
    return _TEXT.sub(b"", left) if b'"' in left else left

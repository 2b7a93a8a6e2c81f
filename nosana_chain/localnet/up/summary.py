"""What there is to know of a running network: for people, and for programs in `localnet.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from solders.pubkey import Pubkey

from nosana_chain.errors import LocalnetError
from nosana_chain.localnet.up.saved import Kind
from nosana_chain.localnet.up.settings import UpSettings
from nosana_chain.networks import LOCALNET, PROGRAM_NAMES, Network
from nosana_chain.one_line import one_line

_MILLISECONDS = 1000
_KIT = """\
import {{ createNosanaClient, NosanaNetwork }} from '@nosana/kit'

const client = createNosanaClient(NosanaNetwork.{network}, {{
  solana: {{ rpcEndpoint: '{rpc_url}', wsEndpoint: '{ws_url}', cluster: 'localnet' }},
  ipfs: {{ api: '{ipfs_url}', gateway: '{ipfs_gateway}', jwt: 'local' }}
}})
"""
_PYTHON = """\
from pathlib import Path
from nosana_chain import LocalnetSummary, SyncClient, Wallet

net = LocalnetSummary.from_json(Path("{file}").read_bytes())
client = SyncClient(net.network, Wallet.from_file("{builder}"))
"""
_ANCHOR = """\
[provider]
cluster = "{rpc_url}"
wallet = "{builder}"
"""
_SOLANA = "solana config set --url {rpc_url} --ws {ws_url} --keypair {builder}\n"


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWallet:
    """A wallet with money on the network.

    Attributes:
        address: of the wallet.
        keypair: its key file, as Solana's tools read it. Everybody knows these keys: never fund them anywhere else.
    """

    address: Pubkey
    keypair: Path


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class LocalnetSummary:
    """A running network, as other programs need to know it.

    Attributes:
        rpc_url: JSON-RPC, on loopback; WebSockets are served on it, too.
        ws_url: WebSockets.
        ipfs_url: a local IPFS, with the calls of Kubo and Pinata: `Kubo(ipfs_url)`, `Pinata("any", url=ipfs_url)`.
        ipfs_gateway: base URL of its gateway: `Gateways([ipfs_gateway])`.
        slot_ms: length of a slot in milliseconds.
        addresses: whose addresses Nosana has: devnet or mainnet.
        is_fork: whether it runs on a copy of a live cluster.
        has_jobs_fee: whether its jobs program charges a network fee.
        programs: Nosana's program ids, by short name.
        nos_mint: the NOS mint; the faucet may mint.
        runtime_purse: what the runtime gives SOL from; it is no part of the state.
        market: a market that is open, with a host in its queue.
        host: the wallet of that host, which has a stake.
        wallets: wallets with SOL and NOS, by name.
        folder: where its files are.
        is_kept: whether its state survives in that folder.
        journal: the file of its clients' journal.
        process_id: of the process that runs it.
    """

    rpc_url: str
    ws_url: str
    ipfs_url: str
    ipfs_gateway: str
    slot_ms: int
    addresses: str
    is_fork: bool
    has_jobs_fee: bool
    programs: Mapping[str, Pubkey]
    nos_mint: Pubkey
    runtime_purse: Pubkey
    market: Pubkey
    host: Pubkey
    wallets: Mapping[str, LocalWallet]
    folder: Path
    is_kept: bool
    journal: Path
    process_id: int

    @property
    def file(self) -> Path:
        """Where other programs read it."""
        return self.folder / "localnet.json"

    @property
    def kind(self) -> Kind:
        """What its state can be gone on with."""
        return Kind(self.addresses == "mainnet", self.has_jobs_fee, self.is_fork)

    @property
    def network(self) -> Network:
        """Addresses and endpoints, for a client."""
        like = replace(UpSettings(mainnet=self.addresses == "mainnet").addresses, name=LOCALNET.name, genesis_hash=None)
        timed = replace(like, slot_seconds=self.slot_ms / _MILLISECONDS, journal_path=str(self.journal))
        return timed.at(self.rpc_url, self.ws_url)

    def snippets(self) -> Mapping[str, str]:
        """What to write where, by tool: python, kit (TypeScript), anchor (Anchor.toml), solana (a command)."""
        facts = {
            "rpc_url": self.rpc_url,
            "ws_url": self.ws_url,
            "ipfs_url": self.ipfs_url,
            "ipfs_gateway": self.ipfs_gateway,
            "network": self.addresses.upper(),
            "builder": self.wallets["builder"].keypair,
            "file": self.file,
        }
        texts = {"python": _PYTHON, "kit": _KIT, "anchor": _ANCHOR, "solana": _SOLANA}
        return MappingProxyType({tool: text.format(**facts) for tool, text in texts.items()})

    def to_json(self) -> bytes:
        """As `localnet.json` has it: addresses and paths are texts."""
        return msgspec.json.format(msgspec.json.encode(self, enc_hook=str), indent=2)

    @classmethod
    def from_json(cls, content: bytes) -> LocalnetSummary:
        """What a `localnet.json` says.

        Raises:
            LocalnetError: it says something else.
        """
        try:
            return msgspec.json.decode(content, type=cls, dec_hook=_read)
        except msgspec.MsgspecError as error:
            raise LocalnetError(f"this isn't what localnet.json says of a network ({error}); start it anew") from error


def programs_of(network: Network) -> dict[str, Pubkey]:
    """Nosana's program ids, by short name."""
    return {name: getattr(network.programs, name) for name in PROGRAM_NAMES}


def _read(kind: type, text: Any) -> Any:
    return Pubkey.from_string(text) if kind is Pubkey else kind(text)

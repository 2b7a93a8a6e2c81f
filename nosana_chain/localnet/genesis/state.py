"""A first state, and how it is given more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM
from solders.token.state import Mint, TokenAccount

from nosana_chain import pda
from nosana_chain.errors import InputError
from nosana_chain.localnet.accounts import mint_account, token_account
from nosana_chain.localnet.genesis.fee_pool import RUNNING, fee_pool_account
from nosana_chain.localnet.genesis.wallets import FAUCET, Purse, local_wallet
from nosana_chain.networks import Network
from nosana_chain.units import NOS_DECIMALS, UnixSeconds, u64
from nosana_chain.wallet import Wallet

_ELF_MAGIC = b"\x7fELF"
_SOME_SOL = Purse()

#: The moment that a state is made for until a network starts from it. With it the fee pool starts at time 0.
UNDATED = UnixSeconds(RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """The first state of a local network. Every `with_*` gives another one, and leaves this one as it is.

    Attributes:
        network: the addresses that the state is made for; without endpoints.
        accounts: every account, by address.
        programs: the compiled program (ELF) at each program id.
        wallets: keys that own funded accounts, by name.
    """

    network: Network
    accounts: Mapping[Pubkey, Account]
    programs: Mapping[Pubkey, bytes]
    wallets: Mapping[str, Wallet]

    def __repr__(self) -> str:
        """How much there is; the accounts themselves fill pages."""
        names = ", ".join(self.wallets) or "none"
        return f"<Genesis: {len(self.accounts)} accounts, {len(self.programs)} programs, wallets: {names}>"

    def with_accounts(self, accounts: Mapping[Pubkey, Account]) -> Genesis:
        """The same state with further accounts, or others in their place.

        `mint_account`, `token_account` and `rent_exempt` of `nosana_chain.localnet` make some; any other is a solders
        `Account(lamports, data, owner)`. What is given is taken as it is: nothing adds to the supply of a mint.
        """
        return replace(self, accounts={**self.accounts, **accounts})

    def with_programs(self, programs: Mapping[Pubkey, bytes]) -> Genesis:
        """The same state with further programs, or others in their place.

        Args:
            programs: the content of a program's `.so` file, by program id.

        Raises:
            InputError: one isn't a compiled program.
        """
        for address, elf in programs.items():
            if not elf.startswith(_ELF_MAGIC):
                raise InputError(
                    f"what is to be the program {address} is not an ELF file; give the bytes of its .so",
                    address=str(address),
                )
        return replace(self, programs={**self.programs, **programs})

    def with_mint(self, authority: Pubkey | None = None) -> Genesis:
        """The same state with the NOS mint, of which nothing has been minted.

        No transaction can create it: nobody here has the key of its address.

        Args:
            authority: who may mint. Default: the faucet, so that `Localnet.mint_nos` works.

        Raises:
            InputError: it is there already.
        """
        address = self.network.nos_mint
        if address in self.accounts:
            raise InputError(f"the NOS mint {address} is there already; leave with_mint() out", address=str(address))
        minter = authority or self.wallets[FAUCET].address
        return self.with_accounts({address: mint_account(supply=0, decimals=NOS_DECIMALS, authority=minter)})

    def with_wallet(self, name: str, *, wallet: Wallet | None = None, purse: Purse = _SOME_SOL) -> Genesis:
        """The same state with a funded wallet, which the network's `wallets` have under its name.

        Where there is a NOS mint, it has a NOS account too. A wallet that had the name keeps its accounts.

        Args:
            name: any.
            wallet: a key of one's own. Default: `local_wallet(name)`, which is the same on every machine.
            purse: what is in it; 100 SOL by default. The supply of NOS grows with it.

        Raises:
            InputError: the purse has NOS, and there is no mint.
            AmountError: more NOS than a mint can have.
        """
        chosen = wallet or local_wallet(name)
        funded = self.with_accounts({chosen.address: Account(purse.lamports, b"", SYSTEM_PROGRAM)})
        if purse.nos_units or self.network.nos_mint in self.accounts:
            funded = funded.with_nos(chosen.address, purse.nos_units)
        return replace(funded, wallets={**self.wallets, name: chosen})

    def with_nos(self, owner: Pubkey, amount: int = 0, *, at: Pubkey | None = None) -> Genesis:
        """The same state with a NOS account, in place of one that was there. The supply grows by what it has more.

        Args:
            owner: of the tokens.
            amount: NOS base units, 0 to 2**64-1.
            at: address of the account. Default: the owner's associated token account, where clients look.

        Raises:
            InputError: there is no mint.
            AmountError: more NOS than a mint can have.
        """
        mint = self.network.nos_mint
        if mint not in self.accounts:
            raise InputError(
                f"there is no NOS mint at {mint} to have NOS of; call with_mint() first", address=str(mint)
            )
        address = at or pda.nos_account_address(owner, network=self.network)
        more = u64(amount, "amount") - self._nos_at(address)
        return self.with_accounts(
            {
                mint: _with_more_supply(self.accounts[mint], more),
                address: token_account(owner, mint=mint, amount=amount),
            }
        )

    def starting_at(self, now: UnixSeconds) -> Genesis:
        """The same state for a network whose clock starts at `now`. `Localnet` and `InProcess` call it themselves.

        The emission of the standard genesis' reward-fee pool counts from the day before. Nothing else holds a time.
        """
        address = self.network.reward_fee_pool
        if address is None or self.accounts.get(address) != fee_pool_account(
            address, network=self.network, now=UNDATED
        ):
            return self
        return self.with_accounts({address: fee_pool_account(address, network=self.network, now=now)})

    def _nos_at(self, address: Pubkey) -> int:
        account = self.accounts.get(address)
        return TokenAccount.from_bytes(account.data).amount if account else 0


def _with_more_supply(account: Account, more: int) -> Account:
    mint = Mint.from_bytes(account.data)
    grown = Mint(
        mint.mint_authority,
        u64(mint.supply + more, "supply"),
        mint.decimals,
        is_initialized=mint.is_initialized,
        freeze_authority=mint.freeze_authority,
    )
    return Account(account.lamports, bytes(grown), account.owner)

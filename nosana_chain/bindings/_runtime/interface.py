"""What an instruction looks like from outside: the types that the generated `interfaces` are written in."""

from dataclasses import dataclass

from nosana_chain.bindings._runtime.borsh import CStruct


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """The place of one account in an instruction.

    Attributes:
        role: its snake_case name.
        signer: it must sign.
        writable: the program may change it.
    """

    role: str
    signer: bool = False
    writable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionInterface:
    """One instruction of a program.

    Attributes:
        name: PascalCase, as the program logs it.
        function: the generated function that builds it, in `bindings.<program>.instructions`.
        discriminator: the first 8 bytes of its data.
        layout: its arguments, which follow.
        accounts: in their order.
    """

    name: str
    function: str
    discriminator: bytes
    layout: CStruct
    accounts: tuple[AccountPlace, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The names of its accounts, in their order."""
        return tuple(account.role for account in self.accounts)

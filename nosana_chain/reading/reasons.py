"""What a user can do about a reason for which the runtime, or a program beside Nosana's, refuses a transaction."""

from __future__ import annotations

_FUND_SOL = "the account that pays has too little SOL; send SOL to it"
_FUND_TOKENS = "the token account that pays has too few tokens; send tokens to it"

#: Reasons that mean: a balance is too low. By the runtime's name, or by (program, Custom code).
SHORTAGES: dict[str | tuple[str | None, int | str | None], str] = {
    "AccountNotFound": "the fee payer has no SOL at all; send SOL to it",
    "InsufficientFundsForFee": "the fee payer has too little SOL for the fee; send SOL to it",
    "InsufficientFundsForRent": "an account would be left with less SOL than its rent; send SOL to it",
    "InsufficientFunds": _FUND_SOL,
    ("system", 1): _FUND_SOL,
    ("token", 1): _FUND_TOKENS,
}

#: Reasons that mean: an account that should be made is there. Codes: SystemError.
TAKEN: dict[str | tuple[str | None, int | str | None], str] = {
    ("system", 0): "the address of the new account is taken: this was done already, or it needs a fresh key",
}

#: All other reasons that a user can do something about. Codes: SystemError and TokenError of those programs.
SENTENCES: dict[str | tuple[str | None, int | str | None], str] = {
    ("token", 3): "the token accounts belong to different mints; pass accounts of the same mint",
    ("token", 4): "the signer is not the owner of the token account; sign with the owner",
    ("token", 14): "the balance would exceed what a token account can hold",
    ("token", 17): "a token account is frozen; use another one",
    ("token", "InvalidAccountData"): "a token account that takes part doesn't exist, or is none; check who has one: "
    "a wallet gets its own with the first tokens that are sent to it",
    "AlreadyProcessed": "this very transaction is on chain already; look it up by its signature",
    "BlockhashNotFound": "the blockhash is too old, or the node is behind; build the transaction again",
    "DuplicateInstruction": "the compute budget is set twice; leave it out, it follows from the fee policy",
    "ComputationalBudgetExceeded": "it needs more compute units than it was given; raise compute_margin_percent",
    "InvalidAccountData": "an account holds something else than the instruction expects; check the addresses",
    "InvalidAccountForFee": "the fee payer can't pay fees; use a plain wallet",
    "InvalidArgument": "an argument or account is not allowed; a payer must be a plain wallet without data",
    "MissingRequiredSignature": "a signature is missing; pass the wallet of that account as a signer",
    "PrivilegeEscalation": "an account is used as writable or as signer without being so; "
    "check that payers are writable and that new keypair accounts sign",
    "ProgramAccountNotFound": "a program is not on this cluster; check the network",
    "ProgramFailedToComplete": "the program stopped itself (an overflow, a division by zero, or a bad value); "
    "check amounts and accounts",
    "SignatureFailure": "a signature is wrong; sign with the right keys",
    "UninitializedAccount": "a token account or mint was never set up; create it first",
    "UnsupportedProgramId": "a program is not on this cluster; check the network",
}

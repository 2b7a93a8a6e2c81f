"""Votes by claim: in Nosana's deployment of the distributor, where the tokens go is what they say."""

from __future__ import annotations

from enum import Enum

from solders.pubkey import Pubkey


class Vote(Enum):
    """The wallets that stand for the two answers of a vote; their token balances are its result.

    Source: Nosana's official kit and voting site. The deployed program refuses a claim to any other owner's token
    account (InvalidVote).
    """

    YES = Pubkey.from_string("YessuvqUauj9yW4B3eERcyRLWmQtWpFc2ERKmaedmCE")
    NO = Pubkey.from_string("NopXntmRdXhYNkoZaNTMUMShJ3aVG5RvwpiyPdd4bMh")

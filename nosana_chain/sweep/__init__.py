"""Sweeping: what can be got back for a wallet, and getting it back."""

from nosana_chain.sweep.findings import Finding, FindingKind, Findings, Remark, Unseen
from nosana_chain.sweep.sweep import Sweep, Swept

__all__ = ["Finding", "FindingKind", "Findings", "Remark", "Sweep", "Swept", "Unseen"]

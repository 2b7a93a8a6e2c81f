"""The local network in this process, on LiteSVM: what a client asks is answered here, and no server runs."""

from nosana_chain.localnet.litesvm.network import InProcessLocalnet
from nosana_chain.localnet.litesvm.transport import METHODS, InProcessTransport

__all__ = ["METHODS", "InProcessLocalnet", "InProcessTransport"]

"""Which variables of a user's environment the children of the local network see."""

import pytest

from nosana_chain.localnet.child_environment import for_npm, for_surfpool

NEEDED = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "NVM_DIR", "VOLTA_HOME"]
FOR_NPM = [
    "HTTPS_PROXY",
    "https_proxy",
    "no_proxy",
    "ALL_PROXY",
    "npm_config_registry",
    "NPM_CONFIG_CAFILE",
    "SSL_CERT_FILE",
]
NEVER = [
    *["NOSANA_WALLET", "NOSANA_RPC_URL", "AWS_SECRET_ACCESS_KEY", "SOLANA_KEYPAIR", "HELIUS_API_KEY", "GITHUB_TOKEN"],
    *[
        "BUILDER_KEY",
        "MY_PATH",
        "HOMEPAGE_TOKEN",
        "PATH_TO_KEY",
        "NODE_OPTIONS",
        "LD_PRELOAD",
        "SURFPOOL_DATASOURCE_RPC_URL",
    ],
]


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_program_needs_passes(name: str) -> None:
    assert for_surfpool({name: "value"}) == for_npm({name: "value"}) == {name: "value"}


@pytest.mark.parametrize("name", FOR_NPM)
def test_what_fetching_needs_is_for_npm_alone(name: str) -> None:
    assert for_npm({name: "value"}) == {name: "value"}
    assert for_surfpool({name: "value"}) == {}


@pytest.mark.parametrize("name", NEVER)
def test_nothing_else_passes(name: str) -> None:
    assert for_surfpool({name: "value"}) == for_npm({name: "value"}) == {}

"""What importing the bindings costs: nothing of AnchorPy, and no HTTP client."""

import json
import subprocess
import sys

import pytest

PACKAGES = [
    "nosana_chain.bindings.jobs.instructions",
    "nosana_chain.bindings.jobs.accounts",
    "nosana_chain.bindings.distributor.instructions",
    "nosana_chain.bindings.distributor.accounts",
    "nosana_chain.bindings.interfaces.jobs",
    "nosana_chain.bindings.program_errors",
]
UNWANTED = {"anchorpy", "anchorpy_core", "borsh_construct", "pytest", "pydantic", "httpx", "httpx2", "websockets"}
SCRIPT = "import json, sys, {0}; print(json.dumps([name.split('.')[0] for name in sys.modules]))"


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_binding_is_light(package: str) -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT.format(package)], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stdout))
    assert "nosana_chain" in loaded
    assert not loaded & UNWANTED

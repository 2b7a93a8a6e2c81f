"""The compiler: clang as it comes in the PyPI package ziglang."""

import importlib.util
import subprocess
import sys
import tomllib
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nosana_chain.localnet.build.errors import BuildError

#: Code for Solana's machine: its loads need no alignment; no jump tables, no calls into a C library.
FLAGS = (
    "-target", "bpfel-freestanding", "-mcpu=v2", "-Xclang", "-target-feature", "-Xclang",
    "+allows-misaligned-mem-access", "-std=c23", "-O2", "-fno-builtin", "-fno-jump-tables", "-ffreestanding",
    "-mllvm", "-bpf-stack-size=4096",
    "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Wno-unused-const-variable", "-Wno-unused-parameter", "-Wno-address-of-packed-member",
    "-Wno-shift-op-parentheses", "-Wno-bitwise-op-parentheses",
)  # fmt: skip

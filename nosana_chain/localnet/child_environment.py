"""What the processes that the local network starts may see of this one's environment: what they need, and no more.

Keys and tokens lie in variables of any name, so the names that pass are listed. Surfpool asks itself over HTTP while it
starts and would send that to a proxy: it sees none. npm does go out, through whatever proxy and with whatever
certificates the user has for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# To be found, loaded and run (version managers put scripts in the place of node), and to write in the user's language.
_RUNNING = (
    "PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|LANG|LANGUAGE|LC_[A-Z]+|LD_LIBRARY_PATH|DYLD_[A-Z_]*LIBRARY_PATH"
    "|(ASDF|FNM|MISE|NODENV|NVM|VOLTA)_(DIR|ROOT|HOME|DATA_DIR|BIN)"
)
_FETCHING = (
    "(HTTP|HTTPS|ALL|NO)_PROXY|NPM_(CONFIG_.*|TOKEN)|NODE_(EXTRA_CA_CERTS|USE_SYSTEM_CA)|SSL_CERT_(FILE|DIR)"
    "|XDG_(CACHE|CONFIG|DATA)_HOME"
)
_RUN = re.compile(_RUNNING)
_FETCH = re.compile(f"{_RUNNING}|{_FETCHING}", re.IGNORECASE)  # npm and proxies know both cases


def for_surfpool(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of Node.js with Surfpool."""
    return _passed(variables, _RUN)


def for_npm(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of npm, which fetches from its registry."""
    return _passed(variables, _FETCH)


def _passed(variables: Mapping[str, str], names: re.Pattern[str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if names.fullmatch(name)}

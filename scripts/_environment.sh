# Sourced by the scripts beside it, with their own arguments: answers --help, and makes .venv ready.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# The comment at the head of the script is its help.
case "${1-}" in
-h | --help)
    sed -n '/^# /,/^$/s/^# \{0,1\}//p' "$0"
    exit
    ;;
esac

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        # Debian leaves ensurepip to a package of its own
        if "$candidate" -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "This needs Python 3.11 or later with venv and pip: install it (Debian, Ubuntu: sudo apt-get install" \
        "python3 python3-venv; macOS: brew install python) and run this again." >&2
    return 1
}

# use_environment [--node] [GROUP ...]: the package with these dependency groups, and Node.js if asked for.
use_environment() {
    local python
    unset PYTHONHOME
    PATH=${PATH//"$ROOT/.venv/bin:"/} # an activated .venv must not be what makes .venv anew
    python=$(find_python)
    "$python" -I "$ROOT/scripts/_environment.py" "$@" </dev/null >&2
    export PATH="$ROOT/.venv/bin:$PATH"
}

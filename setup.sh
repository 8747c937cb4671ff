#!/usr/bin/env bash
# Makes the virtual environment named by the first argument, with the pinned, hashed requirements.
set -euo pipefail
venv=${1:?usage: setup.sh VENV}
python=$(command -v python3.11 || command -v python3)

"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
    echo "setup: Python 3.11 is needed, $("$python" --version) found" >&2; exit 1; }

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    # Debian keeps ensurepip in a package of its own.
    if [ "$(id -u)" = 0 ]; then
        echo "setup: installing python3-venv"
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    else
        echo "setup: python3-venv is missing: run 'sudo apt-get install python3-venv'" >&2; exit 1
    fi
fi

echo "setup 1/4: virtual environment in $venv"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "setup 2/4: pinned requirements (a few hundred MB the first time)"
"$venv/bin/pip" install -q --disable-pip-version-check --require-hashes -r requirements/installer.txt
"$venv/bin/uv" pip sync -q --python "$venv/bin/python" --require-hashes requirements/dev.txt requirements/installer.txt
echo "setup 3/4: zhima itself"
"$venv/bin/uv" pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e .
echo "setup 4/4: byte code, so that every command starts quickly"
env -u PYTHONDONTWRITEBYTECODE "$venv/bin/python" byte_code.py

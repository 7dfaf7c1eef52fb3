#!/usr/bin/env bash
# Everything that must hold before a change of the rules is merged. Run it before you push; the workflow runs the same.
# PYTHON names the interpreter in whose environment partnerrules is installed.
set -euo pipefail
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}

"$PYTHON" -m partnerrules check rulesets/*
"$PYTHON" -m partnerrules test --coverage rulesets/*
"$PYTHON" -m pytest -q

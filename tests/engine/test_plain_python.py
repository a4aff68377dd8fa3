"""The hospitals in plain Python, behaviour by behaviour: the same bytes as compiled, and no behaviour left out."""

import os
import subprocess
import sys

import pytest

from tests.engine.hospitals import RECORD, ROOT, digest, hospitals, record, run

pytestmark = pytest.mark.plain_python

# Behaviours that no hospital can enter, each with the reason.
NEVER_ENTERED: dict[str, str] = {}


def test_plain_python_leaves_the_same_bytes_and_enters_every_behaviour():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engine.hospitals"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as interpreted:
        compiled = {name: digest(run(trial)) for name, trial in hospitals().items()} | {RECORD: record().digest()}
        said, fault = interpreted.communicate()
    assert interpreted.returncode == 0, fault
    *lines, (_, *never) = (line.split("\t") for line in said.splitlines())
    assert {name: whole for name, _, whole in lines} == compiled
    assert set(never) == set(NEVER_ENTERED)

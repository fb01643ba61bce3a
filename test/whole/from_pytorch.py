"""Writes from_pytorch.json: what the Python blocks of docs/from-pytorch.md print.

"""

import contextlib
import io
import json
import re

import torch

from writing import HERE, ROOT

PREAMBLE = """
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
"""


def printed(block):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(PREAMBLE + block, {"__name__": "block"})
    return out.getvalue().splitlines()


def main():
    torch.set_num_threads(1)
    page = (ROOT / "docs" / "from-pytorch.md").read_text()
    pairs = re.findall(r"^## (.+?)$.*?^```py\n(.*?)^```\n```ts\n", page, re.M | re.S)
    outputs = {title: printed(block) for title, block in pairs}
    content = {"torch": torch.__version__.split("+")[0], "outputs": outputs}
    HERE.with_suffix(".json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(outputs)} pairs")


main()

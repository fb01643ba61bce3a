"""python tests/saved/write_torch.py: files that torch itself writes, and what its model says, for test_model.py."""

import json
from pathlib import Path

import torch
from torch import nn

here = Path(__file__).parent
torch.manual_seed(18)
model = nn.Sequential(nn.Linear(5, 8), nn.LayerNorm(8), nn.GELU("tanh"), nn.Dropout(0.2), nn.Linear(8, 3)).eval()
x = torch.randn(7, 5)
with torch.no_grad():
    logits = model(x)
torch.save(model.state_dict(), here / "torch.pt")
torch.save({"state_dict": model.double().state_dict(), "epoch": 3, "tags": ["a", "b", "c"]}, here / "torch_double.pt")
torch.save(model, here / "torch_module.pt")
transposed = torch.arange(15.0).reshape(5, 3).t()
torch.save({"weight": nn.Parameter(transposed), "bias": torch.zeros(1).expand(3)}, here / "torch_strided.pt")
torch.save({k: v.bfloat16() for k, v in nn.Linear(5, 3).state_dict().items()}, here / "torch_bfloat16.pt")
values = {"architecture": repr(model), "x": x.tolist(), "logits": logits.tolist()}
(here / "torch.json").write_text(json.dumps(values) + "\n")

"""python tests/saved/write_steps.py: steps of torch's optimizers on a small problem, for test_training.py."""

import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.randint(-8, 9, (40, 6)).float() / 4
y = (x @ torch.randn(6, 3) + torch.randn(40, 3) > 0).float()


def problem():
    torch.manual_seed(6)
    return nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3)).double()


def flat(model):
    return torch.cat([p.detach().reshape(-1) for p in model.parameters()]).tolist()


def run(make, steps):
    model = problem()
    optimizer, losses = make(model.parameters()), []

    def closure():
        optimizer.zero_grad()
        loss = nn.MultiLabelSoftMarginLoss()(model(x.double()), y.double())
        loss.backward()
        return loss

    for _ in range(steps):
        losses.append(float(optimizer.step(closure)))
    return {"losses": losses, "parameters": flat(model)}


optim = torch.optim
made = {
    "adam": run(lambda p: optim.Adam(p, lr=0.05, weight_decay=0.01), 20),
    "amsgrad": run(lambda p: optim.Adam(p, lr=0.05, amsgrad=True), 20),
    "adamw": run(lambda p: optim.AdamW(p, lr=0.05, betas=(0.8, 0.99)), 20),
    "lbfgs": run(lambda p: optim.LBFGS(p, lr=0.5, max_iter=4), 4),
    "strong_wolfe": run(lambda p: optim.LBFGS(p, max_iter=4, line_search_fn="strong_wolfe"), 3),
    "short_history": run(lambda p: optim.LBFGS(p, max_iter=6, history_size=2, line_search_fn="strong_wolfe"), 2),
}
start = problem()
result = {"x": x.tolist(), "y": y.tolist(), "start": {k: v.tolist() for k, v in start.state_dict().items()}, "runs": made}
(Path(__file__).parent / "steps.json").write_text(json.dumps(result) + "\n")

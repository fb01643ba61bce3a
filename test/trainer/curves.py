"""A training of torch's, whole and cut: after an epoch, and within one. python.test.ts runs `train` from files of ours as well."""

import base64
import io
import json
import pathlib
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

ROWS = 96


def train(until, file=b"", stop=None):
    """Epochs until `until`, from the bytes of a checkpoint or from the beginning; `stop`, a number of steps, ends within an epoch. The bytes of a checkpoint."""
    x = torch.tensor([(i * 7919 % 1000) / 250 - 2 for i in range(ROWS * 8)]).reshape(ROWS, 8)
    y = (x[:, :4] > 0.3).float()
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 6)
    criterion = nn.MultiLabelSoftMarginLoss()
    loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
    history, epoch, skip, sums, steps = [], 0, 0, [0.0, 0], 0
    if file:
        saved = torch.load(io.BytesIO(file), weights_only=True)
        model.load_state_dict(saved["state_dict"])
        optimizer.load_state_dict(saved["optimizer_states"][0])
        scheduler.load_state_dict(saved["lr_schedulers"][0])
        epoch, steps, history = saved["epoch"], saved["global_step"], saved["history"]
        loop = saved.get("loops", {}).get("fit_loop", {"batch_idx": 0})
        skip = loop["batch_idx"]
        if skip:
            sums = loop["sums"]["train_loss"]
        torch.set_rng_state((loop["epoch_rng"] if skip else saved["rng"])["default"])

    def checkpoint(**more):
        out = io.BytesIO()
        torch.save(
            {
                "epoch": epoch,
                "global_step": steps,
                "state_dict": model.state_dict(),
                "optimizer_states": [optimizer.state_dict()],
                "lr_schedulers": [scheduler.state_dict()],
                "rng": {"default": torch.get_rng_state()},
                "history": history,
                **more,
            },
            out,
        )
        return out.getvalue()

    while epoch < until:
        epoch_rng = {"default": torch.get_rng_state()}
        for i, (a, b) in enumerate(loader):
            if i < skip:
                continue
            optimizer.zero_grad()
            loss = criterion(model(a), b)
            loss.backward()
            optimizer.step()
            steps += 1
            sums = [sums[0] + loss.item() * len(a), sums[1] + len(a)]
            if steps == stop:
                place = {"batch_idx": i + 1, "stage": "train", "accumulated": 0}
                return checkpoint(loops={"fit_loop": {**place, "sums": {"train_loss": sums}, "epoch_rng": epoch_rng}})
        lr = optimizer.param_groups[0]["lr"]
        history.append({"epoch": epoch, "step": steps, "lr": lr, "train_loss": sums[0] / sums[1]})
        skip, sums = 0, [0.0, 0]
        epoch += 1
        scheduler.step()
    return checkpoint()


if "UNTIL" in globals():
    sys.stdout.buffer.write(train(UNTIL, sys.stdin.buffer.read()))  # noqa: F821
else:
    history = torch.load(io.BytesIO(train(6)), weights_only=True)["history"]
    files = {"after_epoch": train(3), "within_epoch": train(6, stop=30)}
    fixture = {"history": history} | {name: base64.b64encode(file).decode() for name, file in files.items()}
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(fixture) + "\n")

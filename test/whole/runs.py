"""Writes whole_runs.json: fifty steps of training from a seed alone, and how every layer starts.


Made on a processor that is not Intel's: there dropout takes its numbers from MKL.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from digest import digest
from writing import numbers, write

STEPS = 50


class Words(nn.Module):
    """Bags of words: everything that draws, or normalises, at once."""

    def __init__(self):
        super().__init__()
        self.words = nn.EmbeddingBag(40, 16, mode="mean", padding_idx=0)
        self.norm = nn.BatchNorm1d(16)
        self.hidden = nn.Linear(16, 24)
        self.act = nn.GELU()
        self.drop = nn.Dropout(0.25)
        self.scale = nn.LayerNorm(24)
        self.head = nn.Linear(24, 6)

    def forward(self, x):
        return self.head(self.scale(self.drop(self.act(self.hidden(self.norm(self.words(x)))))))


def vectors():
    return torch.randn(96, 20), (torch.rand(96, 6) < 0.3).float()


def images():
    return torch.randn(64, 1, 12, 12), (torch.rand(64, 5) < 0.4).float()


def bags():
    return torch.randint(0, 40, (80, 7)), (torch.rand(80, 6) < 0.3).float()


# Name: seed, data, model, criterion, optimizer, batch_size; in the order in which a script makes them.
RUNS = {
    "linear, Adam": (0, vectors, lambda: nn.Linear(20, 6), nn.MultiLabelSoftMarginLoss,
                     lambda p: torch.optim.Adam(p, lr=0.05), 16),
    "hidden layer, class weights, AdamW": (
        1, vectors, lambda: nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 6)),
        lambda: nn.MultiLabelSoftMarginLoss(weight=torch.tensor([1, 2, 0.5, 1.5, 3, 0.25])),
        lambda p: torch.optim.AdamW(p, lr=0.01), 20),
    "CNN, SGD with nesterov": (
        2, images, lambda: nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                                         nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                                         nn.Linear(64, 5)),
        nn.MultiLabelSoftMarginLoss, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True), 16),
    "words, dropout, RMSprop": (3, bags, Words, nn.BCEWithLogitsLoss,
                                lambda p: torch.optim.RMSprop(p, lr=0.002), 16),
}


def run(name, dtype):
    """The losses of each step, the weights' digest before the first, and rand(3) after the last."""
    seed, data, model, criterion, optimizer, batch_size = RUNS[name]
    torch.manual_seed(seed)
    x, y = data()
    net, loss_fn = model(), criterion()
    start = {key: digest(tensor) for key, tensor in net.state_dict().items()}
    net.to(dtype), loss_fn.to(dtype)
    update = optimizer(net.parameters())
    loader = DataLoader(TensorDataset(x.to(dtype) if x.is_floating_point() else x, y.to(dtype)),
                        batch_size=batch_size, shuffle=True)
    losses = []
    while len(losses) < STEPS:
        for inputs, targets in loader:
            update.zero_grad()
            loss = loss_fn(net(inputs), targets)
            loss.backward()
            update.step()
            losses.append(loss.detach())
            if len(losses) == STEPS:
                break
    return torch.stack(losses), start, torch.rand(3)


LAYERS = {
    "Linear": lambda: nn.Linear(20, 6),
    "Linear without bias": lambda: nn.Linear(5, 3, bias=False),
    "Linear of few": lambda: nn.Linear(3, 2),
    "Conv2d": lambda: nn.Conv2d(4, 6, (3, 2), groups=2),
    "Conv2d without bias": lambda: nn.Conv2d(3, 2, 3, bias=False),
    "Embedding": lambda: nn.Embedding(10, 7, padding_idx=2),
    "Embedding of few": lambda: nn.Embedding(3, 5),
    "EmbeddingBag": lambda: nn.EmbeddingBag(9, 4),
    "LayerNorm": lambda: nn.LayerNorm([2, 3]),
    "BatchNorm1d": lambda: nn.BatchNorm1d(5),
    "BatchNorm2d": lambda: nn.BatchNorm2d(3),
}


def main():
    """{ steps, runs: [ { name, losses (float64, from the float32 weights), start: { key: digest }, rand } ],
         layers: { seed, starts: { name: { key: digest } }, rand } (made one after another from one seed) }
    """
    runs = []
    for name in RUNS:
        single, start, rand = run(name, torch.float32)
        double, _, again = run(name, torch.float64)
        assert torch.equal(rand, again)
        print(
            f"{name}: {single[0]:.4f} -> {single[-1]:.4f}, float32 off by {((single - double) / double).abs().max():.1e}")
        runs.append({"name": name, "losses": numbers(double), "start": start, "rand": numbers(rand)})
    torch.manual_seed(17)
    starts = {name: {key: digest(tensor) for key, tensor in make().state_dict().items()} for name,
              make in LAYERS.items()}
    write({"steps": STEPS, "runs": runs, "layers": {"seed": 17, "starts": starts,
                                                    "rand": numbers(torch.rand(3))}})


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

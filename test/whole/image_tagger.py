"""Writes image_tagger.json: one step of training at full size, from weights and images that the seed gives.


{ seed, logits: [first row], losses: { before, SGD, Adam } (after one step of each from the same start),
  gradients: { parameter: { norm, first: [four values] } }, options: { SGD, Adam } }
Drawn in float32, computed in float64: 4 GB, half a minute. Tag j of image i is 1 where (i + j) % 7 is 0.
"""

import torch
from torch import nn

from writing import Numbers, write

SEED = 0
OPTIONS = {"SGD": {"lr": 0.001}, "Adam": {"lr": 1e-5}}


class ImageTagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(32 * 112 * 112, 128)
        self.fc2 = nn.Linear(128, 20)

    def forward(self, images):
        x = torch.relu(self.conv1(images))
        x = self.pool(x)
        x = x.reshape([x.shape[0], -1])
        x = torch.relu(self.fc1(x))
        return self.fc2(x)


def step(optimizer=None):
    """Logits, loss and model of one step; the loss after it with an optimizer."""
    torch.manual_seed(SEED)
    model = ImageTagger()
    images = torch.randn([32, 3, 224, 224]).double()
    model.double()
    tags = torch.tensor([[float((i + j) % 7 == 0) for j in range(20)] for i in range(32)]).double()
    logits = model(images)
    loss = nn.MultiLabelSoftMarginLoss()(logits, tags)
    if optimizer is None:
        loss.backward()
        return logits, loss.item(), model
    steps = getattr(torch.optim, optimizer)(model.parameters(), **OPTIONS[optimizer])
    loss.backward()
    steps.step()
    with torch.no_grad():
        return nn.MultiLabelSoftMarginLoss()(model(images), tags).item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    logits, before, model = step()
    gradients = {name: {"norm": p.grad.norm().item(), "first": Numbers(p.grad.reshape(-1)[:4].numpy(), 9)}
                 for name, p in model.named_parameters()}
    row = Numbers(logits[0].detach().numpy(), 9)
    del logits, model
    losses = {"before": before, **{optimizer: step(optimizer) for optimizer in OPTIONS}}
    write({"seed": SEED, "options": OPTIONS, "logits": row, "losses": losses, "gradients": gradients})

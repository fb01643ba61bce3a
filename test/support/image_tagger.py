import torch
from torch import nn


class ImageTagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(8 * 6 * 6, 16)
        self.fc2 = nn.Linear(16, 5)

    def forward(self, images):
        x = torch.relu(self.conv1(images))
        x = self.pool(x)
        x = x.reshape([x.shape[0], -1])
        x = torch.relu(self.fc1(x))
        return self.fc2(x)

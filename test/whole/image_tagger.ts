import torch from '../../ts/index.js'

const { Conv2d, Linear, MaxPool2d, Module } = torch.nn

/** Tags images: a convolution, maxima of 2 x 2, and two layers on top; of any size. */
export class ImageTagger extends Module {
  conv1: torch.nn.Conv2d
  pool: torch.nn.MaxPool2d
  fc1: torch.nn.Linear
  fc2: torch.nn.Linear

  constructor({ size = 224, channels = 32, hidden = 128, tags = 20 } = {}) {
    super()
    this.conv1 = new Conv2d(3, channels, 3, { padding: 1 })
    this.pool = new MaxPool2d(2)
    this.fc1 = new Linear(channels * (size / 2) ** 2, hidden)
    this.fc2 = new Linear(hidden, tags)
  }

  override forward(images: torch.Tensor): torch.Tensor {
    let x = torch.relu(this.conv1.forward(images))
    x = this.pool.forward(x)
    x = x.reshape([x.shape[0], -1])
    x = torch.relu(this.fc1.forward(x))
    return this.fc2.forward(x)
  }
}

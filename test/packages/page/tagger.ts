import torch from 'softmargin'

/** A small convolutional tagger for full-size photographs. */
class PhotoTagger extends torch.nn.Module {
  features: torch.nn.Conv2d
  shrink: torch.nn.MaxPool2d
  hidden: torch.nn.Linear
  head: torch.nn.Linear

  constructor(tags: number) {
    super()
    this.features = new torch.nn.Conv2d(3, 32, 3, { padding: 1 })
    this.shrink = new torch.nn.MaxPool2d(2)
    this.hidden = new torch.nn.Linear(32 * 112 * 112, 128)
    this.head = new torch.nn.Linear(128, tags)
  }

  override forward(photos: torch.Tensor): torch.Tensor {
    const maps = this.shrink.forward(torch.relu(this.features.forward(photos)))
    const flat = maps.reshape([maps.shape[0], -1])
    return this.head.forward(torch.relu(this.hidden.forward(flat)))
  }
}

torch.manual_seed(1)
const model = new PhotoTagger(20)
const names = [...model.named_parameters()].map(([name]) => name)
const expected = ['features', 'hidden', 'head'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`])
if (names.join() !== expected.join()) throw new Error(`parameters: ${names}`)

const photos = torch.randn([32, 3, 224, 224])
const tags = torch.zeros([32, 20])
tags[0][0] = 1
tags[0][19] = 1
tags[-1][7] = 1
tags[5] = torch.ones([20])
if (tags.sum().item() !== 23) throw new Error(`tags: ${tags.sum()}`)

const loss = new torch.nn.MultiLabelSoftMarginLoss().forward(model.forward(photos), tags)
console.log(loss.item())

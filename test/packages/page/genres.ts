import torch from 'softmargin'

const films = 3
const criterion = new torch.nn.MultiLabelSoftMarginLoss({ reduction: 'mean' })
const features = torch.randn([films, 256])
const head = new torch.nn.Linear(256, 15)
const genres = torch.tensor([
  [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
])
console.log(criterion.forward(head.forward(features), genres).item())

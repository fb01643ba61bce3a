import torch from 'softmargin/core'

torch.manual_seed(0)
const layer = new torch.nn.Linear(3, 2)
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.Adam(layer.parameters(), { lr: 0.1 })
const [x, y] = [torch.randn([8, 3]), torch.ones([8, 2])]
for (let step = 0; step < 200; step++) {
  optimizer.zero_grad()
  criterion.forward(layer.forward(x), y).backward()
  optimizer.step()
}
console.log(torch.sigmoid(layer.forward(x)).mean().item() > 0.8)

import torch from 'softmargin/core'

export function* learn(features: torch.Tensor, targets: torch.Tensor) {
  const model = new torch.nn.Linear(3000, 32)
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
  const programs = new torch.utils.data.TensorDataset(features, targets)
  const options = { batch_size: 64, shuffle: true }
  const loader = new torch.utils.data.DataLoader(programs, options)
  for (let epoch = 1; epoch <= 30; epoch++)
    for (const [x, y] of loader) {
      optimizer.zero_grad()
      const loss = criterion.forward(model.forward(x), y)
      loss.backward()
      optimizer.step()
      yield { model, epoch, rows: x.shape[0], loss: loss.item() }
    }
}

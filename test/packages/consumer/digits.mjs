// What every runtime must print alike, digit by digit: a loss on typed arrays, and training steps.
export function digits(torch, { HeapArray, softMarginLoss, softMarginLossGrad }) {
  const logits = Float32Array.from({ length: 60 }, (_, i) => 3 * Math.fround((i % 7) / 3 - 1))
  const targets = Uint8Array.from(logits, (_, i) => (i % 3 === 0 ? 1 : 0))
  const { loss, grad } = softMarginLossGrad(logits, targets, { numClasses: 20 })
  const rows = softMarginLoss(new HeapArray(logits), targets, { numClasses: 20, reduction: 'none' })
  const training = train(torch, perceptron(torch), torch.randn([17, 13]))
  const convolutional = train(torch, convolution(torch), torch.randn([6, 1, 10, 10]))
  return JSON.stringify({ loss, grad: [...grad], rows: [...rows], training, convolutional })
}

function perceptron(torch) {
  torch.manual_seed(0)
  const { Linear, ReLU, Sequential } = torch.nn
  return new Sequential(new Linear(13, 9), new ReLU(), new Linear(9, 5))
}

function convolution(torch) {
  torch.manual_seed(1)
  const { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn
  const layers = [new Conv2d(1, 3, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2), new Flatten()]
  return new Sequential(...layers, new Linear(75, 5))
}

function train(torch, model, inputs) {
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.05 })
  const targets = torch.rand([inputs.shape[0], 5]).gt(0.6).float()
  const losses = []
  for (let step = 0; step < 5; step++) {
    optimizer.zero_grad()
    const loss = criterion.forward(model.forward(inputs), targets)
    loss.backward()
    optimizer.step()
    losses.push(loss.item())
  }
  return { losses, weights: [...model.parameters()].map((parameter) => parameter.tolist()) }
}

// Between an encoder that comes as ONNX and a browser that runs ONNX: what onnxruntime-web gives becomes the
// input of a model that is trained here, and the trained model goes back to onnxruntime-web.
import { InferenceSession, Tensor } from 'onnxruntime-web'
import torch from 'softmargin'
import * as onnx from 'softmargin/onnx'

/** What onnxruntime-web gives, and transformers.js too, as a tensor: both have `data` and `dims`. */
export const fromRuntime = ({ data, dims }) => torch.tensor(data).reshape(dims)

/** The other way round. */
export const toRuntime = (tensor) => new Tensor('float32', tensor.data(), tensor.shape)

const dynamic = { 0: 'batch' }
const dynamic_axes = { input: dynamic, output: dynamic }

/** Stands for the file of a language or vision model. */
function downloadEncoder() {
  torch.manual_seed(0)
  const encoder = new torch.nn.Sequential(new torch.nn.Linear(32, 48), new torch.nn.ReLU())
  return onnx.export(encoder, torch.zeros([1, 32]), { dynamic_axes })
}

const encoder = await InferenceSession.create(downloadEncoder())
const inputs = torch.randn([400, 32])
const encoded = await encoder.run({ input: toRuntime(inputs) })
const features = fromRuntime(encoded.output)
console.log(`features ${features.shape}`)

const tags = torch.matmul(inputs, torch.randn([32, 6])).gt(3)
const logits = new torch.nn.Sequential(
  new torch.nn.Linear(48, 24),
  new torch.nn.ReLU(),
  new torch.nn.Linear(24, 6),
)
// The loss has its sigmoid inside; whoever runs the file wants probabilities.
const head = new torch.nn.Sequential(logits, new torch.nn.Sigmoid())
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.AdamW(head.parameters(), { lr: 0.01 })
for (let step = 0; step <= 200; step++) {
  optimizer.zero_grad()
  const loss = criterion.forward(logits.forward(features), tags)
  loss.backward()
  optimizer.step()
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(4)}`)
}

const file = onnx.export(head, features, { dynamic_axes })
const session = await InferenceSession.create(file)
const { output } = await session.run({ input: toRuntime(features) })
const difference = Math.max(...fromRuntime(output).sub(head.forward(features)).abs().data())
console.log(
  `${file.length} bytes of ONNX; largest difference of a probability: ${difference.toExponential(1)}`,
)

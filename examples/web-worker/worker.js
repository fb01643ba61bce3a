// Has kernels and memory of its own: tensors stay here, plain arrays travel.
import { train } from './tagger.js'

self.onmessage = ({ data: { steps } }) => {
  const tagger = train(steps, (progress) => self.postMessage({ progress }))
  const weights = Object.entries(tagger.state_dict()).map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    values: tensor.data(),
  }))
  // `data()` is a copy: its buffer can be handed over instead of being copied again.
  self.postMessage(
    { weights },
    weights.map(({ values }) => values.buffer),
  )
}

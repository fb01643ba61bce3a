import { defaultDevice, init, nn, numpy as np, valueAndGrad } from '@jax-js/jax'

await init('wasm')
defaultDevice('wasm')
const [logits, targets] = [np.array([[0.5, -1, 2]]), np.array([[1, 0, 1]])]
const [loss, grad] = valueAndGrad((x) => np.mean(nn.softplus(x.ref).sub(x.mul(targets))))(logits)
console.log(...loss.dataSync(), ...grad.dataSync())

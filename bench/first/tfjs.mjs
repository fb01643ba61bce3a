import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'

await tf.setBackend('wasm')
const [logits, targets] = [tf.tensor([[0.5, -1, 2]]), tf.tensor([[1, 0, 1]])]
const { value, grad } = tf.valueAndGrad((x) => tf.losses.sigmoidCrossEntropy(targets, x))(logits)
console.log(...value.dataSync(), ...grad.dataSync())

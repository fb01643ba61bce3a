import { softMarginLossGrad } from 'softmargin/loss'

const { loss } = softMarginLossGrad(new Float32Array(2), new Uint8Array([1, 0]), { numClasses: 2 })
console.log(loss)

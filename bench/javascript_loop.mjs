/** The same loss and gradient as one would write them without a library: mean over rows and classes. */
export function lossAndGradient(logits, targets, grad, classes) {
  const scale = 1 / logits.length
  let total = 0
  for (let start = 0; start < logits.length; start += classes) {
    for (let c = 0; c < classes; c++) {
      const x = logits[start + c]
      const y = targets[start + c]
      const u = Math.exp(-Math.abs(x))
      total += Math.max(x, 0) - x * y + Math.log1p(u)
      grad[start + c] = scale * ((x > 0 ? 1 : u) / (1 + u) - y)
    }
  }
  return { loss: total * scale, grad }
}

// The bytes of an ONNX model of one operator. All operands are inputs: an operand inside of the model could be
// packed in advance. Field numbers are those of onnx.proto.
const bytes = (text) => [...new TextEncoder().encode(text)]

function varint(value) {
  const out = []
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128)
  return [...out, value]
}
const number = (field, value) => [...varint(field * 8), ...varint(value)]
const message = (field, ...parts) => {
  const content = parts.flat()
  return [...varint(field * 8 + 2), ...varint(content.length), ...content]
}
const text = (field, value) => message(field, bytes(value))

const FLOAT = 1
const INT = 2
const INTS = 7

function attribute([name, value]) {
  const stored = Array.isArray(value)
    ? [...value.flatMap((entry) => number(8, entry)), ...number(20, INTS)]
    : [...number(3, value), ...number(20, INT)]
  return message(5, text(1, name), stored)
}

/** A float32 tensor with `rank` dimensions of unknown sizes. */
function operand(field, name, rank) {
  const shape = message(
    2,
    ...Array.from({ length: rank }, (_, axis) => message(1, text(2, `${name}${axis}`))),
  )
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), shape)))
}

/** `inputs`: the rank of each operand by name. */
export function graph(operator, inputs, rank, attributes = {}) {
  const names = Object.keys(inputs)
  const node = message(
    1,
    ...names.map((name) => text(1, name)),
    text(2, 'out'),
    text(4, operator),
    ...Object.entries(attributes).map(attribute),
  )
  const operands = Object.entries(inputs).map(([name, size]) => operand(11, name, size))
  const whole = message(7, node, text(2, operator), ...operands, operand(12, 'out', rank))
  return Uint8Array.from([...number(1, 8), ...whole, ...message(8, text(1, ''), number(2, 17))])
}

/** Models that nobody would write, of the layers that have a form in ONNX. */
import torch from '../../ts/index.js'
import type { Layer } from '../../ts/nn/container.js'

const { nn } = torch

export interface RandomModel {
  model: Layer
  /** Of an input. */
  shape: number[]
  /** Dimensions of the input that may have any size. */
  free: number[]
}

/** A whole number from `low` to `high`, from the default generator. */
const between = (low: number, high: number): number => torch.randint(low, high + 1, [1]).item()

const chance = (one_in: number): boolean => between(1, one_in) === 1

const pick = <T>(from: readonly T[]): T => from[between(0, from.length - 1)]

/** A model, and an input that it takes; what it cannot take is left out while it is made. */
export function randomModel(): RandomModel {
  const isImages = chance(2)
  const shape = isImages
    ? [between(1, 3), between(1, 6), between(5, 12), between(5, 12)]
    : [between(1, 4), ...Array.from({ length: between(0, 2) }, () => between(2, 5)), between(2, 9)]
  const used: Layer[] = []
  const model = sequence(torch.randn(shape), between(1, 6), used).model
  season(model)
  const free = shape.flatMap((_, dim) => (dim === 0 || chance(3) ? [dim] : []))
  return { model, shape, free }
}

/** As many layers, of which one may be a Sequential itself, and one that is there already. */
function sequence(x: torch.Tensor, length: number, used: Layer[]): { model: Layer; y: torch.Tensor } {
  const layers: Layer[] = []
  let y = x
  while (layers.length < length) {
    const layer =
      length > 1 && chance(6)
        ? sequence(y, 2, used).model
        : used.length > 0 && chance(5)
          ? pick(used)
          : newLayer(y)
    const next = layer && given(layer, y)
    if (layer === undefined || next === undefined) continue
    layers.push(layer)
    used.push(layer)
    y = next
  }
  return { model: new nn.Sequential(...layers), y }
}

/** What the layer gives, or undefined where it does not take that. */
function given(layer: Layer, x: torch.Tensor): torch.Tensor | undefined {
  const modes = [...layer.modules()].map((module) => [module, module.training] as const)
  try {
    const y = torch.no_grad(() => layer.eval().forward(x.clone()))
    return y.shape.includes(0) ? undefined : y
  } catch {
    return undefined
  } finally {
    for (const [module, training] of modes) module.training = training
  }
}

function newLayer(x: torch.Tensor): Layer {
  const { shape } = x
  const rank = shape.length
  const bias = chance(2)
  const inplace = chance(2)
  const sides = () => (chance(2) ? between(1, 3) : ([between(1, 3), between(1, 3)] as const))
  const padding = () => (chance(2) ? 0 : ([between(0, 1), between(0, 1)] as const))
  const affine = chance(2)
  const always = [
    () => new nn.ReLU({ inplace }),
    () => new nn.LeakyReLU({ negative_slope: between(0, 9) / 10 }),
    () => new nn.Sigmoid(),
    () => new nn.Tanh(),
    () => new nn.SiLU({ inplace }),
    () => new nn.Softmax(between(-rank, rank - 1)),
    () => new nn.LogSoftmax(between(-rank, rank - 1)),
    () => new nn.Dropout(0.5),
    () => new nn.Identity(),
    () => new nn.Linear(shape[rank - 1], between(1, 6), { bias }),
    () => new nn.Flatten(between(-rank, rank - 1), between(-rank, rank - 1)),
    () => new nn.Flatten(),
  ]
  const stride = sides()
  const groups = pick([1, shape[1]])
  const images = [
    () =>
      new nn.Conv2d(shape[1], groups * between(1, 3), sides(), { stride, padding: padding(), groups, bias }),
    () => new nn.Conv2d(shape[1], between(1, 4), sides(), { padding: 'same', dilation: sides(), bias }),
    () => new nn.MaxPool2d(sides(), { stride, padding: padding(), dilation: sides() }),
    () => new nn.AvgPool2d(sides(), { stride, padding: padding(), count_include_pad: chance(2) }),
    () => new nn.AvgPool2d(sides(), { stride, padding: padding(), divisor_override: between(1, 5) }),
    () => new nn.AdaptiveAvgPool2d(1),
    () => new nn.BatchNorm2d(shape[1], { affine, bias }),
  ]
  if (rank === 4) return pick(chance(3) ? always : images)()
  return chance(4) && rank > 1 ? new nn.BatchNorm1d(shape[1], { affine, bias }) : pick(always)()
}

/** Gives batch norms running statistics and weights that matter. */
function season(model: Layer): void {
  for (const module of model.modules()) {
    if (!(module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d)) continue
    torch.no_grad(() => {
      module.running_mean?.normal_()
      module.running_var?.uniform_(0.5, 2)
      module.weight?.uniform_(0.5, 2)
      module.bias?.normal_()
    })
  }
}

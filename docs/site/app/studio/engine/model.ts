/** The models that the studio trains. */
import torch from 'softmargin'
import type { Settings } from '../protocol.ts'

/** The layers, as their expressions: the page runs them, and the exported program shows them. */
export function layersOf(
  { architecture, hidden, dropout }: Settings,
  shape: readonly number[],
  labels: number,
): string[] {
  const width = shape.reduce((product, size) => product * size, 1)
  const flat = shape.length > 1 ? ['new nn.Flatten()'] : []
  const drop = dropout > 0 ? [`new nn.Dropout(${dropout})`] : []
  if (architecture === 'linear') return [...flat, `new nn.Linear(${width}, ${labels})`]
  if (architecture === 'two-layer')
    return [
      ...flat,
      `new nn.Linear(${width}, ${hidden})`,
      'new nn.ReLU()',
      ...drop,
      `new nn.Linear(${hidden}, ${labels})`,
    ]
  const [channels = 3, height = 32] = shape
  const side = height / 4
  return [
    ...[`new nn.Conv2d(${channels}, 16, 3, { padding: 1 })`, 'new nn.ReLU()', 'new nn.MaxPool2d(2)'],
    ...[
      'new nn.Conv2d(16, 32, 3, { padding: 1 })',
      'new nn.ReLU()',
      'new nn.MaxPool2d(2)',
      'new nn.Flatten()',
    ],
    ...[
      `new nn.Linear(${32 * side * side}, ${hidden})`,
      'new nn.ReLU()',
      ...drop,
      `new nn.Linear(${hidden}, ${labels})`,
    ],
  ]
}

type Layer =
  | torch.nn.Flatten
  | torch.nn.Linear
  | torch.nn.ReLU
  | torch.nn.Dropout
  | torch.nn.MaxPool2d
  | torch.nn.Conv2d

/** One layer of an expression of {@link layersOf}; no eval, which a page may forbid. */
function layer(expression: string): Layer {
  const [, name = '', inside = ''] = /^new nn\.(\w+)\((.*)\)$/.exec(expression) ?? []
  const numbers = inside.split(',').map(Number.parseFloat)
  const [a = 0, b = 0, c = 0] = numbers
  switch (name) {
    case 'Flatten':
      return new torch.nn.Flatten()
    case 'Linear':
      return new torch.nn.Linear(a, b)
    case 'ReLU':
      return new torch.nn.ReLU()
    case 'Dropout':
      return new torch.nn.Dropout(a)
    case 'MaxPool2d':
      return new torch.nn.MaxPool2d(a)
    case 'Conv2d':
      return new torch.nn.Conv2d(a, b, c, { padding: 1 })
    default:
      throw new Error(`There is no layer ${expression}.`)
  }
}

export function modelOf(settings: Settings, shape: readonly number[], labels: number): torch.nn.Sequential {
  return new torch.nn.Sequential(...layersOf(settings, shape, labels).map(layer))
}

export function parametersOf(model: torch.nn.Module): number {
  let count = 0
  for (const parameter of model.parameters()) count += parameter.numel()
  return count
}

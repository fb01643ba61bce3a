// Never run: the shapes that a compiler knows of layers' results, and what users may write with layers.
import torch, { nn, type Tensor } from '../../ts/index.js'

/** Holds if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** The shape that the compiler knows of a tensor. */
const shape = <S extends readonly number[]>(_tensor: Tensor<S>) => ({
  is: <E extends readonly number[]>(_same: Same<S, Readonly<E>>) => {},
})

const open: Tensor = torch.zeros([2, 10])
declare const rows: Tensor<readonly [number, number]>
declare const images: Tensor<readonly [8, 3, 32, 32]>

const linear = new nn.Linear(10, 3)
shape(linear.forward(torch.zeros([2, 10]))).is<[2, 3]>(true)
shape(linear.forward(torch.zeros([10]))).is<[3]>(true)
shape(linear.forward(rows)).is<[number, 3]>(true)
shape(linear.forward(open)).is<number[]>(true)
// @ts-expect-error: 10 and 11
linear.forward(torch.zeros([2, 11]))
shape(new nn.Linear(open.dim(), 3, false).forward(torch.zeros([2, 10]))).is<[2, 3]>(true)
shape(nn.functional.linear(rows, torch.ones(4, 10))).is<[number, 4]>(true)
// @ts-expect-error: 10 and 11
nn.functional.linear(torch.zeros([2, 11]), torch.ones(4, 10))

shape(new nn.Embedding(100, 16).forward(torch.zeros([2, 5], { dtype: 'int32' }))).is<[2, 5, 16]>(true)
shape(new nn.Conv2d(3, 4, 3).forward(images)).is<[8, 4, number, number]>(true)
// @ts-expect-error: 3 channels, not 1
new nn.Conv2d(1, 4, 3).forward(images)
shape(new nn.MaxPool2d(2).forward(images)).is<[8, 3, number, number]>(true)
shape(new nn.ReLU().forward(rows)).is<[number, number]>(true)
shape(new nn.LayerNorm(10).forward(torch.zeros([2, 10]))).is<[2, 10]>(true)
shape(nn.functional.dropout(rows, 0.2)).is<[number, number]>(true)
shape(new nn.Dropout().forward(torch.zeros([2, 10]))).is<[2, 10]>(true)

// A layer of known sizes is one of any.
const any: nn.Linear = linear
// @ts-expect-error: other sizes
const other: nn.Linear<10, 4> = linear

class Gated extends nn.Module {
  first: nn.Linear = new nn.Linear(10, 4)
  second = new nn.Linear(4, 4)

  override forward(x: Tensor): Tensor {
    let h = this.first.forward(x)
    h = torch.relu(h)
    h = this.second.forward(h)
    return h.mul(x.sigmoid())
  }
}

class Scaled extends nn.Linear {
  override forward(x: Tensor): Tensor {
    return super.forward(x).mul(2)
  }
}

class Noisy extends nn.ReLU {
  override forward(x: Tensor): Tensor {
    return super.forward(x.add(0.1))
  }
}

const net = new nn.Sequential(
  linear,
  new nn.ReLU(),
  new nn.Dropout(0.1),
  new Scaled(3, 2),
  new Noisy(),
  new Gated(),
)
shape(net.forward(torch.zeros([2, 10]))).is<number[]>(true)

// What may be one of several layers takes a tensor of unknown shape.
const list = new nn.ModuleList([new nn.Linear(4, 8), new nn.Linear(8, 2)])
const mixed = [linear, new nn.Tanh(), new Scaled(3, 3), new nn.Conv2d(1, 2, 3), new nn.Embedding(3, 4)]
const activation = open.dim() > 1 ? new nn.ReLU() : new nn.GELU()
let x = open
for (const layer of list) x = layer.forward(x)
for (const layer of mixed) x = layer.forward(x)
x = activation.forward(x)

export const kept: readonly unknown[] = [any, other, x]

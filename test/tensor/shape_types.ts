// Never run: the shapes that a compiler knows, and the calls that it refuses.
import torch, { type BoolTensor, type Nested, type Tensor } from '../../ts/index.js'

/** Holds if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(_proof?: T) => {}
/** The shape that the compiler knows of a tensor. */
const shape = <S extends readonly number[]>(_tensor: Tensor<S>) => ({
  is: <E extends readonly number[]>(_same: Same<S, Readonly<E>>) => {},
})
const x = torch.zeros([2, 3])
const open: Tensor = x
declare const rows: Tensor<readonly [number, 3]>
const cube = torch.ones(2, 3, 4)

// A tensor of known shape is one of any shape, and of any sizes.
const sizes: Tensor<readonly [number, number]> = x
// @ts-expect-error: not of that shape
const wrong: Tensor<readonly [2, 4]> = x
const parameter: Tensor = new torch.nn.Parameter(x)
export const kept: readonly unknown[] = [sizes, wrong, parameter]

// Elementwise, and broadcast.
shape(x.neg()).is<[2, 3]>(true)
shape(torch.exp(x)).is<[2, 3]>(true)
shape(torch.exp(1)).is<[]>(true)
shape(x.add(1)).is<[2, 3]>(true)
shape(x.mul(torch.ones(4, 1, 3))).is<[4, 2, 3]>(true)
shape(x.div(rows)).is<[2, 3]>(true)
shape(rows.sub(rows)).is<[number, 3]>(true)
shape(torch.add(2, x)).is<[2, 3]>(true)
shape(x.add(open)).is<number[]>(true)
shape(open.add(x)).is<number[]>(true)
shape(torch.where(x.gt(0), x, 0)).is<[2, 3]>(true)
shape(torch.maximum(x, torch.ones(4, 1, 3))).is<[4, 2, 3]>(true)
shape(x.fmod(2).sin().nan_to_num().softmax(-1).cumsum(0)).is<[2, 3]>(true)
shape(torch.nn.functional.leaky_relu(x, 0.2)).is<[2, 3]>(true)
// @ts-expect-error: 3 and 4
x.add(torch.ones([2, 4]))
// @ts-expect-error: 2 and 4
torch.mul(x, torch.ones([4, 3]))

// Products.
shape(x.matmul(torch.ones(3, 5))).is<[2, 5]>(true)
shape(x.matmul(torch.ones(3))).is<[2]>(true)
shape(torch.ones(3).matmul(torch.ones(3))).is<[]>(true)
shape(torch.ones(2).matmul(x)).is<[3]>(true)
shape(torch.ones(7, 1, 2, 3).matmul(torch.ones(6, 3, 4))).is<[7, 6, 2, 4]>(true)
shape(rows.matmul(torch.ones(3, 4))).is<[number, 4]>(true)
shape(open.matmul(x)).is<number[]>(true)
shape(x.mm(torch.ones(3, 5))).is<[2, 5]>(true)
shape(torch.bmm(torch.ones(6, 2, 3), torch.ones(6, 3, 4))).is<[6, 2, 4]>(true)
shape(torch.outer(torch.ones(2), torch.ones(3))).is<[2, 3]>(true)
// @ts-expect-error: 3 and 4
x.mm(torch.zeros([4, 5]))
// @ts-expect-error: 3 and 4
x.matmul(torch.zeros([4, 5]))
// @ts-expect-error: 3 and 2
torch.matmul(x, x)

// Reductions.
shape(x.sum()).is<[]>(true)
shape(x.sum(1)).is<[2]>(true)
shape(x.sum(-2, true)).is<[1, 3]>(true)
shape(x.sum({ dim: 0, keepdim: true })).is<[1, 3]>(true)
shape(cube.mean([0, -1])).is<[3]>(true)
shape(cube.mean([0, -1], { keepdim: true })).is<[1, 3, 1]>(true)
shape(torch.sum(cube, null, true)).is<[1, 1, 1]>(true)
shape(cube.argmax(1)).is<[2, 4]>(true)
shape(cube.std(1)).is<[2, 4]>(true)
shape(cube.std(1, false, true)).is<[2, 1, 4]>(true)
shape(torch.any(x.gt(0), 0, true)).is<[1, 3]>(true)
shape(x.prod()).is<[]>(true)
shape(open.sum()).is<[]>(true)
shape(open.sum(0)).is<number[]>(true)
shape(x.sum(x.dim() - 1)).is<number[]>(true)
shape(x.softmax(1)).is<[2, 3]>(true)

// Other shapes.
shape(x.t()).is<[3, 2]>(true)
shape(cube.T).is<[4, 3, 2]>(true)
shape(torch.tril(x)).is<[2, 3]>(true)
shape(cube.transpose(0, -1)).is<[4, 3, 2]>(true)
shape(cube.permute(2, 0, 1)).is<[4, 2, 3]>(true)
shape(torch.permute(cube, [-1, 0, 1])).is<[4, 2, 3]>(true)
shape(open.permute(1, 0)).is<[number, number]>(true)
shape(open.reshape(2, -1)).is<[2, number]>(true)
shape(x.view([6])).is<[6]>(true)
shape(cube.view(cube.size(0), -1)).is<[2, number]>(true)
shape(cube.flatten()).is<[number]>(true)
shape(cube.flatten(1)).is<[2, number]>(true)
shape(torch.flatten(torch.ones(2, 1, 4), { start_dim: 1 })).is<[2, 4]>(true)
shape(x.unsqueeze(0)).is<[1, 2, 3]>(true)
shape(x.unsqueeze(-1)).is<[2, 3, 1]>(true)
shape(x.unsqueeze(1).squeeze(1)).is<[2, 3]>(true)
shape(x.unsqueeze(1).squeeze()).is<[2, 3]>(true)
shape(rows.squeeze()).is<number[]>(true)
shape(torch.cat([x, torch.ones(4, 3)])).is<[number, 3]>(true)
shape(torch.cat([x, rows], -1)).is<[2, number]>(true)
shape(torch.cat([torch.tensor([]), x])).is<[number, 3]>(true)
shape(torch.cat([x, open])).is<number[]>(true)
shape(torch.stack([x, x])).is<[2, 2, 3]>(true)
shape(torch.stack([x, x], 2)).is<[2, 3, 2]>(true)
shape(torch.stack([x, x].slice())).is<[number, 2, 3]>(true)
shape(cube.select(1, 0)).is<[2, 4]>(true)
shape(cube.at(0, 1)).is<[4]>(true)
shape(x.narrow(1, 0, 2)).is<[2, 2]>(true)

// Lists.
holds<Same<ReturnType<typeof open.tolist>, Nested>>()
const list = x.tolist()
holds<Same<typeof list, number[][]>>()
const mask = x.gt(0).tolist()
holds<Same<typeof mask, boolean[][]>>()
const finite = torch.isfinite(x).tolist()
holds<Same<typeof finite, boolean[][]>>()
const masked: BoolTensor<readonly [2, 3]> = x.eq(1)
const given = torch.zeros([2], { dtype: 'bool' }).tolist<boolean[]>()
holds<Same<typeof given, boolean[]>>()
const one: number = x.sum().tolist()
const nested = open.tolist()
holds<Same<typeof nested, Nested>>()
const asserted: number[][] = open.tolist()
// @ts-expect-error: not as deep
const flat: number[] = x.tolist()
export const lists: readonly unknown[] = [masked, one, asserted, flat]

// Rows.
const row = x[0]
holds<Same<typeof row, Tensor<readonly [3]>>>()
const element = x[1][2]
holds<Same<typeof element, number>>()
for (const each of x) holds<Same<typeof each, Tensor<readonly [3]>>>()

"""Writes promotion.json.gz: what PyTorch makes of each pair of dtypes, of scalars, and of numbers that a
dtype does not hold.


The format is that of samples.py; where torch refuses, `error` is its sentence and `output` null.
"""

import gzip
import itertools
import json
import math
import pathlib
import warnings

import torch

from samples import function_of, write

warnings.filterwarnings("ignore")
NAN, INF = math.nan, math.inf
I64, U8, BOOL, F32 = torch.int64, torch.uint8, torch.bool, torch.float32

FLOATS = torch.tensor([1.5, -2.25, 3.0])
INTEGERS = torch.tensor([1, -2, 3])
BYTES = torch.tensor([1, 2, 255], dtype=U8)
TRUTHS = torch.tensor([True, False, True])
VECTORS = [FLOATS, INTEGERS, BYTES, TRUTHS]
ZERO_DIMENSIONAL = [torch.tensor(0.5), torch.tensor(3), torch.tensor(200, dtype=U8), torch.tensor(True)]
SCALARS = [2, -1, 300, 0.5, True, False]
# Neighbours that float32 does not tell apart, and the ends of int32.
LARGE = torch.tensor([16777217, -16777217, 2147483647, -2147483648])
LARGE_TOO = torch.tensor([16777216, -16777218, 2147483646, -2147483647])
FILLS = [0.5, -0.5, -1.5, 1.7, NAN, INF, -INF, 1e20, 1e40, -1, -255, -256, 255, 255.5, 256, 300, 2147483647,
         -2147483648, 2147483648, True, False]

cases = []


def case(way, *args, **kwargs):
    """Calls it, and notes what came of it."""
    written = {"op": way.rpartition(".")[2], "dtype": "mixed", "ways": [way], "grads": [], "in_place": {},
               "output": None}
    written.update(args=[write(a) for a in args], kwargs={k: write(v) for k, v in kwargs.items()})
    copies = [a.clone() if isinstance(a, torch.Tensor) else a for a in args]
    try:
        written["output"] = write(function_of(way)(*copies, **kwargs))
    except (RuntimeError, TypeError, IndexError, ValueError) as error:
        written["error"] = str(error).split("\n")[0][:160]
    cases.append(written)


def pairs():
    tensors = VECTORS + ZERO_DIMENSIONAL
    for name, a, b in itertools.product("add sub mul div eq ne lt le gt ge".split(), tensors,
                                        tensors + SCALARS):
        case(f"Tensor.{name}", a, b)
    for name, a, b in itertools.product("add_ sub_ mul_ div_".split(), VECTORS, tensors + SCALARS):
        case(f"Tensor.{name}", a, b)
    for name, a, b, alpha in itertools.product(["add", "sub", "add_"], VECTORS, VECTORS,
                                               [2, -3, 0, 0.5, 300, True, False]):
        case(f"Tensor.{name}", a, b, alpha=alpha)
    for alpha in [2, -1, 2**31 - 1]:
        case("Tensor.add", LARGE, LARGE_TOO, alpha=alpha)
        case("Tensor.sub", LARGE[2:3], LARGE_TOO[2:3], alpha=alpha)
    for x, scalar in itertools.product(VECTORS, [1e40, 300, -1, INF, NAN, 2**31 - 1]):
        case("torch.where", TRUTHS, x, scalar)
    for condition in VECTORS:
        case("torch.where", condition, FLOATS, FLOATS)
    for a, b in itertools.product(tensors, tensors + SCALARS):
        case("torch.where", TRUTHS, a, b)
        case("torch.where", TRUTHS, b, a)
    for name in "add sub mul eq ne lt le gt ge".split():
        case(f"Tensor.{name}", LARGE, LARGE_TOO)
        case(f"Tensor.{name}", LARGE, 2)
        case(f"Tensor.{name}", LARGE, LARGE[:1])
    for name, number in itertools.product("eq lt ge".split(), [2**31, -(2**31) - 1, 2**40, INF, NAN]):
        case(f"Tensor.{name}", LARGE, number)
    for a, b in itertools.product(VECTORS, VECTORS):
        case("torch.cat", [a, b])
        case("torch.stack", [a, b])
        case("torch.matmul", a.reshape(1, 3), b.reshape(3, 1))
        case("torch.nn.functional.linear", a.reshape(1, 3), b.reshape(1, 3))
        case("torch.nn.functional.linear", a.reshape(1, 3), a.reshape(1, 3), b[:1])
        case("torch.nn.functional.mse_loss", a, b)
    case("torch.stack", ZERO_DIMENSIONAL)
    case("torch.cat", [t.reshape(1, 3) for t in VECTORS[1:]], 1)


def of_one():
    names = "neg abs exp log sqrt sigmoid tanh relu sum mean amax argmax clone".split()
    for name, x in itertools.product(names, VECTORS + ZERO_DIMENSIONAL + [LARGE, LARGE[:3], LARGE[:2]]):
        case(f"Tensor.{name}", x)
    for x in VECTORS:
        case("torch.softmax", x, 0)
        case("torch.log_softmax", x, 0)
        for name in ["gelu", "silu", "leaky_relu", "logsigmoid"]:
            case(f"torch.nn.functional.{name}", x)
    many = torch.tensor([[2**30, 2**30, -(2**30)], [1, -5, 7]])
    for dim, keepdim in itertools.product([0, 1, -1, [0, 1], []], [False, True]):
        for x in [many, many > 0, many.to(U8), many.reshape(3, 2, 1)]:
            case("Tensor.sum", x, dim, keepdim)
            case("Tensor.amax", x, dim, keepdim)
    case("Tensor.sum", many.reshape(1, 2, 3).expand(2, 2, 3), [0, 2])
    case("Tensor.sum", LARGE[:1].expand(100))
    case("Tensor.argmax", many, 0)
    case("Tensor.argmax", many, 1, True)
    case("torch.matmul", LARGE[:2].reshape(1, 2), LARGE_TOO[:2].reshape(2, 1))
    case("torch.matmul", many, many.reshape(3, 2))


def scalars():
    for x, exponent in itertools.product(VECTORS, [0, 1, 2, 3, 7, 31, 0.5, -1, True, 255, 300]):
        case("Tensor.pow", x, exponent)
    case("Tensor.pow", torch.tensor([-2, 2]), 31)
    case("Tensor.pow", torch.tensor([-2]), 31)
    bounds = [None, -1, 0, 1, 2, 0.5, INF, -INF, NAN, 300, 2**40]
    for x, low, high in itertools.product(VECTORS, bounds, bounds):
        if low is not None or high is not None:
            case("Tensor.clamp", x, low, high)
    case("Tensor.clamp", LARGE, -16777217, 16777217)
    for x, value in itertools.product(VECTORS, [*FILLS, *ZERO_DIMENSIONAL, torch.tensor(300),
                                                torch.tensor(NAN)]):
        case("Tensor.masked_fill", x, TRUTHS, value)
        case("Tensor.masked_fill_", x, TRUTHS, value)
        case("Tensor.fill_", x, value)
    for value, dtype in itertools.product(FILLS, [F32, I64, U8, BOOL]):
        case("torch.full", [2], value, dtype=dtype)
        case("torch.tensor", [value], dtype=dtype)
    edges = torch.tensor([NAN, INF, -INF, 3e9, -3e9, 300.7, -1.5, 2147483520.0, -2147483648.0, 0.0, -0.0])
    for dtype in [F32, I64, U8, BOOL]:
        for x in [edges, edges[5:], LARGE, torch.tensor([-1, 256, 300, -300]), *VECTORS]:
            case("Tensor.to", x, dtype)
        for x in VECTORS:
            case("Tensor.copy_", torch.zeros(3, dtype=dtype), x)
        case("Tensor.copy_", torch.zeros(11, dtype=dtype), edges)
        for end in [5, 300]:
            case("torch.arange", end, dtype=dtype)
        case("torch.arange", -0.5, 4.5, 1.5, dtype=dtype)
        case("torch.eye", 2, dtype=dtype)
        case("torch.ones", [2], dtype=dtype)
    images = torch.tensor([[[-5, 16777216], [-16777216, 3]]])
    for x in [images, images.to(U8), images > 0, images - 5]:
        case("torch.nn.functional.max_pool2d", x, 2)
    table = torch.arange(6).reshape(3, 2)
    for weight in [table, table.to(U8), table > 2, table.float()]:
        case("torch.nn.functional.embedding", torch.tensor([2, 0]), weight)


def main():
    pairs()
    of_one()
    scalars()
    text = '{"torch":"%s","samples":[\n%s\n]}\n' % (
        torch.__version__,
        ",\n".join(dict.fromkeys(json.dumps(c, separators=(",", ":")) for c in cases)),
    )
    path = pathlib.Path(__file__).with_name("promotion.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(cases), "cases,", len(text), "bytes,", path.stat().st_size, "compressed")


main()

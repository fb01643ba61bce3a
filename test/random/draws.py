"""The generator's numbers: each sequence starts with manual_seed(seed), then its calls run in order.

{ sequences: [ { seed, calls: [ { call, args, dtype?, data } ] } ] }
calls: rand [...shape], randn [...shape], randperm [n] (data may be only the first 20), randint [low, high,
[shape]],
bernoulli [p, [shape]] (empty(shape).bernoulli_(p)), dropout [p, [shape]] of ones,
random_int64 [] (empty((), dtype=int64).random_(), a string), Linear [in, out] (weight and bias instead of
data;
a large one has weight_sum, in float64, and the first 10 of weight).

Bits that depend on the CPU: uniform_(from, to), so Linear's weights, is fma(u, to - from, from) where torch
runs AVX2 or AVX-512
(made so here) and multiply, then add without: 1 ulp apart. randn of 16 or more uses an approximate sin and
cos: 1e-6.
"""

import torch
import torch.nn.functional as F
from torch import nn

from writing import numbers, write


def linear(i, o):
    layer = nn.Linear(i, o)
    weight = layer.weight.detach()
    if weight.numel() <= 100:
        return {"weight": numbers(weight), "bias": numbers(layer.bias)}
    return {"weight_sum": float(weight.double().sum()), "weight": numbers(weight.reshape(-1)[:10]),
            "bias": numbers(layer.bias[:10])}


functions = {
    "rand": lambda *shape: numbers(torch.rand(*shape)),
    "randn": lambda *shape: numbers(torch.randn(*shape)),
    "randperm": lambda n: numbers(torch.randperm(n)[:20]),
    "randint": lambda low, high, shape: numbers(torch.randint(low, high, tuple(shape))),
    "bernoulli": lambda p, shape: numbers(torch.empty(shape).bernoulli_(p)),
    "dropout": lambda p, shape: numbers(F.dropout(torch.ones(shape), p)),
    "random_int64": lambda: str(torch.empty((), dtype=torch.int64).random_().item()),
    "Linear": linear,
}


def sequence(seed, *calls):
    torch.manual_seed(seed)
    done = []
    for name, *args in calls:
        result = functions[name](*args)
        done.append({"call": name, "args": args, **(result if isinstance(result, dict)
                                                    else {"data": result})})
    return {"seed": seed, "calls": done}


sequences = []
for seed in (0, 42, 123456789, 2**32 - 1, 2**32 + 5):
    single = [("rand", 5), ("rand", 17), ("randn", 15), ("randn", 16), ("randn", 17), ("randn", 100),
              ("randperm", 10), ("randperm", 1000),
              ("randint", 0, 10, [20]), ("Linear", 4, 3), ("Linear", 300, 7), ("bernoulli", 0.3, [20]),
              ("dropout", 0.3, [17]), ("random_int64",)]
    sequences += [sequence(seed, call) for call in single]
    sequences.append(sequence(seed, ("randn", 3), ("randn", 3)))  # the second starts with the cached normal
    sequences.append(sequence(seed, ("rand", 3), ("randn", 5), ("randn", 20), ("randn", 1), ("randperm", 7),
                              ("rand", 2)))
# the cache outlives a large randn
sequences.append(sequence(42, ("randn", 1), ("randn", 20), ("randn", 1), ("rand", 2)))
sequences.append(sequence(42, ("rand", 700), ("rand", 2)))  # past one state of 624 words
sequences.append(sequence(42, ("randn", 2, 3), ("rand", 3, 2), ("randn", 4, 5), ("rand", 2)))
# n - 1 draws
sequences.append(sequence(42, ("randperm", 0), ("randperm", 1), ("rand", 1), ("randperm", 2), ("rand", 1)))
# 64 bits from 2^28 on
sequences.append(sequence(42, ("randint", -3, 7, [5]), ("randint", 0, 2**28 - 1, [3]),
                          ("randint", 0, 2**28, [3]), ("rand", 1)))
sequences.append(sequence(42, ("random_int64",), ("rand", 1)))
sequences.append(sequence(42, ("bernoulli", 0.5, [3]), ("rand", 1), ("dropout", 0.5, [3]), ("rand", 1),
                          ("dropout", 0.0, [3]), ("rand", 1), ("dropout", 1.0, [3]), ("rand", 1)))
write({"sequences": sequences})

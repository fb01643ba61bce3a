"""Writes streams.json and init.json: what CPU torch draws from a seed, as digests of the bits.

    venv/bin/python test/fixtures.py random/streams

Made on x86 with AVX2 or AVX-512: elsewhere torch's own normal and scaled uniform values differ in their
last bits. `bernoulli_` with a number draws from MKL on Intel processors: make these files on another one.
"""

import hashlib
import math

import torch
from torch import nn
from torch.utils.data import random_split

from writing import numbers, write

LENGTHS = [*range(18), 31, 32, 33, 100, 1000, 1023, 65537, 100003]
SEEDS = [0, 1, 42, 123456789, 2**31, 2**32 - 1, 2**32 + 5, 2**40 + 3, -1]


def digest(t):
    """The first 16 hexadecimal digits of SHA-256 over the elements' bytes; integers as int32."""
    data = t.detach().to(torch.int32 if t.dtype == torch.int64 else t.dtype).contiguous().numpy().tobytes()
    return hashlib.sha256(data).hexdigest()[:16]


# ---------------------------------------------------------------- streams.json

DRAWS = {
    "rand": lambda n: torch.rand(n),
    "randn": lambda n: torch.randn(n),
    "uniform_": lambda n, low, high: torch.empty(n).uniform_(low, high),
    "normal_": lambda n, mean, std: torch.empty(n).normal_(mean, std),
    "randint": lambda n, low, high: torch.randint(low, high, (n,)),
    "randint float32": lambda n, low, high: torch.randint(low, high, (n,), dtype=torch.float32),
    "random_": lambda n, dtype: torch.empty(n, dtype=getattr(torch, dtype)).random_(),
    "randperm": lambda n: torch.randperm(n),
    "bernoulli": lambda n: torch.bernoulli(torch.arange(n) / max(n, 1)),
    "bernoulli_": lambda n, p: torch.empty(n).bernoulli_(p),
    "normal": lambda n: torch.normal(torch.arange(n) / 8, torch.arange(n) / 4),
    "normal std": lambda n: torch.normal(torch.arange(n) / 8, 0.7),
    "normal mean": lambda n: torch.normal(-1.5, torch.arange(n) / 4),
}

RANGES = [(0, 1), (-0.3, 0.3), (-2, 3), (1, 1.0000003), (1e6, 1e6 + 0.1), (0, 1e-40), (5, 5), (-1e38, 2e38), (1000, 1000.7)]
INTEGERS = [(0, 10), (-5, 7), (0, 1), (0, 2**28 - 1), (0, 2**28), (0, 2**31 - 1), (-2**31, 2**31 - 1)]


def calls():
    """One long program: each draw goes on where the one before left off."""
    for n in LENGTHS:
        yield "randn", n
        yield "rand", n
    for n in LENGTHS[:-2]:
        yield "normal_", n, 1.5, 0.02
        for name in ("randperm", "bernoulli", "normal", "normal std", "normal mean"):
            yield name, n
        yield "bernoulli_", n, 0.3
    for n in (3, 1000):
        for low, high in RANGES:
            yield "uniform_", n, low, high
        for low, high in INTEGERS:
            yield "randint", n, low, high
        yield "randint float32", n, -2**24, 2**24
        for dtype in ("int32", "float32", "uint8", "bool"):
            yield "random_", n, dtype


def streams():
    """{ programs: [ { seed, initial_seed (a string), calls: [ [name, ...args, digest] ], state: digest of get_rng_state } ],
         states: [ { draws, state: digest } ], state: [bytes], next: [numbers] }
         splits: [ { n, lengths, generator_seed, parts: [[indices]], rand } ]
    `states` after manual_seed(-3) and so many rand(1) or randn(1); `state` and the rand(5) and randn(3) that follow it.
    """
    programs = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        done = [[name, *args, digest(DRAWS[name](*args))] for name, *args in calls()]
        programs.append({"seed": seed, "initial_seed": str(torch.initial_seed()), "calls": done, "state": digest(torch.get_rng_state())})

    states = []
    for draw in ("rand", "randn"):
        for count in (0, 1, 2, 155, 156, 623, 624, 625):
            torch.manual_seed(-3)
            for _ in range(count):
                DRAWS[draw](1)
            states.append({"draw": draw, "count": count, "state": digest(torch.get_rng_state())})

    torch.manual_seed(2**64 - 7)
    torch.rand(100), torch.randn(1)
    state = torch.get_rng_state()
    followed = {"seed": str(torch.initial_seed()), "state": numbers(state), "randn": numbers(torch.randn(3)), "rand": numbers(torch.rand(5))}
    splits = []
    for n, lengths, own in [(10, [3, 7], None), (23, [0.5, 0.3, 0.2], None), (7, [0.4, 0.4, 0.2], 42), (5, [5, 0], None), (1, [1], None)]:
        torch.manual_seed(4)
        parts = random_split(range(n), lengths, **({} if own is None else {"generator": torch.Generator().manual_seed(own)}))
        splits.append({"n": n, "lengths": lengths, "generator_seed": own, "parts": [list(part.indices) for part in parts], "rand": numbers(torch.rand(1))})
    fresh = {"seed": torch.Generator().initial_seed(), "rand": numbers(torch.rand(3, generator=torch.Generator()))}
    write("random/streams.json", {"programs": programs, "states": states, "followed": followed, "fresh": fresh, "splits": splits})


# ---------------------------------------------------------------- init.json

INITS = [
    ("uniform_", {}), ("uniform_", {"a": -2, "b": 0.5}), ("normal_", {}), ("normal_", {"mean": 3, "std": 0.02}), ("constant_", {"val": 0.3}), ("ones_", {}), ("zeros_", {}),
    ("xavier_uniform_", {}), ("xavier_uniform_", {"gain": 5 / 3}), ("xavier_normal_", {}), ("xavier_normal_", {"gain": 0.5}),
    ("kaiming_uniform_", {}), ("kaiming_uniform_", {"a": math.sqrt(5)}), ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}), ("kaiming_uniform_", {"nonlinearity": "tanh"}),
    ("kaiming_normal_", {}), ("kaiming_normal_", {"a": 0.2}), ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}), ("kaiming_normal_", {"nonlinearity": "selu"}),
    ("trunc_normal_", {}), ("trunc_normal_", {"std": 0.02}), ("trunc_normal_", {"mean": 1, "std": 2, "a": -0.5, "b": 0.5}), ("trunc_normal_", {"a": 1.5, "b": 4}), ("trunc_normal_", {"a": -0.1, "b": 0.2}),
    ("eye_", {}), ("dirac_", {}), ("dirac_", {"groups": 2}),
]
SHAPES = [[3, 5], [16, 4], [64, 33], [2, 3, 4], [8, 3, 3, 3], [4, 2, 3, 2, 3], [7], []]


def init():
    """{ cases: [ { name, options, shape, digest, rand: [numbers] (drawn afterwards) } ], orthogonal: [ { shape, gain, values } ],
         gains: [ { nonlinearity, param, gain } ] }
    Where torch says that the shape does not suit, there is no case.
    `orthogonal`: Q by float64 from torch's float32 normal values, as float32 LAPACK is off by 1e-5.
    """
    cases = []
    for name, options in INITS:
        for shape in SHAPES:
            torch.manual_seed(9)
            try:
                result = getattr(nn.init, name)(torch.empty(shape), **options)
            except ValueError:
                continue
            cases.append({"name": name, "options": options, "shape": shape, "digest": digest(result), "rand": numbers(torch.rand(1))})

    orthogonal = []
    for shape, gain in [([3, 5], 1), ([5, 3], 1), ([4, 4], 2), ([1, 1], 1), ([17, 33], 0.5), ([40, 12], 1), ([6, 2, 3], 1), ([4, 3, 3, 3], 1)]:
        torch.manual_seed(9)
        rows, columns = shape[0], math.prod(shape[1:])
        flat = torch.randn(rows, columns).double()
        q, r = torch.linalg.qr(flat.t() if rows < columns else flat)
        q = q * r.diagonal().sign()
        q = (q.t() if rows < columns else q).reshape(shape) * gain
        torch.manual_seed(9)
        torch.testing.assert_close(nn.init.orthogonal_(torch.empty(shape), gain), q.float(), rtol=1e-4, atol=1e-5)
        orthogonal.append({"shape": shape, "gain": gain, "values": numbers(q.float())})

    names = ["linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
    gains = [{"nonlinearity": name, "param": param, "gain": nn.init.calculate_gain(name, param)} for name in names for param in (None, 0.2)]
    write("nn/init.json", {"cases": cases, "orthogonal": orthogonal, "gains": gains})


if __name__ == "__main__":
    torch.set_num_threads(1)
    streams()
    init()

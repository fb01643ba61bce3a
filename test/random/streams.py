"""What CPU torch draws from a seed, as digests of the bits.

{ programs: [ { seed, initial_seed (a string), calls: [ [name, ...args, digest] ], state: digest of
  get_rng_state } ],
     states: [ { draws, state: digest } ], state: [bytes], next: [numbers] }
     splits: [ { n, lengths, generator_seed, parts: [[indices]], rand } ]
`states` after manual_seed(-3) and so many rand(1) or randn(1); `state` and the rand(5) and randn(3) that
follow it.

Made on x86 with AVX2 or AVX-512: elsewhere torch's own normal and scaled uniform values differ in their
last bits. `bernoulli_` with a number draws from MKL on Intel processors: make this file on another one.
"""

import torch
from torch.utils.data import random_split

from digest import digest
from writing import numbers, write

LENGTHS = [*range(18), 31, 32, 33, 100, 1000, 1023, 65537, 100003]
SEEDS = [0, 1, 42, 123456789, 2**31, 2**32 - 1, 2**32 + 5, 2**40 + 3, -1]

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

RANGES = [(0, 1), (-0.3, 0.3), (-2, 3), (1, 1.0000003), (1e6, 1e6 + 0.1), (0, 1e-40), (5, 5), (-1e38, 2e38),
          (1000, 1000.7)]
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


programs = []
for seed in SEEDS:
    torch.manual_seed(seed)
    done = [[name, *args, digest(DRAWS[name](*args))] for name, *args in calls()]
    programs.append({"seed": seed, "initial_seed": str(torch.initial_seed()), "calls": done,
                     "state": digest(torch.get_rng_state())})

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
followed = {"seed": str(torch.initial_seed()), "state": numbers(state), "randn": numbers(torch.randn(3)),
            "rand": numbers(torch.rand(5))}
splits = []
for n, lengths, own in [(10, [3, 7], None), (23, [0.5, 0.3, 0.2], None), (7, [0.4, 0.4, 0.2], 42),
                        (5, [5, 0], None), (1, [1], None)]:
    torch.manual_seed(4)
    parts = random_split(range(n), lengths,
                         **({} if own is None else {"generator": torch.Generator().manual_seed(own)}))
    splits.append({"n": n, "lengths": lengths, "generator_seed": own,
                   "parts": [list(part.indices) for part in parts], "rand": numbers(torch.rand(1))})
fresh = {"seed": torch.Generator().initial_seed(),
         "rand": numbers(torch.rand(3, generator=torch.Generator()))}
write({"programs": programs, "states": states, "followed": followed, "fresh": fresh, "splits": splits})

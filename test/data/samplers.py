"""The indices that samplers give, after manual_seed(seed) or by a generator, and where the streams stand afterwards.

{ samplers: [ { name, source: number of rows or list, options, generator_seed, epochs: [[index]], rand_after } ],
  loaders: [ { sampler: case of above, options, epochs: [[batch]], rand_after } ],
  splits: [ { n, lengths, parts: [[index]] } ] }
"""

import torch
from torch.utils import data

from writing import numbers, write

WEIGHTS = [0.1, 0.9, 0.4, 0.7, 3.0, 0.6, 0.0, 1.25, 0.5]


def sampler(name, *args, generator=None, **options):
    source, *rest = args
    made = range(source) if isinstance(source, int) else source
    return getattr(data, name)(made, *rest, generator=generator, **options)


def drawn(name, *args, own_generator=False, **options):
    torch.manual_seed(5)
    generator = torch.Generator().manual_seed(21) if own_generator else None
    made = sampler(name, *args, generator=generator, **options)
    epochs = [[int(i) for i in made] for _ in range(2)]
    return {"name": name, "args": list(args), "options": options, "generator_seed": 21 if own_generator else None,
            "length": len(made), "epochs": epochs, "rand_after": numbers(torch.rand(2)),
            "generator_rand_after": numbers(torch.rand(2, generator=generator)) if own_generator else None}


def loader(name, *args, own_generator=False, **options):
    torch.manual_seed(5)
    generator = torch.Generator().manual_seed(21) if own_generator else None
    order = sampler(name, *args, generator=generator)
    made = data.DataLoader(data.TensorDataset(torch.arange(9)), sampler=order, **options)
    epochs = [[batch.tolist() for batch, in made] for _ in range(2)]
    return {"name": name, "args": list(args), "options": options, "generator_seed": 21 if own_generator else None,
            "length": len(made), "epochs": epochs, "rand_after": numbers(torch.rand(2))}


def split(n, lengths):
    torch.manual_seed(6)
    return {"n": n, "lengths": lengths, "parts": [list(part.indices) for part in
                                                  data.random_split(range(n), lengths)]}


both = (False, True)
write({
    "samplers": [
        *(drawn("RandomSampler", 7, own_generator=own) for own in both),
        *(drawn("RandomSampler", 7, own_generator=own, num_samples=17) for own in both),
        *(drawn("RandomSampler", 7, own_generator=own, num_samples=3) for own in both),
        *(drawn("RandomSampler", 7, own_generator=own, num_samples=40, replacement=True) for own in both),
        drawn("RandomSampler", 7, num_samples=64, replacement=True),
        *(drawn("SubsetRandomSampler", [4, 9, 2, 7, 1], own_generator=own) for own in both),
        *(drawn("WeightedRandomSampler", WEIGHTS, 20, own_generator=own) for own in both),
        *(drawn("WeightedRandomSampler", WEIGHTS, 6, own_generator=own, replacement=False) for own in both),
        drawn("WeightedRandomSampler", WEIGHTS, 1),
        drawn("WeightedRandomSampler", [1, 2, 3], 8),
    ],
    "loaders": [
        loader("RandomSampler", 9, batch_size=4),
        loader("RandomSampler", 9, own_generator=True, batch_size=4, drop_last=True),
        loader("WeightedRandomSampler", WEIGHTS, 12, batch_size=5),
        loader("SubsetRandomSampler", [8, 1, 6], batch_size=2),
    ],
    "splits": [split(10, [7, 3]), split(11, [0.5, 0.3, 0.2]), split(5, [0.4, 0.6])],
})

"""The order in which a DataLoader visits rows, after manual_seed(seed).

{ loaders: [ { seed, generator_seed, n, options, epochs: [[batch]], rand_after, generator_rand_after } ] }

How many draws the DataLoader makes (torch/utils/data/dataloader.py and sampler.py), each epoch, with
num_workers = 0:
  iter(loader)            base_seed = empty((), int64).random_(generator=loader.generator): two 32-bit draws.
  Made even without
                          shuffle, and before the sampler's, because the batch sampler is a lazy Python
                          generator.
  first batch, shuffle    without a generator: seed = empty((), int64).random_(): two more draws from the
  default generator, of
                          which the second is the seed's low half, all that mt19937 takes; the order is
                          randperm(n) of a fresh
                          generator with this seed, which never touches the default one again.
                          with generator=g: randperm(n) of g (n - 1 draws), and once more when the epoch ends
                          (its result is unused).
A loader's constructor draws nothing. random_() on int64 is (first << 32 | second) & (2^63 - 1).
"""

import torch
from torch.utils.data import DataLoader, TensorDataset

from writing import numbers, write


def loader(n, own_generator=False, epochs=2, **options):
    """The batches of some epochs after manual_seed(7), then rand(3) to show where the generator stands."""
    torch.manual_seed(7)
    generator = torch.Generator().manual_seed(11) if own_generator else None
    batches = DataLoader(TensorDataset(torch.arange(n)), generator=generator, **options)
    order = [[batch.tolist() for batch, in batches] for _ in range(epochs)]
    return {"seed": 7, "generator_seed": 11 if own_generator else None, "n": n, "options": options,
            "epochs": order,
            "rand_after": numbers(torch.rand(3)),
            "generator_rand_after": numbers(torch.rand(3, generator=generator)) if own_generator else None}


loaders = [loader(23, batch_size=5, shuffle=True), loader(23, batch_size=5, shuffle=True, drop_last=True),
           loader(20, batch_size=5, shuffle=True),
           loader(7, batch_size=3, shuffle=False), loader(1, batch_size=3, shuffle=True),
           loader(23, True, batch_size=5, shuffle=True)]
write({"loaders": loaders})

"""Writes everyday_losses.json: the regression, class and margin losses of torch.nn.functional, in float64.

{ torch, ops: as OpTable writes it; `roles` names the keywords that further inputs are }
"""

import itertools
import warnings

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, eighths, f32, normal, positive, short

REDUCTIONS = ("none", "mean", "sum")
SHAPES = [[], [1], [3], [4], [7], [16], [17], [2, 3], [3, 17], [0, 3]]
turn = itertools.cycle(REDUCTIONS)


def reductions(shape):
    return REDUCTIONS if list(shape) in ([], [2, 3], [0, 3]) else [next(turn)]


def cases(table, name, *inputs, positional, keep=(), roles=(), **options):
    """`keep` are the positions of inputs that have no gradient."""
    def run(*given, roles, **options):
        given = [x.detach() if i in keep else x for i, x in enumerate(given)]
        named = dict(zip(roles, (w.detach() for w in given[positional:])))
        return getattr(F, name)(*given[:positional], **named, **options)

    for reduction in reductions(inputs[0].shape):
        table.case(name, run, *inputs, digits=10, roles=list(roles), reduction=reduction, **options)


def signs(*shape):
    return torch.where(torch.rand(shape) < 0.5, -1.0, 1.0).double()


def probabilities(*shape):
    return short(torch.rand(shape, dtype=torch.float64) * 0.9 + 0.05)


def regression(table):
    for shape in SHAPES:
        for name, options in [("l1_loss", {}), ("smooth_l1_loss", {}), ("smooth_l1_loss", {"beta": 0.3}),
                              ("huber_loss", {}), ("huber_loss", {"delta": 0.3})]:
            cases(table, name, normal(*shape), normal(*shape), positional=2, **options)
    for name, options in [("l1_loss", {}), ("smooth_l1_loss", {"beta": 0.0}), ("smooth_l1_loss", {"beta": 2.5}),
                          ("huber_loss", {"delta": 2.5})]:
        # With equal elements, and differences on the bound.
        cases(table, name, eighths(4, 9), eighths(4, 9), positional=2, **options)
        for a, b in [([2, 3], [3]), ([3], [2, 3]), ([2, 1, 3], [4, 1])]:
            cases(table, name, eighths(*a), eighths(*b), positional=2, **options)
        ends = f32([INF, -INF, INF, NAN, 1, 0, 1e30, 1e-45])
        cases(table, name, ends, f32([1, INF, INF, 0, NAN, -0.0, -1e30, 0]), positional=2, keep=(1,),
              **options)
    for name in ("l1_loss", "huber_loss"):
        cases(table, name, normal(2, 3), normal(2, 3), positive(2, 3), positional=2, roles=["weight"])


def distributions(table):
    for shape in [[4], [2, 3], [3, 17], [0, 3]]:
        cases(table, "kl_div", normal(*shape), probabilities(*shape), positional=2)
        cases(table, "kl_div", normal(*shape), normal(*shape), positional=2, log_target=True)
        for options in ({}, {"log_input": False}, {"full": True}, {"log_input": False, "full": True}):
            cases(table, "poisson_nll_loss", positive(*shape), positive(*shape) * 2, positional=2, **options)
        for options in ({}, {"full": True}, {"eps": 0.5}):
            cases(table, "gaussian_nll_loss", normal(*shape), normal(*shape), positive(*shape), positional=3,
                  **options)
    cases(table, "kl_div", normal(3), f32([0, 0.5, 0.5]), positional=2, keep=(1,))
    for variance in ([2, 1], [2], [1, 3]):
        cases(table, "gaussian_nll_loss", normal(2, 3), normal(2, 3), positive(*variance), positional=3)


def classes(table):
    for n, c in [(1, 1), (2, 3), (3, 4), (4, 17), (0, 3)]:
        target = torch.randint(0, c, (n,))
        cases(table, "nll_loss", normal(n, c), target, positional=2)
        cases(table, "nll_loss", normal(n, c), target, positive(c), positional=2, roles=["weight"])
        if n:
            for p in (1, 2):
                cases(table, "multi_margin_loss", normal(n, c), target, positional=2, p=p)
                cases(table, "multi_margin_loss", normal(n, c), target, positive(c), positional=2,
                      roles=["weight"], p=p, margin=0.4)
    for one in (torch.tensor(3), torch.tensor([1])):
        cases(table, "multi_margin_loss", normal(5), one, positional=2)
    cases(table, "nll_loss", normal(5), torch.tensor(3), positional=2)
    cases(table, "nll_loss", normal(2, 3, 4), torch.randint(0, 3, (2, 4)), positional=2)
    cases(table, "nll_loss", normal(2, 3, 2, 3), torch.randint(0, 3, (2, 2, 3)), positive(3), positional=2,
          roles=["weight"])
    cases(table, "nll_loss", normal(4, 3), torch.tensor([0, -100, 2, -100]), positional=2)
    cases(table, "nll_loss", normal(4, 3), torch.tensor([0, 1, 2, 1]), positional=2, ignore_index=1)
    cases(table, "nll_loss", normal(2, 3), torch.tensor([-100, -100]), positional=2)


def margins(table):
    for shape in SHAPES:
        cases(table, "soft_margin_loss", normal(*shape, scale=4), signs(*shape), positional=2, keep=(1,))
        cases(table, "hinge_embedding_loss", normal(*shape), signs(*shape), positional=2, keep=(1,), margin=0.7)
        cases(table, "margin_ranking_loss", normal(*shape), normal(*shape), signs(*shape), positional=3,
              keep=(2,), margin=0.3)
    cases(table, "soft_margin_loss", f32([80, -80, NAN, 0]), f32([1, 1, 1, -1]), positional=2,
          keep=(1,))
    for n, d in [(2, 3), (4, 17)]:
        cases(table, "cosine_embedding_loss", normal(n, d), normal(n, d), signs(n), positional=3, keep=(2,),
              margin=0.2)
        for options in ({}, {"swap": True}, {"p": 1}, {"p": 3, "margin": 0.5}, {"eps": 0.1}):
            cases(table, "triplet_margin_loss", normal(n, d), normal(n, d), normal(n, d), positional=3, **options)
    cases(table, "cosine_embedding_loss", normal(5), normal(5), signs(), positional=3, keep=(2,))


def main():
    torch.set_num_threads(1)
    torch.manual_seed(15)
    warnings.filterwarnings("ignore")
    table = OpTable()
    for part in (regression, distributions, classes, margins):
        part(table)
    table.write()


main()

"""Weights, smoothing and missing targets: the bits of JavaScript, for any partitioning and in batches."""

import math

import numpy as np
import pytest
from saved import FOLDER, digest, missing, rows, values

from softmargin import model, optim
from softmargin.batches import Batches
from softmargin.loss import MultiLabelSoftMarginLoss
from softmargin.training import Alone, Minibatches, Objective, train
from softmargin.wasm import kernels

LOSSES = values("losses.json")
ARCHITECTURE = values("model.json")["mlp"]["architecture"]
WEIGHTS = {"weight": (np.arange(11) + 1) / 8, "pos_weight": 1 + np.arange(11) / 4}
OPTIONS = {
    "weight": {"weight": WEIGHTS["weight"]},
    "pos_weight": {"pos_weight": WEIGHTS["pos_weight"]},
    "label_smoothing": {"label_smoothing": 0.125},
    "ignore_index": {"ignore_index": -1},
    "nan": {"ignore_index": math.nan},
    "all": {**WEIGHTS, "label_smoothing": 0.125, "ignore_index": -1},
}


def loaded():
    return model.load(FOLDER / "mlp.pt", ARCHITECTURE)


def targets(options, n=4096):
    _, y = rows()
    y = y[:n].astype("f4")
    if "ignore_index" in options:
        y[missing()[:n]] = options["ignore_index"]
    return y


def objective_of(x, y, is_exact=False, **options):
    objective = Objective(loaded(), kernels(), is_exact, MultiLabelSoftMarginLoss(**options))
    kept = objective.rows()
    kept.add(x, y)
    kept.finish()
    return objective, kept


def total_of(x, y, is_exact=False, parts=1, **options):
    made = [objective_of(x[at], y[at], is_exact, **options) for at in np.array_split(np.arange(len(x)), parts)]
    if not is_exact:
        return made[0][0].result(sum(objective.partial(kept) for objective, kept in made))
    maxima = np.max([objective.maxima(kept) for objective, kept in made], axis=0)
    return made[0][0].exact_result(sum(objective.exact_partial(kept, maxima) for objective, kept in made), maxima)


@pytest.mark.parametrize("run", OPTIONS)
def test_loss_and_gradients_have_the_bits_of_node(run):
    options, expected = OPTIONS[run], LOSSES[run]
    x, y = rows()[0][:4096], targets(options)
    objective, kept = objective_of(x, y, **options)
    total = objective.partial(kept)
    assert np.float32(total[-2]) == np.float32(expected["sum"])
    assert np.float32(objective.result(total)[0]) == pytest.approx(expected["mean"], rel=1e-7)
    at = 0
    for key, value in loaded().state_dict().items():
        assert digest(total[at : at + value.size]) == expected["gradients"][key], key
        at += value.size


@pytest.mark.parametrize("run", OPTIONS)
def test_exact_sums_are_the_same_for_any_partitioning(run):
    options = OPTIONS[run]
    x, y = rows()[0][:1500], targets(options, 1500)
    plain = total_of(x, y, **options)
    found = [total_of(x, y, True, parts, **options) for parts in (1, 3, 8)]
    assert all(loss == found[0][0] and np.array_equal(gradient, found[0][1]) for loss, gradient in found)
    assert found[0][0] == pytest.approx(plain[0], rel=1e-6)
    np.testing.assert_allclose(found[0][1], plain[1], rtol=0, atol=2e-6 * np.abs(plain[1]).max())


def test_a_number_as_weight_is_that_of_all_labels():
    x, y = rows()[0][:100], targets({}, 100)
    loss, gradient = total_of(x, y, weight=2, pos_weight=3)
    each = total_of(x, y, weight=[2] * 11, pos_weight=np.full(11, 3.0))
    assert loss == each[0] and np.array_equal(gradient, each[1])


def test_rows_without_any_known_target_cost_nothing_and_do_not_count():
    x, y = rows()[0][:50], targets({}, 50)
    y[20:] = -1
    loss, gradient = total_of(x, y, ignore_index=-1)
    few = total_of(x[:20], y[:20])
    assert loss == pytest.approx(few[0], rel=1e-6)
    np.testing.assert_allclose(gradient, few[1], rtol=1e-4, atol=1e-8)
    for is_exact in (False, True):
        loss, gradient = total_of(x[20:], y[20:], is_exact, ignore_index=-1)
        assert loss == 0 and not gradient.any()
        objective, kept = objective_of(x[20:], y[20:], is_exact, ignore_index=-1)
        assert train(objective, kept, optim.optimizer("lbfgs"), 3) == [0, 0]
        assert np.array_equal(objective.model.flat(), loaded().flat())


@pytest.mark.parametrize(
    "options, error, sentence",
    [
        ({"weight": [1, 2]}, ValueError, r"weight must be a number or 11 numbers, one for each label, but has shape \[2\]"),
        ({"weight": np.ones((5, 11))}, ValueError, r"but has shape \[5, 11\]"),
        ({"weight": "heavy"}, TypeError, "weight must be a number or 11 numbers, but got 'heavy'"),
        ({"weight": [[1], [1, 2]]}, TypeError, "weight must be a number or 11 numbers"),
        ({"weight": [None] * 11}, TypeError, "weight must be a number or 11 numbers"),
        ({"pos_weight": math.nan}, ValueError, "pos_weight must be finite"),
        ({"pos_weight": [1e39] * 11}, ValueError, "pos_weight must be finite numbers of float32"),
        ({"label_smoothing": 1.5}, ValueError, "label_smoothing must be between 0.0 and 1.0, but got 1.5"),
        ({"label_smoothing": math.nan}, ValueError, "label_smoothing must be between"),
        ({"label_smoothing": "much"}, TypeError, "label_smoothing must be a number, but got str"),
        ({"ignore_index": math.inf}, ValueError, "ignore_index must be a finite number, NaN or None, but got inf"),
        ({"ignore_index": 1e39}, ValueError, "ignore_index must be a finite number"),
        ({"ignore_index": "none"}, TypeError, "ignore_index must be a number or None, but got str"),
    ],
)
def test_options_that_are_wrong(options, error, sentence):
    with pytest.raises(error, match=sentence):
        MultiLabelSoftMarginLoss(**options).weights(11)


def test_other_targets_are_still_refused():
    x, y = rows()[0][:3], targets({}, 3)
    y[1, 4] = -2
    with pytest.raises(ValueError, match="targets must be from 0 to 1, but row 1 has -2.0 for label 4"):
        objective_of(x, y, ignore_index=-1)
    y[1, 4] = math.nan
    with pytest.raises(ValueError, match="row 1 has nan"):
        objective_of(x, y, ignore_index=-1)


def batches_of(x, y, size, drop_last=False, seed=0):
    _, kept = objective_of(x, y)
    return Batches(kept, size, seed, drop_last, Alone())


def test_batches_are_all_rows_once_in_each_epoch():
    x, y = rows()[0][:1000], targets({}, 1000)
    made = batches_of(x, y, 64)
    for epoch in range(2):
        steps = [made.of_step(16 * epoch + i) for i in range(16)]
        assert [len(each) for each in steps] == [64] * 15 + [40]
        assert sorted(np.concatenate(steps).tolist()) == list(range(1000))
    assert not np.array_equal(made.of_step(0), made.of_step(16))
    assert not np.array_equal(made.of_step(0), batches_of(x, y, 64, seed=1).of_step(0))
    assert [len(batches_of(x, y, 64, drop_last=True).of_step(i)) for i in (0, 14, 15)] == [64, 64, 64]
    assert [len(batches_of(x, y, size).of_step(0)) for size in (1, 1000, 5000)] == [1, 1000, 1000]


def test_batches_are_those_of_the_rows_whatever_their_order():
    x, y = rows()[0][:1000], targets({}, 1000)
    order = np.random.default_rng(0).permutation(1000)
    one, other = batches_of(x, y, 100), batches_of(x[order], y[order], 100)
    for step in (0, 3, 9, 10, 25):
        assert np.array_equal(one.of_step(step), np.sort(order[other.of_step(step)]))


def test_equal_rows_are_in_one_batch():
    x, y = np.repeat(rows()[0][:1], 10, 0), targets({}, 1).repeat(10, 0)
    made = batches_of(x, y, 4)
    assert [len(made.of_step(i)) for i in range(3)] == [10, 0, 0]


@pytest.mark.parametrize("is_exact", [False, True])
def test_steps_over_batches_are_those_over_their_rows(is_exact):
    x, y = rows()[0][:600], targets(OPTIONS["all"], 600)
    objective, kept = objective_of(x, y, is_exact, **OPTIONS["all"])
    losses = train(objective, kept, optim.Adam(lr=0.01), 7, minibatches=Minibatches(128, seed=3))
    alone = optim.Adam(lr=0.01)
    made, flat = Batches(kept, 128, 3, False, Alone()), loaded().flat()
    for step in range(7):
        at = made.of_step(step)
        other, part = objective_of(x[at], y[at], is_exact, **OPTIONS["all"])
        other.load(flat)

        def evaluate(place):
            other.load(place)
            if is_exact:
                maxima = other.maxima(part)
                return other.exact_result(other.exact_partial(part, maxima), maxima)
            return other.result(other.partial(part))

        flat, loss = alone.step(kernels(), flat, evaluate)
        assert loss == losses[step]
    assert np.array_equal(flat, objective.model.flat())
    whole = total_of(x, y, **OPTIONS["all"])[0]
    assert len(losses) == 8 and losses[-1] < whole


def test_a_batch_without_known_targets_changes_nothing():
    x, y = rows()[0][:40], np.full((40, 11), -1.0, "f4")
    objective, kept = objective_of(x, y, ignore_index=-1)
    losses = train(objective, kept, optim.Adam(), 5, minibatches=Minibatches(16))
    assert losses == [0] * 6 and np.array_equal(objective.model.flat(), loaded().flat())


@pytest.mark.parametrize(
    "given, error, sentence",
    [
        ((0,), ValueError, "batch_size must be at least 1, but got 0"),
        ((1.5,), TypeError, "batch_size must be a whole number, but got 1.5"),
        ((True,), TypeError, "batch_size must be a whole number"),
        ((4, -1), ValueError, "seed must be at least 0"),
        ((4, 2**70), ValueError, "seed must be at least 0"),
    ],
)
def test_batches_that_are_wrong(given, error, sentence):
    with pytest.raises(error, match=sentence):
        Minibatches(*given)

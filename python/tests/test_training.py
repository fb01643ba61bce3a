"""Loss, gradient and steps: the bits of JavaScript, the values of torch, and the same bits for any partitioning."""

import numpy as np
import pytest
from saved import WRITTEN, digest, loaded, rows, values

from softmargin import model, optim
from softmargin.layers import Activation, Linear
from softmargin.training import Objective, train
from softmargin.wasm import Kernels, kernels

STEPS = values("steps.json")
MODELS = ["linear", "mlp", "deep"]


def objective_of(tagger, x, y, is_exact=False, sizes=(), k=None):
    objective = Objective(tagger, k or kernels(), is_exact)
    kept = objective.rows()
    for part in np.split(np.arange(len(x)), np.cumsum(sizes)):
        kept.add(x[part], y[part])
    kept.finish()
    return objective, kept


def split(tagger, flat):
    at, parts = 0, {}
    for name, value in tagger.state_dict().items():
        parts[name] = flat[at : at + value.size].reshape(value.shape)
        at += value.size
    return parts


@pytest.mark.parametrize("name", MODELS)
def test_gradients_have_the_bits_of_node(name):
    x, y = (each[:4096] for each in rows())
    tagger = loaded(name)
    total = objective_of(tagger, x, y)
    total = total[0].partial(total[1])
    assert total[-1] == 4096 and np.float32(total[-2]) == np.float32(WRITTEN[name]["loss"])
    for key, gradient in split(tagger, total[:-2]).items():
        assert digest(gradient) == WRITTEN[name]["gradients"][key], key


@pytest.mark.parametrize("name", MODELS)
def test_partials_do_not_depend_on_the_batches_that_rows_come_in(name):
    x, y = rows()
    one, other = (objective_of(loaded(name), x, y, sizes=sizes) for sizes in [(), (1, 0, 998, 3001)])
    assert np.array_equal(one[0].partial(one[1]), other[0].partial(other[1]))


@pytest.mark.parametrize("name", MODELS)
def test_exact_sums_are_the_same_for_any_partitioning(name):
    x, y = (each[:2500] for each in rows())
    rng = np.random.default_rng(0)
    results = []
    for parts, order in [(1, np.arange(2500)), (3, np.arange(2500)), (8, rng.permutation(2500)), (2500 // 2, rng.permutation(2500)[:2500])]:
        if parts > 8:
            parts, order = 5, order[::-1]
        pieces = np.array_split(order, parts) + [order[:0], order[:0]]
        made = [objective_of(loaded(name), x[piece], y[piece], True) for piece in pieces]
        maxima = np.max([objective.maxima(kept) for objective, kept in made], axis=0)
        total = sum(objective.exact_partial(kept, maxima) for objective, kept in made)
        loss, gradient = made[0][0].exact_result(total, maxima)
        results.append((loss, gradient.tobytes()))
    assert len(set(results)) == 1
    plain, kept = objective_of(loaded(name), x, y)
    loss, gradient = plain.result(plain.partial(kept))
    assert results[0][0] == pytest.approx(loss, rel=1e-7)
    np.testing.assert_allclose(np.frombuffer(results[0][1]), gradient, rtol=0, atol=2e-6 * np.abs(gradient).max())


def test_exact_sums_with_single_rows():
    x, y = (each[:6] for each in rows())
    made = [objective_of(loaded("mlp"), x[[i]], y[[i]], True) for i in range(6)]
    whole = objective_of(loaded("mlp"), x, y, True)
    maxima = np.max([objective.maxima(kept) for objective, kept in made], axis=0)
    assert np.array_equal(maxima, whole[0].maxima(whole[1]))
    total = sum(objective.exact_partial(kept, maxima) for objective, kept in made)
    assert np.array_equal(total, whole[0].exact_partial(whole[1], maxima))


def small():
    start = {name: np.float32(value) for name, value in STEPS["start"].items()}
    first = Linear("0", start["0.weight"], start["0.bias"])
    last = Linear("2", start["2.weight"], start["2.bias"])
    return model.Model([first, Activation("1", 5, "Tanh"), last])


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize(
    "run, make, steps",
    [
        ("adam", lambda: optim.Adam(lr=0.05, weight_decay=0.01), 20),
        ("amsgrad", lambda: optim.Adam(lr=0.05, amsgrad=True), 20),
        ("adamw", lambda: optim.AdamW(lr=0.05, betas=(0.8, 0.99)), 20),
        ("lbfgs", lambda: optim.LBFGS(lr=0.5, max_iter=4), 4),
        ("strong_wolfe", lambda: optim.LBFGS(max_iter=4, line_search_fn="strong_wolfe"), 3),
        ("short_history", lambda: optim.LBFGS(max_iter=6, history_size=2, line_search_fn="strong_wolfe"), 2),
    ],
)
def test_steps_are_those_of_torch(run, make, steps, is_exact):
    x, y = np.float32(STEPS["x"]), np.float32(STEPS["y"])
    objective, kept = objective_of(small(), x, y, is_exact)
    losses = train(objective, kept, make(), steps)
    expected = STEPS["runs"][run]
    assert len(losses) == steps + 1 and losses[-1] < losses[-2]
    np.testing.assert_allclose(losses[:-1], expected["losses"], rtol=2e-5)
    np.testing.assert_allclose(objective.model.flat(), expected["parameters"], rtol=1e-3, atol=2e-4)


@pytest.mark.parametrize("make", [lambda: optim.Adam(lr=0.05), lambda: optim.optimizer("lbfgs", max_iter=3)])
def test_steps_continue_from_a_state(make):
    x, y = np.float32(STEPS["x"]), np.float32(STEPS["y"])
    whole, kept = objective_of(small(), x, y)
    losses = train(whole, kept, make(), 6)
    first, kept = objective_of(small(), x, y)
    optimizer, saved = make(), []
    train(first, kept, optimizer, 3, after_step=lambda flat, losses: saved.append((flat, optimizer.state(), losses[:])))
    second, kept = objective_of(small(), x, y, k=Kernels())
    flat, state, so_far = saved[-1]
    optimizer = make()
    optimizer.load_state(state)
    assert train(second, kept, optimizer, 6, continued=(flat, so_far)) == losses
    assert np.array_equal(second.model.flat(), whole.model.flat())


def test_what_cannot_be_trained():
    linear = loaded("linear")
    objective, kept = objective_of(linear, np.empty((0, 37), "f4"), np.empty((0, 11), "f4"))
    with pytest.raises(ValueError, match="fit: there are no rows"):
        train(objective, kept, optim.Adam(), 1)
    with pytest.raises(ValueError, match="targets must be from 0 to 1, but row 1 has 2.0 for label 0"):
        objective.rows().add(np.zeros((2, 37)), np.array([[0.0] * 11, [2.0] + [0.0] * 10]))
    with pytest.raises(ValueError, match="targets must be from 0 to 1, but row 0 has nan"):
        objective.rows().add(np.zeros((1, 37)), np.full((1, 11), np.nan))
    with pytest.raises(ValueError, match="must have as many rows, but have 2 and 1"):
        objective.rows().add(np.zeros((2, 37)), np.zeros((1, 11)))
    for is_exact in (False, True):
        for make in (optim.Adam, lambda: optim.optimizer("lbfgs")):
            objective, kept = objective_of(linear, np.full((2, 37), np.nan), np.zeros((2, 11)), is_exact)
            with pytest.raises(ValueError, match="not finite"):
                train(objective, kept, make(), 1)
    with pytest.raises(ValueError, match="one of adam, adamw, lbfgs, but got 'sgd'"):
        optim.optimizer("sgd")
    with pytest.raises(TypeError, match="an optimizer of softmargin.optim, but got int"):
        optim.optimizer(3)

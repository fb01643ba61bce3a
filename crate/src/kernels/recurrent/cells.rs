//! One step of a recurrent cell, after the products with its weights, and its gradient.
//!
//! With `x` the projected input and `h W` the projected state, biases included:
//!
//! ```text
//! LSTM: [i f o] = sigmoid(x + h W), g = tanh(x + h W);  c' = f c + i g,  h' = o tanh(c')
//! GRU:  [r z] = sigmoid(x + h W), n = tanh(x + r (h W));  h' = n + z (h - n)
//! RNN:  h' = tanh(x + h W), or relu
//! ```
//!
//! Sources: Hochreiter & Schmidhuber 1997; Cho et al. 2014, in the form of torch.nn.GRU; torch.nn.LSTM for the order of gates.

use crate::math;
use crate::simd::{load_partial, store_partial, F32x4, LANES};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    Lstm,
    Gru,
    Tanh,
    Relu,
}

impl Cell {
    /// Vectors of the projections, each as long as the state.
    pub fn gates(self) -> usize {
        match self {
            Cell::Lstm => 4,
            Cell::Gru => 3,
            Cell::Tanh | Cell::Relu => 1,
        }
    }
    /// Further vectors that the forward pass keeps: of an LSTM the cell before the step and the tanh of that after it,
    /// of a GRU `h W` of the new gate.
    pub fn kept(self) -> usize {
        match self {
            Cell::Lstm => 2,
            Cell::Gru => 1,
            Cell::Tanh | Cell::Relu => 0,
        }
    }
}

/// What a step changes for one sample.
pub struct Row<'a> {
    /// `h W`, replaced by the gates.
    pub gates: &'a mut [f32],
    pub kept: &'a mut [f32],
    pub h: &'a mut [f32],
    /// Of an LSTM.
    pub c: &'a mut [f32],
}

/// Runs the step of one sample, given its projected input.
pub fn forward(cell: Cell, x: &[f32], row: Row) {
    match cell {
        Cell::Lstm => lstm(x, row),
        Cell::Gru => gru(x, row),
        Cell::Tanh => plain(x, row, math::tanh()),
        Cell::Relu => {
            let zero = F32x4::splat(0.0);
            plain(x, row, move |x| x.pmax(zero));
        }
    }
}

// One function of a gate at a time: with the constants of several, V8 runs out of registers.
fn lstm(x: &[f32], Row { gates, kept, h, c }: Row) {
    let tanh = math::tanh();
    let size = h.len();
    let [first, third, all] = [2 * size, 3 * size, 4 * size];
    sigmoid(&x[..first], &mut gates[..first]);
    activate(&x[first..third], &mut gates[first..third], math::tanh());
    sigmoid(&x[third..all], &mut gates[third..all]);
    for j in (0..size).step_by(LANES) {
        let [i, f, g, o] = [0, 1, 2, 3].map(|k| at(gates, k, size, j));
        let before = at(c, 0, size, j);
        let after = f * before + i * g;
        let bounded = tanh(after);
        put(before, kept, 0, size, j);
        put(bounded, kept, 1, size, j);
        put(after, c, 0, size, j);
        put(o * bounded, h, 0, size, j);
    }
}

fn gru(x: &[f32], Row { gates, kept, h, .. }: Row) {
    let tanh = math::tanh();
    let size = h.len();
    sigmoid(&x[..2 * size], &mut gates[..2 * size]);
    for j in (0..size).step_by(LANES) {
        let [r, z, projected] = [0, 1, 2].map(|k| at(gates, k, size, j));
        let n = tanh(at(x, 2, size, j) + r * projected);
        put(n, gates, 2, size, j);
        put(projected, kept, 0, size, j);
        put(n + z * (at(h, 0, size, j) - n), h, 0, size, j);
    }
}

fn plain(x: &[f32], Row { gates, h, .. }: Row, activation: impl Fn(F32x4) -> F32x4) {
    activate(x, gates, activation);
    h.copy_from_slice(gates);
}

// Not inlined: of an LSTM it is called for two parts.
#[inline(never)]
fn sigmoid(x: &[f32], gates: &mut [f32]) {
    activate(x, gates, math::sigmoid());
}

/// `gates = activation(x + gates)`
#[inline(always)]
fn activate(x: &[f32], gates: &mut [f32], activation: impl Fn(F32x4) -> F32x4) {
    let size = gates.len();
    for j in (0..size).step_by(LANES) {
        put(activation(at(x, 0, size, j) + at(gates, 0, size, j)), gates, 0, size, j);
    }
}

/// What a step backwards reads for one sample.
#[derive(Clone, Copy)]
pub struct Saved<'a> {
    pub gates: &'a [f32],
    pub kept: &'a [f32],
    /// The state before the step.
    pub previous: &'a [f32],
    /// The gradient of the step's output, if there is one.
    pub upstream: Option<&'a [f32]>,
}

/// What a step backwards changes for one sample.
pub struct Gradients<'a> {
    /// Of the projected input.
    pub x: &'a mut [f32],
    /// Of the projected state, where it is another one: of a GRU.
    pub projected: &'a mut [f32],
    /// Of the state after the step; replaced by the part of that before it which does not come through `h W`.
    pub h: &'a mut [f32],
    /// Of the cell, of an LSTM.
    pub c: &'a mut [f32],
}

/// Runs the step of one sample backwards.
pub fn backward(cell: Cell, saved: Saved, gradients: Gradients) {
    match cell {
        Cell::Lstm => lstm_backward(saved, gradients),
        Cell::Gru => gru_backward(saved, gradients),
        Cell::Tanh => plain_backward(saved, gradients, |y, up| up * slope_of_tanh(y)),
        Cell::Relu => {
            let zero = F32x4::splat(0.0);
            plain_backward(saved, gradients, move |y, up| up & zero.lt(y));
        }
    }
}

#[inline(always)]
fn slope_of_sigmoid(y: F32x4) -> F32x4 {
    y * (F32x4::splat(1.0) - y)
}

#[inline(always)]
fn slope_of_tanh(y: F32x4) -> F32x4 {
    F32x4::splat(1.0) - y * y
}

/// The gradient of the state after the step.
#[inline(always)]
fn total(h: &[f32], upstream: Option<&[f32]>, j: usize) -> F32x4 {
    let own = at(h, 0, h.len(), j);
    match upstream {
        Some(upstream) => own + at(upstream, 0, h.len(), j),
        None => own,
    }
}

/// `d o = dh tanh(c'), dc' += dh o (1 - tanh²(c'));  [di df dg dc] = dc' [g c i f]`.
fn lstm_backward(saved: Saved, gradients: Gradients) {
    let Saved { gates, kept, upstream, .. } = saved;
    let Gradients { x, h, c, .. } = gradients;
    let size = h.len();
    for j in (0..size).step_by(LANES) {
        let up = total(h, upstream, j);
        let [i, f, g, o] = [0, 1, 2, 3].map(|k| at(gates, k, size, j));
        let (before, bounded) = (at(kept, 0, size, j), at(kept, 1, size, j));
        let cell = at(c, 0, size, j) + up * o * slope_of_tanh(bounded);
        let through = [
            cell * g * slope_of_sigmoid(i),
            cell * before * slope_of_sigmoid(f),
            cell * i * slope_of_tanh(g),
            up * bounded * slope_of_sigmoid(o),
        ];
        for (k, value) in through.into_iter().enumerate() {
            put(value, x, k, size, j);
        }
        put(cell * f, c, 0, size, j);
    }
}

/// `dn = dh (1 - z), dz = dh (h - n);  dr = dn' (h W), d(h W) = dn' r, dh z` with `dn'` before the tanh.
fn gru_backward(saved: Saved, gradients: Gradients) {
    let Saved { gates, kept, previous, upstream } = saved;
    let Gradients { x, projected, h, .. } = gradients;
    let (size, one) = (h.len(), F32x4::splat(1.0));
    for j in (0..size).step_by(LANES) {
        let up = total(h, upstream, j);
        let [r, z, n] = [0, 1, 2].map(|k| at(gates, k, size, j));
        let new = up * (one - z) * slope_of_tanh(n);
        let reset = new * at(kept, 0, size, j) * slope_of_sigmoid(r);
        let update = up * (at(previous, 0, size, j) - n) * slope_of_sigmoid(z);
        for (k, value) in [reset, update, new].into_iter().enumerate() {
            put(value, x, k, size, j);
        }
        for (k, value) in [reset, update, new * r].into_iter().enumerate() {
            put(value, projected, k, size, j);
        }
        put(up * z, h, 0, size, j);
    }
}

fn plain_backward(saved: Saved, gradients: Gradients, slope: impl Fn(F32x4, F32x4) -> F32x4) {
    let Gradients { x, h, .. } = gradients;
    for j in (0..h.len()).step_by(LANES) {
        let value = slope(at(saved.gates, 0, h.len(), j), total(h, saved.upstream, j));
        put(value, x, 0, h.len(), j);
    }
}

/// Elements from `j` on of the vector number `k`, each of `size`.
#[inline(always)]
fn at(vectors: &[f32], k: usize, size: usize, j: usize) -> F32x4 {
    let rest = &vectors[k * size + j..(k + 1) * size];
    match rest.first_chunk() {
        Some(lanes) => F32x4::load(lanes),
        None => load_partial(rest, 0.0),
    }
}

/// Writes them.
#[inline(always)]
fn put(value: F32x4, vectors: &mut [f32], k: usize, size: usize, j: usize) {
    let rest = &mut vectors[k * size + j..(k + 1) * size];
    match rest.first_chunk_mut() {
        Some(lanes) => value.store(lanes),
        None => store_partial(value, rest),
    }
}

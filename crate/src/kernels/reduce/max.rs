//! Maxima, of whole slices and along one axis of `[outer, axis, inner]`.

use super::axis::Axis;
use super::order::{is_better, Element};
use super::strips::{strips, STRIP};
use crate::kernels::elementwise::rows::{combine, map, map_in_place, zip};
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{load_block, load_partial, F32x4, BLOCK, LANES};

/// Elements of a row whose maximum is found before its place is looked for.
const SPAN: usize = 1024;
const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);

/// The greatest element, ignoring NaN; -inf if there is none.
pub fn maximum(x: &[f32]) -> f32 {
    let (blocks, rest) = x.as_chunks::<BLOCK>();
    let mut most = [F32x4::splat(f32::NEG_INFINITY); 4];
    for block in blocks {
        let x = load_block(block);
        most = std::array::from_fn(|i| most[i].pmax(x[i]));
    }
    let [a, b, c, d] = most;
    let most = (a.pmax(b)).pmax(c.pmax(d));
    let last = |most: F32x4, x| most.pmax(load_partial(x, f32::NEG_INFINITY));
    let most = rest.chunks(LANES).fold(most, last);
    most.to_array().into_iter().fold(f32::NEG_INFINITY, |most, x| if most < x { x } else { most })
}

/// `out[outer][inner] = max x[outer][·][inner]`, or the least, NaN if any is; the axis must not be empty.
pub fn max_axis<T: Element>(x: &[T], out: &mut [T], least: bool, dims: Axis) {
    if dims.inner == 1 {
        each_row(x, out, dims, |row| row[extreme(row, least)]);
    } else if least {
        max_columns::<T, true>(x, out, dims);
    } else {
        max_columns::<T, false>(x, out, dims);
    }
}

/// `out[i] = f(row i)`, on all threads.
fn each_row<T: Sync, R: Send>(x: &[T], out: &mut [R], dims: Axis, f: impl Fn(&[T]) -> R + Sync) {
    let rows = items_per_job(out.len(), dims.axis / 2);
    parallel::for_each(chunks(out, rows), |job, out| {
        for (row, out) in x[job * rows * dims.axis..].chunks_exact(dims.axis).zip(out) {
            *out = f(row);
        }
    });
}

/// Row by row, while the best of the columns stay in the cache.
fn max_columns<T: Element, const LEAST: bool>(x: &[T], out: &mut [T], Axis { axis, inner, .. }: Axis) {
    if out.is_empty() {
        return;
    }
    for (x, out) in x.chunks_exact(axis * inner).zip(out.chunks_exact_mut(inner)) {
        out.copy_from_slice(&x[..inner]);
        for row in x.chunks_exact(inner).skip(1) {
            let mut done = 0;
            if let (Some(lanes), Some(best)) = (T::lanes(row), T::lanes_mut(out)) {
                let vectors = lanes.as_chunks::<LANES>().0;
                done = vectors.len() * LANES;
                for (best, x) in best.as_chunks_mut::<LANES>().0.iter_mut().zip(vectors) {
                    let (old, x) = (F32x4::load(best), F32x4::load(x));
                    F32x4::select(T::improves::<LEAST>(x, old), x, old).store(best);
                }
            }
            for (out, x) in out[done..].iter_mut().zip(&row[done..]) {
                if is_better(x, out, LEAST) {
                    *out = *x;
                }
            }
        }
    }
}

/// Place of the first greatest element of a row, or of the first least, or of the first NaN.
fn extreme<T: Element>(row: &[T], least: bool) -> usize {
    match T::lanes(row) {
        Some(lanes) if lanes.len() >= BLOCK && least => extreme_of_lanes::<T, true>(lanes),
        Some(lanes) if lanes.len() >= BLOCK => extreme_of_lanes::<T, false>(lanes),
        _ => {
            let better = |best, k| if is_better(&row[k], &row[best], least) { k } else { best };
            (1..row.len()).fold(0, better)
        }
    }
}

/// The same, of at least one block.
fn extreme_of_lanes<T: Element, const LEAST: bool>(row: &[f32]) -> usize {
    let (mut best, mut at) = (F32x4::splat(row[0]), 0);
    for (i, span) in row.chunks(SPAN).enumerate() {
        let (blocks, rest) = span.as_chunks::<BLOCK>();
        // All bits of a lane are set as long as none was NaN.
        let (mut bests, mut ordered) = ([best; 4], T::same(best, best));
        for block in blocks {
            let x = load_block(block);
            bests = std::array::from_fn(|v| T::pick::<LEAST>(bests[v], x[v]));
            let [a, b, c, d] = x.map(|x| T::same(x, x));
            ordered = ordered & (a & b) & (c & d);
        }
        for vector in rest.chunks(LANES) {
            let x = load_partial(vector, span[0]);
            bests[0] = T::pick::<LEAST>(bests[0], x);
            ordered = ordered & T::same(x, x);
        }
        if ordered.to_array().iter().any(|lane| lane.to_bits() == 0) {
            let is_nan = |&x: &f32| !T::same(F32x4::splat(x), F32x4::splat(x)).has_bits();
            return i * SPAN + span.iter().position(is_nan).unwrap_or(0);
        }
        let [a, b, c, d] = bests;
        let pick = T::pick::<LEAST>;
        let [a, b, c, d] = pick(pick(a, b), pick(c, d)).to_array().map(F32x4::splat);
        let found = pick(pick(a, b), pick(c, d));
        // The best of earlier spans comes first, unless there is a better one.
        if i == 0 || !T::same(found, best).has_bits() {
            best = found;
            at = i * SPAN + place_of::<T>(span, best);
        }
    }
    at
}

/// Place of the first element that equals `wanted`.
fn place_of<T: Element>(span: &[f32], wanted: F32x4) -> usize {
    let is_absent = |block: &&[f32; BLOCK]| {
        let [a, b, c, d] = load_block(block).map(|x| T::same(x, wanted));
        !((a | b) | (c | d)).has_bits()
    };
    let start = span.as_chunks::<BLOCK>().0.iter().take_while(is_absent).count() * BLOCK;
    let within = span[start..].iter().position(|&x| T::same(F32x4::splat(x), wanted).has_bits());
    start + within.unwrap_or(0)
}

/// Distributes the upstream gradient evenly among the elements that equal the maximum, or the minimum; NaN if that is NaN, as in torch's amax.
pub fn max_axis_backward(upstream: &[f32], x: &[f32], maximum: &[f32], gradient: &mut [f32], dims: Axis) {
    if x.is_empty() {
        return;
    }
    if dims.inner == 1 {
        let rows = x.chunks_exact(dims.axis).zip(gradient.chunks_exact_mut(dims.axis));
        for ((x, gradient), (&maximum, &upstream)) in rows.zip(maximum.iter().zip(upstream)) {
            let most = F32x4::splat(maximum);
            let ties = x.chunks(SPAN).map(|span| equal_to(span, most)).sum::<f32>();
            let (yes, no) = (F32x4::splat(upstream / ties), F32x4::splat(0.0 / ties));
            map(x, gradient, |x| F32x4::select(x.eq(most), yes, no));
        }
        return;
    }
    for strip in strips(dims) {
        let (most, up) = (&maximum[strip.results()], &upstream[strip.results()]);
        let mut equal = [0.0; STRIP];
        let mut shares = [0.0; STRIP];
        let (equal, shares) = (&mut equal[..most.len()], &mut shares[..most.len()]);
        for row in strip.rows() {
            zip(&x[row], most, shares, |x, most| ONE & x.eq(most));
            combine(equal, shares, |ties, equal| ties + equal);
        }
        zip(up, equal, shares, |up, ties| up / ties);
        // 0, or NaN where nothing equals the maximum, which is NaN then.
        map_in_place(equal, |ties| ZERO / ties);
        for row in strip.rows() {
            let gradient = &mut gradient[row.clone()];
            zip(&x[row], most, gradient, |x, most| x.eq(most));
            combine(gradient, shares, |mask, share| mask & share);
            combine(gradient, equal, |share, zero| share + zero);
        }
    }
}

/// The number of elements that equal `most`.
fn equal_to(span: &[f32], most: F32x4) -> f32 {
    let (vectors, rest) = span.as_chunks::<LANES>();
    let sums = vectors.iter().fold(ZERO, |sums, x| sums + (ONE & F32x4::load(x).eq(most)));
    // NaN, the padding, equals nothing.
    let last = ONE & load_partial(rest, f32::NAN).eq(most);
    (sums + last).sum_f64() as f32
}

/// Index of the first maximum, or minimum, or of the first NaN, if any, along the axis, which must not be empty.
pub fn argmax_axis<T: Element>(x: &[T], out: &mut [i32], least: bool, dims: Axis) {
    if x.is_empty() {
        return;
    }
    if dims.inner == 1 {
        return each_row(x, out, dims, |row| extreme(row, least) as i32);
    }
    for strip in strips(dims) {
        let out = &mut out[strip.results()];
        let vectors = T::lanes(x).map_or(0, |_| out.len() / LANES * LANES);
        let (places, others) = out.split_at_mut(vectors);
        match T::lanes(x) {
            Some(lanes) if least => places_of_lanes::<T, true>(lanes, places, strip.rows()),
            Some(lanes) => places_of_lanes::<T, false>(lanes, places, strip.rows()),
            None => {}
        }
        for (i, out) in others.iter_mut().enumerate() {
            let line = strip.rows().map(|row| &x[row.start + vectors + i]).enumerate();
            let first = line.reduce(|best, next| if is_better(next.1, best.1, least) { next } else { best });
            *out = first.map_or(0, |(k, _)| k as i32);
        }
    }
}

/// The same for the first columns of a strip, a multiple of four.
fn places_of_lanes<T: Element, const LEAST: bool>(
    x: &[f32],
    out: &mut [i32],
    rows: impl Iterator<Item = std::ops::Range<usize>>,
) {
    let vectors = out.len() / LANES;
    let (mut best, mut places) = ([[0.0; LANES]; STRIP / LANES], [[0.0; LANES]; STRIP / LANES]);
    for (k, row) in rows.enumerate() {
        let x = &x[row].as_chunks::<LANES>().0[..vectors];
        if k == 0 {
            best[..vectors].copy_from_slice(x);
            continue;
        }
        let k = F32x4::splat(f32::from_bits(k as u32));
        for ((x, best), place) in x.iter().zip(&mut best).zip(&mut places) {
            let (x, old) = (F32x4::load(x), F32x4::load(best));
            let improves = T::improves::<LEAST>(x, old);
            F32x4::select(improves, x, old).store(best);
            F32x4::select(improves, k, F32x4::load(place)).store(place);
        }
    }
    for (out, place) in out.iter_mut().zip(places.as_flattened()) {
        *out = place.to_bits().cast_signed();
    }
}

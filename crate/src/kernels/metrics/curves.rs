//! Areas under the precision-recall curve and the ROC curve of every label.

use super::order::{key_of, score_of, Ignored, Ranking, Tie, NAN_KEY};
use super::{average, ratio, Average, IGNORED};

#[derive(Clone, Copy)]
pub enum Curve {
    /// `Σ (increase of recall) × precision`, 0 without positives.
    PrecisionRecall,
    /// `∫ true positive rate d(false positive rate)` by trapezoids, 0 without positives or without negatives.
    Roc,
}

/// A step of a curve: the numbers of positives and negatives that a threshold adds, highest threshold first.
type Step = [f64; 2];

impl Curve {
    /// The area over `steps`, which continue from `start`; `totals` counts all positives and negatives.
    fn area(self, start: Step, steps: impl Iterator<Item = Step>, totals: Step) -> f64 {
        ratio(self.unscaled_area(start, steps).0, self.whole(totals), 0.0)
    }

    /// The area of a curve that goes from 0 to the totals, and where it ends.
    fn unscaled_area(self, start: Step, steps: impl Iterator<Item = Step>) -> (f64, Step) {
        let [mut tp, mut fp] = start;
        let mut area = 0.0;
        for [positives, negatives] in steps {
            area += match self {
                Curve::PrecisionRecall => {
                    positives * ratio(tp + positives, tp + positives + fp + negatives, 0.0)
                }
                Curve::Roc => negatives * (tp + 0.5 * positives),
            };
            tp += positives;
            fp += negatives;
        }
        (area, [tp, fp])
    }

    fn whole(self, totals: Step) -> f64 {
        match self {
            Curve::PrecisionRecall => totals[0],
            Curve::Roc => totals[0] * totals[1],
        }
    }
}

/// Areas with every score as a threshold. The workspace is for the scores of one label.
pub fn exact(
    curve: Curve,
    scores: &[f32],
    codes: &[u8],
    labels: usize,
    mean: Average,
    out: &mut [f32],
    workspace: &mut [u32],
) {
    average(mean, labels, out, &mut |label| {
        let column = label.min(scores.len())..;
        let (scores, codes) = (&scores[column.clone()], &codes[column]);
        let ranking = Ranking::new(scores, codes, labels, Ignored::LeftOut, workspace);
        let totals = ranking.totals();
        let steps = ranking.map(|Tie { positives, negatives, .. }| [positives, negatives]);
        (curve.area([0.0; 2], steps, totals), totals[0])
    });
}

/// Flags of a ranked sample, beside its index: whether it is positive, and whether it is the last of its tie.
const POSITIVE: u32 = 1 << 31;
const LAST: u32 = 1 << 30;
const INDEX: u32 = LAST - 1;

/// Ranks the known rows of each label, so that resamples are measured without sorting them: `ranked`, [labels, rows], of which the
/// first `lengths` are used. `order`, [rows, labels], has the rows of each label, highest score first; `together` rows are one sample.
pub fn rank(
    scores: &[f32],
    codes: &[u8],
    order: &[i32],
    together: usize,
    ranked: &mut [u32],
    lengths: &mut [u32],
) {
    let labels = lengths.len();
    let rows = order.len() / labels;
    if rows == 0 {
        lengths.fill(0);
        return;
    }
    for (label, (length, ranked)) in lengths.iter_mut().zip(ranked.chunks_exact_mut(rows)).enumerate() {
        let (mut count, mut last) = (0, 0);
        for &row in order[label..].iter().step_by(labels) {
            let at = row as usize * labels + label;
            if codes[at] == IGNORED {
                continue;
            }
            let key = key_of(scores[at]);
            if count > 0 && key != last {
                ranked[count - 1] |= LAST;
            }
            ranked[count] = (row as usize / together) as u32 | if codes[at] == 1 { POSITIVE } else { 0 };
            (last, count) = (key, count + 1);
        }
        if count > 0 {
            ranked[count - 1] |= LAST;
        }
        *length = count as u32;
    }
}

/// Areas of a resample with the samples at `positions`, of those that [`rank`] ranked: with the bits of [`exact`] for these samples,
/// as a tie without any of them adds 0. `counts` is a workspace with an element for each sample.
pub fn resampled(
    curve: Curve,
    ranked: &[u32],
    lengths: &[u32],
    positions: &[i32],
    mean: Average,
    out: &mut [f32],
    counts: &mut [u32],
) {
    counts.fill(0);
    for &position in positions {
        counts[position as usize] += 1;
    }
    let rows = ranked.len() / lengths.len();
    average(mean, lengths.len(), out, &mut |label| {
        let ranked = &ranked[label * rows..][..lengths[label] as usize];
        let (area, totals) = curve.unscaled_area([0.0; 2], Steps { ranked, counts });
        (ratio(area, curve.whole(totals), 0.0), totals[0])
    });
}

/// The ties of a resample.
struct Steps<'a> {
    ranked: &'a [u32],
    counts: &'a [u32],
}

impl Iterator for Steps<'_> {
    type Item = Step;

    #[inline(always)]
    fn next(&mut self) -> Option<Step> {
        let [mut positives, mut negatives] = [0u32; 2];
        loop {
            let (&entry, rest) = self.ranked.split_first()?;
            self.ranked = rest;
            let count = self.counts[(entry & INDEX) as usize];
            // Without a branch: which one it is cannot be foreseen.
            let mask = (entry.cast_signed() >> 31).cast_unsigned();
            positives += count & mask;
            negatives += count & !mask;
            if entry & LAST != 0 {
                return Some([f64::from(positives), f64::from(negatives)]);
            }
        }
    }
}

/// Adds a batch to the state `[labels][thresholds + 1]` of steps: step `i` counts the scores that reach exactly `i`
/// of the ascending thresholds. NaN reaches none.
pub fn binned_update(scores: &[f32], codes: &[u8], thresholds: &[f32], state: &mut [Step], labels: usize) {
    let bins = thresholds.len() + 1;
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        for ((state, &score), &code) in state.chunks_exact_mut(bins).zip(scores).zip(codes) {
            if code != IGNORED {
                let reached = thresholds.partition_point(|&threshold| threshold <= score);
                state[reached][usize::from(code == 0)] += 1.0;
            }
        }
    }
}

/// Areas with the state's thresholds only: a ROC curve begins and ends at its outermost points.
pub fn binned(curve: Curve, state: &[Step], bins: usize, mean: Average, out: &mut [f32]) {
    let area = |state: &[Step]| {
        let step = |i: usize| state.iter().skip(i).step_by(bins).fold([0.0; 2], add);
        let totals = state.iter().fold([0.0; 2], add);
        let (start, first) = match curve {
            Curve::PrecisionRecall => ([0.0; 2], bins),
            Curve::Roc => (step(bins - 1), bins - 1),
        };
        (curve.area(start, (1..first).rev().map(step), totals), totals[0])
    };
    match mean {
        Average::Micro => out[0] = area(state).0 as f32,
        _ => average(mean, state.len() / bins, out, &mut |label| area(&state[label * bins..][..bins])),
    }
}

fn add(a: Step, b: &Step) -> Step {
    [a[0] + b[0], a[1] + b[1]]
}

/// The points of a curve of one label: precision, recall and thresholds in ascending order of the thresholds, or
/// false and true positive rates and thresholds in descending order.
pub struct Points<'a> {
    pub x: &'a mut [f32],
    pub y: &'a mut [f32],
    pub thresholds: &'a mut [f32],
}

/// The curve of `label` with every score as a threshold. Returns the number of thresholds; precision and recall have a point more,
/// (1, 0). Without positives the recall is 1, as in torchmetrics, and the rates of what there is none of are 0.
pub fn exact_points(
    curve: Curve,
    scores: &[f32],
    codes: &[u8],
    [label, labels]: [usize; 2],
    Points { x, y, thresholds }: Points,
    workspace: &mut [u32],
) -> usize {
    let column = label.min(scores.len())..;
    let ranking = Ranking::new(&scores[column.clone()], &codes[column], labels, Ignored::LeftOut, workspace);
    let [all_positives, all_negatives] = ranking.totals();
    let [mut tp, mut fp] = [0.0; 2];
    let mut count = 0;
    if matches!(curve, Curve::Roc) {
        (x[0], y[0], thresholds[0]) = (0.0, 0.0, 1.0);
        count = 1;
    }
    for Tie { key, positives, negatives } in ranking {
        tp += positives;
        fp += negatives;
        let [a, b] = match curve {
            Curve::PrecisionRecall => [ratio(tp, tp + fp, 0.0), ratio(tp, all_positives, 1.0)],
            Curve::Roc => [ratio(fp, all_negatives, 0.0), ratio(tp, all_positives, 0.0)],
        };
        (x[count], y[count]) = (a as f32, b as f32);
        thresholds[count] = if key == NAN_KEY { f32::NAN } else { score_of(key) };
        count += 1;
    }
    if matches!(curve, Curve::PrecisionRecall) {
        for values in [&mut *x, &mut *y, thresholds] {
            values[..count].reverse();
        }
        (x[count], y[count]) = (1.0, 0.0);
    }
    count
}

/// The curve of one label with the state's thresholds only, in the same order. 0 / 0 is NaN for precision and recall, and 0 for
/// rates.
pub fn binned_points(curve: Curve, state: &[Step], x: &mut [f32], y: &mut [f32]) {
    let thresholds = state.len() - 1;
    let [all_positives, all_negatives] = state.iter().fold([0.0; 2], add);
    let [mut tp, mut fp] = [0.0; 2];
    for i in (0..thresholds).rev() {
        [tp, fp] = add([tp, fp], &state[i + 1]);
        let ([a, b], at) = match curve {
            Curve::PrecisionRecall => ([ratio(tp, tp + fp, f64::NAN), ratio(tp, all_positives, f64::NAN)], i),
            Curve::Roc => {
                ([ratio(fp, all_negatives, 0.0), ratio(tp, all_positives, 0.0)], thresholds - 1 - i)
            }
        };
        (x[at], y[at]) = (a as f32, b as f32);
    }
    if matches!(curve, Curve::PrecisionRecall) {
        (x[thresholds], y[thresholds]) = (1.0, 0.0);
    }
}

/// A tensor as `[outer, axis, inner]`, reduced along its axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub outer: usize,
    pub axis: usize,
    pub inner: usize,
}

/// A tensor as `[outer, axis, inner]`, to be reduced along its axis.
#[derive(Clone, Copy)]
pub struct Axis {
    pub outer: usize,
    pub axis: usize,
    pub inner: usize,
}

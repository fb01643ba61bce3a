//! Recurrent layers: LSTM, GRU and the plain RNN.

pub mod cells;
pub mod sequence;
pub mod steps;

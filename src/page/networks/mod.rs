//! Whole networks.

pub mod figure;

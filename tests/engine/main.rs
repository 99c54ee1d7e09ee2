//! The engine's kernels against naive ones that anyone can read, over random shapes.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail as the test may")]

mod bands;
mod convolution;
mod naive;
mod norm;
mod pooling;
mod winograd;

//! The engine's kernels against naive ones that anyone can read, over random shapes.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail as the test may")]

mod bands;
mod branch;
mod convolution;
mod naive;
mod norm;
mod pooling;
#[allow(dead_code, reason = "each test crate uses a part of it")]
#[path = "../support/whole_image.rs"]
mod whole_image;
mod winograd;

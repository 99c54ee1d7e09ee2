//! The project against the real PyTorch stack.
//!
//! Every file of the reference format (see `README.md` of the reference data; the files here came with it) in
//! `tests/fixtures/reference/`, or in the folder that `REFERENCE_DIR` names, is a case: none is named in the
//! code. A kind of case without a file, and a file of an unknown kind, are failures.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail as the test may")]

mod cases;
mod counts;
mod forward;
mod json;
mod layers;
mod networks;
mod preprocess;
mod state_dict;
mod torchsummary;
#[allow(dead_code, reason = "each test crate uses a part of it")]
#[path = "../support/whole_image.rs"]
mod whole_image;

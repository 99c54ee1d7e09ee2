//! WHAT a network is, as plain data.
//!
//! Shapes and the layers that change them ([`shape`], [`layer`], [`conv`], [`pool`]), the Inception
//! module of the write-up and the plain convolution it competes with ([`inception`]), the range every
//! number may have ([`field`]) and the modules people know ([`preset`]).
//!
//! Invariant: an [`Inception`] that exists is valid; nothing here counts, draws or runs.

pub mod conv;
pub mod field;
pub mod inception;
pub mod layer;
pub mod pool;
pub mod preset;
pub mod shape;

pub use conv::{BasicConv2d, Conv2d};
pub use field::{Field, FieldError, Limits};
pub use inception::{
    Branch, BranchId, Form, Inception, InceptionFields, Op, OpRole, Operation, Size,
};
pub use layer::Layer;
pub use pool::Pool2d;
pub use preset::Preset;
pub use shape::{Shape, ShapeError, concatenate};

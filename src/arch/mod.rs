//! WHAT a network is, as plain data.
//!
//! Shapes and the layers that change them ([`shape`], [`layer`], [`conv`], [`pool`], both with a
//! [`window`] of a [`size`]), the Inception
//! module of the write-up ([`inception`]) and its branches ([`branch`]), the range every
//! number may have ([`field`], [`layer_field`]), the modules people know ([`preset`]) and whole networks
//! ([`network`]). An enumeration has its order and its names from one derive ([`named`]).
//!
//! Invariant: an [`Inception`] that exists is valid; nothing here counts, draws or runs.
#![warn(missing_docs)]

pub mod branch;
pub mod conv;
pub mod field;
pub mod field_value;
pub mod inception;
pub mod layer;
pub mod layer_field;
pub mod named;
pub mod network;
pub mod pool;
pub mod preset;
pub mod shape;
pub mod size;
pub mod window;

pub use branch::{Branch, BranchId, Op, OpRole, Operation};
pub use conv::{BasicConv2d, Conv2d};
pub use field::{Field, FieldError, Limits};
pub use field_value::FieldValue;
pub use inception::{Form, Inception, InceptionFields};
pub use layer::Layer;
pub use layer_field::{FieldKind, LayerField, LayerFieldError};
pub use named::Named;
pub use pool::{Pool2d, PoolKind};
pub use preset::Preset;
pub use shape::{Shape, ShapeError, broadcast, concatenate};
pub use size::Size;
pub use window::Window;

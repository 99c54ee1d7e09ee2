//! The race of the engine against others, without the browser: its cases, the work of each, the report of the
//! times.

pub mod case;
pub mod plan;
pub mod report;
pub mod statistics;

pub use case::{Case, CaseError, Work};
pub use plan::Plan;

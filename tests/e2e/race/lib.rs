//! What the race of the engines needs besides a browser: its cases, the work each stands for, and what
//! the times say.

pub mod case;
pub mod plan;
pub mod report;
pub mod statistics;

pub use case::{Case, CaseError, Work};
pub use plan::Plan;

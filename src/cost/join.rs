//! The cost of joining branches on one image.

use crate::arch::Shape;
use crate::arch::network::Join;

use super::convention::Convention;
use super::layer::{numel, tensor_bytes};
use super::module::Totals;
use super::{CostError, product};

/// Counts joining `inputs` branches into an output of shape `output`. A concatenation costs nothing:
/// its branches write into the output. A sum or product makes a tensor, and has one operation per output
/// value and input beyond the first where `convention` counts element-wise work.
///
/// # Errors
/// When a count does not fit into 64 bits.
pub fn join_cost(
    join: Join,
    inputs: usize,
    output: Shape,
    convention: Convention,
) -> Result<Totals, CostError> {
    if join == Join::Concat {
        return Ok(Totals::default());
    }
    let values = numel(output)?;
    let rest = u64::try_from(inputs.saturating_sub(1)).unwrap_or(u64::MAX);
    let macs = if convention.ops.elementwise {
        product(&[("activations", values), ("branches", rest)])?
    } else {
        0
    };
    Ok(Totals { params: 0, macs, bytes: tensor_bytes(output)? })
}

//! Tensors alive at once: a trace of operations, and the memory that each of them needs.
//!
//! Operations run one after another in the order of the forward pass. A tensor is alive from the operation
//! that makes it to the last operation that reads it; the network's output stays alive to the end. An
//! in-place operation (batch norm, `ReLU`, dropout, the concatenation of branches that wrote into one
//! buffer) takes over the storage of an input that it is the last to read; otherwise it makes a tensor of
//! its own, since the input is still needed. This is the least memory that a runtime without
//! rematerialisation needs for the activations; weights and scratch space are not part of it.

use super::{CostError, sum};

/// A tensor of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tensor(usize);

/// How an operation stores its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In a tensor of its own.
    New,
    /// In the storage of those inputs that no later operation reads.
    InPlace,
}

/// One operation of the trace.
#[derive(Clone, Debug)]
struct Operation {
    inputs: Vec<Tensor>,
    storage: Storage,
}

/// A forward pass as a list of operations, each of which makes one tensor.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The operation that makes each tensor, in the order they run.
    operations: Vec<Operation>,
    /// Bytes of each tensor.
    bytes: Vec<u64>,
}

impl Trace {
    /// Adds the network's input, `bytes` large.
    pub fn input(&mut self, bytes: u64) -> Tensor {
        self.operation(&[], bytes, Storage::New)
    }

    /// Adds an operation that reads `inputs` and makes a tensor of `bytes`.
    pub fn operation(&mut self, inputs: &[Tensor], bytes: u64, storage: Storage) -> Tensor {
        let mut inputs = inputs.to_vec();
        inputs.sort_unstable();
        inputs.dedup();
        self.operations.push(Operation { inputs, storage });
        self.bytes.push(bytes);
        Tensor(self.bytes.len() - 1)
    }

    /// Bytes alive while each tensor is made: its inputs, itself and every tensor that a later operation
    /// reads. In the order the tensors were added; the last one stays alive.
    ///
    /// # Errors
    /// When a sum does not fit into 64 bits.
    pub fn alive(&self) -> Result<Vec<u64>, CostError> {
        let last_read = self.last_reads();
        let mut alive = 0_u64;
        let mut each = Vec::with_capacity(self.bytes.len());
        for (index, operation) in self.operations.iter().enumerate() {
            let bytes = self.bytes[index];
            let ending = operation.inputs.iter().filter(|input| last_read[input.0] == index);
            let ending = sum(ending.map(|input| self.bytes[input.0]))?;
            let allocated = match operation.storage {
                Storage::New => bytes,
                Storage::InPlace => bytes.saturating_sub(ending),
            };
            each.push(sum([alive, allocated])?);
            alive = sum([alive - ending, bytes])?;
        }
        Ok(each)
    }

    /// The operation that reads each tensor last; a tensor that none reads is read by the end.
    fn last_reads(&self) -> Vec<usize> {
        let mut last = vec![usize::MAX; self.bytes.len()];
        for (index, operation) in self.operations.iter().enumerate() {
            for input in &operation.inputs {
                last[input.0] = index;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_needs_an_input_and_an_output_at_a_time() {
        let mut trace = Trace::default();
        let input = trace.input(3);
        let conv = trace.operation(&[input], 64, Storage::New);
        let relu = trace.operation(&[conv], 64, Storage::InPlace);
        trace.operation(&[relu], 16, Storage::New);
        assert_eq!(trace.alive(), Ok(vec![3, 67, 64, 80]));
    }

    #[test]
    fn a_shortcut_stays_alive_until_it_is_added() {
        let mut trace = Trace::default();
        let input = trace.input(10);
        let conv = trace.operation(&[input], 10, Storage::New);
        let conv = trace.operation(&[conv], 10, Storage::New);
        trace.operation(&[conv, input], 10, Storage::InPlace);
        assert_eq!(trace.alive(), Ok(vec![10, 20, 30, 20]));
    }

    #[test]
    fn an_in_place_operation_copies_what_others_still_read() {
        let mut trace = Trace::default();
        let input = trace.input(10);
        let relu = trace.operation(&[input], 10, Storage::InPlace);
        let conv = trace.operation(&[relu], 10, Storage::New);
        trace.operation(&[conv, input], 20, Storage::InPlace);
        assert_eq!(trace.alive(), Ok(vec![10, 20, 30, 20]));
    }

    #[test]
    fn branches_write_into_one_concatenated_tensor() {
        let mut trace = Trace::default();
        let input = trace.input(100);
        let first = trace.operation(&[input], 20, Storage::New);
        let reduced = trace.operation(&[input], 5, Storage::New);
        let second = trace.operation(&[reduced], 30, Storage::New);
        trace.operation(&[first, second], 50, Storage::InPlace);
        assert_eq!(trace.alive(), Ok(vec![100, 120, 125, 55, 50]));
        // A tensor that is concatenated with itself is stored twice.
        let mut trace = Trace::default();
        let input = trace.input(10);
        trace.operation(&[input, input], 20, Storage::InPlace);
        assert_eq!(trace.alive(), Ok(vec![10, 20]));
    }
}

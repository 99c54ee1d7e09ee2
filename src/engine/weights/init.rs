//! PyTorch's random numbers: its CPU generator and the initialisation of `Conv2d`.

use rand_mt::Mt;

use crate::engine::error::EngineError;
use crate::engine::tensor::zeroed;

/// PyTorch's default CPU generator: a 32-bit Mersenne Twister.
#[derive(Clone, Debug)]
pub struct TorchGenerator(Mt);

impl TorchGenerator {
    /// The state after `torch.manual_seed(seed)`.
    pub fn new(seed: u32) -> Self {
        Self(Mt::new(seed))
    }

    /// The next value of `torch.rand`: 24 random bits as a fraction in [0, 1).
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() & 0x00FF_FFFF) as f32 * 2.0_f32.powi(-24)
    }

    /// `count` values of `Tensor.uniform_(-bound, bound)`, in the order of memory.
    ///
    /// # Errors
    /// When the allocator has no such block left.
    pub fn uniform(&mut self, bound: f64, count: usize) -> Result<Vec<f32>, EngineError> {
        #[expect(clippy::cast_possible_truncation, reason = "PyTorch rounds the bounds to f32 too")]
        let (from, to) = (-bound as f32, bound as f32);
        let mut values = zeroed(count)?;
        for value in &mut values {
            *value = self.unit() * (to - from) + from;
        }
        Ok(values)
    }
}

/// The bound of `kaiming_uniform_(weight, a=√5)`, computed in f64 by PyTorch's own steps. It is 1/√fan-in
/// up to rounding, and the rounding shows in the last bit of the weights.
pub(super) fn kaiming_bound(fan_in: f64) -> f64 {
    let slope = 5.0_f64.sqrt();
    let gain = (2.0 / (1.0 + slope * slope)).sqrt();
    3.0_f64.sqrt() * (gain / fan_in.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_torchs() {
        // torch.manual_seed(0); torch.rand(10)
        let known =
            [0.4963, 0.7682, 0.0885, 0.1320, 0.3074, 0.6341, 0.4901, 0.8964, 0.4556, 0.6323];
        let mut generator = TorchGenerator::new(0);
        for expected in known {
            let given = generator.unit();
            assert!((given - expected).abs() < 5e-5, "{given} for {expected}");
        }
    }

    #[test]
    fn the_bound_is_one_by_the_root_of_the_fan_in() {
        for fan_in in [1.0, 3.0, 27.0, 864.0, 20_800.0] {
            assert!((kaiming_bound(fan_in) * f64::sqrt(fan_in) - 1.0).abs() < 1e-15);
        }
        let values = TorchGenerator::new(1).uniform(kaiming_bound(27.0), 10_000).unwrap();
        let bound = values.iter().fold(0.0_f32, |bound, value| bound.max(value.abs()));
        assert!(bound <= 0.192_451 && bound > 0.192);
    }
}

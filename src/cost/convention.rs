//! What is counted, as a value. Tools disagree (torchinfo, ptflops, fvcore, torchsummary), so every count
//! takes a [`Convention`].

/// Which biases of convolutions and linear layers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bias {
    /// None.
    Ignored,
    /// Those the layers have.
    AsBuilt,
    /// One a filter, whether the layer has it or not: the paper's own layout, where the write-up's
    /// `BasicConv2d` has none.
    Assumed,
}

impl Bias {
    /// Whether a layer with (`built`) or without a bias counts one.
    #[must_use]
    pub const fn counts(self, built: bool) -> bool {
        match self {
            Self::Ignored => false,
            Self::AsBuilt => built,
            Self::Assumed => true,
        }
    }
}

/// What counts as a parameter beside the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParamTerms {
    /// Scale and shift of batch norm: two a channel.
    pub batch_norm: bool,
    /// Biases.
    pub bias: Bias,
}

/// What counts as work beside the multiply–accumulates of convolutions and linear layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpTerms {
    /// Batch norm: two a value, as ptflops and fvcore count it.
    pub batch_norm: bool,
    /// Biases: one an output value.
    pub bias: Bias,
    /// `ReLU` (one a value) and pooling (one an input value), as ptflops counts them.
    pub elementwise: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Convention {
    /// For parameters.
    pub params: ParamTerms,
    /// For MACs and FLOPs.
    pub ops: OpTerms,
}

impl Default for Convention {
    /// Parameters as PyTorch has them (the write-up's 124,752); the work of convolutions and linear
    /// layers alone (torchvision's figures).
    fn default() -> Self {
        Self {
            params: ParamTerms { batch_norm: true, bias: Bias::AsBuilt },
            ops: OpTerms { batch_norm: false, bias: Bias::Ignored, elementwise: false },
        }
    }
}

impl Convention {
    /// Weights and nothing else.
    pub const WEIGHTS_ONLY: Self = Self {
        params: ParamTerms { batch_norm: false, bias: Bias::Ignored },
        ops: OpTerms { batch_norm: false, bias: Bias::Ignored, elementwise: false },
    };
}

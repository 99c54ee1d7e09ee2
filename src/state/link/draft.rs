//! A model on its way out of a link.

use crate::arch::{Field, Inception, InceptionFields, Size};
use crate::cost::{Bias, Convention, Metric, OpTerms, ParamTerms, PlainOut};
use crate::state::counting::Counting;
use crate::state::model::{AxisScale, BatchNormMode, Diagram, Kernels, Model, Photo, RunSettings};

use super::notice::{Notice, Notices};

/// The values of keys that a link leaves out. Frozen with version 1: it must not follow `Model::default()` or
/// anything else that may change.
pub(super) fn frozen() -> Model {
    Model {
        // Valid, as a test of the table holds; the fallback is never taken.
        module: Inception::new(FROZEN_FIELDS).unwrap_or_default(),
        size: Size::square(28),
        square: true,
        counting: Counting {
            metric: Metric::Params,
            convention: Convention {
                params: ParamTerms { batch_norm: true, bias: Bias::AsBuilt },
                ops: OpTerms { batch_norm: false, bias: Bias::Ignored, elementwise: false },
            },
        },
        kernels: Kernels::of(&[3, 5]),
        plain_out: PlainOut::Linked,
        diagram: Diagram::One,
        axis: AxisScale::Linear,
        run: RunSettings { seed: 0, batch_norm: BatchNormMode::Batch, photo: Photo::Chelsea },
    }
}

const FROZEN_WIDTHS: [u64; 6] = [64, 96, 128, 16, 32, 32];
/// The module's numbers in [`frozen`].
pub(super) const FROZEN_FIELDS: InceptionFields = InceptionFields::new(192, FROZEN_WIDTHS);

/// A model while it is being read: the module's numbers are valid one by one, not yet together.
pub(super) struct Draft {
    pub model: Model,
    pub fields: InceptionFields,
    /// Whether equal sides move together.
    pub linked: bool,
}

impl Draft {
    pub fn new() -> Self {
        Self { model: frozen(), fields: FROZEN_FIELDS, linked: true }
    }

    /// The model. If no branch is left, with the frozen widths and a notice.
    pub fn finish(self, notices: &mut Notices) -> Model {
        let module = Inception::new(self.fields).unwrap_or_else(|_| {
            // Every number is within its limits by now.
            notices.say(|| Notice::NoBranch);
            let mut fields = self.fields;
            set_fields(&mut fields, Field::WIDTHS, FROZEN_WIDTHS);
            Inception::new(fields).unwrap_or_default()
        });
        let Size { height, width } = self.model.size;
        Model { module, square: self.linked && height == width, ..self.model }
    }
}

/// Sets the module's numbers of these names.
pub(super) fn set_fields<const N: usize>(
    fields: &mut InceptionFields,
    names: [Field; N],
    values: [u64; N],
) {
    for (name, value) in names.into_iter().zip(values) {
        if let Some(place) = fields.get_mut(name) {
            *place = value;
        }
    }
}

//! The model: the module, what it is compared with and how it is shown. A link brings all of it back.

use strum::{IntoStaticStr, VariantArray};

use crate::arch::{Field, Inception, Size};
use crate::cost::{PLAIN_KERNELS, PlainOut, Question};

use super::counting::Counting;

/// The page's views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum View {
    /// The editor: diagram, chart, verdict.
    #[default]
    Module,
    /// The module on a photograph.
    Forward,
    /// Networks layer by layer.
    Networks,
}

/// What the diagram shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Diagram {
    /// The module in its form.
    #[default]
    One,
    /// Reduced and naive side by side.
    Both,
}

/// How the chart's axes are spaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum AxisScale {
    /// Evenly: lines stay lines.
    #[default]
    Linear,
    /// By powers of ten, both axes.
    Log,
}

/// Which statistics batch norm uses in a forward pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum BatchNormMode {
    /// The statistics of this input, as in training mode; the write-up runs a freshly built module so.
    #[default]
    Batch,
    /// The running statistics, as at inference.
    Running,
}

/// The photographs that come with the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Photo {
    /// A cat.
    #[default]
    Chelsea,
    /// A cup of coffee.
    Coffee,
    /// A rocket's start.
    Rocket,
}

/// A set of kernel sizes out of [`PLAIN_KERNELS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kernels([bool; PLAIN_KERNELS.len()]);

impl Kernels {
    pub const NONE: Self = Self([false; PLAIN_KERNELS.len()]);

    /// The set of these kernels; sizes that no plain convolution may have are left out.
    #[must_use]
    pub fn of(sizes: &[u64]) -> Self {
        Self(PLAIN_KERNELS.map(|kernel| sizes.contains(&kernel)))
    }

    /// Whether `kernel` is in it.
    #[must_use]
    pub fn contains(self, kernel: u64) -> bool {
        self.iter().any(|member| member == kernel)
    }

    /// This set with `kernel` put in or taken out.
    #[must_use]
    pub fn toggled(mut self, kernel: u64) -> Self {
        for (member, size) in self.0.iter_mut().zip(PLAIN_KERNELS) {
            *member ^= size == kernel;
        }
        self
    }

    /// The kernels in it, ascending.
    pub fn iter(self) -> impl Iterator<Item = u64> {
        PLAIN_KERNELS
            .into_iter()
            .zip(self.0)
            .filter_map(|(kernel, member)| member.then_some(kernel))
    }
}

/// How a forward pass is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RunSettings {
    /// Seed of the weights, as `torch.manual_seed` takes it.
    pub seed: u32,
    /// Which statistics batch norm uses.
    pub batch_norm: BatchNormMode,
    /// The sample photograph; a link can't contain the user's own.
    pub photo: Photo,
}

/// The module, what it is compared with and how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Model {
    pub module: Inception,
    /// Height and width of its input.
    pub size: Size,
    /// Whether height and width move together.
    pub square: bool,
    /// What is counted, equal to the counting of the networks.
    pub counting: Counting,
    /// The plain convolutions to compare with.
    pub kernels: Kernels,
    /// The filters of the plain convolutions.
    pub plain_out: PlainOut,
    pub diagram: Diagram,
    /// How the chart's axes are spaced.
    pub axis: AxisScale,
    /// How a forward pass is run.
    pub run: RunSettings,
}

impl Default for Model {
    /// GoogLeNet's first block beside a 3×3 and a 5×5 of the same output.
    fn default() -> Self {
        Self {
            module: Inception::default(),
            size: Size::square(28),
            square: true,
            counting: Counting::default(),
            kernels: Kernels::of(&[3, 5]),
            plain_out: PlainOut::default(),
            diagram: Diagram::default(),
            axis: AxisScale::default(),
            run: RunSettings::default(),
        }
    }
}

impl Model {
    /// The value of `field`. The plain convolutions' output width is the module's while linked.
    #[must_use]
    pub fn get(&self, field: Field) -> u64 {
        match field {
            Field::Height => self.size.height,
            Field::Width => self.size.width,
            Field::PlainOut => self.plain_out.channels(&self.module),
            Field::Seed => u64::from(self.run.seed),
            _ => self.module.get(field).unwrap_or_default(),
        }
    }

    /// The question this model asks of the cost model.
    #[must_use]
    pub fn question(&self) -> Question {
        Question {
            module: self.module,
            size: self.size,
            convention: self.counting.convention,
            metric: self.counting.metric,
            kernels: self.kernels.iter().collect(),
            plain_out: self.plain_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Preset;

    #[test]
    fn the_page_opens_on_googlenet_3a() {
        let model = Model::default();
        assert_eq!(Preset::matching(&model.module, model.size).map(|preset| preset.id), Some("3a"));
        assert_eq!(model.get(Field::PlainOut), 256);
    }

    #[test]
    fn kernels_toggle() {
        let kernels = Kernels::of(&[3, 4, 5]).toggled(5).toggled(7).toggled(8);
        assert_eq!(kernels.iter().collect::<Vec<_>>(), [3, 7]);
    }
}

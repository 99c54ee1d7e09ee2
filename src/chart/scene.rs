//! What the chart shows, as plain data.

use crate::arch::Form;
use crate::cost::{Answer, Crossover, Curve, Metric, Unit};

use super::range::{self, Axes};
use super::scale::Spacing;
use super::series::{Series, SeriesId};

/// A place where the module's curve crosses another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    pub with: SeriesId,
    /// The channels at which both have the same count; rarely a whole number.
    pub exact: f64,
    pub count: f64,
    /// The first whole number of channels beyond `exact`. The same whichever of the two curves is the module.
    pub channels: u64,
}

/// What to show of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SceneOptions {
    /// How both axes are spaced.
    pub spacing: Spacing,
    /// What the answer counts; it sets the labels of the y axis.
    pub metric: Metric,
    /// The channel count under the pointer.
    pub hovered: Option<u64>,
    /// The highlighted curve; the others fade.
    pub highlighted: Option<SeriesId>,
    /// The axes to keep while the cursor is dragged, so that a pixel keeps its channel count. Ignored when the
    /// present channels are beyond them.
    pub held: Option<Axes>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// How both axes are spaced.
    pub spacing: Spacing,
    /// What the y axis counts.
    pub unit: Unit,
    pub axes: Axes,
    pub form: Form,
    /// The curves, in the order they are drawn: the module last, on top.
    pub series: Vec<Series>,
    /// The crossings in view, by channels.
    pub crossings: Vec<Crossing>,
    pub present: u64,
    /// The channel count under the pointer.
    pub hovered: Option<u64>,
    pub highlighted: Option<SeriesId>,
}

impl Scene {
    #[must_use]
    pub fn new(answer: &Answer, options: &SceneOptions) -> Self {
        let module = &answer.module.curve;
        let unit = options.metric.unit();
        let present = answer.module.cost.input.channels;
        let series = Self::curves(answer);
        let plain = answer.rivals.iter().rev();
        let plain = plain.map(|rival| (SeriesId::Plain(rival.kernel_size), rival.crossover));
        let other = answer.other.as_ref();
        let other = other.map(|other| (SeriesId::Other, Crossover::between(module, &other.curve)));
        let found = plain
            .chain(other)
            .filter_map(|(with, crossover)| Crossing::new(module, with, crossover?));
        let mut crossings: Vec<Crossing> = Vec::new();
        for crossing in found {
            let place = crossings.partition_point(|other| other.exact <= crossing.exact);
            crossings.insert(place, crossing);
        }

        let axes = options.held.filter(|held| present <= held.x_max).unwrap_or_else(|| {
            let x_max = range::x_max(present, crossings.iter().map(|crossing| crossing.exact));
            let (y_low, y_high) = range::y_range(&series, x_max, options.spacing, unit);
            Axes { x_max, y_low, y_high }
        });
        crossings.retain(|crossing| crossing.exact <= axes.x_max as f64);
        Self {
            spacing: options.spacing,
            unit,
            axes,
            form: answer.module.form,
            series,
            crossings,
            present,
            hovered: options.hovered,
            highlighted: options.highlighted,
        }
    }

    /// The curves of `answer`, in the order of [`Scene::series`].
    #[must_use]
    pub fn curves(answer: &Answer) -> Vec<Series> {
        // The steepest first: the curves most similar to the module's lie next to it.
        let mut series: Vec<_> = answer
            .rivals
            .iter()
            .rev()
            .map(|rival| Series {
                id: SeriesId::Plain(rival.kernel_size),
                curve: rival.curve.clone(),
            })
            .collect();
        series.extend(
            answer
                .other
                .as_ref()
                .map(|other| Series { id: SeriesId::Other, curve: other.curve.clone() }),
        );
        series.push(Series { id: SeriesId::Module, curve: answer.module.curve.clone() });
        series
    }

    /// Whether both scenes differ at most in cursor and pointer.
    #[must_use]
    pub fn has_curves_of(&self, other: &Self) -> bool {
        let Self { spacing, unit, axes, form, series, crossings, highlighted, .. } = other;
        (self.spacing, self.unit, self.axes, self.form) == (*spacing, *unit, *axes, *form)
            && (&self.series, &self.crossings) == (series, crossings)
            && self.highlighted == *highlighted
    }

    /// The exact count of every curve at `channels`, in the order of [`Scene::series`].
    #[must_use]
    pub fn values_at(&self, channels: u64) -> Vec<(SeriesId, i128)> {
        self.series.iter().map(|series| (series.id, series.curve.at(channels))).collect()
    }
}

impl Crossing {
    /// The crossing that `crossover` describes, if it is one.
    fn new(module: &Curve, with: SeriesId, crossover: Crossover) -> Option<Self> {
        let (Crossover::From { exact, .. } | Crossover::UpTo { exact, .. }) = crossover else {
            return None;
        };
        let channels = u64::try_from(exact.numerator / exact.denominator + 1).ok()?;
        let exact = exact.value();
        Some(Self { with, exact, count: module.at_f64(exact), channels })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::arch::{Inception, Preset};
    use crate::cost::{Convention, PlainOut, Question};

    /// The answer for a preset beside plain convolutions of these kernels, without its other form.
    pub fn answer(id: &str, kernels: &[u64], metric: Metric) -> Answer {
        Answer { other: None, ..answer_with_other(id, kernels, metric) }
    }

    /// The answer for a preset beside plain convolutions of these kernels.
    pub fn answer_with_other(id: &str, kernels: &[u64], metric: Metric) -> Answer {
        let preset = Preset::by_id(id).unwrap();
        let question = Question {
            module: Inception::new(preset.fields).unwrap(),
            size: preset.size,
            convention: Convention::default(),
            metric,
            kernels: kernels.to_vec(),
            plain_out: PlainOut::Linked,
        };
        question.answer().unwrap()
    }

    #[test]
    fn the_opening_scene() {
        let scene = Scene::new(&answer("3a", &[3, 5], Metric::Params), &SceneOptions::default());
        insta::assert_debug_snapshot!(scene);
    }

    #[test]
    fn a_logarithmic_scene_in_bytes_with_the_other_form() {
        let options = SceneOptions {
            spacing: Spacing::Log,
            metric: Metric::Memory,
            ..SceneOptions::default()
        };
        insta::assert_debug_snapshot!(Scene::new(
            &answer_with_other("4e", &[1], Metric::Memory),
            &options
        ));
    }

    #[test]
    fn held_axes_stay_while_they_show_the_present() {
        let wide = Axes { x_max: 512, y_low: 0.0, y_high: 1e6 };
        let options = SceneOptions { held: Some(wide), ..SceneOptions::default() };
        let axes = |id| Scene::new(&answer(id, &[3], Metric::Params), &options).axes;
        assert_eq!(axes("write_up_3"), wide);
        assert_eq!(axes("5a").x_max, 1024);
    }

    #[test]
    fn a_crossing_has_one_number_whichever_side_is_the_module() {
        let crossing = |id| {
            let answer = answer_with_other(id, &[], Metric::Params);
            Scene::new(&answer, &SceneOptions::default()).crossings[0].channels
        };
        assert_eq!([crossing("write_up_256"), crossing("write_up_naive")], [69, 69]);
    }

    #[test]
    fn cursor_and_pointer_leave_the_curves() {
        let scene = |id, options| Scene::new(&answer(id, &[3, 5], Metric::Params), &options);
        let options = SceneOptions::default();
        let curves = scene("write_up_256", options);
        let kept = |id, options| scene(id, options).has_curves_of(&curves);
        assert!(kept("write_up_3", options));
        assert!(kept("write_up_256", SceneOptions { hovered: Some(40), ..options }));
        assert!(!kept("4e", options), "another module");
        let highlighted = Some(SeriesId::Plain(3));
        assert!(!kept("write_up_256", SceneOptions { highlighted, ..options }));
        assert!(!kept("write_up_256", SceneOptions { spacing: Spacing::Log, ..options }));
        let with_other = answer_with_other("write_up_256", &[3, 5], Metric::Params);
        assert!(!Scene::new(&with_other, &options).has_curves_of(&curves));
    }

    #[test]
    fn values_are_exact() {
        let scene =
            Scene::new(&answer("write_up_3", &[3, 5], Metric::Params), &SceneOptions::default());
        assert_eq!(
            scene.values_at(256),
            [
                (SeriesId::Plain(5), 1_638_912),
                (SeriesId::Plain(3), 590_336),
                (SeriesId::Module, 177_376)
            ]
        );
    }
}

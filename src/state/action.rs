//! The actions on the model.

use crate::arch::{Field, FieldError, Form, Inception, Preset, Size};
use crate::cost::{Metric, PlainOut};

use super::experiment::Experiment;
use super::model::{AxisScale, BatchNormMode, Diagram, Model, Photo};
use super::term::Term;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sets a number. Height and width move together while they are linked; setting the plain
    /// convolutions' output width unlinks it from the module's.
    Set(Field, u64),
    /// Links or unlinks height and width; linking takes the height.
    SetSquare(bool),
    SetForm(Form),
    /// Chooses the count that is compared.
    SetMetric(Metric),
    SetTerm(Term, bool),
    /// Adds or removes a plain convolution.
    ToggleKernel(u64),
    /// Links the plain convolutions' output width to the module's, or keeps it as it is now.
    LinkPlainOut(bool),
    /// Shows the module in its form, or in both forms.
    SetDiagram(Diagram),
    /// Spaces the chart's axes.
    SetAxis(AxisScale),
    /// Chooses batch norm's statistics for a forward pass.
    SetBatchNorm(BatchNormMode),
    SetPhoto(Photo),
    /// Takes a preset's module and size; the rest stays.
    LoadPreset(&'static Preset),
    /// Sets up one of the write-up's experiments.
    LoadExperiment(Experiment),
    /// Back to the first state.
    Reset,
}

impl Model {
    /// The model after `action`.
    ///
    /// # Errors
    /// When a number is outside its limits or no branch would be left; `self` is untouched.
    pub fn apply(&self, action: Action) -> Result<Self, FieldError> {
        let mut next = *self;
        match action {
            Action::Set(field, value) => next.set(field, value)?,
            Action::SetSquare(square) => {
                next.square = square;
                if square {
                    next.size.width = next.size.height;
                }
            }
            Action::SetForm(form) => next.module = self.module.in_form(form)?,
            Action::SetMetric(metric) => next.counting.metric = metric,
            Action::SetTerm(term, on) => term.set(&mut next.counting.convention, on),
            Action::ToggleKernel(kernel) => next.kernels = self.kernels.toggled(kernel),
            Action::LinkPlainOut(true) => next.plain_out = PlainOut::Linked,
            Action::LinkPlainOut(false) => {
                let limits = Field::PlainOut.limits();
                next.plain_out = PlainOut::Fixed(limits.clamp(self.get(Field::PlainOut)));
            }
            Action::SetDiagram(diagram) => next.diagram = diagram,
            Action::SetAxis(axis) => next.axis = axis,
            Action::SetBatchNorm(mode) => next.run.batch_norm = mode,
            Action::SetPhoto(photo) => next.run.photo = photo,
            Action::LoadPreset(preset) => next.load(preset)?,
            Action::LoadExperiment(experiment) => next = experiment.set_up(self)?,
            Action::Reset => next = Self::default(),
        }
        Ok(next)
    }

    fn set(&mut self, field: Field, value: u64) -> Result<(), FieldError> {
        let value = field.check(value)?;
        match field {
            Field::Height | Field::Width if self.square => self.size = Size::square(value),
            Field::Height => self.size.height = value,
            Field::Width => self.size.width = value,
            Field::PlainOut => self.plain_out = PlainOut::Fixed(value),
            Field::Seed => {
                self.run.seed = u32::try_from(value)
                    .map_err(|_| FieldError::OutOfRange { field, given: value })?;
            }
            _ => self.module = self.module.with(field, value)?,
        }
        Ok(())
    }

    fn load(&mut self, preset: &Preset) -> Result<(), FieldError> {
        self.module = Inception::new(preset.fields)?;
        self.size = preset.size;
        self.square = preset.size.height == preset.size.width;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;

    #[test]
    fn linked_sides_move_together() {
        let model = Model::default().apply(Action::Set(Field::Width, 100)).unwrap();
        assert_eq!(model.size, Size::square(100));
        let model = model.apply(Action::SetSquare(false)).unwrap();
        let model = model.apply(Action::Set(Field::Width, 50)).unwrap();
        assert_eq!(model.size, Size { height: 100, width: 50 });
        assert_eq!(model.apply(Action::SetSquare(true)).unwrap().size, Size::square(100));
    }

    #[test]
    fn what_is_not_allowed_leaves_the_model_alone() {
        let model = Model::default();
        let error = model.apply(Action::Set(Field::InChannels, 5000)).unwrap_err();
        assert_eq!(error, FieldError::OutOfRange { field: Field::InChannels, given: 5000 });
    }

    #[test]
    fn a_switch_turns_back() {
        let model = Model::default();
        for term in Term::all() {
            let on = term.is_on(model.counting.convention);
            let turned = model.apply(Action::SetTerm(term, !on)).unwrap();
            assert_eq!(term.is_on(turned.counting.convention), !on);
            assert_eq!(turned.apply(Action::SetTerm(term, on)), Ok(model));
        }
    }
}

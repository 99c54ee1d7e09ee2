//! Any model, question, action.

use inception_explorer::arch::{Field, Form, Inception, InceptionFields, Preset, Size};
use inception_explorer::cost::{
    Bias, Convention, Metric, OpTerms, PLAIN_KERNELS, ParamTerms, PlainOut, Question,
};
use inception_explorer::state::{
    Action, AxisScale, BatchNormMode, Counting, Diagram, Experiment, Kernels, Model, Photo,
    RunSettings, Term, View,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use strum::VariantArray;

/// An allowed value of a field, its ends and small ones more often than chance has it.
pub fn allowed(field: Field) -> impl Strategy<Value = u64> {
    let limits = field.limits();
    let steps = (limits.max - limits.min) / limits.step;
    prop_oneof![
        4 => 0..=steps,
        3 => 0..=steps.min(300),
        1 => Just(0),
        1 => Just(steps),
    ]
    .prop_map(move |step| limits.min + step * limits.step)
}

pub fn field() -> impl Strategy<Value = Field> {
    let others =
        [Field::Height, Field::Width, Field::PlainKernel, Field::PlainOut, Field::Seed].to_vec();
    select([Field::INCEPTION.to_vec(), others].concat())
}

pub fn form() -> impl Strategy<Value = Form> {
    select(vec![Form::Reduced, Form::Naive])
}

pub fn module() -> impl Strategy<Value = Inception> {
    let values = Field::INCEPTION.map(|field| allowed(field).boxed());
    (values, form()).prop_filter_map("no branch is left", |(values, form)| {
        let mut fields = InceptionFields { form, ..InceptionFields::new(1, [1; 6]) };
        for (field, value) in Field::INCEPTION.into_iter().zip(values) {
            *fields.get_mut(field).unwrap() = value;
        }
        Inception::new(fields).ok()
    })
}

fn size() -> impl Strategy<Value = Size> {
    let side = || allowed(Field::Height);
    prop_oneof![
        side().prop_map(Size::square),
        (side(), side()).prop_map(|(height, width)| Size { height, width }),
    ]
}

pub fn metric() -> impl Strategy<Value = Metric> {
    select(Metric::VARIANTS)
}

fn kernels() -> impl Strategy<Value = Vec<u64>> {
    subsequence(PLAIN_KERNELS.to_vec(), 0..=PLAIN_KERNELS.len())
}

fn plain_out() -> impl Strategy<Value = PlainOut> {
    prop_oneof![Just(PlainOut::Linked), allowed(Field::PlainOut).prop_map(PlainOut::Fixed)]
}

/// Any convention the counting takes, whether the page has a switch for it or not.
pub fn convention() -> impl Strategy<Value = Convention> {
    let bias = || select(vec![Bias::Ignored, Bias::AsBuilt, Bias::Assumed]);
    (any::<[bool; 3]>(), bias(), bias()).prop_map(
        |([params_bn, ops_bn, elementwise], params, ops)| Convention {
            params: ParamTerms { batch_norm: params_bn, bias: params },
            ops: OpTerms { batch_norm: ops_bn, bias: ops, elementwise },
        },
    )
}

pub fn question() -> impl Strategy<Value = Question> {
    (module(), size(), convention(), metric(), kernels(), plain_out()).prop_map(
        |(module, size, convention, metric, kernels, plain_out)| Question {
            module,
            size,
            convention,
            metric,
            kernels,
            plain_out,
        },
    )
}

/// A convention that the page's switches can make; a model has no other.
fn switched() -> impl Strategy<Value = Convention> {
    any::<[bool; 5]>().prop_map(|[params_bn, params_bias, ops_bn, ops_bias, elementwise]| {
        let bias = |on, off| if on { Bias::Assumed } else { off };
        Convention {
            params: ParamTerms { batch_norm: params_bn, bias: bias(params_bias, Bias::AsBuilt) },
            ops: OpTerms { batch_norm: ops_bn, bias: bias(ops_bias, Bias::Ignored), elementwise },
        }
    })
}

pub fn counting() -> impl Strategy<Value = Counting> {
    (metric(), switched()).prop_map(|(metric, convention)| Counting { metric, convention })
}

fn run() -> impl Strategy<Value = RunSettings> {
    let batch_norm = select(vec![BatchNormMode::Batch, BatchNormMode::Running]);
    (any::<u32>(), batch_norm, select(Photo::VARIANTS))
        .prop_map(|(seed, batch_norm, photo)| RunSettings { seed, batch_norm, photo })
}

pub fn view() -> impl Strategy<Value = View> {
    select(View::VARIANTS)
}

pub fn model() -> impl Strategy<Value = Model> {
    let counted = (module(), size(), any::<bool>(), counting(), kernels(), plain_out());
    let shown = (
        select(vec![Diagram::One, Diagram::Both]),
        select(vec![AxisScale::Linear, AxisScale::Log]),
        run(),
    );
    (counted, shown).prop_map(|(counted, (diagram, axis, run))| {
        let (module, size, linked, counting, kernels, plain_out) = counted;
        Model {
            module,
            size,
            // Linked sides are equal; no action makes a model where they aren't.
            square: linked && size.height == size.width,
            counting,
            kernels: Kernels::of(&kernels),
            plain_out,
            diagram,
            axis,
            run,
        }
    })
}

/// Any action, allowed or not.
pub fn action() -> impl Strategy<Value = Action> {
    let value = prop_oneof![0..=12_u64, 0..=5000_u64, any::<u64>()];
    let terms: Vec<Term> = Term::VARIANTS.to_vec();
    prop_oneof![
        6 => (field(), value).prop_map(|(field, value)| Action::Set(field, value)),
        1 => any::<bool>().prop_map(Action::SetSquare),
        1 => form().prop_map(Action::SetForm),
        1 => metric().prop_map(Action::SetMetric),
        1 => (select(terms), any::<bool>()).prop_map(|(term, on)| Action::SetTerm(term, on)),
        1 => (0..=13_u64).prop_map(Action::ToggleKernel),
        1 => any::<bool>().prop_map(Action::LinkPlainOut),
        1 => select(vec![Diagram::One, Diagram::Both]).prop_map(Action::SetDiagram),
        1 => select(vec![AxisScale::Linear, AxisScale::Log]).prop_map(Action::SetAxis),
        1 => select(vec![BatchNormMode::Batch, BatchNormMode::Running]).prop_map(Action::SetBatchNorm),
        1 => select(Photo::VARIANTS).prop_map(Action::SetPhoto),
        1 => select(Preset::ALL.iter().collect::<Vec<&'static Preset>>()).prop_map(Action::LoadPreset),
        1 => select(Experiment::ALL.to_vec()).prop_map(Action::LoadExperiment),
        1 => Just(Action::Reset),
    ]
}

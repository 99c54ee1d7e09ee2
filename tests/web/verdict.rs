//! The verdict: its numbers are the answer's, its words fit the case.

use std::rc::Rc;

use inception_explorer::arch::{Field, Form};
use inception_explorer::cost::{Answer, Comparison, Crossover, Metric, PlainOut};
use inception_explorer::page::format::{grouped, times};
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::Store;
use inception_explorer::page::verdict::Verdict;
use inception_explorer::state::{Action, Counting, Experiment, Kernels, Model};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::harness::{Stage, stage, stage_in, text};

fn answer(model: &Model) -> Rc<Answer> {
    Rc::new(model.question().answer().expect("countable"))
}

fn view(store: &Store) -> Html {
    let model = *store.module.shown();
    html! { <Verdict {model} answer={answer(&model)} /> }
}

async fn verdict(model: Model) -> Stage {
    stage(model, view).await
}

fn cells(stage: &Stage, row: &str) -> Vec<String> {
    stage.all::<Element>(&format!("#counts {row} td")).iter().map(text).collect()
}

#[wasm_bindgen_test]
async fn each_experiment_stands_beside_what_was_published() {
    let stage = verdict(Model::default()).await;
    assert!(stage.maybe::<Element>("#counts .published").is_none());
    for (index, experiment) in Experiment::ALL.into_iter().enumerate() {
        let chips: Vec<HtmlElement> = stage.all("#experiments button");
        chips[index].click();
        yew::scheduler::flush().await;
        let model = stage.committed();
        assert_eq!(Experiment::shown_by(&model), Some(experiment));

        let answer = answer(&model);
        let rival = &answer.rivals[0];
        let module = cells(&stage, "tr.module");
        assert_eq!(module[..2], [answer.module.count, experiment.published_module].map(grouped));
        let plain = cells(&stage, "tr.rival");
        assert_eq!(plain[..2], [rival.count, experiment.published_plain].map(grouped));
        let (Comparison::Fewer(factor) | Comparison::More(factor)) = rival.comparison else {
            panic!("they differ");
        };
        assert!(plain[2].contains(&times(factor)), "{plain:?}");

        let word = if experiment.in_channels == 3 { "more" } else { "fewer" };
        let said = stage.text("#verdict");
        let start = format!("{} times {word} parameters", times(factor));
        assert!(said.starts_with(&start), "“{said}”, not “{start}”");
        let first = if experiment.kernel_size == 3 { 59 } else { 20 };
        let algebra = stage.text("#algebra");
        assert!(algebra.contains(&format!("from {first} input channels")), "{algebra}");
        assert!(algebra.contains("208·c + 124,128 = "), "{algebra}");

        let on: Vec<_> = stage.all::<Element>("#experiments [aria-pressed=true]");
        assert_eq!(on.len(), 1);
        assert!(on[0].is_same_node(Some(&chips[index])));
        assert!(stage.text(".errata").contains(&format!("exactly {first}")));
    }
    // Any change by hand, and the published numbers no longer stand beside it.
    stage.commit(Action::Set(Field::InChannels, 4)).await;
    assert!(stage.maybe::<Element>("#counts .published, .errata").is_none());
}

#[wasm_bindgen_test]
async fn the_chosen_rival_leads() {
    let stage = verdict(Model::default()).await;
    let equation = || stage.text("#algebra code");
    assert_eq!(equation(), "208·c + 124,128 = 2,304·c + 512 → c = 58.98");
    stage.press("conv 5×5 → 256").await;
    assert_eq!(equation(), "208·c + 124,128 = 6,400·c + 512 → c = 19.96");
    assert!(stage.text("#verdict").contains("5×5"));
    let here = || stage.find::<Element>("tr.rival.here").get_attribute("data-kernel");
    assert_eq!(here().as_deref(), Some("5"));
    assert_eq!(stage.all::<Element>("tr.rival [aria-pressed=true]").len(), 1);
    // Without it the sentence names the 3×3 again.
    stage.commit(Action::ToggleKernel(5)).await;
    assert_eq!(here().as_deref(), Some("3"));
}

#[wasm_bindgen_test]
async fn without_a_rival_the_module_stands_alone() {
    let stage = verdict(Model { kernels: Kernels::NONE, ..Model::default() }).await;
    assert!(stage.text("#verdict").contains("164,064 parameters"));
    assert!(stage.maybe::<Element>("#algebra").is_none());
    assert_eq!(stage.all::<Element>("#counts tbody tr").len(), 2);
}

/// The default with one 1×1 branch of `filters`, beside one plain convolution.
fn one_branch(filters: u64, kernel: u64, plain_out: PlainOut) -> Model {
    let fields = [(Field::Ch1x1, filters), (Field::Ch3x3, 0), (Field::Ch5x5, 0)];
    let model = fields
        .into_iter()
        .chain([(Field::PoolProj, 0)])
        .fold(Model::default(), |model, (field, value)| {
            model.apply(Action::Set(field, value)).expect("allowed")
        });
    Model { kernels: Kernels::of(&[kernel]), plain_out, ..model }
}

/// 3×3 without reduction, beside a 1×1: steeper, but from lower down.
fn steeper() -> Model {
    let reduced = one_branch(1, 1, PlainOut::Fixed(256));
    let with_3x3 = reduced.apply(Action::Set(Field::Ch3x3, 40)).expect("allowed");
    let alone = with_3x3.apply(Action::Set(Field::Ch1x1, 0)).expect("allowed");
    alone.apply(Action::SetForm(Form::Naive)).expect("allowed")
}

type IsCase = fn(&Crossover) -> bool;

#[wasm_bindgen_test]
async fn the_algebra_has_words_for_every_case() {
    let counting = Counting { metric: Metric::Memory, ..Counting::default() };
    let memory = Model { counting, ..Model::default() };
    let beyond =
        Model { kernels: Kernels::of(&[1]), plain_out: PlainOut::Fixed(256), ..Model::default() };
    let cases: [(Model, IsCase, &str, &str); 6] = [
        (
            one_branch(8, 3, PlainOut::Fixed(256)),
            |case| *case == Crossover::Always,
            "Cheaper than 3×3 at any number",
            "8·c + 16 < 2,304·c + 512",
        ),
        (memory, |case| *case == Crossover::Never, "Never cheaper than 3×3, at any", " > "),
        (
            beyond,
            |case| matches!(case, Crossover::From { first: 2576, .. }),
            "within 1,024 input channels, only from 2,576",
            "208·c + 124,128 = 256·c + 512 → c = 2575.33",
        ),
        (
            one_branch(64, 1, PlainOut::Linked),
            |case| *case == Crossover::Equal,
            "The same as 1×1 at any number",
            "64·c + 128 = 64·c + 128",
        ),
        (
            steeper(),
            |case| matches!(case, Crossover::UpTo { last: 4, .. }),
            "only up to 4 input channels",
            "360·c + 80 = 256·c + 512 → c = 4.15",
        ),
        (
            Model::default(),
            |case| matches!(case, Crossover::From { first: 59, .. }),
            "from 59 input channels",
            "→ c = 58.98",
        ),
    ];
    for (model, is_case, words, line) in cases {
        let crossover = answer(&model).rivals[0].crossover.expect("a line");
        assert!(is_case(&crossover), "{crossover:?}");
        let stage = verdict(model).await;
        let (said, code) = (stage.text("#algebra p"), stage.text("#algebra code"));
        assert!(said.contains(words), "“{said}” lacks “{words}”");
        assert!(code.contains(line), "“{code}” lacks “{line}”");
    }
}

#[wasm_bindgen_test]
async fn what_is_counted_is_said() {
    let stage = verdict(Model::default()).await;
    assert!(stage.text(".counted").contains("weights, batch norm"));
    stage.commit(Action::SetMetric(Metric::Memory)).await;
    assert!(stage.text(".counted").contains("float32"));
    assert!(cells(&stage, "tr.module")[0].ends_with("iB"));
}

#[wasm_bindgen_test]
async fn korean_has_the_same_numbers() {
    let stage = stage_in(Lang::Ko, Model::default(), view).await;
    assert_eq!(stage.text("#algebra code"), "208·c + 124,128 = 2,304·c + 512 → c = 58.98");
    assert!(stage.text("#verdict").contains("2.7배"), "{}", stage.text("#verdict"));
}

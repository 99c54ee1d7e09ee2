//! One box of the figure.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::network::{Flow, Join, ModuleKind};
use crate::chart::Rect;
use crate::cost::{Additive, Metric, NetworkCost, NetworkFault, NetworkRow, RowKind};
use crate::page::controls::slider::branch_class;
use crate::page::format::{grouped, share, short_count};
use crate::page::prefs::use_lang;
use crate::page::words;

use super::caption::{Caption, cut, output};
use super::layout::{Fill, Part, Place};

/// An action on a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Focus,
    /// It is selected.
    Select,
    Toggle,
    /// A double click: an Inception module opens in the Module view, any other container in the figure.
    Enter,
    /// It opens in the Module view.
    Open,
}

/// How a box relates to the selected row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Other,
    /// It is a closed container around it.
    Around,
    /// It is its own box.
    Own,
}

#[derive(Properties, PartialEq)]
pub struct BlockProps {
    /// The network and its cost.
    pub cost: Rc<NetworkCost>,
    pub place: Place,
    pub metric: Additive,
    /// How it relates to the selected row.
    pub selection: Selection,
    /// Whether Tab reaches it.
    pub active: bool,
    /// Whether it is a container that is open.
    pub open: bool,
    /// Says why a row can't be counted.
    pub explain: Callback<NetworkFault, AttrValue>,
    /// Told what is done to which row.
    pub onact: Callback<(usize, Act)>,
}

/// A box at least this wide has two columns of text.
const WIDE: f64 = 200.0;
/// The head of a frame at least this wide shows both numbers.
const ROOMY: f64 = 300.0;
/// A container at least this wide shows its chevron.
const CHEVRON: f64 = 64.0;
/// CSS pixels of an average letter of the name, and of the rest.
const LETTERS: (f64, f64) = (7.4, 6.5);

impl BlockProps {
    fn row(&self) -> &NetworkRow {
        &self.cost.rows[self.place.row]
    }

    /// The fault of the layer, or of a layer in a closed container.
    fn fault(&self) -> Option<AttrValue> {
        let end = if self.open { self.place.row + 1 } else { self.row().end };
        let within = self.place.row..end;
        let fault = self.cost.faults.iter().find(|fault| within.contains(&fault.row))?;
        Some(self.explain.emit(fault.clone()))
    }

    fn count(&self) -> u64 {
        self.row().totals.get(self.metric).unwrap_or(u64::MAX)
    }

    fn share(&self) -> String {
        share(self.count(), self.cost.totals.get(self.metric).unwrap_or(u64::MAX))
    }

    /// The full text, as a tooltip and for screen readers.
    fn spoken(&self, fault: Option<&str>) -> String {
        let row = self.row();
        let counted = match self.metric {
            _ if !row.counted && Metric::from(self.metric).needs_shapes() => {
                t!("figure.uncounted").to_string()
            }
            Additive::Params => t!("diagram.params", n = grouped(self.count())).to_string(),
            Additive::Memory => short_count(self.count(), self.metric),
            _ => {
                format!("{} {}", short_count(self.count(), self.metric), words::metric(self.metric))
            }
        };
        let mut text = format!(
            "{}, {}: {} → {}, {counted}, {}",
            row.path,
            row.kind.class_name(),
            output(row.input),
            output(row.output),
            self.share(),
        );
        if row.training_only {
            text = format!("{text}, {}", t!("figure.training_only"));
        }
        fault.map_or(text.clone(), |fault| format!("{text}. {fault}"))
    }
}

/// Whether it may be an Inception module, which opens in the Module view.
pub(super) fn is_inception(kind: RowKind) -> bool {
    kind == RowKind::Container(Flow::Parallel(Join::Concat), ModuleKind::Inception)
}

/// A number as SVG takes it.
fn px(number: f64) -> String {
    format!("{number:.1}")
}

/// One box: its outline, what it costs, its words, and what can be done to it.
#[component]
pub fn Block(props: &BlockProps) -> Html {
    use_lang();
    let BlockProps { place, active, open, selection, .. } = props;
    let row = props.row();
    let act = |act: Act| {
        let (onact, row) = (props.onact.clone(), place.row);
        move || onact.emit((row, act))
    };
    let (focus, select, enter) = (act(Act::Focus), act(Act::Select), act(Act::Enter));
    let is_container = row.kind.is_container();
    let fault = props.fault();
    let spoken = props.spoken(fault.as_deref());
    let class = classes!(
        "net-figure-box",
        match place.part {
            Part::Block => "is-block",
            Part::Thin => "is-thin",
            Part::Strip => "is-strip",
            Part::Frame => "is-frame",
            Part::Lane => "is-lane",
        },
        place.branch.map(branch_class),
        match selection {
            Selection::Other => None,
            Selection::Around => Some("selected around"),
            Selection::Own => Some("selected"),
        },
        fault.is_some().then_some("fault"),
        row.training_only.then_some("aside"),
        (place.rect.width < WIDE).then_some("narrow"),
    );
    let Rect { x, y, width, height } = place.rect;
    let outline = |class: &'static str| html! { <rect {class} x={px(x)} y={px(y)} width={px(width)} height={px(height)} rx={if place.part == Part::Strip { "4" } else { "8" }} /> };
    // A lane is background: keys and screen readers skip it.
    let (role, tabindex) = match place.part {
        Part::Lane => ("presentation", None),
        _ => ("treeitem", Some(if *active { "0" } else { "-1" })),
    };
    html! {
        <g {class} {role} {tabindex} data-row={place.row.to_string()} aria-label={spoken.clone()}
            aria-level={(row.depth + 1).to_string()} aria-selected={(*selection != Selection::Other).to_string()}
            aria-expanded={(is_container && role == "treeitem").then(|| open.to_string())}
            onfocus={Callback::from(move |_| focus())}
            onclick={Callback::from(move |_| select())}
            ondblclick={Callback::from(move |_| enter())}>
            <title>{ spoken }</title>
            { outline("ground") }
            if !place.fills.is_empty() {
                // The outline makes the group as large as the box.
                <g class="fills">{ outline("extent") }{ for place.fills.iter().filter(|fill| fill.rect.width > 0.0).map(draw_fill) }</g>
            }
            { outline("outline") }
            { words_of(props, fault.as_deref()) }
            if is_container && place.part != Part::Lane && width >= CHEVRON { { chevron(props) } }
            if is_inception(row.kind) { { arrow(props) } }
        </g>
    }
}

fn draw_fill(fill: &Fill) -> Html {
    let Rect { x, y, width, height } = fill.rect;
    html! { <rect class={classes!("fill", fill.branch.map(branch_class))} x={px(x)} y={px(y)} width={format!("{width:.2}")} height={px(height)} /> }
}

/// How much the numbers at the right end take: in the head of a frame they stand in one line.
fn numbers(props: &BlockProps) -> f64 {
    match props.open {
        true if props.place.rect.width < ROOMY => 40.0,
        true => 104.0,
        false => 76.0,
    }
}

fn words_of(props: &BlockProps, fault: Option<&str>) -> Html {
    let Place { part, rect, row, .. } = props.place;
    let caption = Caption::of(&props.cost, row);
    let Caption { title, short, output, .. } = &caption;
    let is_container = props.row().kind.is_container();
    let (left, right) = (
        rect.x + if is_container && rect.width >= CHEVRON { 24.0 } else { 8.0 },
        rect.x + rect.width - 10.0,
    );
    let (first, second) = (rect.y + 17.0, rect.y + 32.0);
    let shared = props.share();
    let room = right - left;
    match part {
        Part::Lane => Html::default(),
        Part::Strip => {
            let (x, y) = rect.center();
            html! { <text class="strip-name" x={px(x)} y={px(y + 4.0)}>{ cut(short, rect.width, 5.8) }</text> }
        }
        Part::Thin if rect.width < WIDE => {
            // If the kernel does not fit, the kind of pooling does.
            let fits = short.chars().count() as f64 * LETTERS.1 <= room;
            let text = if fits { short } else { short.split(' ').next().unwrap_or_default() };
            html! { <text class="second" x={px(left)} y={px(rect.y + 16.5)}>{ cut(text, room, LETTERS.1) }</text> }
        }
        Part::Thin => html! {
            <>
                <text x={px(left)} y={px(rect.y + 16.5)}>
                    <tspan class="thin-name">{ cut(title, room - 90.0, LETTERS.1) }</tspan>
                    { kind_after(&caption, room - 100.0) }
                </text>
                <text class="second to-end" x={px(right)} y={px(rect.y + 16.5)}>{ output }</text>
            </>
        },
        _ if rect.width < WIDE => narrow_words(props, &caption, fault, (left, right)),
        _ => {
            let head = part == Part::Frame;
            let name = room - numbers(props) - 26.0;
            let counted = if fault.is_some() {
                "!".to_owned()
            } else {
                short_count(props.count(), props.metric)
            };
            html! {
                <>
                    <text class="line" x={px(left)} y={px(if head { rect.y + 20.5 } else { first })}>
                        <tspan class="name">{ cut(title, name, LETTERS.0) }</tspan>
                        { kind_after(&caption, name) }
                    </text>
                    if head {
                        <text class="second to-end" x={px(right)} y={px(rect.y + 20.5)}>{ if rect.width < ROOMY { shared } else { format!("{counted} · {shared}") } }</text>
                    } else {
                        <text class="count to-end" x={px(right)} y={px(first)}>{ counted }</text>
                        <text class="second" x={px(left)} y={px(second)}>{ cut(fault.unwrap_or(output), room - 40.0, LETTERS.1) }</text>
                        <text class="second to-end" x={px(right)} y={px(second)}>{ shared }</text>
                    }
                </>
            }
        }
    }
}

/// The text in a lane: kernel, channels, and the share if it fits.
fn narrow_words(
    props: &BlockProps,
    caption: &Caption,
    fault: Option<&str>,
    (left, right): (f64, f64),
) -> Html {
    let Place { part, rect, .. } = props.place;
    let (first, second) = (rect.y + 17.0, rect.y + 32.0);
    let name = html! {
        <text class="name" x={px(left)} y={px(first)}>{ cut(&caption.short, right - left, LETTERS.0) }</text>
    };
    if part != Part::Block {
        return name;
    }
    let channels = props
        .row()
        .output
        .map_or_else(|| "?".to_owned(), |signal| signal.shape.channels.to_string());
    let arrow = if rect.width >= CHEVRON { "→ " } else { "" };
    let share = fault.map_or_else(|| props.share(), |_| "!".to_owned());
    let channels = format!("{arrow}{channels}");
    let start = rect.x + 8.0;
    let letters = channels.chars().count() + share.chars().count() + 1;
    html! {
        <>
            { name }
            <text class="second" x={px(start)} y={px(second)}>{ cut(&channels, right - start, LETTERS.1) }</text>
            if letters as f64 * LETTERS.1 <= rect.width - 14.0 {
                <text class="second to-end" x={px(rect.x + rect.width - 7.0)} y={px(second)}>{ share }</text>
            }
        </>
    }
}

/// What a block does, after its name: in full or abbreviated, as it fits.
fn kind_after(caption: &Caption, room: f64) -> Html {
    let Caption { title, operation, short, .. } = caption;
    let room = room - LETTERS.0 * title.chars().count() as f64 - 8.0;
    let fits = |text: &&String| text.chars().count() as f64 * LETTERS.1 <= room;
    let found = [operation, short].into_iter().filter(|text| *text != title).find(fits);
    found.map_or_else(Html::default, |text| html! { <tspan class="second" dx="7">{ text }</tspan> })
}

/// A button on the box: a click on it is `act`, not a click on the box.
fn affordance(props: &BlockProps, act: Act, label: AttrValue, area: Rect, d: String) -> Html {
    let (onact, row) = (props.onact.clone(), props.place.row);
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        onact.emit((row, act));
    });
    let ondblclick = Callback::from(|event: MouseEvent| event.stop_propagation());
    html! {
        <g class={classes!("net-figure-act", if act == Act::Open { "open" } else { "toggle" })} {onclick} {ondblclick}>
            <title>{ label }</title>
            <rect x={px(area.x)} y={px(area.y)} width={px(area.width)} height={px(area.height)} rx="6" />
            <path {d} />
        </g>
    }
}

fn chevron(props: &BlockProps) -> Html {
    let Rect { x, y, .. } = props.place.rect;
    let (cx, cy) = (x + 13.0, y + if props.open { 16.0 } else { 13.0 });
    let (label, d) = if props.open {
        (t!("figure.collapse"), format!("M{:.1},{:.1}l4,4.5l4,-4.5", cx - 4.0, cy - 2.0))
    } else {
        (t!("figure.expand"), format!("M{:.1},{:.1}l4.5,4l-4.5,4", cx - 2.0, cy - 4.0))
    };
    let area = Rect { x: x + 1.0, y: y + 1.0, width: 24.0, height: 30.0 };
    affordance(props, Act::Toggle, label, area, d)
}

fn arrow(props: &BlockProps) -> Html {
    let Rect { x, y, width, .. } = props.place.rect;
    let (left, top) = (x + width - 34.0 - numbers(props), y + if props.open { 4.0 } else { 2.0 });
    let area = Rect { x: left, y: top, width: 26.0, height: 24.0 };
    let (cx, cy) = (left + 13.0, top + 12.0);
    let d = format!("M{:.1},{:.1}l8,-8m-6,0h6v6", cx - 4.0, cy + 4.0);
    affordance(props, Act::Open, t!("figure.open"), area, d)
}

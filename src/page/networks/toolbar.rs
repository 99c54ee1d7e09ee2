//! Network, input and metric of the view, and its tabs.

use std::rc::Rc;

use crate::t;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::arch::network::{Family, NetworkId};
use crate::arch::{Limits, Named, Shape};
use crate::cost::Metric;
use crate::page::controls::{Chip, NumberField, Popup};
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_convention, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{
    IN_CHANNELS, Networks, NetworksAction, NetworksError, SIDE, Source, Tab,
};
use crate::state::{Action, Term};

use super::file::FileMenu;
use super::words;

#[derive(Properties, PartialEq)]
pub struct ToolbarProps {
    pub networks: Rc<Networks>,
    /// Why the last change could not be made.
    pub refusal: Option<NetworksError>,
}

/// The row above every tab.
#[component]
pub fn Toolbar(ToolbarProps { networks, refusal }: &ToolbarProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let commit = {
        let dispatch = dispatch.clone();
        Callback::from(move |action| dispatch.dispatch(StoreAction::commit(action)))
    };
    let dismiss = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(StoreAction::DismissRefusal))
    };
    let metric = |metric: Metric| {
        let onpress = commit.reform(move |()| NetworksAction::SetMetric(metric));
        html! { <Chip on={networks.metric == metric} label={page_words::metric(metric)} {onpress} /> }
    };
    html! {
        <div class="net-toolbar card">
            <NetworkMenu id="network" label={t!("net.toolbar.network")}
                source={networks.source.clone()} onchoose={commit.reform(NetworksAction::Open)} />
            <FileMenu networks={networks.clone()} />
            <Size key={words::source(&networks.source).as_str()} input={networks.input} own={matches!(networks.source, Source::Own(_))}
                onset={commit.reform(NetworksAction::SetInput)} />
            <div class="chips" role="group" aria-label={t!("net.toolbar.metric")}>
                { for Metric::all().map(metric) }
            </div>
            <Counting metric={networks.metric} />
            if let Some(refusal) = refusal {
                <p class="problem" role="alert">
                    { words::refusal(refusal) }{ " " }
                    <button type="button" class="link" onclick={dismiss}>{ t!("notice.dismiss") }</button>
                </p>
            }
        </div>
    }
}

/// Properties of [`Counting`].
#[derive(Properties, PartialEq)]
struct CountingProps {
    metric: Metric,
}

/// The switches of what counts. They are the page's: the Module view has the same.
#[component]
fn Counting(CountingProps { metric }: &CountingProps) -> Html {
    use_lang();
    let (dispatch, convention) = (use_dispatch(), use_convention());
    let terms = Term::of_metric(*metric);
    if terms.is_empty() {
        return html! {};
    }
    let chip = |&term: &Term| {
        let on = term.is_on(convention);
        let dispatch = dispatch.clone();
        let onpress = Callback::from(move |()| {
            dispatch.dispatch(StoreAction::commit(Action::SetTerm(term, !on)));
        });
        html! {
            <Chip class="term" {on} label={page_words::term(term)} hint={page_words::term_hint(term)} {onpress} />
        }
    };
    html! {
        <Popup label={t!("net.toolbar.counting")}>
            <p class="chips terms" id="net-terms">{ for terms.iter().map(chip) }</p>
        </Popup>
    }
}

#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// The tab that is open.
    pub current: Tab,
}

/// The parts of the view.
#[component]
pub fn Tabs(TabsProps { current }: &TabsProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let tab = |tab: Tab| {
        let dispatch = dispatch.clone();
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(StoreAction::TurnTo(tab)));
        html! {
            <button type="button" class="net-tab" id={format!("tab-{}", tab.name())}
                aria-current={(*current == tab).then_some("true")} {onclick}>{ words::tab(tab) }</button>
        }
    };
    html! {
        <nav class="net-tabs" aria-label={t!("net.toolbar.tabs")}>{ for Tab::all().map(tab) }</nav>
    }
}

#[derive(Properties, PartialEq)]
pub struct NetworkMenuProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub source: Source,
    /// Called with the network that was chosen.
    pub onchoose: Callback<NetworkId>,
}

/// A menu of the published networks, and of the user's own network while it is shown.
#[component]
pub fn NetworkMenu(props: &NetworkMenuProps) -> Html {
    use_lang();
    let choose = {
        let onchoose = props.onchoose.clone();
        Callback::from(move |event: Event| {
            let name = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value());
            if let Some(id) = name.and_then(|name| NetworkId::by_name(&name)) {
                onchoose.emit(id);
            }
        })
    };
    let option = |id: NetworkId| {
        let selected = props.source == Source::Known(id);
        html! { <option value={id.name()} {selected}>{ words::network(id) }</option> }
    };
    let group = |family: Family| {
        let networks = NetworkId::all().filter(|id| id.family() == family);
        html! { <optgroup label={words::family(family)}>{ for networks.map(option) }</optgroup> }
    };
    html! {
        <label class="preset">
            <span>{ props.label.clone() }</span>
            <select id={props.id.clone()} onchange={choose}>
                if let Source::Own(_) = props.source {
                    <option value="" selected=true>{ words::source(&props.source) }</option>
                }
                { for Family::all().map(group) }
            </select>
        </label>
    }
}

#[derive(Properties, PartialEq)]
struct SizeProps {
    input: Shape,
    /// Whether the input may have other than three channels.
    own: bool,
    onset: Callback<Shape>,
}

#[component]
fn Size(SizeProps { input, own, onset }: &SizeProps) -> Html {
    let input = *input;
    let field = |id: &'static str,
                 label: AttrValue,
                 value: u64,
                 limits: Limits,
                 set: fn(Shape, u64) -> Shape| {
        let onset = onset.reform(move |value| set(input, value));
        html! { <NumberField {id} {label} {value} {limits} {onset} /> }
    };
    html! {
        <div class="net-size" role="group" aria-label={t!("net.toolbar.input")}>
            <span class="mute">{ t!("net.toolbar.input") }</span>
            if *own {
                { field("net-channels", t!("net.toolbar.channels"), input.channels, IN_CHANNELS,
                    |input, channels| Shape { channels, ..input }) }
                { "×" }
            } else {
                { format!("{} ×", input.channels) }
            }
            { field("net-height", t!("field.height"), input.height, SIDE,
                |input, height| Shape { height, ..input }) }
            { "×" }
            { field("net-width", t!("field.width"), input.width, SIDE,
                |input, width| Shape { width, ..input }) }
        </div>
    }
}

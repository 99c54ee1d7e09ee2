//! The texts of the networks' values, in the page's language.

use yew::AttrValue;

use crate::t;

use crate::arch::network::check::{LONGEST_NAME, MOST_LEVELS, MOST_NODES};
use crate::arch::network::{EditError, Family, NetworkError, NetworkId, NewLayer, Signal, Variant};
use crate::arch::{Layer, LayerFieldError, Named, ShapeError, Size, Window};
use crate::cost::torchsummary::TorchError;
use crate::cost::{CostError, Metric, NetworkFault, NetworkRow, RowKind};
use crate::export::network_file::{
    FORMAT, FileError, LARGEST_FILE, LONGEST_TITLE, PaddingError, VERSION,
};
use crate::export::network_text::{TextError, TokenError};
use crate::page::format::{bytes, grouped};
use crate::page::words::{self as page_words, allowed, text};
use crate::state::networks::{IN_CHANNELS, NetworksError, Own, SIDE, Source, Tab};

use super::rows::{Column, Kind};
use super::substitute;

/// A tab.
#[must_use]
pub fn tab(tab: Tab) -> AttrValue {
    text("net.tab", tab)
}

#[must_use]
pub fn column(column: Column) -> AttrValue {
    text("net.column", column)
}

/// What a column holds, in a sentence.
#[must_use]
pub fn column_hint(column: Column) -> AttrValue {
    text("net.column_hint", column)
}

/// A column's head and its hint. Where `metric` has no shares, the column of shares has the bytes alive.
#[must_use]
pub fn heading(column: Column, metric: Metric) -> [AttrValue; 2] {
    match column {
        Column::Share if metric.additive().is_none() => {
            [t!("net.table.alive"), t!("net.table.alive_hint")]
        }
        _ => [self::column(column), column_hint(column)],
    }
}

/// A kind of layer on its chip.
#[must_use]
pub fn kind(kind: Kind) -> AttrValue {
    text("net.kind", kind)
}

/// A network: "VGG-16 (D) + BN", "GoogLeNet, the paper's, with auxiliary classifiers".
#[must_use]
pub fn network(id: NetworkId) -> AttrValue {
    match id {
        NetworkId::Vgg { config, batch_norm } => {
            let layers = config.weight_layers();
            let bn = if batch_norm { " + BN" } else { "" };
            format!("VGG-{layers} ({}){bn}", config.name()).into()
        }
        NetworkId::GoogLeNet { variant, auxiliary } => {
            let whose = match variant {
                Variant::Torchvision => t!("net.network.torchvision"),
                Variant::Paper => t!("net.network.paper"),
            };
            if auxiliary {
                t!("net.network.with_aux", whose = whose)
            } else {
                format!("GoogLeNet ({whose})").into()
            }
        }
        NetworkId::ResNet(network) => format!("ResNet-{}", network.layers()).into(),
    }
}

/// The networks of one architecture, in a menu.
#[must_use]
pub fn family(family: Family) -> AttrValue {
    text("net.family", family)
}

/// A layer in the menu "Add".
#[must_use]
pub fn new_layer(layer: NewLayer) -> AttrValue {
    text("net.new", layer)
}

/// The network that is shown.
#[must_use]
pub fn source(source: &Source) -> AttrValue {
    match source {
        Source::Known(id) => network(*id),
        Source::Own(own) => own_name(own),
    }
}

fn own_name(own: &Own) -> AttrValue {
    if own.name.is_empty() { t!("net.network.own") } else { own.name.as_str().into() }
}

/// The shape of what passes: `64 × 224 × 224`, `4,096`.
#[must_use]
pub fn signal(signal: Signal) -> String {
    match signal.sides() {
        Some(sides) => sides.into_iter().map(grouped).collect::<Vec<_>>().join(" × "),
        None => signal.to_string(),
    }
}

/// Height and width: `224 × 224`.
#[must_use]
pub fn size(size: Size) -> String {
    format!("{} × {}", size.height, size.width)
}

/// What a file about the network is called, without the extension.
#[must_use]
pub fn file_stem(source: &Source) -> String {
    match source {
        Source::Known(id) => id.name().to_owned(),
        Source::Own(own) if own.name.is_empty() => "network".to_owned(),
        Source::Own(own) => own.name.clone(),
    }
}

/// The shape of what passes, for programs: `64x224x224`.
#[must_use]
pub fn sides(signal: Signal) -> String {
    let sides = signal.sides().unwrap_or_default();
    sides.iter().map(u64::to_string).collect::<Vec<_>>().join("x")
}

/// A row's class with its numbers: `Conv2d 3×3, stride 2`.
#[must_use]
pub fn row_kind(row: &NetworkRow) -> String {
    match &row.kind {
        RowKind::Layer(layer, _) => layer_kind(layer),
        kind => kind.class_name().to_owned(),
    }
}

fn layer_kind(layer: &Layer) -> String {
    format!("{} {}", layer.class_name(), kernel(layer)).trim_end().to_owned()
}

/// A layer's window, its step where that isn't 1, and its groups: `3×3 /2`, `1×7`, `3×3, groups 64`; an
/// adaptive pool's output: `→ 7×7`. The names are PyTorch's, in every language.
#[must_use]
pub fn kernel(layer: &Layer) -> String {
    let (window, groups) = match layer {
        Layer::Conv2d(conv) => (conv.window(), conv.groups),
        Layer::Pool2d(pool) => (pool.window(), 1),
        Layer::AdaptiveAvgPool2d { output_size } => return format!("→ {output_size}"),
        _ => return String::new(),
    };
    let Window { kernel_size, stride, .. } = window;
    let step = if stride.is_square_of(1) { String::new() } else { format!(" /{}", stride.brief()) };
    let groups = if groups == 1 { String::new() } else { format!(", groups {groups}") };
    format!("{kernel_size}{step}{groups}")
}

/// Why something can't be counted.
#[must_use]
pub fn cost_error(error: CostError) -> AttrValue {
    match error {
        CostError::Shape(error) => shape_error(error),
        CostError::Field(error) => page_words::refusal(error),
        CostError::TooLarge { field } => t!("net.fault.too_large", field = field),
    }
}

/// Why torchsummary would fail.
#[must_use]
pub fn torch_error(error: &TorchError) -> AttrValue {
    match error {
        TorchError::Shape(fault) => format!("{}: {}", fault.path, shape_error(fault.error)).into(),
        TorchError::Count(error) => cost_error(*error),
    }
}

/// Why a layer can't take its input, and what it needs.
#[must_use]
pub fn fault(fault: &NetworkFault) -> AttrValue {
    let given = fault.given.map(signal).unwrap_or_default();
    let why = cost_error(fault.error);
    if given.is_empty() { why } else { t!("net.fault.arrived", why = why, given = given) }
}

/// What is wrong with a shape.
#[must_use]
pub fn shape_error(error: ShapeError) -> AttrValue {
    match error {
        ShapeError::Channels { expected, given } => {
            t!("net.fault.channels", expected = grouped(expected), given = grouped(given))
        }
        ShapeError::WindowTooLarge { window, padded } => {
            t!("net.fault.window", window = grouped(window), padded = grouped(padded))
        }
        ShapeError::Groups { channels, groups } => {
            t!("net.fault.groups", channels = grouped(channels), groups = grouped(groups))
        }
        ShapeError::PoolPadding { padding, kernel_size } => {
            t!("net.fault.pool_padding", padding = padding, kernel = kernel_size)
        }
        ShapeError::Zero(what) => t!("net.fault.zero", what = what),
        ShapeError::Concatenate { height, width, given } => {
            t!("net.fault.concatenate", given = given.to_string(), height = height, width = width)
        }
        ShapeError::Broadcast { joined, given } => {
            t!("net.fault.broadcast", given = given.to_string(), joined = joined.to_string())
        }
        ShapeError::Flattened { features } => {
            t!("net.fault.flattened", features = grouped(features))
        }
        ShapeError::Empty => t!("net.fault.empty"),
        ShapeError::TooLarge => t!("net.fault.shape_too_large"),
    }
}

/// Why a change could not be made, and what is allowed.
#[must_use]
pub fn refusal(error: &NetworksError) -> AttrValue {
    match error {
        NetworksError::Side(given) => {
            t!("net.refused.side", given = grouped(*given), allowed = allowed(SIDE))
        }
        NetworksError::InChannels(given) => {
            t!("net.refused.channels", given = grouped(*given), allowed = allowed(IN_CHANNELS))
        }
        NetworksError::NoModule(path) => t!("net.refused.no_module", path = path),
        NetworksError::Refused(refused) => substitute::words::refusal(&refused.reason),
        NetworksError::Edit(error) => edit_error(error),
    }
}

fn edit_error(error: &EditError) -> AttrValue {
    match error {
        EditError::Nowhere { .. } => t!("net.refused.nowhere"),
        EditError::IntoItself => t!("net.refused.into_itself"),
        EditError::Network(error) => network_error(error),
    }
}

/// Which limit a network exceeds.
#[must_use]
pub fn network_error(error: &NetworkError) -> AttrValue {
    match error {
        NetworkError::TooManyNodes => t!("net.limit.nodes", most = grouped(MOST_NODES as u64)),
        NetworkError::TooDeep { path } => t!("net.limit.deep", path = path, most = MOST_LEVELS),
        NetworkError::Name { path, given } => {
            t!("net.limit.name", path = path, given = given, most = LONGEST_NAME)
        }
        NetworkError::SameName { path } => t!("net.limit.same_name", path = path),
        NetworkError::Input { given } => {
            t!("net.limit.input", given = given.to_string(), allowed = allowed(SIDE))
        }
        NetworkError::Number { path, error } => {
            t!("net.limit.number", path = path, why = field_error(error))
        }
    }
}

fn field_error(error: &LayerFieldError) -> AttrValue {
    match error {
        LayerFieldError::OutOfRange { field, given } => t!(
            "error.out_of_range",
            field = field.name(),
            given = grouped(*given),
            allowed = allowed(field.limits())
        ),
        LayerFieldError::Kind { field, given } => {
            t!("net.limit.one_number", field = field.name(), given = given.to_string())
        }
        LayerFieldError::NoSuchField { class_name, field } => {
            t!("net.limit.no_such_field", class = class_name, field = field.name())
        }
    }
}

/// Why a file can't be read as a network.
#[must_use]
pub fn file_error(error: &FileError) -> AttrValue {
    match error {
        FileError::TooLarge { .. } => {
            t!("net.file.too_large", most = bytes(LARGEST_FILE as u64))
        }
        // The parser's message is about keys and types, which are English in the file too.
        FileError::Json { message, .. } => t!("net.file.json", message = message),
        FileError::Format { .. } => t!("net.file.format", format = FORMAT),
        FileError::Version { given } => {
            let given = given.map_or_else(|| "?".to_owned(), |given| given.to_string());
            t!("net.file.version", given = given, known = VERSION)
        }
        FileError::Title { given } => {
            t!("net.file.title_length", given = given, most = LONGEST_TITLE)
        }
        FileError::Missing { at, class, key } => {
            t!("net.file.missing", at = at, class = class, key = key)
        }
        FileError::Unexpected { at, class, key } => {
            t!("net.file.unexpected", at = at, class = class, key = key)
        }
        FileError::Layer { at, error } => format!("{at}: {}", field_error(error)).into(),
        FileError::Padding { at, error } => format!("{at}: {}", padding_error(error)).into(),
        FileError::Module { at, error } => format!("{at}: {}", page_words::refusal(*error)).into(),
        FileError::Network(error) => network_error(error),
    }
}

fn padding_error(error: &PaddingError) -> AttrValue {
    match error {
        PaddingError::Strided { stride } => {
            t!("net.file.padding_strided", stride = stride.brief())
        }
        PaddingError::Uneven { kernel_size } => {
            t!("net.file.padding_uneven", kernel = kernel_size.to_string())
        }
        PaddingError::Pool { given } => t!("net.file.padding_pool", given = given),
    }
}

/// Why a network could not be read from a link.
#[must_use]
pub fn text_error(error: &TextError) -> AttrValue {
    match error {
        TextError::Token { at, given, reason } => {
            t!("net.text.token", given = given, at = at, why = token_error(reason))
        }
        TextError::Unclosed(count) => t!("net.text.unclosed", n = count),
        TextError::Network(error) => network_error(error),
    }
}

fn token_error(error: &TokenError) -> AttrValue {
    match error {
        TokenError::Unknown => t!("net.text.unknown"),
        TokenError::Unopened => t!("net.text.unopened"),
        TokenError::Name => t!("net.text.name"),
        TokenError::Count { after, expected, given } => {
            t!("net.text.count", after = after, expected = expected, given = given)
        }
        TokenError::Number { given } => t!("net.text.number", given = given),
        TokenError::Letter { given } => t!("net.text.letter", given = given),
        TokenError::Layer(error) => field_error(error),
        TokenError::Module(error) => page_words::refusal(*error),
        TokenError::Input(error) => network_error(error),
    }
}

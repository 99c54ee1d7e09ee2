//! The networks' values in the reader's language.

use crate::t;

use crate::arch::network::check::{LONGEST_NAME, MOST_LEVELS, MOST_NODES};
use crate::arch::network::{EditError, Family, NetworkError, NetworkId, NewLayer, Signal, Variant};
use crate::arch::{Layer, LayerFieldError, Named, ShapeError, Size, Window};
use crate::cost::torchsummary::TorchError;
use crate::cost::{CostError, NetworkFault, NetworkRow, RowKind};
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
pub fn tab(tab: Tab) -> String {
    text("net.tab", tab)
}

#[must_use]
pub fn column(column: Column) -> String {
    text("net.column", column)
}

/// What a column holds, in a sentence.
#[must_use]
pub fn column_hint(column: Column) -> String {
    text("net.column_hint", column)
}

/// A kind of layer on its chip.
#[must_use]
pub fn kind(kind: Kind) -> String {
    text("net.kind", kind)
}

/// A network: "VGG-16 (D) + BN", "GoogLeNet, the paper's, with auxiliary classifiers".
#[must_use]
pub fn network(id: NetworkId) -> String {
    match id {
        NetworkId::Vgg { config, batch_norm } => {
            let layers = config.weight_layers();
            let bn = if batch_norm { " + BN" } else { "" };
            format!("VGG-{layers} ({}){bn}", config.name())
        }
        NetworkId::GoogLeNet { variant, auxiliary } => {
            let whose = match variant {
                Variant::Torchvision => t!("net.network.torchvision"),
                Variant::Paper => t!("net.network.paper"),
            };
            if auxiliary {
                t!("net.network.with_aux", whose = whose).into_owned()
            } else {
                format!("GoogLeNet ({whose})")
            }
        }
        NetworkId::ResNet(network) => format!("ResNet-{}", network.layers()),
    }
}

/// The networks of one architecture, in a menu.
#[must_use]
pub fn family(family: Family) -> String {
    text("net.family", family)
}

/// A layer in the menu of those that can be added.
#[must_use]
pub fn new_layer(layer: NewLayer) -> String {
    text("net.new", layer)
}

/// The network that is shown.
#[must_use]
pub fn source(source: &Source) -> String {
    match source {
        Source::Known(id) => network(*id),
        Source::Own(own) => own_name(own),
    }
}

fn own_name(own: &Own) -> String {
    if own.name.is_empty() { t!("net.network.own").into_owned() } else { own.name.clone() }
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

/// What a row is, with its numbers: `Conv2d 3×3, stride 2`.
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
pub fn cost_error(error: CostError) -> String {
    match error {
        CostError::Shape(error) => shape_error(error),
        CostError::Field(error) => page_words::refusal(error),
        CostError::TooLarge { field } => t!("net.fault.too_large", field = field).into_owned(),
    }
}

/// Why torchsummary would stop.
#[must_use]
pub fn torch_error(error: &TorchError) -> String {
    match error {
        TorchError::Shape(fault) => format!("{}: {}", fault.path, shape_error(fault.error)),
        TorchError::Count(error) => cost_error(*error),
    }
}

/// Why a layer can't take what arrives, and what it needs.
#[must_use]
pub fn fault(fault: &NetworkFault) -> String {
    let given = fault.given.map(signal).unwrap_or_default();
    let why = cost_error(fault.error);
    if given.is_empty() {
        why
    } else {
        t!("net.fault.arrived", why = why, given = given).into_owned()
    }
}

/// What is wrong with a shape.
#[must_use]
pub fn shape_error(error: ShapeError) -> String {
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
    .into_owned()
}

/// Why a change could not be made, and what is allowed.
#[must_use]
pub fn refusal(error: &NetworksError) -> String {
    match error {
        NetworksError::Side(given) => {
            t!("net.refused.side", given = grouped(*given), allowed = allowed(SIDE))
        }
        NetworksError::InChannels(given) => {
            t!("net.refused.channels", given = grouped(*given), allowed = allowed(IN_CHANNELS))
        }
        NetworksError::NoModule(path) => t!("net.refused.no_module", path = path),
        NetworksError::Refused(refused) => substitute::words::refusal(&refused.reason).into(),
        NetworksError::Edit(error) => edit_error(error).into(),
    }
    .into_owned()
}

fn edit_error(error: &EditError) -> String {
    match error {
        EditError::Nowhere { .. } => t!("net.refused.nowhere").into_owned(),
        EditError::IntoItself => t!("net.refused.into_itself").into_owned(),
        EditError::Network(error) => network_error(error),
    }
}

/// Why a network goes beyond the limits.
#[must_use]
pub fn network_error(error: &NetworkError) -> String {
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
    .into_owned()
}

fn field_error(error: &LayerFieldError) -> String {
    match error {
        LayerFieldError::OutOfRange { field, given } => t!(
            "error.out_of_range",
            field = field.name(),
            given = grouped(*given),
            allowed = allowed(field.limits())
        )
        .into_owned(),
        LayerFieldError::Kind { field, given } => {
            t!("net.limit.one_number", field = field.name(), given = given.to_string()).into_owned()
        }
        LayerFieldError::NoSuchField { class_name, field } => {
            t!("net.limit.no_such_field", class = class_name, field = field.name()).into_owned()
        }
    }
}

/// Why a file is no network.
#[must_use]
pub fn file_error(error: &FileError) -> String {
    match error {
        FileError::TooLarge { .. } => {
            t!("net.file.too_large", most = bytes(LARGEST_FILE as u64)).into_owned()
        }
        // What the parser says is about keys and types, which are English in the file too.
        FileError::Json { message, .. } => t!("net.file.json", message = message).into_owned(),
        FileError::Format { .. } => t!("net.file.format", format = FORMAT).into_owned(),
        FileError::Version { given } => {
            let given = given.map_or_else(|| "?".to_owned(), |given| given.to_string());
            t!("net.file.version", given = given, known = VERSION).into_owned()
        }
        FileError::Title { given } => {
            t!("net.file.title_length", given = given, most = LONGEST_TITLE).into_owned()
        }
        FileError::Missing { at, class, key } => {
            t!("net.file.missing", at = at, class = class, key = key).into_owned()
        }
        FileError::Unexpected { at, class, key } => {
            t!("net.file.unexpected", at = at, class = class, key = key).into_owned()
        }
        FileError::Layer { at, error } => format!("{at}: {}", field_error(error)),
        FileError::Padding { at, error } => format!("{at}: {}", padding_error(error)),
        FileError::Module { at, error } => format!("{at}: {}", page_words::refusal(*error)),
        FileError::Network(error) => network_error(error),
    }
}

fn padding_error(error: &PaddingError) -> String {
    match error {
        PaddingError::Strided { stride } => {
            t!("net.file.padding_strided", stride = stride.brief())
        }
        PaddingError::Uneven { kernel_size } => {
            t!("net.file.padding_uneven", kernel = kernel_size.to_string())
        }
        PaddingError::Pool { given } => t!("net.file.padding_pool", given = given),
    }
    .into_owned()
}

/// Why a network could not be read from a link.
#[must_use]
pub fn text_error(error: &TextError) -> String {
    match error {
        TextError::Token { at, given, reason } => {
            t!("net.text.token", given = given, at = at, why = token_error(reason)).into_owned()
        }
        TextError::Unclosed(count) => t!("net.text.unclosed", n = count).into_owned(),
        TextError::Network(error) => network_error(error),
    }
}

fn token_error(error: &TokenError) -> String {
    match error {
        TokenError::Unknown => t!("net.text.unknown").into_owned(),
        TokenError::Unopened => t!("net.text.unopened").into_owned(),
        TokenError::Name => t!("net.text.name").into_owned(),
        TokenError::Count { after, expected, given } => {
            t!("net.text.count", after = after, expected = expected, given = given).into_owned()
        }
        TokenError::Number { given } => t!("net.text.number", given = given).into_owned(),
        TokenError::Letter { given } => t!("net.text.letter", given = given).into_owned(),
        TokenError::Layer(error) => field_error(error),
        TokenError::Module(error) => page_words::refusal(*error),
        TokenError::Input(error) => network_error(error),
    }
}

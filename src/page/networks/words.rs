//! The networks' values in the reader's language.

use rust_i18n::t;

use crate::arch::network::{Layout, NetworkId, Signal};
use crate::arch::{Layer, ShapeError, Size};
use crate::cost::{CostError, NetworkFault, NetworkRow, RowKind};
use crate::page::format::grouped;
use crate::page::words::{self as page_words, allowed};
use crate::state::networks::link::Notice;
use crate::state::networks::{IN_CHANNELS, NetworksError, Own, SIDE, Subject, Tab};

use super::rows::{Column, Kind};

fn text(family: &str, name: &str) -> String {
    t!(format!("net.{family}.{name}")).into_owned()
}

/// A tab.
#[must_use]
pub fn tab(tab: Tab) -> String {
    text(
        "tab",
        match tab {
            Tab::Layers => "layers",
            Tab::Substitute => "substitute",
            Tab::Compare => "compare",
            Tab::Configurations => "configurations",
        },
    )
}

/// A column's head.
#[must_use]
pub fn column(column: Column) -> String {
    text("column", column.id())
}

/// A kind of layer on its chip.
#[must_use]
pub fn kind(kind: Kind) -> String {
    text("kind", kind.id())
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
        NetworkId::GoogLeNet { layout, auxiliary } => {
            let whose = match layout {
                Layout::Torchvision => t!("net.network.torchvision"),
                Layout::Paper => t!("net.network.paper"),
            };
            if auxiliary {
                t!("net.network.with_aux", whose = whose).into_owned()
            } else {
                format!("GoogLeNet ({whose})")
            }
        }
    }
}

/// The network that is shown.
#[must_use]
pub fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Known(id) => network(*id),
        Subject::Own(own) => own_name(own),
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

/// What a row is, with its numbers: `Conv2d 3×3, stride 2`.
#[must_use]
pub fn row_kind(row: &NetworkRow) -> String {
    match &row.kind {
        RowKind::Layer(layer, _) => layer_kind(layer),
        kind => kind.class_name().to_owned(),
    }
}

fn layer_kind(layer: &Layer) -> String {
    let class = layer.class_name();
    match layer {
        Layer::Conv2d(conv) if conv.stride > 1 => {
            format!("{class} {0}×{0} /{1}", conv.kernel_size, conv.stride)
        }
        Layer::Conv2d(conv) => format!("{class} {0}×{0}", conv.kernel_size),
        Layer::Pool2d(pool) => format!("{class} {0}×{0} /{1}", pool.kernel_size, pool.stride),
        Layer::AdaptiveAvgPool2d { height, width } => format!("{class} → {height}×{width}"),
        _ => class.to_owned(),
    }
}

/// Why a layer can't take what arrives, and what it needs.
#[must_use]
pub fn fault(fault: &NetworkFault) -> String {
    let given = fault.given.map(signal).unwrap_or_default();
    let why = match fault.error {
        CostError::Shape(error) => shape_error(error),
        CostError::Field(error) => page_words::refusal(error),
        CostError::TooLarge { field } => t!("net.fault.too_large", field = field).into_owned(),
    };
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
pub fn refusal(error: NetworksError) -> String {
    match error {
        NetworksError::Side(given) => {
            t!("net.refused.side", given = grouped(given), allowed = allowed(SIDE))
        }
        NetworksError::InChannels(given) => {
            t!("net.refused.channels", given = grouped(given), allowed = allowed(IN_CHANNELS))
        }
    }
    .into_owned()
}

/// What reading the link had to say.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Link(notice) => page_words::notice(notice),
        Notice::Size { given } => {
            t!("net.notice.size", given = given, allowed = allowed(SIDE)).into_owned()
        }
    }
}

//! The text on a block. Names of layers are PyTorch's, in every language.

use crate::arch::network::{ModuleKind, Signal};
use crate::arch::{Layer, PoolKind};
use crate::cost::{NetworkCost, RowKind};
use crate::page::networks::words;

/// The words of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// Its name, or what it does where the name is only a number.
    pub title: String,
    /// What it does, unless the title says so.
    pub operation: String,
    /// What it does, abbreviated.
    pub short: String,
    /// Its output shape.
    pub output: String,
}

fn of_layer(layer: &Layer) -> String {
    match *layer {
        Layer::Conv2d(_) => format!("Conv {}", words::kernel(layer)),
        Layer::Pool2d(_) => {
            format!("{} {}", layer.class_name().trim_end_matches("2d"), words::kernel(layer))
        }
        Layer::AdaptiveAvgPool2d { output_size } => format!("AvgPool → {output_size}"),
        Layer::LocalResponseNorm { size } => format!("LRN {size}"),
        Layer::BatchNorm2d { .. } => "BN".to_owned(),
        Layer::ReLU | Layer::Dropout | Layer::Linear { .. } => layer.class_name().to_owned(),
    }
}

fn short_of_layer(layer: &Layer) -> String {
    match *layer {
        Layer::Conv2d(conv) => conv.kernel_size.to_string(),
        Layer::Pool2d(pool) => {
            let kind = if pool.kind == PoolKind::Max { "max" } else { "avg" };
            format!("{kind} {}", pool.kernel_size)
        }
        Layer::AdaptiveAvgPool2d { output_size } => format!("avg → {output_size}"),
        _ => of_layer(layer),
    }
}

/// A convolution block is named by its layers.
const fn is_conv_block(kind: ModuleKind) -> bool {
    matches!(kind, ModuleKind::BasicConv2d | ModuleKind::ConvReLU)
}

impl Caption {
    /// The words of row `index`.
    #[must_use]
    pub fn of(cost: &NetworkCost, index: usize) -> Self {
        let row = &cost.rows[index];
        let (operation, short) = match &row.kind {
            RowKind::Layer(layer, _) => (of_layer(layer), short_of_layer(layer)),
            RowKind::Container(_, kind) if is_conv_block(*kind) => {
                let inside = || cost.children(index).filter_map(|(_, child)| child.layer());
                let all: Vec<_> = inside().map(of_layer).collect();
                (all.join(" · "), inside().next().map(short_of_layer).unwrap_or_default())
            }
            kind => (kind.class_name().to_owned(), row.name().to_owned()),
        };
        let numbered = row.name().bytes().all(|byte| byte.is_ascii_digit());
        let output = output(row.output);
        if numbered {
            Self { title: operation, operation: String::new(), short, output }
        } else {
            Self { title: row.name().to_owned(), operation, short, output }
        }
    }
}

/// A shape, or "?" if it is unknown.
#[must_use]
pub fn output(signal: Option<Signal>) -> String {
    signal.map_or_else(|| "?".to_owned(), |signal| signal.to_string())
}

/// `text`, cut off where `width` CSS pixels end, at `letter` pixels for the average letter.
#[must_use]
pub fn cut(text: &str, width: f64, letter: f64) -> String {
    let fits = |count: usize| count as f64 * letter <= width;
    let count = text.chars().count();
    if fits(count) {
        return text.to_owned();
    }
    let kept = (1..count).rev().find(|kept| fits(kept + 1)).unwrap_or(0);
    if kept == 0 { String::new() } else { text.chars().take(kept).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{Network, NetworkId, Variant, VggConfig};
    use crate::arch::{Conv2d, Pool2d, Size};
    use crate::cost::{Convention, network_cost};

    #[test]
    fn blocks_are_named_by_what_they_do() {
        let googlenet = NetworkId::GoogLeNet { variant: Variant::Torchvision, auxiliary: false };
        let vgg = NetworkId::Vgg { config: VggConfig::ALrn, batch_norm: false };
        let cases = [
            (googlenet, "conv1", ["conv1", "Conv 7×7 /2 · BN · ReLU", "7×7", "64 × 112 × 112"]),
            (googlenet, "maxpool1", ["maxpool1", "MaxPool 3×3 /2", "max 3×3", "64 × 56 × 56"]),
            (
                googlenet,
                "inception3a",
                ["inception3a", "Inception", "inception3a", "256 × 28 × 28"],
            ),
            (googlenet, "avgpool", ["avgpool", "AvgPool → 1×1", "avg → 1×1", "1024 × 1 × 1"]),
            (googlenet, "fc", ["fc", "Linear", "Linear", "1000"]),
            (
                googlenet,
                "inception3a.branch2.1",
                ["Conv 3×3 · BN · ReLU", "", "3×3", "128 × 28 × 28"],
            ),
            (vgg, "features.0", ["Conv 3×3", "", "3×3", "64 × 224 × 224"]),
            (vgg, "features.2", ["LRN 5", "", "LRN 5", "64 × 224 × 224"]),
        ];
        for (id, path, [title, operation, short, output]) in cases {
            let cost = network_cost(&id.build(), Network::INPUT, Convention::default()).unwrap();
            let index = cost.rows.iter().position(|row| row.path == path).unwrap();
            let [title, operation, short, output] =
                [title, operation, short, output].map(String::from);
            assert_eq!(
                Caption::of(&cost, index),
                Caption { title, operation, short, output },
                "{path}"
            );
        }
    }

    #[test]
    fn rectangular_windows_and_groups_are_said() {
        let conv = Conv2d { groups: 64, ..Conv2d::same(64, 64, 3) };
        let said = |layer: Layer| (of_layer(&layer), short_of_layer(&layer));
        assert_eq!(said(Layer::Conv2d(conv)).0, "Conv 3×3, groups 64");
        let wide = Conv2d {
            kernel_size: Size::new(1, 7),
            stride: Size::new(1, 2),
            ..Conv2d::same(3, 3, 1)
        };
        let (full, short) = said(Layer::Conv2d(wide));
        assert_eq!((&*full, &*short), ("Conv 1×7 /1×2", "1×7"));
        let pool = Pool2d::new(PoolKind::Max, Size::new(3, 2), Size::square(2));
        let (full, short) = said(Layer::Pool2d(pool));
        assert_eq!((&*full, &*short), ("MaxPool 3×2 /2", "max 3×2"));
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        assert_eq!(cut("inception3a", 100.0, 7.0), "inception3a");
        assert_eq!(cut("inception3a", 50.0, 7.0), "incept…");
        assert_eq!(cut("합성곱", 20.0, 7.0), "합…");
        assert_eq!(cut("ab", 5.0, 7.0), "");
    }
}

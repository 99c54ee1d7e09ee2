//! The arithmetic behind a layer's counts, with its own numbers.

use crate::arch::{Conv2d, Layer, Size};
use crate::cost::{Convention, NetworkRow};
use crate::page::format::grouped;

/// A count and its equation: `(64·3·3 + 1)·128 = 73,856`.
fn equation(terms: &str, count: u64) -> String {
    format!("{terms} = {}", grouped(count))
}

/// The equation of a layer's parameters; `None` if it has none.
#[must_use]
pub fn params(row: &NetworkRow, convention: Convention) -> Option<String> {
    let bias = |built| convention.params.bias.counts(built);
    let terms = match *row.layer()? {
        // Such a layer can't be built, so there is no equation.
        Layer::Conv2d(conv) if conv.check().is_err() => return None,
        Layer::Conv2d(conv) => {
            let filter = filter(&conv);
            let one = if bias(conv.bias) { format!("({filter} + 1)") } else { filter };
            format!("{one}·{}", conv.out_channels)
        }
        Layer::Linear { in_features, out_features, bias: built } => {
            let one =
                if bias(built) { format!("({in_features} + 1)") } else { in_features.to_string() };
            format!("{one}·{out_features}")
        }
        Layer::BatchNorm2d { num_features } if convention.params.batch_norm => {
            format!("2·{num_features}")
        }
        _ => return None,
    };
    Some(equation(&terms, row.totals.params))
}

/// The equation of a layer's multiply–accumulates; `None` if it has none, or its input is unknown.
#[must_use]
pub fn macs(row: &NetworkRow, convention: Convention) -> Option<String> {
    let output = row.output.filter(|_| row.counted)?.shape;
    let layer = row.layer()?;
    let (terms, built) = match *layer {
        Layer::Conv2d(conv) => {
            let size = format!("{}·{}", output.height, output.width);
            (format!("{}·{}·{size}", filter(&conv), conv.out_channels), conv.bias)
        }
        Layer::Linear { in_features, out_features, bias } => {
            let rows = match row.input.filter(|signal| signal.runs_on_rows(layer)) {
                Some(signal) => format!("·{}·{}", signal.shape.channels, signal.shape.height),
                None => String::new(),
            };
            (format!("{in_features}·{out_features}{rows}"), bias)
        }
        _ => return None,
    };
    let values = output.numel().filter(|_| convention.ops.bias.counts(built));
    let added = values.map_or_else(String::new, |values| format!(" + {values}"));
    Some(equation(&format!("{terms}{added}"), row.totals.macs))
}

/// Weights of one filter.
fn filter(conv: &Conv2d) -> String {
    let channels = if conv.groups > 1 {
        format!("{}/{}", conv.in_channels, conv.groups)
    } else {
        conv.in_channels.to_string()
    };
    let Size { height, width } = conv.kernel_size;
    format!("{channels}·{height}·{width}")
}

/// What the write-up says of a layer and where it errs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erratum {
    /// It prints the product 128·3·3·128·112·112 as 1,849,668,064.
    Product,
    /// Beside that product it counts the parameters of the layer before, from 64 to 128 channels.
    OtherLayer,
}

impl Erratum {
    /// The write-up's number for the product.
    pub const PRINTED: u64 = 1_849_668_064;

    /// The erratum for a layer of VGG, recognised by its numbers, not by its path.
    #[must_use]
    pub fn of(row: &NetworkRow) -> Option<Self> {
        let (Layer::Conv2d(conv), Some(output)) = (row.layer()?, row.output) else {
            return None;
        };
        let is_at_112 = (output.shape.height, output.shape.width) == (112, 112);
        match (conv.in_channels, conv.out_channels, conv.kernel_size.side()?) {
            (128, 128, 3) if is_at_112 && row.counted => Some(Self::Product),
            (64, 128, 3) if is_at_112 && conv.bias => Some(Self::OtherLayer),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::Shape;
    use crate::arch::network::{Network, NetworkId, Node};
    use crate::cost::{Bias, network_cost};

    #[test]
    fn vgg16s_equations_are_the_write_ups() {
        let network = NetworkId::by_name("vgg16").unwrap().build();
        let cost = network_cost(&network, Network::INPUT, Convention::default()).unwrap();
        let row = |path: &str| cost.rows.iter().find(|row| row.path == path).unwrap();
        let conv = row("features.5");
        assert_eq!(
            params(conv, Convention::default()).as_deref(),
            Some("(64·3·3 + 1)·128 = 73,856")
        );
        assert_eq!(Erratum::of(conv), Some(Erratum::OtherLayer));
        let conv = row("features.7");
        assert_eq!(
            macs(conv, Convention::default()).as_deref(),
            Some("128·3·3·128·112·112 = 1,849,688,064")
        );
        assert_eq!(Erratum::of(conv), Some(Erratum::Product));
        let linear = row("classifier.0");
        assert_eq!(
            params(linear, Convention::default()).as_deref(),
            Some("(25088 + 1)·4096 = 102,764,544")
        );
        assert_eq!(
            (
                params(row("features.1"), Convention::default()),
                macs(row("features.1"), Convention::default())
            ),
            (None, None)
        );
        assert_eq!(Erratum::of(row("features.10")), None);
    }

    #[test]
    fn equations_count_what_the_convention_counts() {
        let mut convention = Convention::WEIGHTS_ONLY;
        let network = NetworkId::by_name("vgg16_bn").unwrap().build();
        let equations = |convention| {
            let cost = network_cost(&network, Network::INPUT, convention).unwrap();
            let row = |path: &str| cost.rows.iter().find(|row| row.path == path).unwrap();
            let conv = row("features.0");
            (
                params(conv, convention),
                macs(conv, convention),
                params(row("features.1"), convention),
            )
        };
        let (of_params, of_macs, of_batch_norm) = equations(convention);
        assert_eq!(of_params.as_deref(), Some("3·3·3·64 = 1,728"));
        assert_eq!(of_macs.as_deref(), Some("3·3·3·64·224·224 = 86,704,128"));
        assert_eq!(of_batch_norm, None);
        convention.ops.bias = Bias::Assumed;
        let (_, of_macs, _) = equations(convention);
        assert_eq!(of_macs.as_deref(), Some("3·3·3·64·224·224 + 3211264 = 89,915,392"));
    }

    /// The equations of a network of one layer.
    fn of_one(layer: Layer, input: Shape) -> (Option<String>, Option<String>) {
        let network = Network { nodes: vec![Node::layer("only", layer)] };
        let cost = network_cost(&network, input, Convention::default()).unwrap();
        (params(&cost.rows[0], Convention::default()), macs(&cost.rows[0], Convention::default()))
    }

    #[test]
    fn equations_name_both_sides_of_a_kernel_groups_and_rows() {
        let wide = Conv2d {
            kernel_size: Size::new(1, 7),
            padding: Size::new(0, 3),
            ..Conv2d::same(8, 16, 1)
        };
        let (of_params, of_macs) = of_one(Layer::Conv2d(wide), Shape::new(8, 5, 9));
        assert_eq!(of_params.as_deref(), Some("8·1·7·16 = 896"));
        assert_eq!(of_macs.as_deref(), Some("8·1·7·16·5·9 = 40,320"));
        let depthwise = Conv2d { groups: 8, ..Conv2d::same(8, 8, 3) };
        let (of_params, _) = of_one(Layer::Conv2d(depthwise), Shape::new(8, 5, 9));
        assert_eq!(of_params.as_deref(), Some("8/8·3·3·8 = 72"));
        // No such layer is built, so that it has no equation.
        let wrong = Conv2d { groups: 24, ..Conv2d::same(3, 24, 3) };
        assert_eq!(of_one(Layer::Conv2d(wrong), Shape::new(3, 9, 9)), (None, None));
        let rows = Layer::Linear { in_features: 8, out_features: 10, bias: true };
        let (of_params, of_macs) = of_one(rows, Shape::new(3, 6, 8));
        assert_eq!(of_params.as_deref(), Some("(8 + 1)·10 = 90"));
        assert_eq!(of_macs.as_deref(), Some("8·10·3·6 = 1,440"));
    }
}

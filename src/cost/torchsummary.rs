//! A network as torchsummary 1.5.1 prints it.
//!
//! Its rules, which its numbers follow from:
//! - A forward hook hangs on every module but `Sequential`, `ModuleList` and the model itself. What is
//!   only a function call, as the sum in a residual block, has no row; a container such as `BasicConv2d`
//!   has one beside its layers' rows. A module that is called twice has two rows.
//! - A row is made when its hook fires, which is after the module has run: a container comes after all
//!   it holds. The index counts the rows.
//! - A row counts the parameters of the module's own `weight` and `bias`; a container has none.
//! - The model is summarised as it trains, so the auxiliary classifiers run.
//! - A megabyte is 1024² bytes, a value 4. The forward/backward pass is taken as twice the outputs of
//!   every row, so what a container passes on counts again.
//!
//! (It also prints lists of shapes for modules with several outputs; no node here has several.)

use std::fmt;

use thiserror::Error;

use crate::arch::network::{Fault, ModuleKind, Network, Signal, Step};
use crate::arch::{Shape, ShapeError};

use super::convention::Convention;
use super::layer::layer_params;
use super::{CostError, sum};

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TorchRow {
    /// The module's class.
    pub class_name: &'static str,
    /// From 1.
    pub index: usize,
    /// The sides of its output after the batch's, which is printed as −1.
    pub output: Vec<u64>,
    /// Its own parameters.
    pub params: u64,
    /// Which module it is: the names joined by dots. The tool does not print this.
    pub path: String,
}

impl TorchRow {
    /// The name in the first column: `Conv2d-6`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}-{}", self.class_name, self.index)
    }

    /// The shape in the second column: `[-1, 128, 112, 112]`.
    #[must_use]
    pub fn output_shape(&self) -> String {
        let sides: Vec<_> = self.output.iter().map(u64::to_string).collect();
        format!("[-1, {}]", sides.join(", "))
    }
}

/// Why the tool would print nothing: it runs the model, and the run fails.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TorchError {
    /// A module can't take its input.
    #[error(transparent)]
    Shape(#[from] Fault),
    /// A count does not fit into 64 bits.
    #[error(transparent)]
    Count(#[from] CostError),
}

/// The table and its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TorchSummary {
    /// In the order the hooks fire.
    pub rows: Vec<TorchRow>,
    /// Of all rows; all of them are trainable.
    pub total_params: u64,
    /// Values of the input.
    pub input_values: u64,
    /// Values of the outputs of all rows.
    pub output_values: u64,
}

const MEGABYTE: f64 = 1024.0 * 1024.0;

impl TorchSummary {
    /// "Input size (MB)".
    #[must_use]
    pub fn input_mb(&self) -> f64 {
        self.input_values as f64 * 4.0 / MEGABYTE
    }

    /// "Forward/backward pass size (MB)": the outputs twice, for their gradients.
    #[must_use]
    pub fn forward_backward_mb(&self) -> f64 {
        2.0 * self.output_values as f64 * 4.0 / MEGABYTE
    }

    /// "Params size (MB)".
    #[must_use]
    pub fn params_mb(&self) -> f64 {
        self.total_params as f64 * 4.0 / MEGABYTE
    }

    /// "Estimated Total Size (MB)".
    #[must_use]
    pub fn total_mb(&self) -> f64 {
        self.params_mb() + self.forward_backward_mb() + self.input_mb()
    }
}

/// The table of `network` on images of shape `input`.
///
/// # Errors
/// When the network can't take the input, or a count does not fit into 64 bits.
pub fn torchsummary(network: &Network, input: Shape) -> Result<TorchSummary, TorchError> {
    let shapes = network.infer(input);
    if let Some(fault) = shapes.faults.into_iter().next() {
        return Err(fault.into());
    }
    let mut rows = Vec::new();
    let mut open: Vec<&Step> = Vec::new();
    for (index, step) in shapes.steps.iter().enumerate() {
        while let Some(done) = open.pop_if(|container| container.end <= index) {
            rows.extend(row(done, rows.len() + 1)?);
        }
        open.push(step);
    }
    while let Some(done) = open.pop() {
        rows.extend(row(done, rows.len() + 1)?);
    }
    let values = |sides: &[u64]| {
        let product = sides.iter().try_fold(1_u64, |values, side| values.checked_mul(*side));
        product.ok_or(CostError::Shape(ShapeError::TooLarge))
    };
    let outputs: Result<Vec<_>, _> = rows.iter().map(|row| values(&row.output)).collect();
    Ok(TorchSummary {
        total_params: sum(rows.iter().map(|row| row.params))?,
        input_values: values(&[input.channels, input.height, input.width])?,
        output_values: sum(outputs?)?,
        rows,
    })
}

/// The row of a step, if a hook sees it.
fn row(step: &Step, index: usize) -> Result<Option<TorchRow>, CostError> {
    if !step.node.is_module() || step.node.kind() == Some(ModuleKind::Sequential) {
        return Ok(None);
    }
    // The default convention counts exactly the parameters that PyTorch's modules have.
    let params = match step.node.as_layer() {
        Some(layer) => layer_params(layer, Convention::default())?.total()?,
        None => 0,
    };
    let sides = step.output.and_then(Signal::sides);
    Ok(Some(TorchRow {
        class_name: step.node.class_name(),
        index,
        output: sides.ok_or(CostError::Shape(ShapeError::TooLarge))?,
        params,
        path: step.path.clone(),
    }))
}

impl fmt::Display for TorchSummary {
    /// What the tool prints, character by character.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (thin, thick) = ("-".repeat(64), "=".repeat(64));
        writeln!(f, "{thin}\n{:>20}  {:>25} {:>15}", "Layer (type)", "Output Shape", "Param #")?;
        writeln!(f, "{thick}")?;
        for row in &self.rows {
            let (label, shape, params) = (row.label(), row.output_shape(), grouped(row.params));
            writeln!(f, "{label:>20}  {shape:>25} {params:>15}")?;
        }
        let params = grouped(self.total_params);
        writeln!(f, "{thick}\nTotal params: {params}\nTrainable params: {params}")?;
        writeln!(f, "Non-trainable params: 0\n{thin}")?;
        writeln!(f, "Input size (MB): {:.2}", self.input_mb())?;
        writeln!(f, "Forward/backward pass size (MB): {:.2}", self.forward_backward_mb())?;
        writeln!(f, "Params size (MB): {:.2}", self.params_mb())?;
        writeln!(f, "Estimated Total Size (MB): {:.2}\n{thin}", self.total_mb())
    }
}

/// Digits in groups of three, divided by commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{
        Body, Call, ConvBlock, Flow, NetworkId, Node, ResNet, Variant, VggConfig,
    };
    use crate::arch::{Form, Inception, InceptionFields, Layer};

    fn vgg16() -> TorchSummary {
        let network = NetworkId::Vgg { config: VggConfig::D, batch_norm: false }.build();
        torchsummary(&network, Network::INPUT).unwrap()
    }

    fn megabytes(summary: &TorchSummary) -> [String; 4] {
        let parts = [
            summary.input_mb(),
            summary.forward_backward_mb(),
            summary.params_mb(),
            summary.total_mb(),
        ];
        parts.map(|part| format!("{part:.2}"))
    }

    #[test]
    fn vgg16_is_the_write_ups() {
        let summary = vgg16();
        assert_eq!(megabytes(&summary), ["0.57", "218.78", "527.79", "747.15"]);
        let params = |label| summary.rows.iter().find(|row| row.label() == label).unwrap().params;
        assert_eq!(params("Conv2d-6"), 73_856);
        assert_eq!(params("Linear-33"), 102_764_544);
    }

    #[test]
    fn googlenet_is_todays_and_the_write_ups() {
        // Today's torchsummary and torchvision print 94.26 and 144.44. The write-up has 94.25 and
        // 144.43: that is what comes out if the auxiliary classifiers' dropout is a function call, which
        // no hook sees, and torchvision only made it a module later.
        let mut network = Variant::Torchvision.build(true);
        let today = torchsummary(&network, Network::INPUT).unwrap();
        assert_eq!(megabytes(&today), ["0.57", "94.26", "49.61", "144.44"]);
        for node in &mut network.nodes {
            let Body::Container { flow: Flow::Side, children, .. } = &mut node.body else {
                continue;
            };
            for Node { body, .. } in children {
                if let Body::Layer { layer: Layer::Dropout, call, .. } = body {
                    *call = Call::Function;
                }
            }
        }
        let then = torchsummary(&network, Network::INPUT).unwrap();
        assert_eq!(megabytes(&then), ["0.57", "94.25", "49.61", "144.43"]);
        assert_eq!(then.total_params, 13_004_888);
        assert_eq!(then.rows.len() + 2, today.rows.len());
    }

    #[test]
    fn a_container_comes_after_what_it_holds_and_a_function_call_has_no_row() {
        let fields = InceptionFields { form: Form::Naive, ..InceptionFields::new(3, [8; 6]) };
        let module = Inception::new(fields).unwrap();
        let nodes = vec![ConvBlock::BatchNorm.inception("module", &module), Node::flatten()];
        let summary = torchsummary(&Network { nodes }, Shape::new(3, 4, 4)).unwrap();
        let unit = ["Conv2d", "BatchNorm2d", "BasicConv2d"];
        let mut expected = [unit, unit, unit].concat();
        expected.extend(["MaxPool2d", "Inception"]);
        let classes: Vec<_> = summary.rows.iter().map(|row| row.class_name).collect();
        assert_eq!(classes, expected);
        assert_eq!(summary.rows[10].label(), "Inception-11");
        assert_eq!(summary.rows[10].output_shape(), "[-1, 27, 4, 4]");
    }

    fn resnet(network: ResNet) -> TorchSummary {
        torchsummary(&network.build(), Network::INPUT).unwrap()
    }

    #[test]
    fn a_residual_block_lists_each_call_of_its_relu_then_itself() {
        // Derived by hand from the tool's hooks and torchvision's `BasicBlock.forward` (layer2.0 of
        // ResNet-18): conv1, bn1, relu, conv2, bn2, downsample[0], downsample[1], (+), relu, the block.
        let summary = resnet(ResNet::ResNet18);
        let labels: Vec<_> = summary.rows.iter().map(TorchRow::label).collect();
        let stem = ["Conv2d-1", "BatchNorm2d-2", "ReLU-3", "MaxPool2d-4"];
        assert_eq!(labels[..4], stem);
        let rows: Vec<_> =
            summary.rows[18..28].iter().map(|row| (row.label(), row.params)).collect();
        let expected = [
            ("Conv2d-19", 73_728),
            ("BatchNorm2d-20", 256),
            ("ReLU-21", 0),
            ("Conv2d-22", 147_456),
            ("BatchNorm2d-23", 256),
            ("Conv2d-24", 8_192),
            ("BatchNorm2d-25", 256),
            ("ReLU-26", 0),
            ("BasicBlock-27", 0),
            ("Conv2d-28", 147_456),
        ];
        assert_eq!(rows, expected.map(|(label, params)| (label.to_owned(), params)));
        let end = ["BasicBlock-66", "AdaptiveAvgPool2d-67", "Linear-68"];
        assert_eq!(labels[65..], end);
    }

    #[test]
    fn resnets_totals_are_the_tools() {
        // As the tool prints them for torchvision's networks.
        for (network, params, printed) in [
            (ResNet::ResNet18, 11_689_512, ["0.57", "62.79", "44.59", "107.96"]),
            (ResNet::ResNet34, 21_797_672, ["0.57", "96.29", "83.15", "180.01"]),
            (ResNet::ResNet50, 25_557_032, ["0.57", "286.56", "97.49", "384.62"]),
        ] {
            let summary = resnet(network);
            assert_eq!(summary.total_params, params);
            assert_eq!(megabytes(&summary), printed);
        }
    }

    #[test]
    fn a_network_that_can_not_run_has_no_table() {
        let network = NetworkId::Vgg { config: VggConfig::A, batch_norm: false }.build();
        let error = torchsummary(&network, Shape::new(1, 224, 224)).unwrap_err();
        assert!(error.to_string().starts_with("features.0: "), "{error}");
    }

    #[test]
    fn it_is_printed_as_the_tool_prints_it() {
        let text = vgg16().to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[1], "        Layer (type)               Output Shape         Param #");
        assert_eq!(lines[3], "            Conv2d-1         [-1, 64, 224, 224]           1,792");
        assert_eq!(lines[41], "           Linear-39                 [-1, 1000]       4,097,000");
        let tail = "Total params: 138,357,544
Trainable params: 138,357,544
Non-trainable params: 0
----------------------------------------------------------------
Input size (MB): 0.57
Forward/backward pass size (MB): 218.78
Params size (MB): 527.79
Estimated Total Size (MB): 747.15
----------------------------------------------------------------";
        assert_eq!(lines[43..].join("\n"), tail);
    }
}

//! Networks in files whose right values are known: from PyTorch, or from torchvision's networks.

use std::fs;
use std::path::Path;

use inception_explorer::arch::network::Network;
use inception_explorer::arch::{Conv2d, Layer, Named, Shape, ShapeError, Size};
use inception_explorer::cost::{
    Convention, CostError, NetworkCost, NetworkRow, network_cost, torchsummary,
};
use inception_explorer::export::network_file::{FileError, NetworkFile, PaddingError, read, write};
use inception_explorer::export::network_text;
use serde_json::Value;

use crate::json::{equal, number};

fn bytes(name: &str) -> Vec<u8> {
    fs::read(Path::new("tests/fixtures/cases").join(name)).unwrap()
}

fn file(name: &str) -> NetworkFile {
    read(&bytes(name)).unwrap()
}

fn cost(network: &Network, input: Shape) -> NetworkCost {
    network_cost(network, input, Convention::default()).unwrap()
}

fn count(name: &str) -> NetworkCost {
    let file = file(name);
    cost(&file.network, file.input)
}

fn known(name: &str, side: u64) -> NetworkCost {
    let network = inception_explorer::arch::network::NetworkId::by_name(name).unwrap().build();
    cost(&network, Shape::new(3, side, side))
}

fn row<'a>(cost: &'a NetworkCost, path: &str) -> &'a NetworkRow {
    cost.rows.iter().find(|row| row.path == path).unwrap()
}

/// Sides of the receptive field, and whether windows differ.
fn sees(cost: &NetworkCost, path: &str) -> (Size, bool) {
    let field = row(cost, path).receptive_field.unwrap();
    (field.size, field.differs())
}

#[test]
fn windows_of_adaptive_pooling_are_pytorchs() {
    let cost = count("adaptive_12_to_7.json");
    assert_eq!(sees(&cost, "avgpool"), (Size::square(3), true));
    assert_eq!(sees(&cost, "fc"), (Size::square(12), false));
    let vgg = known("vgg16", 384);
    assert_eq!(sees(&vgg, "avgpool"), (Size::square(276), true));
    assert_eq!(sees(&vgg, "classifier.0"), (Size::square(564), false));
    let input = vgg.input().unwrap();
    let exceeds = |path| row(&vgg, path).receptive_field.unwrap().exceeds(input);
    assert!(exceeds("classifier.0") && !exceeds("avgpool"));
    let googlenet = known("googlenet_aux", 224);
    assert_eq!(sees(&googlenet, "aux1.fc1").0, Size::square(315));
    assert_eq!(sees(&googlenet, "aux2.fc1").0, Size::square(411));
}

#[test]
fn groups_that_do_not_divide_the_channels_are_a_fault_without_parameters() {
    let cost = count("groups_24_of_3.json");
    let [fault] = &cost.faults[..] else { panic!("{:?}", cost.faults) };
    let error = CostError::Shape(ShapeError::Groups { channels: 3, groups: 24 });
    assert_eq!((fault.error, cost.totals.params, cost.totals.macs), (error, 0, 0));
}

#[test]
fn a_linear_layer_without_flatten_is_counted_and_told_apart() {
    let cost = count("no_flatten.json");
    assert_eq!((cost.faults.len(), cost.totals.params), (0, 512 * 512 + 512));
    assert!(row(&cost, "fc").is_flattened());
    // torchvision's GoogLeNet has a Flatten.
    let googlenet = known("googlenet", 224);
    assert!(!row(&googlenet, "fc").is_flattened());
}

#[test]
fn a_linear_layer_works_on_the_last_axis() {
    let NetworkFile { network, input, .. } = file("linear_on_rows.json");
    let cost = cost(&network, input);
    assert_eq!(cost.faults, []);
    assert_eq!((cost.totals.params, cost.totals.macs), (90, 3 * 8 * 8 * 10));
    let output = cost.output.unwrap();
    assert_eq!((output.shape, output.flat), (Shape::new(3, 8, 10), false));
    assert_eq!(cost.totals.bytes, 4 * 3 * 8 * 10);
    let summary = torchsummary(&network, input).unwrap();
    assert_eq!(summary.rows[0].output_shape(), "[-1, 3, 8, 10]");
}

#[test]
fn same_padding_is_read_at_stride_1_and_refused_at_stride_2() {
    let name = "padding_same.json";
    let text = String::from_utf8(bytes(name)).unwrap();
    let stride = Size::square(2);
    let error = PaddingError::Strided { stride };
    assert_eq!(read(text.as_bytes()), Err(FileError::Padding { at: "layers[0]".into(), error }));
    let file = read(text.replace("\"stride\": 2", "\"stride\": 1").as_bytes()).unwrap();
    let Some(Layer::Conv2d(conv)) = file.network.nodes[0].as_layer() else { panic!("{file:?}") };
    assert_eq!((conv.padding, conv.keeps_size()), (Size::square(3), true));
}

#[test]
fn a_window_of_1_by_7_is_counted() {
    let cost = count("window_1x7.json");
    assert_eq!((cost.totals.params, cost.totals.macs), (98_304 + 114_688, 61_554_688));
    assert_eq!(cost.output.unwrap().shape, Shape::new(128, 17, 17));
    assert_eq!(sees(&cost, "conv2"), (Size::new(1, 7), false));
}

#[test]
fn inception_v3s_mixed_6b_is_torchvisions() {
    let file = file("mixed_6b.json");
    let cost = cost(&file.network, file.input);
    assert_eq!(cost.faults, []);
    assert_eq!(cost.output.unwrap().shape, Shape::new(768, 17, 17));
    let truth: Vec<Value> = serde_json::from_slice(&bytes("mixed_6b.truth.json")).unwrap();
    let convs = cost.layers().filter_map(|(row, layer)| match layer {
        Layer::Conv2d(conv) => Some((row, conv)),
        _ => None,
    });
    let convs: Vec<_> = convs.collect();
    assert_eq!(convs.len(), truth.len());
    for ((row, conv), expected) in convs.into_iter().zip(&truth) {
        is_torchvisions(row, conv, expected)
            .unwrap_or_else(|error| panic!("{}: {error}", row.path));
    }
    assert_eq!(sees(&cost, "Mixed_6b"), (Size::square(13), false));
    assert_eq!(read(write(&file).as_bytes()), Ok(file.clone()));
    let text = network_text::write(&file.network, file.input);
    assert!(text.contains("cb128k1x7-") && text.contains("cb192k7x1-"), "{text}");
    assert_eq!(network_text::read(&text), Ok((file.network, file.input)));
}

fn is_torchvisions(row: &NetworkRow, conv: &Conv2d, expected: &Value) -> Result<(), String> {
    let size = |key: &str| {
        Ok::<_, String>(Size::new(number(&expected[key][0])?, number(&expected[key][1])?))
    };
    let same = (conv.kernel_size, conv.padding) == (size("kernel_size")?, size("padding")?);
    equal("window", u64::from(same), &Value::from(1))?;
    equal("in_channels", conv.in_channels, &expected["in_channels"])?;
    equal("out_channels", conv.out_channels, &expected["out_channels"])?;
    equal("params", row.totals.params, &expected["params"])?;
    equal("macs", row.totals.macs, &expected["macs"])
}

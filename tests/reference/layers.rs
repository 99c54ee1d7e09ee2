//! Networks layer by layer: every convolution and linear layer in the order they run, as PyTorch counts them.

use inception_explorer::arch::network::{Network, NetworkId};
use inception_explorer::arch::{Layer, Named, Shape};
use inception_explorer::cost::{Convention, NetworkRow, network_cost};
use serde_json::{Value, json};

use crate::cases::{Outcome, check_all, folder};
use crate::json::{equal, numbers, read, text};

#[test]
fn layers_are_torchvisions_one_by_one() {
    let file = read(&folder().join("onnx/truth.json"));
    let networks = file.as_object().into_iter().flatten();
    // The file may have networks that are not published here.
    let known = networks.filter_map(|(name, entry)| Some((NetworkId::by_name(name)?, entry)));
    let cases: Vec<_> = known.collect();
    check_all("network", &cases, |(id, _)| id.name().to_owned(), |(id, entry)| network(*id, entry));
}

fn network(id: NetworkId, entry: &Value) -> Outcome {
    let [channels, height, width] = numbers::<3>(&entry["input"])?;
    let network: Network = id.build();
    let cost = network_cost(&network, Shape::new(channels, height, width), Convention::default())
        .map_err(text)?;
    equal("params", cost.totals.params, &entry["params"])?;
    let rows: Vec<_> = cost.layers().filter_map(|(row, layer)| described(row, layer)).collect();
    let expected = entry["layers"].as_array().ok_or("there are no layers")?;
    for ((path, given), expected) in rows.iter().zip(expected) {
        if given != expected {
            return Err(format!("{path} is {given} for {expected}"));
        }
    }
    equal("the number of layers", rows.len() as u64, &json!(expected.len()))
}

/// A convolution or linear layer as the cases describe it, and its path.
fn described(row: &NetworkRow, layer: &Layer) -> Option<(String, Value)> {
    let sides = row.output?.sides()?;
    let (params, macs) = (row.totals.params, row.totals.macs);
    let value = match layer {
        Layer::Conv2d(conv) => json!({
            "type": "Conv2d",
            "in_channels": conv.in_channels,
            "out_channels": conv.out_channels,
            "kernel_size": [conv.kernel_size.height, conv.kernel_size.width],
            "stride": [conv.stride.height, conv.stride.width],
            "padding": [conv.padding.height, conv.padding.width],
            "dilation": [conv.dilation.height, conv.dilation.width],
            "groups": conv.groups,
            "bias": conv.bias,
            "output": sides,
            "params": params,
            "macs": macs,
        }),
        Layer::Linear { in_features, out_features, bias } => json!({
            "type": "Linear",
            "in_features": in_features,
            "out_features": out_features,
            "bias": bias,
            "output": sides,
            "params": params,
            "macs": macs,
        }),
        _ => return None,
    };
    Some((row.path.clone(), value))
}

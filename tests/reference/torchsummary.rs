//! Whole networks as torchsummary prints them: rows, totals and megabytes, and the work of inference.

use inception_explorer::arch::network::{Network, NetworkId};
use inception_explorer::arch::{Layer, Named, Shape};
use inception_explorer::cost::{Convention, TorchSummary, network_cost, torchsummary};
use serde_json::{Value, json};

use crate::cases::{Outcome, check_all, files, name};
use crate::json::{equal, number, numbers, read, text};

#[test]
fn networks_are_torchsummarys_row_for_row() {
    let mut cases = Vec::new();
    for path in files("torchsummary", ".json") {
        let file = read(&path);
        let networks = file.as_object().unwrap_or_else(|| panic!("no network in {}", name(&path)));
        cases.extend(networks.iter().map(|(name, entry)| (name.clone(), entry.clone())));
    }
    check_all("network", &cases, |(name, _)| name.clone(), |(name, entry)| network(name, entry));
}

fn network(name: &str, entry: &Value) -> Outcome {
    let id = network_id(name).ok_or_else(|| format!("no network is named {name:?}"))?;
    let network = id.build();
    let [channels, height, width] = numbers::<3>(&entry["input"])?;
    let input = Shape::new(channels, height, width);
    let summary = torchsummary(&network, input).map_err(text)?;
    rows(&summary, &entry["rows"])?;
    totals(&summary, &entry["totals"])?;
    equal("nparams", summary.total_params, &entry["nparams"])?;
    // The model is counted as it infers: without auxiliary classifiers.
    let macs = |wanted: fn(&Layer) -> bool| inference_macs(&network, input, wanted);
    equal("conv_macs", macs(|layer| matches!(layer, Layer::Conv2d(_)))?, &entry["conv_macs"])?;
    equal(
        "linear_macs",
        macs(|layer| matches!(layer, Layer::Linear { .. }))?,
        &entry["linear_macs"],
    )
}

/// The network a case is named after; the size that may follow (`vgg16_bn_96`, `vgg11@64x48`) is the
/// input's, which the case gives itself.
fn network_id(name: &str) -> Option<NetworkId> {
    let is_size = |part: &str| {
        part.split('x').all(|side| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit()))
    };
    NetworkId::by_name(name).or_else(|| {
        let (network, size) = name.rsplit_once(['_', '@', '-'])?;
        if is_size(size) { NetworkId::by_name(network) } else { None }
    })
}

/// Every row, in its place: type, index, output shape, parameters.
fn rows(summary: &TorchSummary, expected: &Value) -> Outcome {
    let expected = expected.as_array().ok_or("there are no rows")?;
    for (row, expected) in summary.rows.iter().zip(expected) {
        let shape = [json!(-1)].into_iter().chain(row.output.iter().map(|side| json!(side)));
        let given = json!({
            "type": row.class_name,
            "index": row.index,
            "output_shape": shape.collect::<Vec<_>>(),
            "params": row.params,
        });
        for key in ["type", "index", "output_shape", "params"] {
            if given[key] != expected[key] {
                return Err(format!("row {} ({}) is {given} for {expected}", row.index, row.path));
            }
        }
    }
    equal("the number of rows", summary.rows.len() as u64, &json!(expected.len()))
}

/// Parameters exactly, megabytes to the printed digit.
fn totals(summary: &TorchSummary, expected: &Value) -> Outcome {
    number(&expected["total_params"])?;
    equal("total_params", summary.total_params, &expected["total_params"])?;
    equal("trainable_params", summary.total_params, &expected["trainable_params"])?;
    let megabytes = [
        ("input_mb", summary.input_mb()),
        ("forward_backward_mb", summary.forward_backward_mb()),
        ("params_mb", summary.params_mb()),
        ("total_mb", summary.total_mb()),
    ];
    for (key, given) in megabytes {
        let expected = expected[key].as_f64().ok_or_else(|| format!("there is no {key}"))?;
        let (given, expected) = (format!("{given:.2}"), format!("{expected:.2}"));
        if given != expected {
            return Err(format!("{key} is {given} for {expected}"));
        }
    }
    Ok(())
}

/// Multiply–accumulates of the layers wanted that inference runs.
fn inference_macs(
    network: &Network,
    input: Shape,
    wanted: fn(&Layer) -> bool,
) -> Result<u64, String> {
    let cost = network_cost(network, input, Convention::default()).map_err(text)?;
    if let Some(fault) = cost.faults.first() {
        return Err(fault.to_string());
    }
    let layers = cost.layers().filter(|(row, layer)| !row.training_only && wanted(layer));
    Ok(layers.map(|(row, _)| row.totals.macs).sum())
}

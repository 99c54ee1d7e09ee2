//! Shapes, parameters and MACs, exactly.

use inception_explorer::arch::{BasicConv2d, Form, Inception, InceptionFields, Size};
use inception_explorer::cost::{Convention, module_cost, plain_cost};
use serde_json::Value;

use crate::cases::{Outcome, check_all, files, name};
use crate::json::{equal, number, numbers, read, text};

#[test]
fn modules_have_pytorchs_shapes_and_counts() {
    check_entries("module", |file| file["modules"].as_array().cloned(), module);
}

#[test]
fn plain_convolutions_have_pytorchs_parameters() {
    check_entries(
        "plain convolution",
        |file| file["basic_conv2d"].as_array().cloned(),
        |entry| {
            let (from, to) = (number(&entry["in_channels"])?, number(&entry["out_channels"])?);
            equal("params", plain_params(from, to, number(&entry["kernel"])?)?, &entry["params"])
        },
    );
}

#[test]
fn parameters_follow_the_input_channels() {
    check_entries("row", rows, |entry| {
        let widths = numbers::<6>(&entry["widths"])?;
        let in_channels = number(&entry["in_channels"])?;
        let module = Inception::new(InceptionFields::new(in_channels, widths)).map_err(text)?;
        equal("inception", count(&module, 1, Convention::default())?.0, &entry["inception"])?;
        for (key, expected) in entry.as_object().into_iter().flatten() {
            if let Some(kernel) = key.strip_prefix("conv") {
                let kernel = kernel.parse().map_err(text)?;
                equal(key, plain_params(in_channels, module.out_channels(), kernel)?, expected)?;
            }
        }
        Ok(())
    });
}

/// Runs the entries of every `inception*.json`.
fn check_entries(
    what: &str,
    entries: impl Fn(&Value) -> Option<Vec<Value>>,
    run: impl Fn(&Value) -> Outcome,
) {
    let mut cases = Vec::new();
    for path in files("inception", ".json") {
        let found = entries(&read(&path)).unwrap_or_else(|| panic!("no {what} in {}", name(&path)));
        cases.extend(found);
    }
    check_all(what, &cases, ToString::to_string, run);
}

/// The rows of `params_vs_in_channels`, each with the widths they share.
fn rows(file: &Value) -> Option<Vec<Value>> {
    let table = &file["params_vs_in_channels"];
    let with_widths = |row: &Value| {
        let mut row = row.clone();
        row["widths"] = table["widths"].clone();
        row
    };
    Some(table["rows"].as_array()?.iter().map(with_widths).collect())
}

fn module(entry: &Value) -> Outcome {
    let [in_channels, widths @ ..] = numbers::<7>(&entry["channels"])?;
    let module = Inception::new(InceptionFields {
        kernel3: number(&entry["k3"])?,
        kernel5: number(&entry["k5"])?,
        form: if entry["reduce"].as_bool() == Some(false) { Form::Naive } else { Form::Reduced },
        ..InceptionFields::new(in_channels, widths)
    })
    .map_err(text)?;
    let side = number(&entry["hw"])?;
    let (params, macs) = count(&module, side, Convention::default())?;
    equal("params", params, &entry["params"])?;
    equal("conv_macs", macs, &entry["conv_macs"])?;
    let (weights, _) = count(&module, side, Convention::WEIGHTS_ONLY)?;
    equal("weights_only_params", weights, &entry["weights_only_params"])?;
    let input = Size::square(side).with_channels(in_channels);
    let shapes: Result<Vec<_>, _> =
        module.branches().iter().map(|branch| branch.output_shape(input)).collect();
    let shapes: Vec<_> = shapes
        .map_err(text)?
        .iter()
        .map(|shape| Value::from(vec![1, shape.channels, shape.height, shape.width]))
        .collect();
    if Value::from(shapes.clone()) == entry["branch_shapes"] {
        Ok(())
    } else {
        Err(format!("branch shapes are {shapes:?} for {}", entry["branch_shapes"]))
    }
}

/// Parameters and MACs.
fn count(module: &Inception, side: u64, convention: Convention) -> Result<(u64, u64), String> {
    let cost = module_cost(module, Size::square(side), convention).map_err(text)?;
    Ok((cost.totals.params, cost.totals.macs))
}

fn plain_params(in_channels: u64, out_channels: u64, kernel_size: u64) -> Result<u64, String> {
    let unit = BasicConv2d::same(in_channels, out_channels, kernel_size);
    let cost = plain_cost(&unit, Size::square(1), Convention::default()).map_err(text)?;
    Ok(cost.totals.params)
}

//! Forward passes: modules, units and bare convolutions.

use inception_explorer::arch::{BasicConv2d, Conv2d, Form, Inception, InceptionFields, Size};
use inception_explorer::engine::split::cut_rows;
use inception_explorer::engine::{
    Band, BatchNorm, EngineError, Moments, Norms, Strip, Tensor, UnitWeights, Workload, surrogate,
};

use crate::cases::{Case, Outcome, check_all, differences, files, name};
use crate::state_dict::{self, Lookup};
use crate::whole_image::{Prepared, run_conv, run_unit, run_workload, unobserved};

/// Agreement asked for, as a share of the largest |output|.
const TOLERANCE: f64 = 1e-4;
/// The kinds of module that the format can say.
const KINDS: [&str; 3] = ["inception", "basic_conv2d", "conv2d"];

#[test]
fn forward_passes_agree_with_pytorch() {
    let files = files("forward_", ".safetensors");
    check_all(
        "forward pass",
        &files,
        |path| name(path),
        |path| {
            let file = Case::read(path)?;
            let weights = |name: &str| file.weight(name);
            let input = file.tensor("input")?;
            match file.text("kind").unwrap_or("(none)") {
                "inception" => inception(&file, &input, &weights),
                "basic_conv2d" => basic_conv2d(&file, &input, &weights),
                "conv2d" => conv2d(&file, &input, &weights),
                kind => Err(format!("the kind {kind} is unknown; known are {}", KINDS.join(", "))),
            }
        },
    );
}

/// The files that come with the project show every kind; another folder may have fewer.
#[test]
fn every_kind_of_forward_pass_has_a_case() {
    if std::env::var_os("REFERENCE_DIR").is_some() {
        return;
    }
    let cases: Vec<_> =
        files("forward_", ".safetensors").iter().map(|path| Case::read(path)).collect();
    for kind in KINDS {
        let shown = cases.iter().flatten().any(|file| file.text("kind") == Some(kind));
        assert!(shown, "no forward pass of kind {kind}");
    }
}

fn inception(file: &Case, input: &Tensor, weights: Lookup) -> Outcome {
    let module = Inception::new(fields(file)?).map_err(|error| error.to_string())?;
    let weights = state_dict::module(&module, weights)?;
    let batch_norm = batch_norm(file)?;
    let workload = Workload::of_module(&module);
    let made =
        run_workload(&workload, &weights, input, batch_norm).map_err(|error| error.to_string())?;
    let limit = TOLERANCE * largest(file.values("output")?);
    let mut first = 0;
    for branch in module.branches() {
        let shape = branch.output_shape(input.shape()).map_err(|error| error.to_string())?;
        let channels = usize::try_from(shape.channels).unwrap();
        let tensor = format!("branch{}.output", branch.id.number());
        let per_image = (0..made.images()).flat_map(|image| {
            let plane = made.plane();
            made.image(image)[first * plane..][..channels * plane].iter().copied()
        });
        let given: Vec<f32> = per_image.collect();
        // Intermediate values are optional in a file.
        if file.sides(&tensor).is_some() {
            compare(&tensor, &given, file.values(&tensor)?, limit)?;
            same_sides(&tensor, file, [input.images() as u64, shape.channels])?;
        }
        first += channels;
    }
    output(file, &made, limit)?;
    let banded = in_bands(&workload, &weights, input, batch_norm).map_err(|e| e.to_string())?;
    output(file, &banded, limit).map_err(|error| format!("in bands: {error}"))
}

/// The module in three bands of rows, as workers share it.
fn in_bands(
    workload: &Workload,
    weights: &[UnitWeights],
    input: &Tensor,
    norm: BatchNorm,
) -> Result<Tensor, EngineError> {
    let branches = Prepared::new(workload, input.size(), weights)?.branches;
    let (images, height, width) = (input.images(), input.height(), input.width());
    let norms = match norm {
        BatchNorm::Running => Norms::Running,
        BatchNorm::Batch => Norms::of_batch(&branches, &surrogate(input)?)?,
    };
    let mut bands = Vec::new();
    let mut whole: Vec<Moments> = Vec::new();
    for rows in cut_rows(height, 3) {
        let mut band = Band::new(&branches, (images, input.size()), rows, Vec::new())?;
        let strip = Strip::whole(input);
        let moments = unobserved(|observer| band.measure(&branches, &norms, strip, observer))?;
        whole.resize(moments.len(), Moments::default());
        whole.iter_mut().zip(moments).for_each(|(sum, part)| *sum = sum.merge(part));
        bands.push(band);
    }
    let mut made = Tensor::zeros(images, workload.output_shape(input.size())?)?;
    for mut band in bands {
        unobserved(|observer| band.normalize(&branches, norm, &whole, observer))?;
        let rows = band.rows().start * width..band.rows().end * width;
        let (output, _) = band.finish();
        let planes = made.data_mut().chunks_mut(height * width);
        for (plane, values) in planes.zip(output.data().chunks(output.plane())) {
            plane[rows.clone()].copy_from_slice(values);
        }
    }
    Ok(made)
}

fn basic_conv2d(file: &Case, input: &Tensor, weights: Lookup) -> Outcome {
    let unit = BasicConv2d { conv: convolution(file, "conv.", input)? };
    let weights = state_dict::basic_conv2d(&unit, "", weights)?;
    let batch_norm = batch_norm(file)?;
    let made = run_unit(&unit, &weights, input, batch_norm).map_err(|error| error.to_string())?;
    output(file, &made, TOLERANCE * largest(file.values("output")?))
}

fn conv2d(file: &Case, input: &Tensor, weights: Lookup) -> Outcome {
    let conv = convolution(file, "", input)?;
    let weights = state_dict::conv2d(&conv, "", weights)?;
    let made = run_conv(&conv, &weights, input).map_err(|error| error.to_string())?;
    output(file, &made, TOLERANCE * largest(file.values("output")?))
}

/// The module that the metadata describes.
fn fields(file: &Case) -> Result<InceptionFields, String> {
    let channels = file.numbers("channels")?.ok_or("there are no channels in the metadata")?;
    let channels: [u64; 7] =
        channels.try_into().map_err(|other: Vec<_>| format!("{} channels for 7", other.len()))?;
    let [in_channels, widths @ ..] = channels;
    let pair = file.numbers("kernels")?.unwrap_or_else(|| vec![3, 5]);
    let [kernel3, kernel5] = pair[..] else {
        return Err(format!("{} kernels for 2", pair.len()));
    };
    let form = match file.text("reduce").unwrap_or("true").to_lowercase().as_str() {
        "true" | "1" => Form::Reduced,
        "false" | "0" => Form::Naive,
        other => return Err(format!("reduce is {other:?}")),
    };
    Ok(InceptionFields { kernel3, kernel5, form, ..InceptionFields::new(in_channels, widths) })
}

/// The convolution that the metadata describes; what it doesn't say its weight shows, or is PyTorch's
/// default (the write-up's for the padding).
fn convolution(file: &Case, prefix: &str, input: &Tensor) -> Result<Conv2d, String> {
    let weight = format!("weights.{prefix}weight");
    let &[filters, per_group, rows, columns] = file.sides(&weight).unwrap_or_default() else {
        return Err(format!("{weight} is missing or has not four sides"));
    };
    if rows != columns {
        return Err(format!("a kernel of {rows} × {columns} is not square"));
    }
    let number = |key: &str, default: u64| file.number(key).map(|given| given.unwrap_or(default));
    let kernel = if file.text("kernel").is_some() { "kernel" } else { "kernel_size" };
    let kernel_size = number(kernel, rows as u64)?;
    let square = |name, usual| number(name, usual).map(Size::square);
    let in_channels = number("in_channels", input.channels() as u64)?;
    Ok(Conv2d {
        in_channels,
        out_channels: number("out_channels", filters as u64)?,
        kernel_size: Size::square(kernel_size),
        stride: square("stride", 1)?,
        padding: square("padding", kernel_size / 2)?,
        dilation: square("dilation", 1)?,
        groups: number("groups", in_channels.checked_div(per_group as u64).unwrap_or(1))?,
        bias: file.sides(&format!("weights.{prefix}bias")).is_some(),
    })
}

fn batch_norm(file: &Case) -> Result<BatchNorm, String> {
    match file.text("bn").unwrap_or("running") {
        "running" => Ok(BatchNorm::Running),
        "batch" => Ok(BatchNorm::Batch),
        other => Err(format!("bn is {other:?}")),
    }
}

fn largest(values: &[f32]) -> f64 {
    values.iter().fold(0.0, |largest, &value| f64::from(value).abs().max(largest))
}

fn output(file: &Case, given: &Tensor, limit: f64) -> Outcome {
    let shape = given.shape();
    let sides = [given.images() as u64, shape.channels, shape.height, shape.width];
    same_sides("output", file, sides)?;
    compare("output", given.data(), file.values("output")?, limit)
}

/// Whether a tensor of the case has these first sides.
fn same_sides<const N: usize>(name: &str, file: &Case, given: [u64; N]) -> Outcome {
    let expected = file.sides(name).unwrap_or_default();
    let alike = expected.len() >= N && expected.iter().zip(given).all(|(&a, b)| a as u64 == b);
    if alike { Ok(()) } else { Err(format!("{name} is {given:?} for {expected:?}")) }
}

fn compare(name: &str, given: &[f32], expected: &[f32], limit: f64) -> Outcome {
    let (largest, _) = differences(given, expected)?;
    if largest <= limit {
        Ok(())
    } else {
        Err(format!("{name} differs by {largest:e}, allowed are {limit:e}"))
    }
}

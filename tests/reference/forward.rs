//! Forward passes: modules, units and bare convolutions.

use inception_explorer::arch::{BasicConv2d, Conv2d, Form, Inception, InceptionFields, Size};
use inception_explorer::engine::band::cut;
use inception_explorer::engine::{
    Band, BatchNorm, ConvWeights, EngineError, Hooks, ModuleWeights, Moments, Norms,
    PreparedInception, Strip, Tensor, UnitWeights, run_conv, run_inception, run_plain, sample,
};

use crate::cases::{Case, Outcome, check_all, differences, files, name};

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

/// The files that come with the project show every kind; a folder of one's own may hold fewer.
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

type Weights<'a> = &'a dyn Fn(&str) -> Option<Vec<f32>>;

fn inception(file: &Case, input: &Tensor, weights: Weights) -> Outcome {
    let module = Inception::new(fields(file)?).map_err(|error| error.to_string())?;
    let weights = ModuleWeights::from_state_dict(&module, weights).map_err(|e| e.to_string())?;
    let batch_norm = batch_norm(file)?;
    let made = quietly(|hooks| run_inception(&module, &weights, input, batch_norm, hooks))?;
    let limit = TOLERANCE * largest(file.values("output")?);
    let mut first = 0;
    for branch in &made.branches {
        let channels = usize::try_from(branch.shape.channels).unwrap();
        let tensor = format!("branch{}.output", branch.id.number());
        let per_image = (0..made.output.images()).flat_map(|image| {
            let plane = made.output.plane();
            made.output.image(image)[first * plane..][..channels * plane].iter().copied()
        });
        let given: Vec<f32> = per_image.collect();
        // A file need not hold what lies on the way.
        if file.sides(&tensor).is_some() {
            compare(&tensor, &given, file.values(&tensor)?, limit)?;
            same_sides(&tensor, file, [input.images() as u64, branch.shape.channels])?;
        }
        first += channels;
    }
    output(file, &made.output, limit)?;
    let banded = in_bands(&module, &weights, input, batch_norm).map_err(|e| e.to_string())?;
    output(file, &banded, limit).map_err(|error| format!("in bands: {error}"))
}

/// The module in three bands of rows, as workers share it.
fn in_bands(
    module: &Inception,
    weights: &ModuleWeights,
    input: &Tensor,
    norm: BatchNorm,
) -> Result<Tensor, EngineError> {
    let layer = PreparedInception::new(module, input.size(), weights)?.into_layer();
    let (images, height, width) = (input.images(), input.height(), input.width());
    let mut hooks = (|| 0.0, |_| {});
    let hooks = &mut Hooks::new(&hooks.0, &mut hooks.1);
    let norms = match norm {
        BatchNorm::Running => Norms::Running,
        BatchNorm::Batch => Norms::of_batch(&layer, &sample(input)?)?,
    };
    let mut bands = Vec::new();
    let mut whole: Vec<Moments> = Vec::new();
    for rows in cut(height, 3) {
        let mut band = Band::new(&layer, (images, height, width), rows, Vec::new())?;
        let moments = band.measure(&layer, &norms, Strip::whole(input), hooks)?;
        whole.resize(moments.len(), Moments::default());
        whole.iter_mut().zip(moments).for_each(|(sum, part)| *sum = sum.merge(part));
        bands.push(band);
    }
    let mut made = Tensor::zeros(images, module.output_shape(input.size())?)?;
    for mut band in bands {
        band.normalize(&layer, norm, &whole, hooks)?;
        let rows = band.rows().start * width..band.rows().end * width;
        let (output, _) = band.finish();
        let planes = made.data_mut().chunks_mut(height * width);
        for (plane, values) in planes.zip(output.data().chunks(output.plane())) {
            plane[rows.clone()].copy_from_slice(values);
        }
    }
    Ok(made)
}

fn basic_conv2d(file: &Case, input: &Tensor, weights: Weights) -> Outcome {
    let unit = BasicConv2d { conv: convolution(file, "conv.", input)? };
    let weights = UnitWeights::from_state_dict(&unit, "", weights).map_err(|e| e.to_string())?;
    let batch_norm = batch_norm(file)?;
    let made = quietly(|hooks| run_plain(&unit, &weights, input, batch_norm, hooks))?;
    output(file, &made.output, TOLERANCE * largest(file.values("output")?))
}

fn conv2d(file: &Case, input: &Tensor, weights: Weights) -> Outcome {
    let conv = convolution(file, "", input)?;
    let weights = ConvWeights::from_state_dict(&conv, "", weights).map_err(|e| e.to_string())?;
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

/// Runs without a clock or a listener.
fn quietly<T, E: ToString>(run: impl FnOnce(&mut Hooks) -> Result<T, E>) -> Result<T, String> {
    run(&mut Hooks::new(&|| 0.0, &mut |_| {})).map_err(|error| error.to_string())
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

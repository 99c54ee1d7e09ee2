//! Finding the cases, reading them, and comparing values.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use inception_explorer::arch::Shape;
use inception_explorer::engine::Tensor;
use safetensors::{Dtype, SafeTensors};

/// The result of a case; an error says why it failed.
pub type Outcome = Result<(), String>;

/// Where the cases are.
pub fn folder() -> PathBuf {
    std::env::var_os("REFERENCE_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reference"),
        PathBuf::from,
    )
}

/// The files whose name begins and ends like this, in order.
pub fn files(prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("the reference folder {}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = name(path);
            name.starts_with(prefix) && name.ends_with(suffix)
        })
        .collect();
    files.sort();
    files
}

/// A file's name.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs every case and fails with all that failed, or because there was none.
pub fn check_all<T>(
    what: &str,
    cases: &[T],
    name: impl Fn(&T) -> String,
    run: impl Fn(&T) -> Outcome,
) {
    assert!(!cases.is_empty(), "no {what} in {}", folder().display());
    let mut failures = String::new();
    for case in cases {
        match run(case) {
            Ok(()) => println!("ok      {what} {}", name(case)),
            Err(why) => writeln!(failures, "FAILED  {what} {}: {why}", name(case)).unwrap(),
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The tensors and the metadata of a safetensors file.
pub struct Case {
    tensors: HashMap<String, (Vec<usize>, Vec<f32>)>,
    metadata: HashMap<String, String>,
}

impl Case {
    /// Reads a file of 32-bit floats.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| error.to_string())?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| error.to_string())?;
        let mut tensors = HashMap::new();
        for (name, view) in file.tensors() {
            // No case needs tensors that are not floats (BN's num_batches_tracked).
            if view.dtype() == Dtype::F32 {
                let (values, _) = view.data().as_chunks::<4>();
                let values = values.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
                tensors.insert(name, (view.shape().to_vec(), values));
            }
        }
        Ok(Self { tensors, metadata: header.metadata().clone().into_iter().flatten().collect() })
    }

    /// A metadata entry.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(|text| text.trim())
    }

    /// A metadata entry that is a number.
    pub fn number(&self, key: &str) -> Result<Option<u64>, String> {
        let parse = |text: &str| text.parse().map_err(|_| format!("{key} is {text:?}, no number"));
        self.text(key).map(parse).transpose()
    }

    /// A metadata entry that is a list of numbers.
    pub fn numbers(&self, key: &str) -> Result<Option<Vec<u64>>, String> {
        let list = |text: &str| {
            let parts = text.split(',').map(|part| part.trim().parse());
            parts.collect::<Result<Vec<u64>, _>>().map_err(|_| format!("{key} is {text:?}"))
        };
        self.text(key).map(list).transpose()
    }

    /// A tensor's sides.
    pub fn sides(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(sides, _)| &sides[..])
    }

    /// A tensor's values.
    pub fn values(&self, name: &str) -> Result<&[f32], String> {
        let found = self.tensors.get(name).map(|(_, values)| &values[..]);
        found.ok_or_else(|| format!("there is no tensor named {name}"))
    }

    /// A batch of images.
    pub fn tensor(&self, name: &str) -> Result<Tensor, String> {
        let values = self.values(name)?.to_vec();
        let &[images, channels, height, width] = self.sides(name).unwrap_or_default() else {
            return Err(format!("{name} is not NCHW"));
        };
        let shape = Shape::new(channels as u64, height as u64, width as u64);
        Tensor::from_batch(images, shape, values).map_err(|error| error.to_string())
    }

    /// The values of the weight with this `state_dict` name.
    pub fn weight(&self, name: &str) -> Option<Vec<f32>> {
        self.values(&format!("weights.{name}")).ok().map(<[f32]>::to_vec)
    }
}

/// The largest and the mean difference of two lists of values, or why they can't be compared. A NaN on
/// one side alone is an infinite difference.
pub fn differences(given: &[f32], expected: &[f32]) -> Result<(f64, f64), String> {
    if given.len() != expected.len() {
        return Err(format!("{} values for {}", given.len(), expected.len()));
    }
    let (mut largest, mut sum) = (0.0_f64, 0.0);
    for (&given, &expected) in given.iter().zip(expected) {
        let difference = f64::from(given) - f64::from(expected);
        let alike = given.to_bits() == expected.to_bits() || given.is_nan() && expected.is_nan();
        let difference = if alike { 0.0 } else { difference.abs() };
        largest = largest.max(if difference.is_nan() { f64::INFINITY } else { difference });
        sum += difference;
    }
    Ok((largest, sum / given.len().max(1) as f64))
}

//! A case as it is written on the command line.

use std::str::FromStr;

use inception_explorer::arch::{
    Conv2d, Field, FieldError, Inception, InceptionFields, LayerField, LayerFieldError, ShapeError,
    Size,
};
use thiserror::Error;

/// The cases that have a letter, and what it stands for.
pub const NAMED: [(&str, &str); 5] = [
    ("A", "inception:3,64,96,128,16,32,32@224"),
    ("B", "inception:192,64,96,128,16,32,32@28"),
    ("C", "inception:832,384,192,384,48,128,128@7"),
    ("D", "conv:256,256,3@28"),
    ("E", "conv:3,256,5@224"),
];

/// Something to race on: a valid layer and the size of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// As it was written; a letter is written out behind it.
    pub name: String,
    /// What is computed.
    pub work: Work,
    /// Rows and columns of the input.
    pub size: Size,
}

/// What a case computes; each convolution with batch norm and ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A module in the reduced form.
    Inception(Inception),
    /// A single convolution.
    Conv(Conv2d),
}

/// Why a text is no case.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CaseError {
    /// Neither a letter nor a kind that is known.
    #[error(
        "`{0}` is no case: a case is a letter from A to E, \
         inception:IN,CH1X1,CH3X3RED,CH3X3,CH5X5RED,CH5X5,POOL_PROJ@SIZE \
         or conv:IN,OUT,KERNEL[,sSTRIDE]@SIZE"
    )]
    Unknown(String),
    /// The size behind the `@` can't be read, or there is none.
    #[error("`{0}` needs a size at its end: @224 for a square, @ROWSxCOLUMNS for any other")]
    Size(String),
    /// Another number of numbers than the kind takes.
    #[error("`{case}` has {given} numbers where {expected} are needed: {names}")]
    Count {
        /// The case.
        case: String,
        /// Numbers that were given.
        given: usize,
        /// Numbers that are needed.
        expected: usize,
        /// Their names.
        names: &'static str,
    },
    /// Something that should be a whole number.
    #[error("`{given}` in `{case}` is no whole number")]
    Number {
        /// The case.
        case: String,
        /// What stands there.
        given: String,
    },
    /// A stride that is none.
    #[error("the stride in `{0}` is written s2: a whole number from 1 behind an s")]
    Stride(String),
    /// A number of a module or a size outside its limits, or a module without branches.
    #[error("`{case}`: {error}")]
    Field {
        /// The case.
        case: String,
        /// What is wrong.
        error: FieldError,
    },
    /// A number of a convolution outside its limits.
    #[error("`{case}`: {error}")]
    Layer {
        /// The case.
        case: String,
        /// What is wrong.
        error: LayerFieldError,
    },
    /// A window that does not fit.
    #[error("`{case}`: {error}")]
    Shape {
        /// The case.
        case: String,
        /// What is wrong.
        error: ShapeError,
    },
}

impl FromStr for Case {
    type Err = CaseError;

    /// Reads a letter of [`NAMED`] or a case written out.
    fn from_str(text: &str) -> Result<Self, CaseError> {
        if let Some((letter, written)) = NAMED.iter().find(|(letter, _)| *letter == text) {
            return Ok(Self { name: format!("{letter} {written}"), ..written.parse()? });
        }
        let unknown = || CaseError::Unknown(text.to_owned());
        let (kind, rest) = text.split_once(':').ok_or_else(unknown)?;
        let (numbers, size) = rest.split_once('@').unwrap_or((rest, ""));
        let work = match kind {
            "inception" => Work::Inception(inception(text, numbers)?),
            "conv" => Work::Conv(conv(text, numbers)?),
            _ => return Err(unknown()),
        };
        let size = read_size(text, size)?;
        if let Work::Conv(conv) = work {
            conv.output_shape(size.with_channels(conv.in_channels))
                .map_err(|error| CaseError::Shape { case: text.to_owned(), error })?;
        }
        Ok(Self { name: text.to_owned(), work, size })
    }
}

fn inception(case: &str, text: &str) -> Result<Inception, CaseError> {
    const NAMES: &str = "in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj";
    let [in_channels, widths @ ..] = numbers::<7>(case, text, NAMES)?;
    Inception::new(InceptionFields::new(in_channels, widths)).map_err(field(case))
}

fn conv(case: &str, text: &str) -> Result<Conv2d, CaseError> {
    let (text, stride) = match text.rsplit_once(",s") {
        Some((text, stride)) => (text, stride.parse().ok()),
        None => (text, Some(1)),
    };
    let stride = stride.filter(|&stride| LayerField::Stride.limits().contains(stride));
    let stride = stride.ok_or_else(|| CaseError::Stride(case.to_owned()))?;
    let [from, to, kernel_size] =
        numbers::<3>(case, text, "in_channels, out_channels, kernel_size")?;
    for (field, number) in [
        (LayerField::InChannels, from),
        (LayerField::OutChannels, to),
        (LayerField::KernelSize, kernel_size),
    ] {
        field.check(number).map_err(|error| CaseError::Layer { case: case.to_owned(), error })?;
    }
    Ok(Conv2d { stride: Size::square(stride), ..Conv2d::same(from, to, kernel_size) })
}

fn numbers<const N: usize>(
    case: &str,
    text: &str,
    names: &'static str,
) -> Result<[u64; N], CaseError> {
    let read = |given: &str| {
        given.parse().map_err(|_| CaseError::Number { case: case.into(), given: given.into() })
    };
    let all: Vec<u64> = text.split(',').map(read).collect::<Result<_, _>>()?;
    all.try_into().map_err(|all: Vec<_>| CaseError::Count {
        case: case.to_owned(),
        given: all.len(),
        expected: N,
        names,
    })
}

fn read_size(case: &str, text: &str) -> Result<Size, CaseError> {
    let (rows, columns) = text.split_once('x').unwrap_or((text, text));
    let read = |side: &str| side.parse().map_err(|_| CaseError::Size(case.to_owned()));
    let size = Size { height: read(rows)?, width: read(columns)? };
    Field::Height.check(size.height).map_err(field(case))?;
    Field::Width.check(size.width).map_err(field(case))?;
    Ok(size)
}

fn field(case: &str) -> impl Fn(FieldError) -> CaseError {
    move |error| CaseError::Field { case: case.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_convolutions_are_read() {
        let case: Case = "inception:3,64,96,128,16,32,32@224x160".parse().unwrap();
        let fields = InceptionFields::new(3, [64, 96, 128, 16, 32, 32]);
        assert_eq!(case.work, Work::Inception(Inception::new(fields).unwrap()));
        assert_eq!(case.size, Size { height: 224, width: 160 });
        let case: Case = "conv:3,64,7,s2@224".parse().unwrap();
        let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(3, 64, 7) };
        assert_eq!((case.work, case.size), (Work::Conv(conv), Size::square(224)));
    }

    #[test]
    fn letters_stand_for_cases_that_can_be_read() {
        for (letter, written) in NAMED {
            let (short, long): (Case, Case) = (letter.parse().unwrap(), written.parse().unwrap());
            assert_eq!((short.work, short.size), (long.work, long.size));
            assert_eq!(short.name, format!("{letter} {written}"));
        }
    }

    #[test]
    fn what_is_no_case_says_why_and_what_is_allowed() {
        let refused = [
            ("F", "a letter from A to E"),
            ("pool:3@7", "or conv:IN,OUT,KERNEL[,sSTRIDE]@SIZE"),
            ("conv:3,4,3", "needs a size"),
            ("conv:3,4,3@7x", "@ROWSxCOLUMNS"),
            ("conv:3,4@7", "2 numbers where 3 are needed: in_channels, out_channels, kernel_size"),
            ("conv:3,four,3@7", "`four` in `conv:3,four,3@7` is no whole number"),
            ("conv:3,4,3,s0@7", "written s2"),
            ("conv:3,4,0@7", "kernel_size is 0; allowed are 1 to 65536"),
            ("conv:3,0,3@7", "out_channels is 0; allowed are 1 to 65536"),
            ("conv:70000,4,3@7", "in_channels is 70000; allowed are 1 to 65536"),
            ("conv:3,4,3@1024", "height is 1024; allowed are 1 to 512"),
            ("inception:3,64@224", "2 numbers where 7 are needed: in_channels, ch1x1"),
            ("inception:2000,1,1,1,1,1,1@7", "in_channels is 2000; allowed are 1 to 1024"),
            ("inception:3,0,0,0,0,0,0@7", "every branch has a width of 0"),
        ];
        for (text, part) in refused {
            let error = text.parse::<Case>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

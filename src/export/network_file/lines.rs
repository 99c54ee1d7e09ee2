//! JSON as people read it: a layer a line.

use std::io;

use serde_json::ser::Formatter;

/// Breaks lines between the top-level keys and between layers only.
#[derive(Default)]
pub(super) struct Lines {
    objects: usize,
    arrays: usize,
    /// The separator before the next value of a list.
    before: Before,
    /// Whether the last value of the list was an object, on a line of its own.
    broken: bool,
}

#[derive(Clone, Copy, Default)]
enum Before {
    #[default]
    Nothing,
    /// A space, before a number.
    Space,
}

impl Lines {
    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        let columns = 2 * self.arrays + 2 * usize::from(self.objects > 0);
        write!(writer, "\n{:columns$}", "")
    }
}

impl Formatter for Lines {
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.arrays > 0 {
            self.line(writer)?;
        }
        self.objects += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects -= 1;
        if self.objects == 0 {
            self.line(writer)?;
        }
        self.broken = true;
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        match (self.objects, first) {
            (1, _) => self.line(writer),
            (_, false) => writer.write_all(b" "),
            (_, true) => Ok(()),
        }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.before = Before::Nothing;
        writer.write_all(b": ")
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays += 1;
        self.broken = false;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays -= 1;
        if self.broken {
            self.line(writer)?;
        }
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first {
            return Ok(());
        }
        self.before = Before::Space;
        writer.write_all(b",")
    }

    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.broken = false;
        match self.before {
            Before::Nothing => write!(writer, "{value}"),
            Before::Space => write!(writer, " {value}"),
        }
    }
}

//! Tables as CSV, Markdown and LaTeX.

use crate::cost::per_mille;

/// The value of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, escaped by each format.
    Text(String),
    /// A count.
    Count(u64),
    /// A part of a whole, to a tenth of a percent.
    Share {
        /// How many.
        part: u64,
        /// Of how many.
        whole: u64,
    },
    /// An empty cell: the value is unknown.
    Unknown,
}

/// A table for export. A row that is shorter than the head ends in unknown cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows below them.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// Its text by `escape`, a share from its tenths of a percent by `share`; empty where there is nothing
    /// to say.
    fn written(&self, share: fn(u64) -> String, escape: fn(&str) -> String) -> String {
        escape(&match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Share { part, whole } => per_mille(*part, *whole).map(share).unwrap_or_default(),
            Self::Unknown => String::new(),
        })
    }
}

/// A share for programs: `0.125`.
fn fraction(tenths: u64) -> String {
    format!("{}.{:03}", tenths / 1000, tenths % 1000)
}

/// A share for people: `12.5%`.
fn percent(tenths: u64) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

impl Table {
    /// RFC 4180: a line each ends in CR LF, counts without grouping, shares as fractions.
    // The rule is a line long; the `csv` crate would bring its reader's tables and serde glue into the page.
    #[must_use]
    pub fn csv(&self) -> String {
        let head = self.columns.iter().map(|name| quoted(name)).collect();
        let body = self.grid(|cell| cell.written(fraction, quoted));
        let lines = std::iter::once(head).chain(body).map(|fields: Vec<String>| {
            // A lone empty field would be an empty line, which readers skip.
            let line = if fields.len() == 1 && fields[0].is_empty() {
                vec!["\"\"".into()]
            } else {
                fields
            };
            line.join(",") + "\r\n"
        });
        lines.collect()
    }

    /// A table of GitHub's Markdown; columns of numbers are aligned to the right.
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let head = line(self.columns.iter().map(|name| markdown(name)).collect());
        let rule = |column| if self.is_numeric(column) { "---:" } else { "---" };
        let rule = line((0..self.columns.len()).map(|column| rule(column).to_owned()).collect());
        let body = self.grid(|cell| cell.written(percent, markdown)).map(line);
        [head, rule].into_iter().chain(body).collect()
    }

    /// A LaTeX `tabular` that needs no package; columns of numbers are aligned to the right. Text beyond ASCII
    /// is not escaped: the engine must read UTF-8.
    #[must_use]
    pub fn latex(&self) -> String {
        let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
        let align = |column| if self.is_numeric(column) { 'r' } else { 'l' };
        let align: String = (0..self.columns.len()).map(align).collect();
        let head = line(self.columns.iter().map(|name| latex(name)).collect());
        let body: String = self.grid(|cell| cell.written(percent, latex)).map(line).collect();
        format!(
            "\\begin{{tabular}}{{{align}}}\n\\hline\n{head}\\hline\n{body}\\hline\n\\end{{tabular}}\n"
        )
    }

    /// Whether a column holds numbers alone.
    fn is_numeric(&self, column: usize) -> bool {
        let cells = || self.rows.iter().filter_map(|row| row.get(column));
        let number = |cell: &Cell| matches!(cell, Cell::Count(_) | Cell::Share { .. });
        cells().any(number) && !cells().any(|cell| matches!(cell, Cell::Text(_)))
    }

    /// Every row by `write`, as long as the head.
    fn grid<'a>(
        &'a self,
        write: impl Fn(&Cell) -> String + 'a,
    ) -> impl Iterator<Item = Vec<String>> + 'a {
        self.rows.iter().map(move |row| {
            let cells = row.iter().chain(std::iter::repeat(&Cell::Unknown));
            cells.take(self.columns.len()).map(&write).collect()
        })
    }
}

/// A field of CSV, in quotes where it needs them.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Text as Markdown shows it in a table: every mark is itself, a new line is a break.
fn markdown(text: &str) -> String {
    let escape = |c: char| match c {
        '\\' | '|' | '`' | '*' | '_' | '<' | '[' | '&' | '~' | '$' => format!("\\{c}"),
        '\n' => "<br>".to_owned(),
        '\r' => String::new(),
        _ => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// Text as LaTeX prints it; a new line is a space. A bracket or star after a row's end would be an
/// argument to it, hence the braces.
fn latex(text: &str) -> String {
    let escape = |c: char| match c {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{c}"),
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '|' => "\\textbar{}".to_owned(),
        '<' => "\\textless{}".to_owned(),
        '>' => "\\textgreater{}".to_owned(),
        // The default encoding has no straight one.
        '"' => "''".to_owned(),
        '[' | '*' => format!("{{{c}}}"),
        '×' => "$\\times$".to_owned(),
        '\n' => " ".to_owned(),
        '\r' => String::new(),
        _ => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWKWARD: [&str; 10] = [
        "a \"b\", c",
        "a|b",
        "R&D 50%",
        "ch3x3_red",
        "two\nlines",
        "합성곱, 3×3",
        "",
        "\\{~^}",
        "[1]*",
        "<b>",
    ];

    fn awkward() -> Table {
        let row = |text: &&str| vec![Cell::Text((*text).to_owned()), Cell::Count(u64::MAX)];
        Table {
            columns: vec!["layer".into(), "params, exact".into()],
            rows: AWKWARD.iter().map(row).collect(),
        }
    }

    #[test]
    fn csv_is_read_back_as_it_was_written() {
        let csv = awkward().csv();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(reader.headers().unwrap(), vec!["layer", "params, exact"]);
        let texts: Vec<_> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(texts, AWKWARD);
        let lone = Table { columns: vec!["only".into()], rows: vec![vec![Cell::Unknown], vec![]] };
        assert_eq!(lone.csv(), "only\r\n\"\"\r\n\"\"\r\n");
    }

    #[test]
    fn numbers_are_exact_and_unknown_ones_are_empty() {
        let share = Cell::Share { part: 1, whole: 8 };
        let nothing = Cell::Share { part: 0, whole: 0 };
        let table = Table {
            columns: ["a", "b", "c"].map(String::from).to_vec(),
            rows: vec![
                vec![Cell::Count(124_752), share],
                vec![Cell::Unknown, nothing, Cell::Text("x".into())],
            ],
        };
        assert_eq!(table.csv(), "a,b,c\r\n124752,0.125,\r\n,0.000,x\r\n");
        assert_eq!(
            table.markdown(),
            "| a | b | c |\n| ---: | ---: | --- |\n| 124752 | 12.5% |  |\n|  | 0.0% | x |\n"
        );
        assert_eq!(
            table.latex(),
            "\\begin{tabular}{rrl}\n\\hline\na & b & c \\\\\n\\hline\n124752 & 12.5\\% &  \\\\\n & 0.0\\% & x \\\\\n\\hline\n\\end{tabular}\n"
        );
    }

    #[test]
    fn every_row_of_markdown_has_as_many_cells_as_the_head() {
        for line in awkward().markdown().lines() {
            let bare = line.replace("\\\\", "").replace("\\|", "");
            assert_eq!(bare.matches('|').count(), 3, "{line}");
        }
        assert_eq!(markdown("a|b_c\n<i>"), "a\\|b\\_c<br>\\<i>");
    }

    #[test]
    fn latex_prints_its_own_marks() {
        assert_eq!(latex("R&D 50%_{x}"), "R\\&D 50\\%\\_\\{x\\}");
        assert_eq!(
            latex("\\~[*합성곱 3×3"),
            "\\textbackslash{}\\textasciitilde{}{[}{*}합성곱 3$\\times$3"
        );
        let rows = awkward().latex();
        let rows = rows.lines().filter(|line| line.ends_with("\\\\")).collect::<Vec<_>>();
        assert_eq!(rows.len(), AWKWARD.len() + 1);
        for row in rows {
            assert_eq!(row.replace("\\&", "").matches('&').count(), 1, "{row}");
        }
    }
}

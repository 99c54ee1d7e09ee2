//! Reads the version out of what a program prints for `--version`.

/// The first word that is a version: `0.21.14` of `trunk 0.21.14`, `132` of `wasm-opt version 132 (version_132)`.
pub fn of_output(output: &str) -> Option<String> {
    output.lines().next()?.split_whitespace().find_map(of_word)
}

/// The version in `word`, which may be written `v1.2`; a suffix after the numbers belongs to it
/// (`1.2.3-beta.1`).
fn of_word(word: &str) -> Option<String> {
    let version = word.strip_prefix('v').unwrap_or(word);
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_output;

    #[test]
    fn versions_are_read_from_what_the_tools_print() {
        for (output, version) in [
            ("trunk 0.21.14", "0.21.14"),
            ("trunk 0.21.14\n", "0.21.14"),
            ("wasm-bindgen 0.2.130", "0.2.130"),
            ("wasm-bindgen 0.2.130 (8ab7a3f9b)", "0.2.130"),
            ("wasm-opt version 132 (version_132)", "132"),
            ("tool v1.2.3", "1.2.3"),
        ] {
            assert_eq!(of_output(output).as_deref(), Some(version), "{output:?}");
        }
    }

    #[test]
    fn another_version_never_passes_for_the_pinned_one() {
        for output in ["trunk 0.21.1", "trunk 0.21.140", "trunk 0.21.14-beta.1", "trunk 10.21.14"] {
            assert_ne!(of_output(output).as_deref(), Some("0.21.14"), "{output:?}");
        }
    }

    #[test]
    fn output_without_a_version_has_none() {
        for output in ["", "\n", "trunk", "error: unknown option --version", "trunk\n0.21.14"] {
            assert_eq!(of_output(output), None, "{output:?}");
        }
    }
}

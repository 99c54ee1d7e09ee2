//! The few numbers that stand for many.

/// The value that a part of the values (0 to 1) does not exceed: the nearest rank, never one between two
/// measured values.
fn percentile(sorted: &[f64], part: f64) -> Option<f64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the length")]
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// A heading for [`row`]s.
pub fn heading(title: &str) {
    println!("\n{title:44} {:>5} {:>8} {:>8} {:>8}", "n", "p50", "p95", "max");
}

/// One line of a table: how many, median, 95th percentile, maximum.
pub fn row(name: &str, values: &[f64]) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let number = |part| percentile(&sorted, part).map_or("–".to_owned(), |ms| format!("{ms:.1}"));
    let [p50, p95, max] = [0.5, 0.95, 1.0].map(number);
    println!("  {name:42} {:5} {p50:>8} {p95:>8} {max:>8}", sorted.len());
}

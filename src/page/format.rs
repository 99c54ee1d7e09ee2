//! Numbers as text: grouped, shortened, as ratios and shares.

use crate::cost::{Curve, Metric, Polynomial, Unit, per_mille};

/// `124128` as `124,128`.
#[must_use]
pub fn grouped(number: impl Into<i128>) -> String {
    let number: i128 = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `number` with one decimal and a prefix: `128.0 M`, `1.5 MiB`.
fn prefixed(number: u64, unit: Unit) -> String {
    let (scaled, prefix) = unit.scaled(number as f64, 1);
    format!("{scaled:.1} {prefix}")
}

/// `128049152` as `128.0 M`: one decimal, a power of a thousand. Exact below 100,000.
#[must_use]
pub fn shortened(number: u64) -> String {
    if number < 100_000 { grouped(number) } else { prefixed(number, Unit::Count) }
}

/// Bytes in powers of 1024: `1.5 MiB`. Exact below 1 KiB.
#[must_use]
pub fn bytes(number: u64) -> String {
    if number < 1024 { format!("{number} B") } else { prefixed(number, Unit::Bytes) }
}

/// A count of `metric` in a sentence or a small place: `128.0 M`, `1.5 MiB`. (The labels of an axis are
/// shorter: see [`Unit::tick`].)
#[must_use]
pub fn short_count(number: u64, metric: impl Into<Metric>) -> String {
    match metric.into().unit() {
        Unit::Count => shortened(number),
        Unit::Bytes => bytes(number),
    }
}

/// A count of `metric` in a table: `128,049,152`; bytes as [`bytes`] writes them.
#[must_use]
pub fn exact(count: impl Into<i128>, metric: impl Into<Metric>) -> String {
    let count = count.into();
    match (metric.into().unit(), u64::try_from(count)) {
        (Unit::Bytes, Ok(count)) => bytes(count),
        _ => grouped(count),
    }
}

/// A ratio, rounded more coarsely the larger it is: `1.04`, `3.3`, `10.6`, `27`, `1,240`.
#[must_use]
pub fn times(factor: f64) -> String {
    if !factor.is_finite() {
        "∞".to_owned()
    } else if factor < 1.1 {
        format!("{factor:.2}")
    } else if factor < 9.95 {
        format!("{factor:.1}")
    } else if factor < 19.95 {
        // One decimal, without `.0`.
        format!("{factor:.1}").trim_end_matches(".0").to_owned()
    } else {
        // Rounded above 19, below 2⁶⁴: every count is.
        #[expect(clippy::cast_possible_truncation, reason = "a ratio of two 64-bit counts fits")]
        grouped(factor.round() as i128)
    }
}

/// A share: `68%`; `<1%` for a part that would be rounded to 0.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    match per_mille(part, whole) {
        Ok(0) if part == 0 => "0%".to_owned(),
        Ok(tenths) if tenths < 10 => "<1%".to_owned(),
        Ok(tenths) => format!("{}%", (tenths + 5) / 10),
        Err(_) => "–".to_owned(),
    }
}

/// `208·c + 124,128`, or `max(…, …)` of several.
#[must_use]
pub fn curve(curve: &Curve) -> String {
    let pieces: Vec<_> = curve.pieces().iter().map(polynomial).collect();
    match &pieces[..] {
        [single] => single.clone(),
        _ => format!("max({})", pieces.join(", ")),
    }
}

/// `208·c + 124,128`.
#[must_use]
pub fn polynomial(polynomial: &Polynomial) -> String {
    let terms =
        [(polynomial.quadratic, "·c²"), (polynomial.linear, "·c"), (polynomial.constant, "")];
    let mut text = String::new();
    for (coefficient, variable) in terms.into_iter().filter(|(coefficient, _)| *coefficient != 0) {
        if text.is_empty() {
            text.push_str(&grouped(coefficient));
        } else {
            text.push_str(if coefficient < 0 { " − " } else { " + " });
            text.push_str(&grouped(coefficient.abs()));
        }
        text.push_str(variable);
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

/// A duration in milliseconds: `8.3 ms`, `412 ms`, `1.27 s`.
#[must_use]
pub fn milliseconds(time: f64) -> String {
    if time < 9.95 {
        format!("{time:.1} ms")
    } else if time < 999.5 {
        format!("{time:.0} ms")
    } else {
        format!("{:.2} s", time / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_stay_readable() {
        assert_eq!(grouped(0_u64), "0");
        assert_eq!(grouped(124_752_u64), "124,752");
        assert_eq!(grouped(-1_234_567_i64), "−1,234,567");
        assert_eq!(shortened(99_999), "99,999");
        assert_eq!(shortened(128_049_152), "128.0 M");
        assert_eq!(shortened(6_222_626_816), "6.2 G");
        assert_eq!(bytes(1_756_160), "1.7 MiB");
        assert_eq!(shortened(963_379_200), "963.4 M");
        assert_eq!([shortened(999_960), bytes(1_048_575)], ["1.0 M", "1.0 MiB"]);
        assert_eq!([bytes(1023), bytes(1024), bytes(0)], ["1023 B", "1.0 KiB", "0 B"]);
        assert_eq!(exact(128_049_152_u64, Metric::Macs), "128,049,152");
        assert_eq!(exact(1_756_160_u64, Metric::Memory), "1.7 MiB");
        assert_eq!([9.97, 999.6].map(milliseconds), ["10 ms", "1.00 s"]);
    }

    #[test]
    fn ratios_and_shares_keep_the_digits_they_deserve() {
        let ratios = [1.004, 1.04, 3.328, 10.64, 27.4, 1239.6, f64::INFINITY].map(times);
        assert_eq!(ratios, ["1.00", "1.04", "3.3", "10.6", "27", "1,240", "∞"]);
        assert_eq!([share(0, 9), share(1, 1000), share(674, 1000)], ["0%", "<1%", "67%"]);
    }

    #[test]
    fn polynomials_read_as_written() {
        let line = Polynomial { constant: 124_128, linear: 208, quadratic: 0 };
        assert_eq!(polynomial(&line), "208·c + 124,128");
        let quadratic = Polynomial { constant: -512, linear: 2304, quadratic: 9 };
        assert_eq!(polynomial(&quadratic), "9·c² + 2,304·c − 512");
        assert_eq!(polynomial(&Polynomial { constant: 0, linear: 0, quadratic: 0 }), "0");
    }
}

//! Limits: properties of clamping.

use proptest::prelude::*;

use crate::{cases, strategy};

proptest! {
    #![proptest_config(cases(2048))]

    #[test]
    fn clamping_comes_to_the_nearest_allowed_value(
        field in strategy::field(),
        a in prop_oneof![0..=20_u64, 0..=20_000_u64, any::<u64>()],
        b in prop_oneof![0..=20_u64, 0..=20_000_u64, any::<u64>()],
    ) {
        let limits = field.limits();
        let clamped = limits.clamp(a);
        prop_assert!(limits.contains(clamped));
        prop_assert_eq!(field.check(clamped), Ok(clamped));
        prop_assert_eq!(limits.clamp(clamped), clamped);
        prop_assert_eq!(limits.contains(a), clamped == a);
        prop_assert_eq!(field.check(a).is_ok(), limits.contains(a));
        // Its neighbours are farther away, or as far and above.
        if let Some(below) = clamped.checked_sub(limits.step).filter(|below| limits.contains(*below)) {
            prop_assert!(below.abs_diff(a) > clamped.abs_diff(a));
        }
        if let Some(above) = clamped.checked_add(limits.step).filter(|above| limits.contains(*above)) {
            prop_assert!(above.abs_diff(a) >= clamped.abs_diff(a));
        }
        // And it keeps the order.
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(limits.clamp(low) <= limits.clamp(high));
    }

    #[test]
    fn allowed_values_are_allowed((field, value) in strategy::field().prop_flat_map(|field| {
        (Just(field), strategy::allowed(field))
    })) {
        prop_assert_eq!(field.check(value), Ok(value));
    }
}

//! Enumerations whose values have a fixed order and a name each.

use strum::VariantArray;

/// An enumeration in the order its values are offered in, each with a short and stable name.
///
/// Links, files, storage, locale keys and the page's element ids all write this one name, so it must not
/// change: old links and files must still be read. Both come from one derive:
///
/// ```
/// # use inception_explorer::arch::Named;
/// # use strum::{IntoStaticStr, VariantArray};
/// #[derive(Clone, Copy, Debug, PartialEq, IntoStaticStr, VariantArray)]
/// #[strum(serialize_all = "snake_case")]
/// enum Join {
///     Concat,
///     Add,
/// }
///
/// assert_eq!(Join::all().collect::<Vec<_>>(), [Join::Concat, Join::Add]);
/// assert_eq!(Join::Concat.name(), "concat");
/// assert_eq!(Join::by_name("add"), Some(Join::Add));
/// ```
pub trait Named: Copy + 'static {
    /// The values, in their order.
    fn all() -> impl Iterator<Item = Self>;

    /// The name of this value.
    fn name(self) -> &'static str;

    /// The value of this name.
    #[must_use]
    fn by_name(name: &str) -> Option<Self> {
        Self::all().find(|value| value.name() == name)
    }
}

impl<T> Named for T
where
    T: VariantArray + Copy,
    &'static str: From<T>,
{
    fn all() -> impl Iterator<Item = Self> {
        T::VARIANTS.iter().copied()
    }

    fn name(self) -> &'static str {
        self.into()
    }
}

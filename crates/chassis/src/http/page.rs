use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{self, DeserializeOwned, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::{INVALID_CURSOR, Problem};
use crate::store::Total;

/// Items on a page when the client does not say.
const LIMIT_DEFAULT: u8 = 50;
/// Items on a page at most.
const LIMIT_MAX: u8 = 200;
/// Length of a cursor at most: where a list is sorted by a name, the name stands in it.
const CURSOR_MAX: usize = 1_024;

/// How many items are asked for: 1 to `MAX`. A number type would refuse by its own range, not by the list's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit<const MAX: u8 = LIMIT_MAX>(u8);

impl<const MAX: u8> Limit<MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl<'de, const MAX: u8> Deserialize<'de> for Limit<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(LimitVisitor)
    }
}

struct LimitVisitor<const MAX: u8>;

impl<const MAX: u8> Visitor<'_> for LimitVisitor<MAX> {
    type Value = Limit<MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {MAX}")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        match u8::try_from(number) {
            Ok(limit) if (1..=MAX).contains(&limit) => Ok(Limit(limit)),
            Ok(_) | Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Err(E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// Which page of a list is read, by the key of its items.
///
/// One row more than the page holds is read: it says that there is a next page, without counting the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<K> {
    /// The key after which the page begins; the first page when absent.
    pub after: Option<K>,
    /// Items on the page.
    limit: u8,
}

impl<K: Serialize + DeserializeOwned> Reading<K> {
    /// As the client asks for it: `limit` items, 50 when absent, after the place of `after`.
    ///
    /// # Errors
    /// A problem when the cursor is not one of this list.
    pub fn asked(limit: Option<Limit>, after: Option<&Cursor>) -> Result<Self, Problem> {
        let limit = limit.map_or(LIMIT_DEFAULT, Limit::get);
        Ok(Self { after: after.map(Cursor::key).transpose()?, limit })
    }

    /// Rows to read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// How long the list is, counted where the client asks for it and begins: who pages on was told.
    ///
    /// # Errors
    /// Those of the count.
    pub async fn total<E>(
        &self,
        asked: bool,
        count: impl Future<Output = Result<Total, E>>,
    ) -> Result<Option<Total>, E> {
        if asked && self.after.is_none() { count.await.map(Some) } else { Ok(None) }
    }

    /// The page of the rows that were read, at most [`rows`](Self::rows).
    #[must_use]
    pub fn page<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> K) -> Page<T> {
        let limit = usize::from(self.limit);
        let next = if items.len() > limit {
            items.truncate(limit);
            items.last().map(|last| Cursor::after(&key(last)))
        } else {
            None
        };
        Page { items, next, total: None }
    }
}

/// A place in a list. Opaque to clients; holds the last item's key, so that items added or removed meanwhile
/// shift nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Cursor(String);

impl Cursor {
    /// The place after the item with this key.
    #[must_use]
    pub fn after(key: &impl Serialize) -> Self {
        // A key is made of ids, numbers and texts: writing it does not fail.
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    fn key<K: DeserializeOwned>(&self) -> Result<K, Problem> {
        let bytes = if self.0.len() > CURSOR_MAX { None } else { URL_SAFE_NO_PAD.decode(&self.0).ok() };
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| INVALID_CURSOR.detail("after is not the next of a page of this list"))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// To be given as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
    /// How long the whole list is: with the first page, when the query says `total=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
}

impl<T> Page<T> {
    /// With how long the whole list is, where that was asked for.
    #[must_use]
    pub fn counted(self, total: Option<Total>) -> Self {
        Self { total, ..self }
    }

    /// The same page with its items as they are shown.
    #[must_use]
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next: self.next, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_page_by_page_to_its_end() {
        let list: Vec<u32> = (0..5).collect();
        let (mut seen, mut next) = (Vec::new(), None);
        loop {
            let reading = Reading::asked(Some(Limit(2)), next.as_ref()).unwrap();
            let rest = list.iter().copied().filter(|item| reading.after.is_none_or(|after| *item > after));
            let rows = usize::try_from(reading.rows()).unwrap();
            let page = reading.page(rest.take(rows).collect(), |item| *item);
            seen.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, list);
    }

    #[tokio::test]
    async fn a_list_is_counted_on_its_first_page_alone_and_only_when_asked() {
        let whole = Total { count: 7, exact: true };
        let count = async || Ok::<_, ()>(whole);
        let first = Reading::<u32>::asked(None, None).unwrap();
        let later = Reading::<u32>::asked(None, Some(&Cursor::after(&4))).unwrap();
        assert_eq!(first.total(true, count()).await, Ok(Some(whole)));
        assert_eq!(first.total(false, count()).await, Ok(None));
        assert_eq!(later.total(true, count()).await, Ok(None));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let other = Cursor::after(&"text");
        let refused = Reading::<u32>::asked(None, Some(&other)).unwrap_err();
        let detail = "after is not the next of a page of this list";
        assert_eq!((refused.kind().code, refused.detail_text()), ("invalid-cursor", Some(detail)));
    }

    #[test]
    fn a_page_has_bounds_and_says_them() {
        for (limit, fits) in [(-1, false), (0, false), (1, true), (200, true), (201, false), (70_000, false)]
        {
            let read = serde_json::from_value::<Limit>(limit.into());
            assert_eq!(read.is_ok(), fits, "{limit}");
            assert!(
                read.err().is_none_or(|error| error.to_string().contains("a whole number from 1 to 200"))
            );
        }
    }
}

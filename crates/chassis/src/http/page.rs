use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problem::{INVALID_CURSOR, INVALID_QUERY, Problem};

/// Items on a page when the client does not say.
const LIMIT_DEFAULT: u16 = 50;
/// Items on a page at most.
const LIMIT_MAX: u16 = 200;
/// Length of a cursor at most.
const CURSOR_MAX: usize = 512;

/// Which page of a list is read, by the key of its items.
///
/// One row more than the page holds is read: it says that there is a next page, without counting the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<K> {
    /// The key after which the page begins; the first page when absent.
    pub after: Option<K>,
    /// Items on the page.
    limit: u16,
}

impl<K: Serialize + DeserializeOwned> Reading<K> {
    /// As the client asks for it: `limit` items, 50 when absent, after the place of `after`.
    ///
    /// # Errors
    /// A problem when the limit is not 1 to 200, or the cursor not one of this list.
    pub fn asked(limit: Option<u16>, after: Option<&Cursor>) -> Result<Self, Problem> {
        let limit = match limit.unwrap_or(LIMIT_DEFAULT) {
            limit @ 1..=LIMIT_MAX => limit,
            _ => return Err(Problem::new(INVALID_QUERY).at("limit", "invalid-value", "expected 1 to 200")),
        };
        Ok(Self { after: after.map(Cursor::key).transpose()?, limit })
    }

    /// Rows to read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        u64::from(self.limit) + 1
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
        Page { items, next }
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
        if self.0.len() > CURSOR_MAX {
            return Err(INVALID_CURSOR.into());
        }
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| INVALID_CURSOR)?;
        Ok(serde_json::from_slice(&bytes).map_err(|_| INVALID_CURSOR)?)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_page_by_page_to_its_end() {
        let list: Vec<u32> = (0..5).collect();
        let (mut seen, mut next) = (Vec::new(), None);
        loop {
            let reading = Reading::asked(Some(2), next.as_ref()).unwrap();
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

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let other = Cursor::after(&"text");
        assert_eq!(Reading::<u32>::asked(None, Some(&other)).unwrap_err().kind().code, "invalid-cursor");
    }

    #[test]
    fn a_page_has_bounds() {
        for (limit, fits) in [(0, false), (1, true), (200, true), (201, false)] {
            assert_eq!(Reading::<u32>::asked(Some(limit), None).is_ok(), fits);
        }
    }
}
